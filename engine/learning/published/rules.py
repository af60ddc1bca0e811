"""Betting rules as they were published, on an archive: what they took, what they left, and why."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.outcomes import match_odds_outcome
from engine.pricing.devig.book import devig_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

PALPABLE: Final = 0.25
"""An edge above it is a mistyped price."""
MARGIN: Final = 0.05
"""Of Kaunitz' eq. 7: one for all outcomes. It alone decides what is bet."""
ALPHAS: Final = (0.034, 0.057, 0.037)
"""Of Kaunitz' eq. 4, home, draw and away: how much the consensus says too much.

They give the hit rate to be expected (eq. 8) and decide nothing.
"""
_SHARP: Final = "pinnacle"
_MAX: Final = "fd_max"
_AVERAGE: Final = "fd_avg"


class Fate(IntEnum):
    """What a rule made of a side whose price it liked."""

    TAKEN = 0
    PALPABLE = 1
    NO_CLOSE = 2
    NO_RESULT = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Liked:
    """Sides of 1X2 whose price a rule liked, in the archive's order.

    `row` is the archive's, `side` 0 to 2 for home, draw and away; `fair` is what the rule takes
    for the probability and `edge` what it makes of it. `close` is the sharp book's devigged close,
    NaN where there is none; `won` 1 or 0, NaN where unknown. `fate` is a `Fate`.
    """

    row: Ints
    side: Ints
    odds: Floats
    fair: Floats
    edge: Floats
    close: Floats
    won: Floats
    fate: Ints

    def __len__(self) -> int:
        return len(self.row)

    @property
    def profit(self) -> Floats:
        """Of one unit."""
        earned: Floats = self.odds * self.won - 1
        return earned

    @property
    def clv(self) -> Floats:
        """Of one unit, against the sharp book's close."""
        value: Floats = self.odds * self.close - 1
        return value

    def where(self, rows: Bools) -> Liked:
        """Return the sides of a mask."""
        return Liked(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def taken(self, above: float = 0.0) -> Liked:
        """Return what was bet with an edge above a threshold."""
        return self.where((self.fate == Fate.TAKEN) & (self.edge > above))


def buchdahl(archive: Archive, book: str = _MAX, *, at_close: bool = False) -> Liked:
    """Return the sides where `book` pays more than the sharp book's fair price, at one moment.

    Power devig; edges over 25 % are dropped, and so is what has no sharp close to be held against.
    """
    quoted = archive.close if at_close else archive.look
    odds, sharp = match_odds_of(quoted, book), match_odds_of(quoted, _SHARP)
    fair, closing = devig_rows(sharp), devig_rows(match_odds_of(archive.close, _SHARP))
    edge = odds * fair - 1
    return _liked(archive, (odds, fair, edge, closing), edge > 0, needs_close=True)


def kaunitz(archive: Archive, margin: float = MARGIN) -> Liked:
    """Return the sides that eq. 7 bets: best closing price over 1 / (1 / mean - margin).

    `edge` is what the best price pays over that threshold. Closes of the sharp book are told
    beside it and decide nothing.
    """
    best, mean = match_odds_of(archive.close, _MAX), match_odds_of(archive.close, _AVERAGE)
    closing = devig_rows(match_odds_of(archive.close, _SHARP))
    edge = best * (1 / mean - margin) - 1
    return _liked(
        archive,
        (best, 1 / mean, edge, closing),
        eq_7(best, mean, margin),
        needs_close=False,
    )


def eq_7(best: Floats, mean: Floats, margin: float = MARGIN) -> Bools:
    """Say where max(Ω) > 1 / (p_cons - margin), p_cons being 1 / mean(Ω); never where p <= margin.

    >>> eq_7(np.array([2.3, 2.2, 30.0]), np.array([2.0, 2.0, 25.0])).tolist()
    [True, False, False]
    """
    with np.errstate(invalid="ignore"):
        chosen: Bools = best * (1 / mean - margin) > 1
    return chosen


def match_odds_of(odds: MainOdds, book: str) -> Floats:
    """Return a book's 1X2 (n, 3), NaN where it quotes none."""
    place = odds.book(book)
    if place is None:
        return np.full((len(odds), 3), np.nan)
    return odds.match_odds[:, place]


def _liked(
    archive: Archive,
    columns: tuple[Floats, Floats, Floats, Floats],
    wanted: Bools,
    *,
    needs_close: bool,
) -> Liked:
    odds, fair, edge, closing = columns
    won = match_odds_outcome(archive)
    row, side = np.nonzero(wanted)
    at = row, side
    fate = np.full(len(row), int(Fate.TAKEN))
    if needs_close:
        fate[edge[at] > PALPABLE] = Fate.PALPABLE
        fate[np.isnan(closing[at])] = Fate.NO_CLOSE
    fate[np.isnan(won[at])] = Fate.NO_RESULT
    return Liked(
        row=row,
        side=side,
        odds=odds[at],
        fair=fair[at],
        edge=edge[at],
        close=closing[at],
        won=won[at],
        fate=fate,
    )
