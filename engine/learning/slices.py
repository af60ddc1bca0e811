"""A record cut by one trait of its picks: each cell with its n, intervals and coverage.

Weeks are the clusters: picks of one week share news, weather and mistakes (METHOD B4). Cells of
one cut are looked at together, so the best of them is partly luck: a cell is a question, not an
answer.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.filter_words import NO_GRADE
from engine.domain.record import FEW
from engine.learning.clusters import week_of
from engine.learning.recorded.columns import columns, mean, share, yield_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from engine.domain.pick import Provenance
    from engine.domain.record import Estimate, SettledBet

PERIOD: Final = 4
"""Weeks of a period that is compared with the one before it."""
NOBODY: Final = "nobody"
"""The cell of picks for which no agent spoke."""
HOURS: Final = (1.0, 6.0, 24.0, 72.0)
ODDS: Final = (1.5, 1.8, 2.1, 2.5, 3.5, 5.0)
SCORES: Final = (50.0, 60.0, 70.0, 80.0)


class By(StrEnum):
    """The trait a record is cut by."""

    TIMING = "timing"
    MARKET = "market"
    LEAGUE = "league"
    BOOK = "book"
    AGENT = "agent"
    ODDS = "odds"
    SCORE = "score"
    TIER = "tier"
    GRADE = "grade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The bets of one value of a trait.

    `clv` and `beat` (the share that beat the close) count bets with a close that counts, whose
    share is `coverage`. Intervals are by weeks.
    """

    key: str
    n: int
    clv: Estimate
    beat: Estimate
    yield_: Estimate
    coverage: float

    @property
    def few(self) -> bool:
        """Whether it says too little to conclude."""
        return self.n < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """A record of one provenance cut by one trait; bands in their order, names by their n.

    A pick stands in the cell of each agent that spoke for it; otherwise in one cell. `since` and
    `until` are the first and the last kick-off.
    """

    by: By
    provenance: Provenance
    cells: tuple[Cell, ...]
    n: int
    since: datetime | None
    until: datetime | None


def sliced(bets: Sequence[SettledBet], by: By, provenance: Provenance) -> Sliced:
    """Return settled bets of one provenance cut by one trait.

    Raises:
        ValueError: a bet is of another provenance.
    """
    if any(bet.provenance is not provenance for bet in bets):
        msg = f"bets of other provenances than {provenance}: they are never summed"
        raise ValueError(msg)
    groups: dict[str, list[SettledBet]] = {}
    for bet in bets:
        for key in _KEYS[by](bet):
            groups.setdefault(key, []).append(bet)
    kick_offs = [bet.kick_off for bet in bets]
    return Sliced(
        by=by,
        provenance=provenance,
        cells=tuple(cell(key, groups[key]) for key in _ordered(by, groups)),
        n=len(bets),
        since=min(kick_offs, default=None),
        until=max(kick_offs, default=None),
    )


def cell(key: str, bets: Sequence[SettledBet]) -> Cell:
    """Return the figures of at least one bet."""
    told = columns(bets, bets[0].provenance)
    known = np.isfinite(told.clv)
    return Cell(
        key=key,
        n=len(bets),
        clv=mean(told.clv, told),
        beat=share(np.where(known, told.clv > 0, np.nan), told),
        yield_=yield_of(told),
        coverage=float(known.mean()),
    )


def periods(
    bets: Sequence[SettledBet], now: datetime
) -> tuple[list[SettledBet], list[SettledBet]]:
    """Return the bets of the last `PERIOD` weeks, this one included, and of as many before.

    Weeks begin on Tuesday and belong to one of the two as a whole: what they have in common
    would make the two alike.
    """
    [this] = _week_of([now])
    recent: list[SettledBet] = []
    before: list[SettledBet] = []
    for bet, week in zip(bets, _week_of([bet.kick_off for bet in bets]), strict=True):
        ago = this - week
        if 0 <= ago < 2 * PERIOD:
            (recent if ago < PERIOD else before).append(bet)
    return recent, before


def bands(by: By) -> tuple[str, ...]:
    """Return the cells of a trait that is a number, in order; none where it is none.

    >>> bands(By.TIMING)
    ('<1', '1..6', '6..24', '24..72', '>=72')
    """
    edges = _EDGES.get(by)
    if edges is None:
        return ()
    told = [f"{edge:g}" for edge in edges]
    between = [f"{low}..{high}" for low, high in pairwise(told)]
    return (f"<{told[0]}", *between, f">={told[-1]}")


def _week_of(moments: Sequence[datetime]) -> list[int]:
    instants = np.array([at.timestamp() for at in moments], dtype=np.float64)
    return [int(week) for week in week_of(instants)]


def _ordered(by: By, groups: Mapping[str, Sequence[SettledBet]]) -> list[str]:
    order = {key: place for place, key in enumerate(bands(by))}
    return sorted(groups, key=lambda key: (order.get(key, 0), -len(groups[key]), key))


def _band(by: By, value: float) -> str:
    return bands(by)[bisect_right(_EDGES[by], value)]


_EDGES: Final[Mapping[By, tuple[float, ...]]] = {
    By.TIMING: HOURS,
    By.ODDS: ODDS,
    By.SCORE: SCORES,
}
_KEYS: Final[Mapping[By, Callable[[SettledBet], Sequence[str]]]] = {
    By.TIMING: lambda bet: (_band(By.TIMING, bet.lead_hours),),
    By.MARKET: lambda bet: (bet.selection.market_code,),
    By.LEAGUE: lambda bet: (bet.competition,),
    By.BOOK: lambda bet: (bet.bookmaker,),
    By.AGENT: lambda bet: sorted(bet.agents) or (NOBODY,),
    By.ODDS: lambda bet: (_band(By.ODDS, bet.odds),),
    By.SCORE: lambda bet: (_band(By.SCORE, bet.sweet_spot_score),),
    By.TIER: lambda bet: (bet.tier.value,),
    By.GRADE: lambda bet: (bet.grade.value if bet.grade else NO_GRADE,),
}
