"""Odds people wait for: said, listed, taken back, and told once when a look sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from engine.domain.board import Board, Quote, build_board
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds
from jobs.watching import tell_watchers
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house
from tests.e2e.test_bot_matches import a_match, priced
from tests.unit.bot.views import HOSTILE, NOW

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from engine.domain.odds_watch import OddsWatch
    from storage.pool import Pool

PARIS = ZoneInfo("Europe/Paris")


async def waiting(house: House, person: int = MEMBER) -> tuple[OddsWatch, ...]:
    async with house.store.reading() as tx:
        return await tx.watches.of(person, house.clock.now)


def offer(fixture: Fixture, code: str, odds: float, at: datetime = NOW) -> Board:
    """A look at one selection of a match, at one book."""
    quote = Quote(
        fixture=0,
        bookmaker=BookmakerKey("unibet_fr"),
        selection=Selection.parse(code),
        odds=Odds(odds),
        quoted_at=at.timestamp(),
    )
    return build_board(at, (fixture,), [quote])


async def look(house: House, board: Board) -> int:
    async with house.store.transaction() as tx:
        return await tell_watchers(tx, board, house.door.rules.alerts, PARIS, board.as_of)


async def outbox(pool: Pool) -> list[Any]:
    return list(await pool.fetch("select * from outbox where kind = 'watch' order by id"))


async def test_a_watch_is_said_by_team_and_odds_and_one_outcome_is_pressed(pool: Pool) -> None:
    async with open_house(pool) as house:
        fixture = await a_match(house, after=timedelta(hours=5))
        await priced(house, fixture)
        [asked] = await house.write(MEMBER, "/watch psg 2,10")
        assert "Quelle issue guetter à 2,10 ou plus ?" in asked["text"]
        assert "Meilleure cote relevée : Victoire PSG 2,04" in asked["text"]
        await house.tap(MEMBER, asked, "Victoire PSG")
        [noted] = await house.see(MEMBER)
        assert "C’est noté : Victoire PSG à 2,10 ou plus" in noted["text"]
        [one] = await waiting(house)
        assert (one.selection.code, one.odds) == ("home", 2.10)
        await house.tap(MEMBER, noted, "Guets")
        [listed] = await house.see(MEMBER)
        assert "Cotes guettées : 1/10" in listed["text"]
        await house.tap(MEMBER, listed, "❌")
        [empty] = await house.see(MEMBER)
        assert "0/10" in empty["text"]
        assert await waiting(house) == ()


async def test_without_odds_a_little_more_than_the_best_of_now_is_offered(pool: Pool) -> None:
    async with open_house(pool) as house:
        fixture = await a_match(house, after=timedelta(hours=5))
        await priced(house, fixture)
        [sheet] = await house.write(MEMBER, "/match psg")
        await house.tap(MEMBER, sheet, "Guetter")
        [asked] = await house.see(MEMBER)
        labels = [button["text"] for row in asked["buttons"] for button in row]
        assert labels[:3] == [
            "👁 Victoire PSG ≥ 2,14",
            "👁 Match nul ≥ 3,89",
            "👁 Victoire Lens ≥ 4,20",
        ]
        await house.tap(MEMBER, asked, "Match nul")
        await house.see(MEMBER)
        [one] = await waiting(house)
        assert (one.selection.code, one.odds) == ("draw", 3.89)


async def test_a_pick_is_watched_by_its_number(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=5))
        [noted] = await house.write(MEMBER, "/seuil 1 2,20")
        assert "Plus de 2,5 buts à 2,20 ou plus" in noted["text"]
        [again] = await house.write(MEMBER, "/threshold #P1 2.20")
        assert "C’est noté" in again["text"]
        assert len(await waiting(house)) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/seuil", "/seuil 12 2,10"),
        ("/seuil 1", "/seuil 12 2,10"),
        ("/seuil 1 abc", "abc"),
        ("/seuil 99 2,10", "#P99"),
        ("/watch zzzz 2,10", "zzzz"),
        ("/watch psg 0,50", "0,50"),
    ],
)
async def test_what_cannot_be_watched_is_said(pool: Pool, typed: str, told: str) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=5))
        [shown] = await house.write(MEMBER, typed)
        assert told in shown["text"]
        assert await waiting(house) == ()


async def test_a_match_that_has_begun_is_not_watched_and_ends_what_was(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=1))
        await house.write(MEMBER, "/seuil 1 2,20")
        house.clock.now = NOW + timedelta(hours=2)
        assert await waiting(house) == ()
        [late] = await house.write(MEMBER, "/seuil 1 2,30")
        assert "a commencé" in late["text"]


async def test_nobody_watches_more_than_the_cap(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=5))
        for n in range(10):
            await house.write(MEMBER, f"/seuil 1 3,{10 + n}")
        house.clock.ticks += 61
        [full] = await house.write(MEMBER, "/seuil 1 4,00")
        assert "Vous guettez déjà 10 cotes" in full["text"]
        assert len(await waiting(house)) == 10


async def test_odds_reached_are_told_once_and_never_below(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=5))
        async with house.store.reading() as tx:
            [fixture] = await tx.fixtures.get([pick.fixture_id])
        await house.write(MEMBER, "/seuil 1 2,20")
        assert await look(house, offer(fixture, "over_2.5", 2.19)) == 0
        assert await look(house, offer(fixture, "under_2.5", 2.50)) == 0
        old = NOW - timedelta(hours=2)
        stale = offer(fixture, "over_2.5", 2.5, old)
        async with house.store.transaction() as tx:
            assert await tell_watchers(tx, stale, house.door.rules.alerts, PARIS, NOW) == 0
        assert await look(house, offer(fixture, "over_2.5", 2.20)) == 1
        assert await look(house, offer(fixture, "over_2.5", 2.30)) == 0
        [row] = await outbox(pool)
        assert row["chat_id"] == MEMBER
        assert (row["body"]["odds"], row["body"]["volume"]) == ("2.2", "on")
        assert await waiting(house) == ()


async def test_quiet_hours_hold_what_was_waited_for(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=20))
        async with house.store.reading() as tx:
            [fixture] = await tx.fixtures.get([pick.fixture_id])
        await house.write(MEMBER, "/start")
        await house.write(MEMBER, "/calme 17:00-19:00")
        await house.write(MEMBER, "/seuil 1 2,20")
        assert await look(house, offer(fixture, "over_2.5", 2.40)) == 1
        [row] = await outbox(pool)
        assert row["not_before"].astimezone(PARIS).hour == 19


async def test_two_people_wait_for_themselves_and_forgetting_takes_it_away(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=5), home=HOSTILE.replace("\0", "")[:200])
        [mine] = await house.write(MEMBER, "/seuil 1 2,20")
        assert "</b><script>" in mine["text"]
        async with house.store.transaction() as tx:
            assert not await tx.watches.drop((await waiting(house))[0].id, VIEWER)
            kept = await tx.forgetting.kept(MEMBER)
            assert [row["odds"] for row in kept["watches"]] == [2.2]
            await tx.forgetting.forget(MEMBER, NOW)
        assert await waiting(house) == ()


async def test_watching_is_for_members_in_private(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=5))
        [refused] = await house.write(VIEWER, "/watch psg 2.10")
        assert "members" in refused["text"]
        [sheet] = await house.write(VIEWER, "/match psg")
        labels = [button["text"] for row in sheet["buttons"] for button in row]
        assert not any("👁" in label for label in labels)
