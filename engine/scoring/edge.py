"""What a bet is expected to earn, corrected for the winner's curse, with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from engine.domain.numbers import Odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import Policy, PricingRules
    from engine.domain.price import PriceTable

_HALF_80: Final = NormalDist().inv_cdf(0.9)
_CAUTION: Final = -NormalDist().inv_cdf(0.2)  # METHOD B6: stakes use the 20th percentile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Expected profit per unit staked: raw, expected at the close, and the latter's 80 % interval.

    `deviation` is how far the edge at the close may be from `edge` (one standard deviation), NaN
    where no model of the close speaks: there the interval is of the reference's error alone.
    `probability_low` is the 20th percentile of the expected W/(W+L), for stakes.
    """

    raw: NDArray[np.float64]
    edge: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    deviation: NDArray[np.float64]
    probability_low: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fair:
    """What bets are held against, one row a bet: see `PriceTable`. NaN where nothing is known.

    `doubt` is the part of `close_error` that is the expectation's own error.
    """

    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    refund: NDArray[np.float64]
    close: NDArray[np.float64]
    close_error: NDArray[np.float64]
    doubt: NDArray[np.float64]


def edges(odds: NDArray[np.float64], fair: Fair, rules: PricingRules) -> Edges:
    """Return the edges of bets at `odds`.

    Where a model says where the close will be, the edge is the one expected there, odds times
    E[p at the close] less 1, and its interval holds four closes in five. That model is already
    shrunk; of its deviation `doubt` is its own error, and stakes are cautious about that alone:
    news to come moves a close both ways (METHOD B6).

    Elsewhere a raw edge above 0 is what is left after picking the best of many: it is shrunk by
    `edge_slope` (METHOD B2). Shrinking is the posterior mean of a normal edge seen with normal
    error, whose variance is the slope times the error's. A raw edge below 0 stays, for it
    flatters nobody.

    >>> from engine.domain.policy import PricingRules
    >>> one = {"probability": np.array([.525]), "std_error": np.array([.01])}
    >>> one |= {"refund": np.zeros(1)}
    >>> no = np.full(1, np.nan)
    >>> silent = Fair(**one, close=no, close_error=no, doubt=no)
    >>> found = edges(np.array([2.0]), silent, PricingRules(edge_slope=0.5))
    >>> found.raw.round(6).item(), found.edge.round(6).item(), found.low.round(4).item()
    (0.05, 0.025, 0.0069)
    >>> says = {"close": np.array([.515]), "close_error": np.array([.02])}
    >>> told = Fair(**one, **says, doubt=np.array([.006]))
    >>> found = edges(np.array([2.0]), told, PricingRules())
    >>> found.edge.round(6).item(), found.deviation.round(6).item(), found.low.round(4).item()
    (0.03, 0.04, -0.0213)
    """
    staked = 1 - fair.refund
    raw = staked * (odds * fair.probability - 1)
    told = np.isfinite(fair.close)
    kept = np.where(raw > 0, rules.edge_slope, 1.0)
    error = np.where(told, fair.close_error, np.sqrt(kept) * fair.std_error)
    edge = np.where(told, staked * (odds * fair.close - 1), kept * raw)
    spread = staked * odds * error
    doubt = np.where(told, fair.doubt, error)
    return Edges(
        raw=raw,
        edge=edge,
        low=edge - _HALF_80 * spread,
        high=edge + _HALF_80 * spread,
        deviation=np.where(told, spread, np.nan),
        probability_low=(1 + edge / staked) / odds - _CAUTION * doubt,
    )


def least_odds(prices: PriceTable, row: int, policy: Policy) -> Odds:
    """Return the lowest odds worth taking against row `row` of the price table.

    At them the expected edge still reaches `min_edge`.
    """
    wanted = policy.scoring.min_edge / (1 - float(prices.refund[row]))
    close = float(prices.close[row])
    if np.isfinite(close):
        least = (1 + wanted) / close
    else:
        least = (1 + wanted / policy.pricing.edge_slope) / float(prices.probability[row])
    return Odds(max(policy.scoring.min_odds, least))


def chance_of_value(found: Edges) -> NDArray[np.float64]:
    """Return Pr(the close shows an edge above 0); NaN where no model of the close speaks."""
    chance: NDArray[np.float64] = ndtr(found.edge / found.deviation)
    return chance


def sweet_spot(found: Edges, *, clv_sd: float, hurdle: float) -> NDArray[np.float64]:
    """Return 100·Pr(edge > hurdle) for the edge that the close will show.

    Predictive (METHOD B3): the posterior of the mean alone scores 97 where 68 % happens. Where no
    model of the close speaks, the reference's error and the usual way to the close, `clv_sd`, add
    up.

    >>> told = {"raw": np.zeros(2), "low": np.zeros(2), "high": np.zeros(2)}
    >>> told |= {"probability_low": np.zeros(2), "deviation": np.array([0.04, 0.04])}
    >>> sweet_spot(Edges(edge=np.array([0.01, 0.05]), **told), clv_sd=.04, hurdle=.01).round()
    array([50., 84.])
    """
    usual = np.hypot((found.high - found.low) / (2 * _HALF_80), clv_sd)
    deviation = np.where(np.isnan(found.deviation), usual, found.deviation)
    score: NDArray[np.float64] = 100 * ndtr((found.edge - hurdle) / deviation)
    return score
