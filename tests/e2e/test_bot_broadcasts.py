"""Something said to many: seen before it goes, each once, stopped, told to its end."""

from datetime import datetime, timedelta
from typing import Any

from telegram.ext import ExtBot

from bot.broadcasting import tell_progress
from bot.delivery import Courier, Delivery
from bot.limiter import Limiter, PacedRequests
from bot.words import AlertWords
from engine.alerting.announcements import ROLE_CHANGED, compose_access
from engine.alerting.rules import AlertRules
from engine.domain.alert import Role
from engine.domain.preferences import EventClass, Preferences, QuietHours, Volume
from storage.access import Ban, Grant
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, VIEWER, House, open_house

HOSTILE = '_*[<&" \u05e9\u05dc\u05d5\u05dd 🎯</b>\nsecond line'
PEOPLE = (OWNER, MEMBER, VIEWER)


async def press(house: House, message: Any, label: str, n: int = 1) -> Any:
    await house.tap(OWNER, message, label)
    return (await house.see(OWNER, n))[-1]


async def arrived(house: House) -> None:
    """Let three people in: the owner and the member speak French, the viewer English."""
    for person in PEOPLE:
        await house.write(person, "/start")
        language = "en" if person == VIEWER else "fr"
        async with house.store.transaction() as tx:
            await tx.people.set_language(person, language, house.clock.now)


async def deliver(house: House, after: timedelta = timedelta(seconds=5)) -> None:
    """Send what is due `after` now, as the service does; a restart is another sender."""
    rules = AlertRules()
    words = AlertWords(texts=house.door.texts, money=house.door.money, signer=house.door.signer)
    limiter, token = Limiter(rules), house.app.bot.token

    async def clock(_: object) -> datetime:
        return house.clock.now + after

    url = house.app.bot.base_url.removesuffix(token)
    async with ExtBot(token, base_url=url, rate_limiter=PacedRequests(limiter)) as bot:
        courier = Courier(bot=bot, words=words, limiter=limiter, fencing=1)
        await Delivery(house.store, courier, rules, clock).drain()


async def announce(house: House, segment: str, text: str) -> Any:
    """Take an announcement to its last question, and say yes; return its progress."""
    [draft] = await house.write(OWNER, f"/annonce {segment}")
    await press(house, draft, "Français")
    _, ready = await house.write(OWNER, text, 2)
    asked = await press(house, ready, "Envoyer")
    return await press(house, asked, "Confirmer")


async def states(pool: Pool) -> dict[int, str]:
    rows = await pool.fetch(
        "select chat_id, coalesce(last_error, state) as end from outbox"
        " where kind = 'announcement' order by id"
    )
    return {row["chat_id"]: row["end"] for row in rows}


