"""A look of our own in the archive holds what it was priced with, to the bit."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from engine.domain.board import Board, Quote, build_board
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.numbers import BookmakerKey, Odds
from engine.pricing.price import priced
from jobs.archive import stored_archive
from tests.builders import a_fixture
from tests.integration.walks.site import utc

if TYPE_CHECKING:
    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds
    from jobs.context import Context

KICK_OFF: Final = utc(2026, 8, 30, 15)
FIRST = a_fixture(home="lens", kick_off=KICK_OFF)
SECOND = a_fixture(home="lyon", kick_off=KICK_OFF + timedelta(hours=3))
FIXTURES: Final = (FIRST, SECOND)
ODD_MICROSECONDS: Final = timedelta(microseconds=123_457)


def line(kind: MarketKind, at: str) -> Market:
    return Market(kind=kind, line=Decimal(at))


TOTALS: Final = tuple(line(MarketKind.TOTAL_GOALS, at) for at in ("2.25", "2.5", "3"))
HANDICAPS: Final = tuple(line(MarketKind.ASIAN_HANDICAP, at) for at in ("-0.75", "-0.5"))
EVERY: Final = (MATCH_ODDS, *TOTALS, *HANDICAPS)
MEANT: Final = {
    MATCH_ODDS: (1.91, 3.55, 4.1),
    TOTALS[0]: (1.72, 2.13),
    TOTALS[1]: (1.89, 1.94),
    TOTALS[2]: (2.42, 1.56),
    HANDICAPS[0]: (2.11, 1.77),
    HANDICAPS[1]: (1.9, 1.95),
}


class _Told:
    """The quotes of one look at both fixtures, as it goes."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.quotes: list[Quote] = []

    def say(
        self,
        book: str,
        *markets: Market,
        times: float = 1.0,
        age: float = 60.0,
        lay: bool = False,
        sides: slice = slice(None),
        fixtures: tuple[int, ...] = (0, 1),
    ) -> None:
        """Have a book quote markets at its own multiple of what everybody means."""
        self.quotes += [
            Quote(
                fixture=fixture,
                bookmaker=BookmakerKey(book),
                selection=selection,
                odds=Odds(round(odds * times + 0.013 * fixture, 3)),
                quoted_at=self.at.timestamp() - age,
                lay=lay,
            )
            for fixture in fixtures
            for market in markets
            for selection, odds in list(zip(market.selections, MEANT[market], strict=True))[sides]
        ]

    def board(self) -> Board:
        return build_board(self.at, FIXTURES, self.quotes)


def a_look(at: datetime) -> Board:
    """Return a board with all that keeps a price out of a reference, or changes it."""
    told = _Told(at)
    for number, book in enumerate(("bet365", "betclic", "coral", "unibet_eu", "williamhill")):
        told.say(book, *EVERY, times=0.97 + 0.01 * number, age=5.0 + number)
    told.say("pinnacle", *EVERY[:-2], age=31.5)
    told.say("pinnacle", HANDICAPS[0], times=1.01)
    told.say("betfair_ex_eu", *EVERY, times=1.01)
    told.say("betfair_ex_eu", MATCH_ODDS, *TOTALS, times=1.03, lay=True)
    told.say("betfair_ex_eu", *HANDICAPS, times=1.3, lay=True)
    told.say("matchbook", *EVERY, times=1.02)
    told.say("smarkets", MATCH_ODDS, times=1.02)
    told.say("smarkets", MATCH_ODDS, times=1.04, lay=True, sides=slice(0, 2))
    told.say("mistyped", *EVERY, times=1.5)
    told.say("old", *EVERY, age=1801.0)
    told.say("just_in_time", *EVERY, times=0.99, age=1799.0)
    told.say("old_when_late", *EVERY, times=0.985, age=700.0)
    told.say("half", *EVERY, sides=slice(0, 1))
    told.say("two_times", MATCH_ODDS, times=0.98, sides=slice(0, 1), age=1900.0)
    told.say("two_times", MATCH_ODDS, times=0.98, sides=slice(1, 3))
    told.say("one_match", *EVERY, times=0.96, fixtures=(1,))
    return told.board()


async def kept(ctx: Context, board: Board) -> Board:
    async with ctx.store.transaction() as tx:
        await tx.fixtures.save(FIXTURES, board.as_of)
        await tx.odds.add(board)
    return board


