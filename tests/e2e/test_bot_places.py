"""Groups, topics and channels: taken up in private by those who run the bot, told as they say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram.ext import ExtBot

from bot.delivery import Courier, Delivery
from bot.limiter import Limiter, PacedRequests
from bot.words import AlertWords
from engine.alerting.compose import compose
from engine.alerting.rules import AlertRules
from engine.domain.alert import AlertKind
from engine.domain.board import Quote, build_board
from tests.e2e.bot_house import MEMBER, OWNER, House, a_pick, open_house

if TYPE_CHECKING:
    from storage.places import Place
    from storage.pool import Pool


async def press(house: House, shown: Any, label: str, person: int = OWNER) -> Any:
    await house.tap(person, shown, label)
    return (await house.see(person))[-1]


async def opened(house: House) -> tuple[Place, ...]:
    async with house.store.reading() as tx:
        return await tx.places.all()


async def channel(house: House, owner: int = OWNER, **fields: Any) -> Any:
    """Open a channel whose owner adds the bot as administrator."""
    return await house.people.open_chat(
        "channel", [owner, MEMBER], title="Sweet <Spots>", bot_status="administrator", **fields
    )


async def test_who_runs_the_bot_is_asked_in_private_when_they_take_it_into_a_channel(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        chat = await channel(house)
        [asked] = await house.see(OWNER)
        assert asked["chat_id"] == OWNER
        assert "Sweet <Spots>" in asked["text"]
        assert await opened(house) == ()
        told = await press(house, asked, "En français")
        assert "y seront dits" in told["text"]
        [place] = await opened(house)
        assert (place.chat_id, place.chat_type, place.language) == (chat["id"], "channel", "fr")
        assert place.kinds == {AlertKind.PICK}
        listed = await press(house, told, "Canaux")
        assert "Sweet <Spots> · picks · fr" in listed["text"]


async def test_taken_in_by_anybody_else_it_says_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        await channel(house, owner=MEMBER)
        assert await house.sees_nothing(MEMBER)
        assert await opened(house) == ()


async def test_a_topic_is_opened_from_within_and_settled_in_private(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        group = await house.people.open_chat(
            "supergroup", [OWNER, MEMBER], title="Tribune", topics=["Picks", "Bavardage"]
        )
        await house.see(OWNER)  # asked about the group itself
        topic = group["topics"][0]["message_thread_id"]
        said = await house.write(
            OWNER, "/canaux", n=2, chat_id=group["id"], message_thread_id=topic
        )
        asked = next(one for one in said if one["chat_id"] == OWNER)
        assert "privé" in next(one for one in said if one["chat_id"] != OWNER)["text"]
        await press(house, asked, "In English")
        [place] = await opened(house)
        assert (place.thread_id, place.language) == (topic, "en")


async def test_a_place_is_changed_filtered_and_closed(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        await channel(house)
        [asked] = await house.see(OWNER)
        told = await press(house, asked, "En français")
        shown = await press(house, await press(house, told, "Canaux"), "Sweet")
        shown = await press(house, shown, "Preuve du jour")
        shown = await press(house, shown, "Filtre")
        [refused, shown] = await house.write(OWNER, "zzz", n=2)
        assert "zzz" in refused["text"]
        [shown] = await house.write(OWNER, "market=btts")
        [place] = await opened(house)
        assert place.kinds == {AlertKind.PICK, AlertKind.PROOF}
        assert place.written == "market=btts"
        sure = await press(house, shown, "Fermer")
        gone = await press(house, sure, "Confirmer")
        assert "plus rien" in gone["text"]
        assert await opened(house) == ()
        actions = await pool.fetch("select action from audit order by at, action")
        assert {row["action"] for row in actions} >= {"place_opened", "place_closed"}


async def test_a_channel_the_bot_was_put_out_of_is_told_nothing_until_it_is_back(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        chat = await channel(house)
        [asked] = await house.see(OWNER)
        told = await press(house, asked, "En français")
        await house.people.set_bot(chat["id"], "left")
        await house.write(OWNER, "/aide")
        [place] = await opened(house)
        assert place.state == "gone"
        listed = await press(house, told, "Canaux")
        assert "n’y est plus" in listed["text"]
        await house.people.set_bot(chat["id"], "administrator")
        await house.write(OWNER, "/aide")
        [place] = await opened(house)
        assert place.state == "active"


async def test_a_card_in_a_channel_has_no_bankroll_and_one_button_that_opens_the_bot(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        chat = await channel(house)
        [asked] = await house.see(OWNER)
        await press(house, asked, "En français")
        pick = await a_pick(house.store, after=timedelta(hours=3))
        await tell(house, pick)
        events = await house.people.events(MEMBER, after=0)
        [card] = [one for one in events if one["kind"] == "send" and one["chat_id"] == chat["id"]]
        assert "#P1" in card["text"]
        assert "€" not in card["text"]
        [[button]] = card["buttons"]
        assert button["url"].endswith("?start=p_1")
        assert "callback_data" not in button


async def tell(house: House, pick: Any) -> None:
    """Compose the pick's card for all that listen, and deliver it."""
    rules = AlertRules()
    now = house.clock.now
    async with house.store.transaction() as tx:
        readers = await tx.readers.listening(now, house.door.money.time_zone)
        view = await tx.picks.view(pick_id=pick.id)
        assert view is not None
        alerts = compose(
            [pick],
            [],
            [one for one in readers if not one.user_id],
            rules,
            fixtures={view.fixture.id: view.fixture},
            kick_offs={pick.id: view.fixture.kick_off},
            now=now - rules.group_wait,
        )
        await tx.outbox.add(alerts)
        quote = Quote(
            fixture=0,
            bookmaker=pick.bookmaker,
            selection=pick.selection,
            odds=pick.odds,
            quoted_at=now.timestamp(),
        )
        await tx.odds.add(build_board(now, (view.fixture,), [quote]))
    words = AlertWords(texts=house.door.texts, money=house.door.money, signer=house.door.signer)
    limiter, token = Limiter(rules), house.app.bot.token

    async def clock(_: object) -> Any:
        return now

    url = house.app.bot.base_url.removesuffix(token)
    async with ExtBot(token, base_url=url, rate_limiter=PacedRequests(limiter)) as bot:
        courier = Courier(bot=bot, words=words, limiter=limiter, fencing=1)
        await Delivery(house.store, courier, rules, clock).drain()
