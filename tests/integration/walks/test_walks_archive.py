"""What is stored, as one archive: printed seasons and looks of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.domain.board import Quote, build_board
from engine.domain.dispute import Decision, DisputeKind, Doubt
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.settlement import Phase, Result, Score
from jobs.archive import stored_archive
from jobs.import_command import import_seasons
from jobs.season_archive import read_archive
from jobs.season_sources import Wanted
from tests.builders import a_fixture, a_result
from tests.integration.walks.site import utc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from engine.learning.archive import Archive
    from jobs.context import Context

EVER = utc(1990, 1, 1)
KICK_OFF = utc(2026, 8, 30, 15)
FIXTURE = a_fixture(kick_off=KICK_OFF)
HEAD = (
    "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,B365H,B365D,B365A,"
    "PSCH,PSCD,PSCA,B365>2.5,B365<2.5,AHh,B365AHH,B365AHA,BbAvH,BbAvD,BbAvA"
)
FULHAM = (
    "E0,19/08/2023,15:00,Fulham,Brentford,0,3,A,0,1,2,3.5,4,"
    "2.1,3.4,3.9,1.8,2,-0.25,1.9,2.0,2.05,3.3,3.6"
)
BARE = "E0,26/08/2023,15:00,Fulham,Arsenal,1,1,D,0,1,,,,,,,,,,,,,,"


def totals(line: str) -> Market:
    return Market(kind=MarketKind.TOTAL_GOALS, line=Decimal(line))


def handicap(line: str) -> Market:
    return Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal(line))


async def look(ctx: Context, at: datetime, *books: tuple[str, Market, tuple[float, ...]]) -> None:
    """Keep a look at the fixture that saw these books."""
    quotes = [
        Quote(
            fixture=0,
            bookmaker=BookmakerKey(key),
            selection=selection,
            odds=Odds(odds),
            quoted_at=at.timestamp(),
            lay=False,
        )
        for key, market, prices in books
        for selection, odds in zip(market.selections, prices, strict=True)
    ]
    async with ctx.store.transaction() as tx:
        await tx.fixtures.save([FIXTURE], at)
        await tx.odds.add(build_board(at, (FIXTURE,), quotes))


async def archive_at(ctx: Context, at: datetime) -> Archive:
    clock: Any = ctx.clock
    clock.at = at
    return await stored_archive(ctx, EVER)


def price(odds: Any, row: int, market: str, book: str) -> list[float]:
    found: list[float] = getattr(odds, market)[row, odds.book(book)].tolist()
    return found


async def test_an_empty_database_is_an_empty_archive(ctx: Context) -> None:
    archive = await archive_at(ctx, KICK_OFF)
    assert (len(archive), archive.competitions, archive.look.books) == (0, (), ())
    assert archive.close.match_odds.shape == (0, 0, 3)


async def test_printed_matches_have_their_two_looks_and_their_score(
    ctx: Context, tmp_path: Path
) -> None:
    (tmp_path / "E0.csv").write_text(f"{HEAD}\n{FULHAM}\n{BARE}", encoding="utf-8")
    await import_seasons(ctx, tmp_path, Wanted())
    archive = await archive_at(ctx, KICK_OFF)
    assert archive.competitions == ("soccer_epl",)
    assert archive.teams == ("arsenal", "brentford", "fulham")
    assert archive.season.tolist() == [2023, 2023]
    assert archive.looked_at.tolist() == [
        utc(2023, 8, 18, 14).timestamp(),
        utc(2023, 8, 25, 14).timestamp(),
    ]
    assert (archive.home_goals.tolist(), archive.away_goals.tolist()) == ([0, 1], [3, 1])
    assert archive.look.books == ("bet365", "fd_avg", "pinnacle")
    assert price(archive.look, 0, "match_odds", "bet365") == [2, 3.5, 4]
    assert price(archive.look, 0, "match_odds", "fd_avg") == [2.05, 3.3, 3.6]
    assert price(archive.look, 0, "total", "bet365") == [1.8, 2]
    assert price(archive.look, 0, "handicap", "bet365") == [1.9, 2]
    assert (archive.look.total_line[0], archive.look.handicap_line[0]) == (2.5, -0.25)
    assert price(archive.close, 0, "match_odds", "pinnacle") == [2.1, 3.4, 3.9]
    assert np.isnan(archive.close.total).all()
    assert np.isnan(archive.look.match_odds[1]).all()
    assert np.isnan(archive.look.total_line[1])


async def test_our_looks_stand_nearest_to_the_leads_and_the_last_one_is_the_close(
    ctx: Context,
) -> None:
    for hours, home in ((60, 1.9), (47, 2.0), (30, 2.05), (23, 2.1), (7, 2.2), (2, 2.3)):
        at = KICK_OFF - timedelta(hours=hours)
        await look(ctx, at, ("pinnacle", MATCH_ODDS, (home, 3.5, 4.0)))
    await look(ctx, KICK_OFF - timedelta(minutes=5), ("pinnacle", MATCH_ODDS, (2.5, 3.4, 3.0)))
    await look(ctx, KICK_OFF + timedelta(minutes=5), ("pinnacle", MATCH_ODDS, (9.0, 3.4, 1.2)))
    before = await archive_at(ctx, KICK_OFF)
    assert len(before) == 0
    archive = await archive_at(ctx, KICK_OFF + timedelta(hours=5))
    assert [(KICK_OFF.timestamp() - at) / 3600 for at in archive.looked_at] == [47, 23, 7, 2]
    assert archive.look.match_odds[:, 0, 0].tolist() == [2.0, 2.1, 2.2, 2.3]
    assert archive.close.match_odds[:, 0, 0].tolist() == [2.5] * 4
    assert np.isnan(archive.home_goals).all()


async def test_a_look_long_before_kick_off_is_no_close(ctx: Context) -> None:
    await look(ctx, KICK_OFF - timedelta(hours=3), ("pinnacle", MATCH_ODDS, (2.0, 3.5, 4.0)))
    archive = await archive_at(ctx, KICK_OFF + timedelta(hours=5))
    assert len(archive) == 1
    assert np.isnan(archive.close.match_odds).all()


async def test_one_line_is_taken_of_a_look_that_saw_many(ctx: Context) -> None:
    await look(
        ctx,
        KICK_OFF - timedelta(hours=3),
        ("pinnacle", MATCH_ODDS, (2.0, 3.5, 4.0)),
        ("pinnacle", totals("2.5"), (2.4, 1.5)),
        ("pinnacle", totals("3"), (2.0, 1.9)),
        ("bet365", totals("3"), (2.0, 1.8)),
        ("pinnacle", handicap("-0.5"), (2.0, 1.85)),
        ("bet365", handicap("-0.5"), (2.02, 1.8)),
        ("pinnacle", handicap("-0.25"), (1.93, 1.92)),
        ("bet365", handicap("-0.25"), (1.9, 1.9)),
        ("betclic", handicap("-1"), (2.4, 1.5)),
    )
    archive = await archive_at(ctx, KICK_OFF + timedelta(hours=5))
    assert (archive.look.total_line[0], archive.look.handicap_line[0]) == (3, -0.25)
    assert price(archive.look, 0, "total", "pinnacle") == [2.0, 1.9]
    assert price(archive.look, 0, "total", "bet365") == [2.0, 1.8]
    assert price(archive.look, 0, "handicap", "bet365") == [1.9, 1.9]


async def test_a_price_withdrawn_before_a_look_is_not_in_it(ctx: Context) -> None:
    first = ("bet365", MATCH_ODDS, (2.1, 3.5, 3.9))
    await look(
        ctx, KICK_OFF - timedelta(hours=47), ("pinnacle", MATCH_ODDS, (2.0, 3.5, 4.0)), first
    )
    await look(ctx, KICK_OFF - timedelta(hours=5), ("pinnacle", MATCH_ODDS, (2.0, 3.5, 4.0)))
    archive = await archive_at(ctx, KICK_OFF + timedelta(hours=5))
    assert price(archive.look, 0, "match_odds", "bet365") == [2.1, 3.5, 3.9]
    assert np.isnan(price(archive.look, 1, "match_odds", "bet365")).all()
    assert price(archive.look, 1, "match_odds", "pinnacle") == [2.0, 3.5, 4.0]


async def test_the_last_finished_reading_is_the_result(ctx: Context) -> None:
    await look(ctx, KICK_OFF - timedelta(hours=5), ("pinnacle", MATCH_ODDS, (2.0, 3.5, 4.0)))
    read = Result(
        fixture_id=FIXTURE.id,
        source="api_football",
        status="FT",
        phase=Phase.FINISHED,
        full_time=Score(home=2, away=1),
        half_time=None,
        kick_off=KICK_OFF,
        read_at=KICK_OFF + timedelta(hours=2),
    )
    awarded = replace(
        read,
        phase=Phase.AWARDED,
        full_time=Score(home=3, away=0),
        read_at=KICK_OFF + timedelta(days=2),
    )
    async with ctx.store.transaction() as tx:
        await tx.results.add([read, awarded])
    archive = await archive_at(ctx, KICK_OFF + timedelta(days=3))
    assert (archive.home_goals.tolist(), archive.away_goals.tolist()) == ([2], [1])


async def test_a_disputed_score_teaches_nothing_until_a_person_has_decided(ctx: Context) -> None:
    """What a person said then is what is learned, whatever sources say later."""
    await look(ctx, KICK_OFF - timedelta(hours=5), ("pinnacle", MATCH_ODDS, (2.0, 3.5, 4.0)))
    end = KICK_OFF + timedelta(hours=2)
    one = a_result(4, 1, fixture_id=FIXTURE.id, kick_off=KICK_OFF, read_at=end)
    row, doubt, other = (
        Doubt(fixture_id=FIXTURE.id, kind=kind, reads=(one,))
        for kind in (DisputeKind.EXTRA_TIME, DisputeKind.SOURCES, DisputeKind.SCORE_FELL)
    )
    decided = Decision(score=Score(home=2, away=1))

    async def learned() -> list[tuple[float, float]]:
        archive = await archive_at(ctx, KICK_OFF + timedelta(days=3))
        return list(zip(archive.home_goals.tolist(), archive.away_goals.tolist(), strict=True))

    async with ctx.store.transaction() as tx:
        await tx.results.add([one])
        await tx.disputes.open([row], end)
        await tx.disputes.withdraw([w.dispute.id for w in await tx.disputes.waiting()], end)
    assert await learned() == [(4, 1)], "its source has set the row right"
    async with ctx.store.transaction() as tx:
        await tx.disputes.open([doubt, other], end)
        numbers = [each.dispute.id for each in await tx.disputes.waiting()]
    assert np.isnan(await learned()).all()
    async with ctx.store.transaction() as tx:
        await tx.disputes.decide(numbers[0], decided, by=1, now=end)
    assert np.isnan(await learned()).all(), "another doubt of it waits"
    async with ctx.store.transaction() as tx:
        await tx.disputes.decide(numbers[1], decided, by=1, now=end + timedelta(minutes=1))
        await tx.results.add([replace(one, read_at=end + timedelta(hours=1))])
    assert await learned() == [(2, 1)]


def sorted_rows(archive: Archive, books: Iterable[str]) -> list[tuple[float, ...]]:
    parts = [archive.kick_off[:, None], archive.home_goals[:, None], archive.away_goals[:, None]]
    for odds in (archive.look, archive.close):
        for book in books:
            place = odds.book(book)
            assert place is not None
            parts += [odds.match_odds[:, place], odds.total[:, place], odds.handicap[:, place]]
        parts += [odds.total_line[:, None], odds.handicap_line[:, None]]
    return sorted(map(tuple, np.nan_to_num(np.hstack(parts), nan=-1).tolist()))


@pytest.mark.realdata
async def test_a_stored_season_is_the_archive_its_files_give(
    ctx: Context, real_data: Path
) -> None:
    folder = real_data / "football-data"
    divisions = frozenset({"E0", "F1"})
    await import_seasons(ctx, folder, Wanted(divisions=divisions, seasons=frozenset({"2122"})))
    stored = await archive_at(ctx, utc(2026, 1, 1))
    told = read_archive(folder, [2021], divisions)
    assert len(stored) == len(told) == 760
    assert set(told.look.books) >= set(stored.look.books) >= {"pinnacle", "bet365", "fd_max"}
    assert sorted_rows(stored, stored.look.books) == sorted_rows(told, stored.look.books)
    assert sorted(stored.looked_at.tolist()) == sorted(told.looked_at.tolist())
    assert (np.unique(stored.season).tolist(), len(stored.teams)) == ([2021], len(told.teams))
