"""Where the close of every priced selection is expected: the main markets' move, carried on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MATCH_ODDS, MarketKind, Side
from engine.domain.price import Basis
from engine.pricing.derive import double_chance, draw_no_bet
from engine.pricing.expected_close.state import Fixtures
from engine.pricing.price_grid import grid_markets
from engine.pricing.reference.books import side_of

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import PricingRules
    from engine.domain.price import PriceTable
    from engine.pricing.derive import MainReferences
    from engine.pricing.learned import Learned
    from engine.pricing.price_grid import GridCorrections, GridMarkets
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]

_LOWER: Final = (Side.AWAY, Side.UNDER, Side.NO)
_ZERO_LINE: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """The main markets of n fixtures as they are expected to close, NaN where nobody says so.

    Probabilities `match_odds` (n, 3), `over` (n,) at `total` goals, `cover` (n,) of the home team
    at `handicap`; the errors beside them are standard deviations in probability points.
    """

    match_odds: Floats
    match_odds_error: Floats
    over: Floats
    over_error: Floats
    total: Floats
    cover: Floats
    cover_error: Floats
    handicap: Floats


def fixtures_of(board: Board, now: datetime) -> Fixtures:
    """Return who plays whom on a board, as past closes name them."""
    return Fixtures(
        competition=tuple(str(one.competition) for one in board.fixtures),
        home=tuple(one.home.key for one in board.fixtures),
        away=tuple(one.away.key for one in board.fixtures),
        kick_off=np.array([one.kick_off.timestamp() for one in board.fixtures]),
        looked_at=np.full(len(board.fixtures), now.timestamp()),
    )


def outlook(board: Board, odds: MainOdds, learned: Learned, now: datetime) -> Outlook | None:
    """Return the expected close of the board's main markets; None where no model was learned."""
    model, state = learned.expected_close, learned.close_state
    if model is None or state is None:
        return None
    fixtures = fixtures_of(board, now)
    match_odds, total, handicap = model.expect(odds, fixtures, state.rows(fixtures)).chances
    return Outlook(
        match_odds=match_odds.mean,
        match_odds_error=match_odds.deviation,
        over=total.mean[:, 0],
        over_error=total.deviation[:, 0],
        total=odds.total_line,
        cover=handicap.mean[:, 0],
        cover_error=handicap.deviation[:, 0],
        handicap=odds.handicap_line,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """Where the markets stand now: the main prices, and the grids that repeat them."""

    main: MainReferences
    grid: GridMarkets
    corrections: GridCorrections | None


def with_close(
    table: PriceTable, ahead: Outlook, now: Standing, rules: PricingRules
) -> PriceTable:
    """Return the table with its `close` columns filled as far as the main markets reach.

    Match odds, double chance, draw no bet, the main total and the main handicap are expected
    directly. Prices read from the grid of scores move as far, in logits, as it moves between the
    main markets of now and those expected; their own doubt is added to the main markets'.
    A market or line of its own reference beside the main ones has no expected close: closes have
    taught nothing of how much an edge against it is mistaken, so it stays shrunk by experience.
    """
    close, error = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for told, mean, deviation in (*_result(table, ahead), *_lines(table, ahead)):
        close[told], error[told] = mean, deviation
    rest = np.flatnonzero(np.isnan(close) & _is_gridded(table) & (table.basis == Basis.GRID))
    close[rest], error[rest] = _carried(table, rest, ahead, now, rules)
    known = np.isfinite(close) & np.isfinite(error)
    return replace(
        table, close=np.where(known, close, np.nan), close_error=np.where(known, error, np.nan)
    )


def _result(table: PriceTable, ahead: Outlook) -> list[tuple[NDArray[np.int64], Floats, Floats]]:
    """Return the rows that the three match odds decide."""
    sides = (ahead.match_odds, ahead.match_odds_error)
    chance, decided = double_chance(*sides), draw_no_bet(*sides)
    found = []
    for market, mean, deviation in (
        (MATCH_ODDS, *sides),
        (chance.market, chance.probability, chance.std_error),
        (decided.market, decided.probability, decided.std_error),
    ):
        rows = np.flatnonzero(table.selection >> 4 == market.number)
        at = table.fixture[rows], side_of(table.selection[rows])
        found.append((rows, mean[at], deviation[at]))
    return found


def _lines(table: PriceTable, ahead: Outlook) -> list[tuple[NDArray[np.int64], Floats, Floats]]:
    """Return the rows on the main total and on the main handicap."""
    found = []
    kind = table.selection >> 16
    line = ((table.selection >> 4 & 0xFFF) - _ZERO_LINE) / 4
    for wanted, lines, mean, deviation in (
        (MarketKind.TOTAL_GOALS, ahead.total, ahead.over, ahead.over_error),
        (MarketKind.ASIAN_HANDICAP, ahead.handicap, ahead.cover, ahead.cover_error),
    ):
        rows = np.flatnonzero((kind == wanted) & (line == lines[table.fixture]))
        fixture = table.fixture[rows]
        lower = np.isin(table.selection[rows] & 0xF, _LOWER)
        found.append((rows, np.where(lower, 1 - mean[fixture], mean[fixture]), deviation[fixture]))
    return found


def _carried(
    table: PriceTable,
    rows: NDArray[np.int64],
    ahead: Outlook,
    now: Standing,
    rules: PricingRules,
) -> tuple[Floats, Floats]:
    """Return the rows' prices moved as the grid moves, and their deviations."""
    main, grid = now.main, now.grid
    same = ahead.total == main.total
    moved = replace(
        main,
        match_odds=ahead.match_odds,
        match_odds_error=ahead.match_odds_error,
        over=np.where(same, ahead.over, main.over),
        over_error=np.where(same, ahead.over_error, main.over_error),
    )
    then = grid_markets(moved, grid.markets, rules, now.corrections)
    fixture, selection = table.fixture[rows], table.selection[rows]
    column = grid.column(selection.astype(np.int64) >> 4)
    lower = np.isin(selection & 0xF, _LOWER)
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = _logit(then.probability[fixture, column]) - _logit(
            grid.probability[fixture, column]
        )
        fair = table.probability[rows]
        close = 1 / (1 + np.exp(-(_logit(fair) + np.where(lower, -shift, shift))))
    return close, then.std_error[fixture, column]


def _is_gridded(table: PriceTable) -> NDArray[np.bool_]:
    gridded: NDArray[np.bool_] = np.isin(
        table.selection >> 16,
        (MarketKind.BTTS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP),
    )
    return gridded


def _logit(probability: Floats) -> Floats:
    logit: Floats = np.log(probability / (1 - probability))
    return logit
