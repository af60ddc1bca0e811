"""Looks of our own as boards saw them: the odds that each was priced with when it was taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from engine.domain.board import Board
from engine.domain.fixture import Fixture, Team
from engine.domain.numbers import BookmakerKey, FixtureId
from engine.pricing.derive import main_references
from engine.pricing.reference.books import complete_books
from engine.pricing.reference.consensus import ladder
from engine.pricing.reference.main_odds import MainOdds, main_odds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from storage.archive import Sightings, StoredPast

_LOOKS_AT_ONCE: Final = 500
_NOW: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Of every look: boards are made in times relative to their look, so that many are one board."""
_SIZES: Final = {"match_odds": 3, "total": 2, "handicap": 2}
_NOBODY: Final = Team(key="", name="")


def odds_seen(past: StoredPast, books: Sequence[str], rules: PricingRules) -> MainOdds:
    """Return the main odds of each own look as pricing had them then, of these books.

    What was too old, incomplete or mistyped is no more there than it was on the board; exchanges
    stand with the middle of back and lay. The main total is the one that references are most even
    at before anything is learned: weights may have preferred its neighbour.
    """
    seen, count = past.seen, len(past.seen.match)
    found = _nothing(count, books)
    order = np.argsort(seen.look, kind="stable")
    bounds = np.searchsorted(
        seen.look[order], np.arange(0, count + _LOOKS_AT_ONCE, _LOOKS_AT_ONCE)
    )
    starts = range(0, count, _LOOKS_AT_ONCE)
    for start, first, last in zip(starts, bounds, bounds[1:], strict=False):
        end = min(start + _LOOKS_AT_ONCE, count)
        board = _board(past, order[first:last], start, end)
        _write(found, slice(start, end), _main_odds(board, rules))
    return found


def _main_odds(board: Board, rules: PricingRules) -> MainOdds:
    count = len(board.fixtures)
    total = main_references(ladder(board, rules, _NOW), count).total
    return main_odds(complete_books(board, rules, _NOW), count, total, rules.exchange_max_spread)


def _board(past: StoredPast, prices: NDArray[np.int64], start: int, end: int) -> Board:
    """Return the prices of the looks from `start` to `end`, a fixture each, as one board."""
    seen: Sightings = past.seen
    numbers = sorted(past.bookmakers)
    place = np.zeros(max(numbers, default=0) + 1, dtype=np.int16)
    place[numbers] = np.arange(len(numbers))
    look = seen.look[prices].astype(np.int64)
    left = past.matches.kick_off[seen.match[start:end]] - seen.at[start:end]
    return Board(
        as_of=_NOW,
        fixtures=tuple(_fixture(seconds) for seconds in left.tolist()),
        bookmakers=tuple(past.bookmakers[number] for number in numbers),
        fixture=(look - start).astype(np.int32),
        bookmaker=place[seen.bookmaker[prices]],
        selection=seen.selection[prices],
        odds=seen.odds[prices],
        quoted_at=seen.quoted_at[prices] - seen.at[look],
        lay=seen.lay[prices],
    )


def _fixture(left: float) -> Fixture:
    """Return a fixture that begins in so many seconds: of it, pricing asks nothing else."""
    return Fixture(
        id=FixtureId(UUID(int=0)),
        competition="",
        home=_NOBODY,
        away=_NOBODY,
        kick_off=_NOW + timedelta(seconds=left),
    )


def _nothing(count: int, books: Sequence[str]) -> MainOdds:
    sides = {name: np.full((count, len(books), size), np.nan) for name, size in _SIZES.items()}
    return MainOdds(
        books=tuple(BookmakerKey(key) for key in books),
        total_line=np.full(count, np.nan),
        handicap_line=np.full(count, np.nan),
        match_odds=sides["match_odds"],
        total=sides["total"],
        handicap=sides["handicap"],
    )


def _write(found: MainOdds, rows: slice, odds: MainOdds) -> None:
    """Write the odds of some looks into the table of all."""
    known = [place for place, key in enumerate(odds.books) if key in found.books]
    mine = [found.books.index(odds.books[place]) for place in known]
    for name in _SIZES:
        getattr(found, name)[rows, mine] = getattr(odds, name)[:, known]
    for name in ("total_line", "handicap_line"):
        getattr(found, name)[rows] = getattr(odds, name)
