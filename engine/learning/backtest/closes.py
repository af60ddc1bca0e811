"""Where bets closed, as a historical file declares it: each source at the look's own lines.

A handicap whose line moved is read where the source's own handicap and total say it would have
closed (METHOD B2): keeping only the lines that stayed would select on the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.bets import KINDS
from engine.domain.board import AGGREGATES
from engine.domain.price import Rung
from engine.learning.agents.record import refunds
from engine.learning.backtest.boards import wide_odds
from engine.pricing.expected_close.model import anchored
from engine.pricing.expected_close.views import Sources, views

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SOURCES: Final = {
    "PSC": "pinnacle",
    "BFEC": "betfair_ex_uk",
    "AvgC": "fd_avg",
    "B365C": "bet365",
}
"""A file's closing columns, the most trusted first, and the book that each is of."""
NAMES: Final = tuple(SOURCES)
_BET_AT: Final = np.array(["" if book in AGGREGATES else book for book in SOURCES.values()])
"""The books of `NAMES` that a bet can be placed at."""
NOBODY: Final = -1
_CHOOSERS: Final = {
    Rung.SHARP: ("PSC",),
    Rung.EXCHANGE: ("BFEC",),
    Rung.IMPLIED: ("PSC",),
    Rung.CONSENSUS: ("AvgC", "B365C"),
}
"""Whose closes took part in choosing, by the rung that the reference stood on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closes:
    """What each source says at the close of every match's seven bets (n, s, 7).

    `fair` is W/(W+L) at the look's line and `refund` the expected part of the stake given back;
    `odds` were offered at the source's own closing line, whatever that had become. NaN where a
    source is silent.
    """

    fair: Floats
    refund: Floats
    odds: Floats


def declared_closes(archive: Archive) -> Closes:
    """Return the closes that an archive's files declare, source by source."""
    told = [_source(archive, book) for book in SOURCES.values()]
    fair, refund, odds = (np.stack(each, axis=1) for each in zip(*told, strict=True))
    return Closes(fair=fair, refund=refund, odds=odds)


def _source(archive: Archive, book: str) -> tuple[Floats, Floats, Floats]:
    """Return what one book says, by nothing but its own odds."""
    place = archive.close.book(book)
    if place is None:
        silent = np.full((len(archive), 7), np.nan)
        return silent, silent, silent
    own = slice(place, place + 1)
    odds = replace(
        archive.close,
        books=archive.close.books[own],
        match_odds=archive.close.match_odds[:, own],
        total=archive.close.total[:, own],
        handicap=archive.close.handicap[:, own],
    )
    seen = views(odds, Sources(sharp=(book,)))
    view = seen.at_lines(seen.of(book), archive.look.total_line, archive.look.handicap_line)
    fair = np.concatenate([anchored(view, market) for market in range(len(KINDS))], axis=1)
    return fair, refunds(archive, fair), wide_odds(odds)[:, 0]


def values(odds: Floats, fair: Floats, refund: Floats) -> Floats:
    """Return the expected profit of one unit: (1 - refund)·(odds·fair - 1) (METHOD B2)."""
    value: Floats = (1 - refund) * (odds * fair - 1)
    return value


def headline(fair: Floats, bookmaker: NDArray[np.str_]) -> Ints:
    """Return the place in `NAMES` of the first source that closed (m,), `NOBODY` where none did.

    `fair` (m, s) is what each source says of a bet at `bookmaker`, whose own close counts only
    where nobody else has one.
    """
    known = np.isfinite(fair)
    others: NDArray[np.bool_] = known & ~_own(bookmaker)
    wanted = np.where(others.any(axis=1, keepdims=True), others, known)
    return np.where(wanted.any(axis=1), wanted.argmax(axis=1), NOBODY)


def _own(bookmaker: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Say which sources are the close of the book that each bet was placed at (m, s)."""
    own: NDArray[np.bool_] = np.equal(_BET_AT, bookmaker[:, None])
    return own


def alternative(fair: Floats, rung: Ints, bookmaker: NDArray[np.str_]) -> Ints:
    """Return the first source that took no part in choosing a bet (m,), `NOBODY` where none.

    Another than the headline's where there is one: as `engine.settlement.closing` has it for a
    single pick. `rung` is the reference's, `bookmaker` whom the bet was placed at.
    """
    apart = np.isfinite(fair) & ~_own(bookmaker)
    for one, sources in _CHOOSERS.items():
        took_part = np.isin(NAMES, sources)
        apart &= ~((rung == one)[:, None] & took_part)
    first = headline(fair, bookmaker)
    other = apart & (np.arange(len(NAMES)) != first[:, None])
    wanted = np.where(other.any(axis=1)[:, None], other, apart)
    return np.where(wanted.any(axis=1), wanted.argmax(axis=1), NOBODY)
