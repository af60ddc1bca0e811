"""Complete books out of a board: one row per fixture and market, one column per bookmaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.board import AGGREGATES
from engine.domain.market import MATCH_ODDS, SIDES, MarketKind

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import PricingRules

WIDTH: Final = 3
_KINDS: Final = 16
_POSITION: Final = np.zeros((_KINDS, 16), dtype=np.int64)
_SIZE: Final = np.zeros(_KINDS, dtype=np.int64)
for _kind, _sides in SIDES.items():
    _SIZE[_kind] = len(_sides)
    for _index, _side in enumerate(_sides):
        _POSITION[_kind, _side] = _index
NO_SUM: Final = np.array([MarketKind.DOUBLE_CHANCE, MarketKind.DRAW_NO_BET])
"""Markets read from the match odds: double chance sums to 2, draw no bet hides its refund."""
_LEAST_ODDS: Final = 1.0001
"""Nobody means odds at which a certainty pays nothing, and no logit holds their probability."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Books:
    """Complete fresh books, rows sorted by (fixture, market), columns by bookmaker's key.

    `code` (b,) indexes the board's bookmakers. `odds` and `lay` are (n, b, 3) in the order of
    `SIDES`, NaN where a book is not complete and beyond the market's size; `quoted_at` (n, b) is
    the oldest of the book's quotes, inf where it is not complete. A fixture with any book has a
    row for its match odds, quoted or not. `lay` is None where nobody lays.
    """

    bookmakers: tuple[str, ...]
    code: NDArray[np.int64]
    fixture: NDArray[np.int64]
    market: NDArray[np.int64]
    odds: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    lay: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.fixture)

    @property
    def kind(self) -> NDArray[np.int64]:
        """`MarketKind` of each row."""
        return self.market >> 12


def outcomes_of(kind: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many outcomes a market of each kind has."""
    sizes: NDArray[np.int64] = _SIZE[kind]
    return sizes


def side_of(selection: NDArray[np.int64] | NDArray[np.int32]) -> NDArray[np.int64]:
    """Return each selection's place in the order of `SIDES`."""
    places: NDArray[np.int64] = _POSITION.ravel()[(selection >> 12 & 0xF0) | (selection & 0xF)]
    return places


def kick_offs(board: Board) -> NDArray[np.float64]:
    """Return each fixture's kick-off in POSIX seconds."""
    return np.array([fixture.kick_off.timestamp() for fixture in board.fixtures], dtype=np.float64)


def fresh(board: Board, rules: PricingRules, now: datetime) -> NDArray[np.bool_]:
    """Say which rows may stand in a reference at `now`: known, recent, before play."""
    at = now.timestamp()
    left = kick_offs(board) - at
    limit = np.where(
        left <= rules.late.total_seconds(),
        rules.reference_age_late.total_seconds(),
        rules.reference_age.total_seconds(),
    )
    limit[left <= 0] = -1.0
    age = at - board.quoted_at
    return (age >= 0) & (age <= limit[board.fixture])


def is_palpable(
    odds: NDArray[np.float64], voices: NDArray[np.bool_], rules: PricingRules
) -> NDArray[np.bool_]:
    """Say which odds (n, b, k) no bookmaker means: far above the median of `voices` (b,).

    METHOD B1.3. The median is the lower of the two in the middle.

    >>> from engine.domain.policy import PricingRules
    >>> odds = np.array([[[2.0], [2.1], [2.1], [2.2], [20.0]]])
    >>> is_palpable(odds, np.ones(5, dtype=np.bool_), PricingRules())[0, :, 0].tolist()
    [False, False, False, False, True]
    """
    ordered = np.sort(odds[:, voices], axis=1)  # NaN last
    count = np.isfinite(ordered).sum(axis=1)
    if not ordered.shape[1]:
        return np.zeros(odds.shape, dtype=np.bool_)
    middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None] // 2, axis=1)
    most = np.where(count >= rules.min_consensus_books, rules.palpable_ratio, np.inf)
    with np.errstate(invalid="ignore"):
        return odds > middle * most[:, None]


