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

    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable

_HALF_80: Final = NormalDist().inv_cdf(0.9)
_CAUTION: Final = -NormalDist().inv_cdf(0.2)  # METHOD B6: stakes use the 20th percentile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Expected profit per unit staked: raw, corrected, and the 80 % interval of the latter.

    `probability_low` is the 20th percentile of the corrected W/(W+L), for stakes.
    """

    raw: NDArray[np.float64]
    edge: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    probability_low: NDArray[np.float64]


def edges(
    odds: NDArray[np.float64],
    *,
    probability: NDArray[np.float64],
    std_error: NDArray[np.float64],
    refund: NDArray[np.float64],
    slope: float,
) -> Edges:
    """Return the edges of bets at `odds` on fair W/(W+L) `probability`.

    A raw edge above 0 is what is left after picking the best of many: it is shrunk by `slope`
    (METHOD B2). Shrinking is the posterior mean of a normal edge seen with normal error, whose
    variance is `slope` times the error's. A raw edge below 0 stays, for it flatters nobody.

    >>> one = {"probability": np.array([.525]), "std_error": np.array([.01])}
    >>> found = edges(np.array([2.0]), **one, refund=np.zeros(1), slope=0.5)
    >>> found.raw.round(6).item(), found.edge.round(6).item(), found.low.round(4).item()
    (0.05, 0.025, 0.0069)
    """
    staked = 1 - refund
    raw = staked * (odds * probability - 1)
    kept = np.where(raw > 0, slope, 1.0)
    error = np.sqrt(kept) * std_error
    edge = kept * raw
    width = _HALF_80 * staked * odds * error
    return Edges(
        raw=raw,
        edge=edge,
        low=edge - width,
        high=edge + width,
        probability_low=(1 + edge / staked) / odds - _CAUTION * error,
    )


def lowest_odds(
    probability: NDArray[np.float64], refund: NDArray[np.float64], *, edge: float, slope: float
) -> NDArray[np.float64]:
    """Return the lowest odds at which the corrected edge still reaches `edge`.

    >>> lowest_odds(np.array([0.5]), np.zeros(1), edge=0.01, slope=0.5).item()
    2.04
    """
    return (1 + edge / (slope * (1 - refund))) / probability


def least_odds(prices: PriceTable, row: int, policy: Policy) -> Odds:
    """Return the lowest odds worth taking against row `row` of the price table."""
    least = lowest_odds(
        prices.probability[row : row + 1],
        prices.refund[row : row + 1],
        edge=policy.scoring.min_edge,
        slope=policy.pricing.edge_slope,
    )
    return Odds(max(policy.scoring.min_odds, float(least[0])))


def sweet_spot(
    edge: NDArray[np.float64],
    *,
    price_error: NDArray[np.float64],
    clv_sd: float,
    hurdle: float,
) -> NDArray[np.float64]:
    """Return 100·Pr(edge > hurdle) for the edge that the close will show.

    Predictive (METHOD B3): the price's error and the way to the close, `clv_sd`, add up. The
    posterior of the mean alone scores 97 where 68 % happens.

    >>> sweet_spot(np.array([0.01, 0.05]), price_error=np.zeros(2), clv_sd=.04, hurdle=.01).round()
    array([50., 84.])
    """
    score: NDArray[np.float64] = 100 * ndtr((edge - hurdle) / np.hypot(price_error, clv_sd))
    return score


def price_error(found: Edges) -> NDArray[np.float64]:
    """Return the standard error of an edge, from its 80 % interval."""
    return (found.high - found.low) / (2 * _HALF_80)