async def test_an_announcement_is_seen_as_it_will_look_and_confirmed(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        [choice] = await house.write(OWNER, "/annonce")
        draft = await press(house, choice, "tout le monde")
        assert "3 personnes" in draft["text"]
        assert not any("Envoyer" in b["text"] for row in draft["buttons"] for b in row)
        await press(house, draft, "Français")
        preview, ready = await house.write(OWNER, HOSTILE, 2)
        await press(house, ready, "Anglais")
        again, english, ready = await house.write(OWNER, "Hello & welcome", 3)
        assert again["text"] == preview["text"]
        asked = await press(house, ready, "Envoyer")
        assert await states(pool) == {}
        await press(house, asked, "Confirmer")
        await deliver(house)
        assert (await house.see(MEMBER))[0]["text"] == preview["text"]
        assert (await house.see(VIEWER))[0]["text"] == english["text"]
        audit = await pool.fetchval("select detail from audit where action = 'broadcast'")
        assert audit == {"segment": "all", "recipients": 3, "in": ["en", "fr"]}


async def test_its_progress_is_edited_until_its_report(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        under_way = await announce(house, "tous", HOSTILE)
        assert "envoi en cours" in under_way["text"]
        await deliver(house)
        assert await states(pool) == dict.fromkeys(PEOPLE, "sent")
        await house.see(OWNER)
        await tell_progress(house.door, house.app.bot)
        [report] = await house.see(OWNER)
        assert report["message_id"] == under_way["message_id"]
        assert "terminée" in report["text"]
        assert "Envoyés : 3" in report["text"]
        await tell_progress(house.door, house.app.bot)
        assert await house.sees_nothing(OWNER)


async def test_a_restart_says_it_to_nobody_twice(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        await announce(house, "tous", "Bonjour")
        await deliver(house, timedelta(0))  # the first alone is due
        assert list((await states(pool)).values()).count("sent") == 1
        await deliver(house)
        await deliver(house)
        assert await states(pool) == dict.fromkeys(PEOPLE, "sent")
        await house.see(MEMBER)
        assert await house.sees_nothing(MEMBER)


async def test_those_who_opted_out_are_banned_or_gone_are_left_out(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        now = house.clock.now
        quiet = Preferences(volumes={EventClass.NEWS: Volume.OFF})
        async with house.store.transaction() as tx:
            await tx.preferences.save(MEMBER, quiet, now)
            await tx.bans.put(VIEWER, Ban(by=OWNER, at=now))
        await announce(house, "tous", "Bonjour")
        assert await states(pool) == {OWNER: "pending"}


async def test_who_changes_their_mind_before_it_goes_is_left_out_too(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        shown = await announce(house, "tous", "Bonjour")
        now = house.clock.now
        quiet = Preferences(volumes={EventClass.NEWS: Volume.OFF})
        over = Grant(role=Role.MEMBER, until=now)
        async with house.store.transaction() as tx:
            await tx.preferences.save(MEMBER, quiet, now)
            await tx.access.give(VIEWER, over, by=OWNER, now=now, by_settings=False)
        await deliver(house)
        assert await states(pool) == {OWNER: "sent", MEMBER: "off", VIEWER: "role over"}
        await house.see(OWNER)
        report = await press(house, shown, "Actualiser")
        assert "sans accès : 2" in report["text"]


async def test_quiet_hours_hold_it_until_they_end(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        local = house.clock.now.astimezone(house.door.money.time_zone)
        minute = local.hour * 60 + local.minute
        night = QuietHours(start=(minute - 30) % 1440, end=(minute + 30) % 1440)
        async with house.store.transaction() as tx:
            await tx.preferences.save(MEMBER, Preferences(quiet=night), house.clock.now)
        await announce(house, "membre", "Bonjour")
        await deliver(house)
        assert await states(pool) == {MEMBER: "quiet"}
        assert await house.sees_nothing(MEMBER)
        await deliver(house, timedelta(minutes=31))
        assert "Bonjour" in (await house.see(MEMBER))[0]["text"]


async def test_it_is_stopped_while_it_is_under_way(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        shown = await announce(house, "tous", "Bonjour")
        await deliver(house, timedelta(0))
        await house.see(OWNER)
        stopped = await press(house, shown, "Arrêter")
        assert "arrêtée" in stopped["text"]
        assert "Non envoyés (arrêt) : 2" in stopped["text"]
        await deliver(house)
        assert sorted((await states(pool)).values()) == ["sent", "stopped", "stopped"]


async def test_an_alert_goes_before_an_announcement(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        await announce(house, "membre", "Bonjour")
        now = house.clock.now
        later = compose_access(MEMBER, ROLE_CHANGED, Role.MEMBER, at=now, now=now)
        async with house.store.transaction() as tx:
            await tx.outbox.add([later])
        await deliver(house)
        first, second = await house.see(MEMBER, 2)
        assert "Votre rôle a changé" in first["text"]
        assert "Bonjour" in second["text"]


async def test_words_that_do_not_fit_are_asked_for_again(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        [draft] = await house.write(OWNER, "/annonce fr")
        assert "2 personnes" in draft["text"]
        await press(house, draft, "Français")
        told, again = await house.write(OWNER, "x" * 3001, 2)
        assert "Entre 1 et 3000" in told["text"]
        assert "Rien d’écrit" in again["text"]
        assert await states(pool) == {}


async def test_a_segment_nobody_knows_is_taught_and_members_announce_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        await arrived(house)
        [told] = await house.write(OWNER, "/broadcast martians")
        assert "À qui" in told["text"]
        [refused] = await house.write(MEMBER, "/annonce tous")
        assert "réservée aux responsables" in refused["text"]