def complete_books(board: Board, rules: PricingRules, now: datetime) -> Books:
    """Return the complete books of the board's fresh quotes, palpable errors left out.

    A quote repeated for one outcome counts once: the latest, and of two at one moment the lower.
    Rows of the board may come in any order.
    """
    known = fresh(board, rules, now) & np.isfinite(board.odds)
    known &= ~np.isin(board.selection >> 16, NO_SUM)
    by_key = np.argsort(np.array(board.bookmakers, dtype=np.str_), kind="stable")
    rows = _Rows.of(board, np.flatnonzero(known), by_key)
    fixture, market, place = _places(board, rows)
    shape = (len(fixture), len(board.bookmakers))
    odds, quoted_at = _filled(rows, place, ~rows.lay, shape)
    names = tuple(str(board.bookmakers[code]) for code in by_key.tolist())
    voices = np.array([name not in AGGREGATES for name in names], dtype=np.bool_)
    odds[is_palpable(odds, voices, rules)] = np.nan
    _leave_out_incomplete(odds, quoted_at, market)
    lay = None
    if rows.lay.any():
        lay, oldest = _filled(rows, place, rows.lay, shape)
        _leave_out_incomplete(lay, oldest, market)
    return Books(
        bookmakers=names,
        code=by_key.astype(np.int64),
        fixture=fixture,
        market=market,
        odds=odds,
        quoted_at=np.minimum.reduce([quoted_at[:, :, side] for side in range(WIDTH)]),
        lay=lay,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Quotes that count; `column` is the bookmaker's in `Books`."""

    fixture: NDArray[np.int64]
    selection: NDArray[np.int64]
    column: NDArray[np.int64]
    odds: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    lay: NDArray[np.bool_]

    @classmethod
    def of(cls, board: Board, rows: NDArray[np.int64], by_key: NDArray[np.int64]) -> _Rows:
        column = np.empty(len(by_key), dtype=np.int64)
        column[by_key] = np.arange(len(by_key))
        return cls(
            fixture=board.fixture[rows].astype(np.int64),
            selection=board.selection[rows].astype(np.int64),
            column=column[board.bookmaker[rows]],
            odds=board.odds[rows],
            quoted_at=board.quoted_at[rows],
            lay=board.lay[rows],
        )


def _places(
    board: Board, rows: _Rows
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return fixture and market of each row of `Books`, and the row of each quote."""
    number = rows.selection >> 4
    there = np.zeros(_KINDS << 12, dtype=np.bool_)
    there[number] = True
    there[MATCH_ODDS.number] = True
    markets = np.flatnonzero(there)
    order = np.cumsum(there) - 1
    key = rows.fixture * len(markets) + order[number]
    taken = np.zeros((len(board.fixtures), len(markets)), dtype=np.bool_)
    taken.ravel()[key] = True
    taken[:, order[MATCH_ODDS.number]] |= taken.any(axis=1)
    found = np.flatnonzero(taken)
    place = np.cumsum(taken.ravel()) - 1
    return found // len(markets), markets[found % len(markets)], place[key]


def _filled(
    rows: _Rows, place: NDArray[np.int64], wanted: NDArray[np.bool_], shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return odds and their times (n, b, 3) of one side of the book."""
    odds, quoted_at = np.full((*shape, WIDTH), np.nan), np.full((*shape, WIDTH), np.inf)
    mine = np.flatnonzero(wanted)
    cell = (place[mine] * shape[1] + rows.column[mine]) * WIDTH + side_of(rows.selection[mine])
    twice = np.bincount(cell, minlength=odds.size) > 1
    if twice.any():
        order = np.lexsort((-rows.odds[mine], rows.quoted_at[mine]))
        mine, cell = mine[order], cell[order]  # of a cell's quotes the last stays
    odds.ravel()[cell] = rows.odds[mine]
    quoted_at.ravel()[cell] = rows.quoted_at[mine]
    return odds, quoted_at


def _leave_out_incomplete(
    odds: NDArray[np.float64], quoted_at: NDArray[np.float64], market: NDArray[np.int64]
) -> None:
    """Empty the books that do not price every outcome above certainty."""
    beyond = np.arange(WIDTH) >= outcomes_of(market >> 12)[:, None]
    with np.errstate(invalid="ignore"):
        priced = (odds > _LEAST_ODDS) & np.isfinite(odds)
    priced |= beyond[:, None]
    whole = priced[:, :, 0] & priced[:, :, 1] & priced[:, :, 2]
    odds[~whole] = np.nan
    quoted_at[~whole] = np.inf
