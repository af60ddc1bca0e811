"""The edge expected of a best price, and how surely: what the sweet-spot score rests on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MarketKind
from engine.scoring.landing import Landing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.signal import Verdicts

    Floats = NDArray[np.float64]

TERMS: Final = (
    "ev",
    "gap",
    "books",
    "dispersion",
    "lead",
    "agreement",
    "moved",
    "log_odds",
)
"""What an edge is corrected by; `gap` is the way to the mean price in the books' deviations."""
MARKETS: Final = (MarketKind.MATCH_ODDS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)
COLUMNS: Final = (*TERMS, *(f"market_{kind.name.lower()}" for kind in MARKETS))
_LEAST_DISPERSION: Final = 0.01
_FURTHEST: Final = 4.0
_SURE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """What m best prices are expected to earn at the close, per unit staked.

    `edge` is `plain`, the edge by PATRON's probability, and the corrections: `terms` (m, k) in the
    order of `COLUMNS` and `season`. `deviation` is how far closes land from it, `doubt` the part
    of that which is the correction's own error.
    """

    edge: Floats
    plain: Floats
    terms: Floats
    season: Floats
    deviation: Floats
    doubt: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpotModel:
    """What closes say of edges at which the best price was on offer; nothing at first.

    A ridge on `COLUMNS` (standardised by `centre` and `scale`, markets as random effects), then
    the season's `level` and `slope` on what that makes of an edge. `covariance` and
    `season_covariance` are of their weights. Deviations are `width` times those of the verdicts,
    and of a high edge higher: a surprising price is often a mistaken one. Their squares grow by
    `growth` times the edge's.
    `seen` counts the closes learned from.
    """

    centre: Floats = field(default_factory=lambda: np.zeros(len(TERMS)))
    scale: Floats = field(default_factory=lambda: np.ones(len(TERMS)))
    weights: Floats = field(default_factory=lambda: np.zeros(len(COLUMNS)))
    covariance: Floats = field(default_factory=lambda: np.zeros((len(COLUMNS),) * 2))
    level: float = 0.0
    slope: float = 0.0
    season_covariance: Floats = field(default_factory=lambda: np.zeros((2, 2)))
    width: float = 1.0
    growth: float = 0.0
    landing: Landing = field(default_factory=Landing)
    seen: int = 0

    @property
    def learned(self) -> bool:
        return self.seen > 0

    def score(self, edge: Floats, deviation: Floats, hurdle: float) -> Floats:
        """Return 100·Pr(the closing value is above the hurdle)."""
        return 100 * self.landing.chance((edge - hurdle) / deviation)

    def expect(self, verdicts: Verdicts) -> Expectation:
        """Return what each verdict's best price is expected to earn."""
        plain, unit = plain_edge(verdicts), _unit(verdicts)
        columns = columns_of(verdicts, self.centre, self.scale)
        terms = columns * self.weights
        told = plain + terms.sum(axis=1)
        season = self.level + self.slope * told
        own = ((columns[:, None, :] * self.covariance).sum(axis=2) * columns).sum(axis=1)
        frame = np.stack([np.ones(len(told)), told], axis=1)
        own += ((frame[:, None, :] * self.season_covariance).sum(axis=2) * frame).sum(axis=1)
        edge, landing = told + season, unit * verdicts.deviation
        spread = self.width**2 * (landing**2 + self.growth * np.maximum(edge, 0.0) ** 2)
        return Expectation(
            edge=edge,
            plain=plain,
            terms=terms,
            season=season,
            deviation=np.sqrt(spread + own),
            doubt=np.sqrt(own),
        )

    def corrected(self, verdicts: Verdicts) -> Verdicts:
        """Return the verdicts at the probability that makes their best price earn its edge.

        Unchanged where nothing was learned. So every price of the bet, the least one worth taking
        among them, is held against one expectation: that of the close, given that this price is
        the best there is.
        """
        if not self.learned:
            return verdicts
        told, unit = self.expect(verdicts), _unit(verdicts)
        odds, refund = column(verdicts, "odds"), column(verdicts, "refund")
        probability = np.clip((1 + told.edge / (1 - refund)) / odds, _SURE, 1 - _SURE)
        return replace(
            verdicts,
            probability=probability,
            deviation=told.deviation / unit,
            doubt=np.hypot(verdicts.doubt, told.doubt / unit),
        )


def plain_edge(verdicts: Verdicts) -> Floats:
    """Return the edge of each best price by PATRON's probability."""
    odds, refund = column(verdicts, "odds"), column(verdicts, "refund")
    edge: Floats = (1 - refund) * (odds * verdicts.probability - 1)
    return edge


def terms_of(verdicts: Verdicts) -> Floats:
    """Return `TERMS` of each verdict (m, k)."""
    spread = np.maximum(column(verdicts, "dispersion"), _LEAST_DISPERSION)
    return np.stack(
        [
            plain_edge(verdicts),
            np.clip(column(verdicts, "gap_mean") / spread, -_FURTHEST, _FURTHEST),
            column(verdicts, "books"),
            column(verdicts, "dispersion"),
            column(verdicts, "lead"),
            verdicts.agreement,
            column(verdicts, "moved"),
            column(verdicts, "log_odds"),
        ],
        axis=1,
    )


def markets_of(verdicts: Verdicts) -> Floats:
    """Return 1 for the market of each verdict, 0 for the others (m, 3)."""
    member: Floats = (verdicts.selection[:, None] >> 16 == np.array(MARKETS)).astype(np.float64)
    return member


def columns_of(verdicts: Verdicts, centre: Floats, scale: Floats) -> Floats:
    """Return `COLUMNS` of each verdict (m, k), standardised; never further out than is usual."""
    standard = np.clip((terms_of(verdicts) - centre) / scale, -_FURTHEST, _FURTHEST)
    found: Floats = np.concatenate([standard, markets_of(verdicts)], axis=1)
    return found


def column(verdicts: Verdicts, name: str) -> Floats:
    """Return one of the features of the verdicts' bets."""
    found: Floats = verdicts.features[:, verdicts.names.index(name)]
    return found


def _unit(verdicts: Verdicts) -> Floats:
    """Return what a bet at the best price earns by a probability more."""
    unit: Floats = (1 - column(verdicts, "refund")) * column(verdicts, "odds")
    return unit
