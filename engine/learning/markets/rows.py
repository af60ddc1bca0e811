"""One market in the table: every figure with its n and interval, and why its badge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.domain.pick import Provenance
    from engine.domain.record import Estimate
    from engine.learning.markets.badges import Badge, Condition


class Order(StrEnum):
    """What the table is sorted by, the highest first."""

    YIELD = "yield"
    WINS = "wins"
    CLV = "clv"
    PICKS = "picks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of a market after all markets are heard; both intervals are credible."""

    mean: float
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A condition of a badge, whether it is met, and the figure it looked at (None: unknown)."""

    badge: Badge
    condition: Condition
    met: bool
    figure: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How likely the true CLV is above a hundredth, above nought, and below it."""

    above_hurdle: float
    above_zero: float
    below_zero: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRow:
    """The record of one market; `closes` counts those of the reference that decides.

    `by_other` says that the second reference decides, being the lower of two. `true_clv` and
    `true_yield` are None where nothing was seen. `yield_floor` and `yield_ceiling` hold on all
    days at once. `conditions` are all that were asked, in the order of the badges.
    """

    code: str
    badge: Badge
    conditions: tuple[Verdict, ...]
    picks: int
    settled: int
    closes: int
    clv: Estimate
    clv_alt: Estimate
    by_other: bool
    wins: Estimate
    yield_: Estimate
    true_clv: Belief | None
    true_yield: Belief | None
    chances: Chances | None
    e_value: float
    discovered: bool
    yield_floor: float | None
    yield_ceiling: float | None

    @property
    def coverage(self) -> float | None:
        """The share of its picks with a close that counts; None without picks."""
        return self.clv.n / self.picks if self.picks else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTable:
    """All markets of the catalogue for one provenance, and what the figures rest on.

    `since` and `until` are the first and the last kick-off (POSIX seconds), None without picks.
    `segments` were ever tabled, these markets included; `outside` picks are of no market here.
    """

    provenance: Provenance
    rows: tuple[MarketRow, ...]
    since: float | None
    until: float | None
    segments: int
    outside: int

    def row(self, code: str) -> MarketRow | None:
        """Return one market's row; None where the catalogue has no such market."""
        return next((row for row in self.rows if row.code == code), None)


def ordered(rows: Iterable[MarketRow], order: Order) -> tuple[MarketRow, ...]:
    """Return the rows by `order`, highest first; unknown figures last, ties by code."""
    return tuple(sorted(rows, key=lambda row: _key(row, order)))


def _key(row: MarketRow, order: Order) -> tuple[bool, float, str]:
    figures = {
        Order.YIELD: None if row.true_yield is None else row.true_yield.mean,
        Order.WINS: row.wins.mean,
        Order.CLV: None if row.true_clv is None else row.true_clv.mean,
        Order.PICKS: float(row.picks),
    }
    figure = figures[order]
    return figure is None, -(figure or 0.0), row.code