async def archive_of(ctx: Context) -> Archive:
    clock: Any = ctx.clock
    clock.at = KICK_OFF + timedelta(days=1)
    return await stored_archive(ctx, utc(1990, 1, 1))


def live(ctx: Context, board: Board, now: datetime) -> MainOdds:
    return priced(board, ctx.rules.policy.pricing, now).odds


def same(archived: MainOdds, row: int, told: MainOdds, fixture: int) -> None:
    """See that a row of the archive is a fixture of a live look; books without odds may lack."""
    for name in ("total_line", "handicap_line"):
        one, other = getattr(archived, name)[row], getattr(told, name)[fixture]
        assert np.array_equal(one, other, equal_nan=True), name
    for name in ("match_odds", "total", "handicap"):
        for book in {*archived.books, *told.books}:
            mine, theirs = archived.book(book), told.book(book)
            one = np.nan if mine is None else getattr(archived, name)[row, mine]
            other = np.nan if theirs is None else getattr(told, name)[fixture, theirs]
            assert np.array_equal(np.isnan(one).all(), np.isnan(other).all()), (name, book)
            if not np.isnan(one).all():
                assert np.array_equal(one, other), (name, book)


@pytest.mark.parametrize("hours", [47, 1.5])
async def test_a_look_is_kept_as_it_was_priced(ctx: Context, hours: float) -> None:
    at = KICK_OFF - timedelta(hours=hours) + ODD_MICROSECONDS
    told = live(ctx, await kept(ctx, a_look(at)), at)

    archive = await archive_of(ctx)

    assert archive.looked_at.tolist() == [at.timestamp()] * 2
    for row, fixture in enumerate(FIXTURES):
        assert archive.kick_off[row] == fixture.kick_off.timestamp()
        same(archive.look, row, told, row)
    held = {book for book in told.books if np.isfinite(told.match_odds[0, told.book(book)]).all()}
    assert {"pinnacle", "betfair_ex_eu", "matchbook", "just_in_time", "old_when_late"} - held == (
        set() if hours > 2 else {"just_in_time", "old_when_late"}
    )
    assert not held & {"old", "mistyped", "half", "two_times", "one_match"}
    lay = told.match_odds[0, told.book("betfair_ex_eu")]
    assert (lay > 1.01 * np.array(MEANT[MATCH_ODDS])).all()
    assert np.isnan(told.handicap[0, told.book("betfair_ex_eu")]).all()


async def test_a_look_holds_what_it_saw_and_not_what_stood_before(ctx: Context) -> None:
    early, late = (KICK_OFF - timedelta(hours=hours) for hours in (24, 6))
    first = await kept(ctx, a_look(early))
    only = _Told(late)
    for book in ("pinnacle", "bet365", "coral"):
        only.say(book, MATCH_ODDS, times=0.99)
    only.say("pinnacle", TOTALS[1], times=0.98)
    second = await kept(ctx, only.board())

    archive = await archive_of(ctx)

    looked = archive.looked_at.tolist()
    assert looked == [early.timestamp()] * 2 + [late.timestamp()] * 2
    for start, board in ((0, first), (2, second)):
        told = live(ctx, board, board.as_of)
        for fixture in range(2):
            same(archive.look, start + fixture, told, fixture)
    assert np.isnan(archive.look.handicap[2:]).all()


async def test_a_close_takes_each_market_from_the_last_look_at_it(ctx: Context) -> None:
    result, lines = _Told(KICK_OFF - timedelta(minutes=9)), _Told(KICK_OFF - timedelta(minutes=4))
    for told in (result, lines):
        for book in ("pinnacle", "bet365", "old_by_now"):
            age = 400.0 if book == "old_by_now" else 20.0
            wanted = (MATCH_ODDS,) if told is result else (*TOTALS, *HANDICAPS)
            told.say(book, *wanted, age=age, fixtures=(0,))
        await kept(ctx, told.board())
    async with ctx.store.reading() as tx:
        since = KICK_OFF - ctx.rules.closing.grade_b
        board = await tx.odds.latest([FIRST.id], since, lines.at)

    archive = await archive_of(ctx)

    told_then = live(ctx, board, lines.at)
    assert archive.kick_off.tolist() == [KICK_OFF.timestamp()]
    same(archive.close, 0, told_then, 0)
    assert told_then.book("old_by_now") is not None
    assert np.isnan(told_then.match_odds[0, told_then.book("old_by_now")]).all()
    assert np.isfinite(told_then.total[0, told_then.book("old_by_now")]).all()
