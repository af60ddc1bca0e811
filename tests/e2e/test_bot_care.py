"""People who protect themselves: no way leads around it, and what they need stays open."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from telegram.ext import ExtBot

from bot.commands import COMMANDS, SCREENS
from bot.delivery import Courier, Delivery
from bot.limiter import Limiter, PacedRequests
from bot.words import AlertWords
from engine.alerting.care import IN_A_PAUSE, Passage
from engine.alerting.rules import AlertRules
from engine.domain.alert import EDITS, Alert, AlertKind
from engine.domain.care import COOLING, ENDLESS_AT_LEAST, CareEntry, LimitKind, PauseKind, Said
from tests.e2e.bot_house import MEMBER, OWNER, VIEWER, House, a_pick, open_house, settle

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.numbers import PickId
    from storage.pool import Pool

RULES = AlertRules()
WORDS = {
    "fr": ("/jeu_responsable", "Faire une pause", "24 heures", "Confirmer", "Jeu responsable"),
    "en": ("/responsible", "Take a break", "24 hours", "Confirm", "Safer gambling"),
}
OPEN_IN_A_PAUSE = {
    "mesparis",
    "annuler",
    "stats",
    "export_me",
    "forget_me",
    "aide",
    "menu",
    "start",
}
CLOSED_IN_A_PAUSE = {"picks", "pick", "pris", "passe", "steam", "pourquoi_pas"}


async def press(house: House, shown: Any, label: str, person: int = MEMBER) -> Any:
    await house.tap(person, shown, label)
    return (await house.see(person))[-1]


async def say(house: House, entry: CareEntry, person: int = MEMBER) -> None:
    async with house.store.transaction() as tx:
        await tx.care.say(person, entry)


async def pause(house: House, person: int = MEMBER, length: timedelta | None = COOLING) -> None:
    until = None if length is None else house.clock.now + length
    kind = PauseKind.EXCLUSION if length is None else PauseKind.REST
    now = house.clock.now
    await say(house, CareEntry(said=Said.PAUSE, about=kind.value, at=now, until=until), person)


async def limit(house: House, kind: LimitKind, amount: str) -> None:
    entry = CareEntry(
        said=Said.LIMIT, about=kind.value, at=house.clock.now, amount=Decimal(amount)
    )
    await say(house, entry)


async def deliver(house: House) -> None:
    async def clock(_: object) -> datetime:
        return house.clock.now

    words = AlertWords(texts=house.door.texts, money=house.door.money, signer=house.door.signer)
    limiter, token = Limiter(RULES), house.app.bot.token
    url = house.app.bot.base_url.removesuffix(token)
    async with ExtBot(token, base_url=url, rate_limiter=PacedRequests(limiter)) as bot:
        courier = Courier(bot=bot, words=words, limiter=limiter, fencing=1)
        await Delivery(house.store, courier, RULES, clock).drain()


def an_alert(kind: AlertKind, pick: PickId | None, now: datetime) -> Alert:
    return Alert(
        chat_id=MEMBER,
        kind=kind,
        pick_id=pick,
        version="of a test",
        body=(("reason", "why"), ("job", "look")),
        priority=1,
        created_at=now,
        not_before=now,
        expires_at=now + timedelta(hours=1),
    )


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_pause_is_asked_back_told_and_holds(pool: Pool, language: str) -> None:
    command, take, length, sure, again = WORDS[language]
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=30))
        await house.write(MEMBER, "/start", language_code=language)
        async with house.store.transaction() as tx:
            await tx.people.set_language(MEMBER, language, house.clock.now)
        [shown] = await house.write(MEMBER, command)
        assert ("0808 8020 133" in shown["text"]) is (language == "en")
        assert "09 74 75 13 13" in shown["text"]
        shown = await press(house, shown, take)
        asked = await press(house, shown, length)
        assert length in asked["text"]
        begun = await press(house, asked, sure)
        [closed] = await house.write(MEMBER, "/picks")
        assert "PSG" not in closed["text"]
        assert "09 74 75 13 13" in closed["text"]
        shown = await press(house, begun, again)
        assert "⏸" in shown["text"]
        house.clock.now += COOLING
        [open_again] = await house.write(MEMBER, "/picks")
        assert "PSG" in open_again["text"]


@pytest.mark.parametrize(
    "kind", [kind for kind in AlertKind if IN_A_PAUSE.get(kind) is not Passage.OPEN]
)
async def test_no_alert_gets_around_a_pause(pool: Pool, kind: AlertKind) -> None:
    """Queued before it began, sent after: of every kind there is."""
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        await house.write(MEMBER, "/start")
        about = (
            pick.id
            if kind in EDITS | {AlertKind.PICK, AlertKind.LAST, AlertKind.OUTCOME}
            else None
        )
        async with house.store.transaction() as tx:
            await tx.outbox.add([an_alert(kind, about, house.clock.now)])
        await pause(house)
        await deliver(house)
        assert await house.sees_nothing(MEMBER)
        row = await pool.fetchrow("select state, last_error from outbox")
        assert row is not None
        barred = IN_A_PAUSE[kind] is Passage.BARRED
        assert (row["state"], row["last_error"]) == (
            "cancelled",
            "paused" if barred else "no card",
        )


async def test_a_card_that_is_held_shows_its_result_in_place_and_is_not_said_anew(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        await house.write(MEMBER, "/start")
        async with house.store.transaction() as tx:
            await tx.outbox.add([an_alert(AlertKind.RESULT, pick.id, house.clock.now)])
        [card] = await house.write(MEMBER, "/pick 1")
        await pool.execute(
            "insert into outbox (dedup_key, chat_id, kind, pick_id, version, body, priority,"
            " state, created_at, not_before, expires_at, message_id, finished_at)"
            " select 'card', chat_id, 'pick', pick_id, 'new', '{}', 1, 'sent', created_at,"
            " not_before, expires_at, $1, created_at from outbox",
            card["message_id"],
        )
        await settle(house.store, pick, won=True)
        await pause(house)
        await deliver(house)
        [edited] = await house.see(MEMBER)
        assert (edited["kind"], edited["message_id"]) == ("edit", card["message_id"])


@pytest.mark.parametrize("person", [MEMBER, OWNER, VIEWER])
async def test_every_command_is_open_or_closed_in_a_pause_as_the_catalogue_says(
    pool: Pool, person: int
) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        await house.write(person, "/start")
        await pause(house, person, None)
        for command in COMMANDS:
            if not command.shows_picks:
                continue
            house.clock.ticks += 61
            [told] = await house.write(person, f"/{command.name} 1")
            assert "PSG" not in told["text"], command.name
        [own] = await house.write(person, "/jeu_responsable")
        assert any(word in own["text"] for word in ("sans fin", "without end"))


def test_picks_and_taking_them_are_closed_in_a_pause_and_ones_own_things_are_not() -> None:
    shows = {command.name: command.shows_picks for command in COMMANDS}
    assert {name for name in CLOSED_IN_A_PAUSE if not shows[name]} == set()
    assert {name for name in OPEN_IN_A_PAUSE | {"jeu_responsable"} if shows[name]} == set()
    closed = {"picks", "card", "detail", "path", "take", "takeany", "later", "betset"}
    assert {name for name in closed if not SCREENS[name].shows_picks} == set()
    assert None not in {screen.shows_picks for screen in SCREENS.values()}


async def test_buttons_links_and_inline_words_are_closed_in_a_pause_too(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        await house.write(MEMBER, "/start")
        [card] = await house.write(MEMBER, "/pick 1")
        assert len((await house.people.ask_inline(MEMBER, "psg"))["answer"]["results"]) == 1
        await pause(house)
        answer = await house.tap(MEMBER, card, "Pris")
        assert "pause" in answer["text"]
        assert (await house.people.ask_inline(MEMBER, "psg"))["answer"]["results"] == []
        [told] = await house.write(MEMBER, "/start p_1")
        assert "PSG" not in told["text"]
        [told] = await house.write(MEMBER, "#P1")
        assert "PSG" not in told["text"]


async def test_a_stricter_limit_holds_at_once_and_a_looser_one_is_asked_again_a_day_later(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        [shown] = await house.write(MEMBER, "/jeu_responsable")
        shown = await press(house, shown, "Mes limites")
        shown = await press(house, shown, "Perte / jour")
        shown = await press(house, shown, "(50,00")
        assert "dès maintenant : 5 u (50,00 €)" in shown["text"]
        shown = await press(house, shown, "(100,00")
        assert "En vigueur : 5 u" in shown["text"]
        assert "redemandez" in shown["text"]
        house.clock.now += COOLING
        [shown] = await house.write(MEMBER, "/jeu_responsable")
        shown = await press(house, shown, "Mes limites")
        shown = await press(house, shown, "Perte / jour")
        shown = await press(house, shown, "Redemander")
        assert "dès maintenant : 10 u" in shown["text"]
        await press(house, shown, "Écrire")
        [shown] = await house.write(MEMBER, "20€")
        assert "dès maintenant : 2 u (20,00 €)" in shown["text"]


async def test_an_exclusion_without_end_is_lifted_by_asking_twice_after_half_a_year(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        await pause(house, length=None)
        [shown] = await house.write(MEMBER, "/jeu_responsable")
        assert not any("fin de l’exclusion" in b["text"] for row in shown["buttons"] for b in row)
        house.clock.now += ENDLESS_AT_LEAST
        [shown] = await house.write(MEMBER, "/jeu_responsable")
        shown = await press(house, shown, "fin de l’exclusion")
        assert "Fin demandée" in shown["text"]
        assert "sans fin" in shown["text"]
        house.clock.now += COOLING
        [shown] = await house.write(MEMBER, "/jeu_responsable")
        shown = await press(house, shown, "fin de l’exclusion")
        assert "Aucune pause" in shown["text"]


async def test_a_bet_that_passes_a_limit_is_asked_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        await house.write(MEMBER, "/start")
        await limit(house, LimitKind.STAKE_DAY, "0.5")
        [card] = await house.write(MEMBER, "/pick 1")
        asked = await press(house, card, "Pris")
        assert "limite que vous avez fixée" in asked["text"]
        async with house.store.reading() as tx:
            assert await tx.bets.of(MEMBER) == ()
        slip = await press(house, asked, "Confirmer")
        assert "Noté sur #P1" in slip["text"]
        async with house.store.reading() as tx:
            assert len(await tx.bets.of(MEMBER)) == 1
        kept = await press(house, slip, "Mise ×2")
        assert "reste noté comme il était" in kept["text"]


async def test_cards_wait_while_a_limit_of_stakes_is_reached(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=30))
        await house.write(MEMBER, "/start")
        await house.write(MEMBER, "/pris 1 2,10 1u")
        await limit(house, LimitKind.STAKE_DAY, "1")
        other = await a_pick(house.store, after=timedelta(hours=30), home="Nice", away="Brest")
        assert other.id != pick.id
        async with house.store.transaction() as tx:
            await tx.outbox.add([an_alert(AlertKind.PICK, other.id, house.clock.now)])
        await deliver(house)
        assert await house.sees_nothing(MEMBER)
        row = await pool.fetchrow("select state, last_error, not_before from outbox")
        assert row is not None
        assert (row["state"], row["last_error"]) == ("pending", "limit")
        assert row["not_before"].astimezone(ZoneInfo("Europe/Paris")).hour == 0


async def test_a_pause_outlives_being_forgotten_and_limits_do_not(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        await limit(house, LimitKind.STAKE_DAY, "1")
        await pause(house, length=None)
        async with house.store.transaction() as tx:
            await tx.forgetting.forget(MEMBER, house.clock.now)
            care = await tx.care.of(MEMBER)
        assert care.limits == {}
        assert care.paused(house.clock.now) is not None


async def test_who_asked_for_it_is_told_how_long_they_have_been_here(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        await limit(house, LimitKind.MINUTES, "15")
        for _ in range(3):
            await house.write(MEMBER, "/aide")
            house.clock.now += timedelta(minutes=6)
        told = await house.write(MEMBER, "/aide", 2)
        assert "18 minutes" in told[-1]["text"]
        assert await house.sees_nothing(MEMBER)


async def test_a_pause_is_suggested_when_stakes_double_after_losses_and_once_a_week(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        stakes = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2)
        for n, stake in enumerate(stakes):
            pick = await a_pick(house.store, after=timedelta(hours=3), home=f"T{n}")
            await house.write(MEMBER, f"/pris {n + 1} 2,10 {stake}u")
            await settle(house.store, pick, won=False)
            house.clock.now += timedelta(minutes=1)
            house.clock.ticks += 61
        for n in (len(stakes), len(stakes) + 1):
            await a_pick(house.store, after=timedelta(hours=3), home=f"T{n}")
        slip, hint = await house.write(MEMBER, "/pris 11 2,10 4u", 2)
        assert "Noté sur #P11" in slip["text"]
        assert "pause de 24" in hint["text"]
        asked = await press(house, hint, "24 heures")
        assert "Commencer maintenant" in asked["text"]
        await house.write(MEMBER, "/pris 12 2,10 4u")
        assert await house.sees_nothing(MEMBER)
