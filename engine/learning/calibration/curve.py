"""How far probabilities can be taken at their word: reliability curve, ECE, and the tails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import clustered_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.clusters import Clustered

_NORMAL_95: Final = 1.959963984540054
_DRAWS: Final = 2000
_SEED: Final = 20_190_701
_LIKELY: Final = 0.6
_UNLIKELY: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """What was said and what happened, in bins of equally many sides.

    `low` and `high` (bins,) are consistency bars: where `observed` lies in 95 % of cases if
    what was said is true (Bröcker and Smith 2007). `ece` is the mean distance of the two with its
    bootstrap interval, `ece_by_chance` what it would be, on average, of a true forecast. `likely`
    and `unlikely` say how much more often than said it happened where p > .6 and p < .2: the
    log-loss is blind to the tails (METHOD Part C).
    """

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    count: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    ece: float
    ece_low: float
    ece_high: float
    ece_by_chance: float
    likely: Clustered
    unlikely: Clustered

    @property
    def n(self) -> int:
        """How many sides were counted."""
        return int(self.count.sum())


def reliability(
    probabilities: NDArray[np.float64],
    outcome: NDArray[np.float64],
    cluster: NDArray[np.int64],
    bins: int = 15,
) -> Reliability:
    """Return how books (n, k) turned out, all sides together.

    `outcome` (n, k) are 0 and 1 (NaN where unknown), `cluster` (n,) what share a fate: weeks of
    play. Sides of one match lie in one cluster, so intervals know that they exclude
    each other.

    Raises:
        ValueError: fewer sides are known than there are bins.
    """
    known = np.isfinite(probabilities + outcome)
    said, happened = probabilities[known], outcome[known]
    group = np.broadcast_to(cluster[:, None], known.shape)[known]
    if len(said) < bins:
        raise ValueError(f"{len(said)} probabilities are too few for {bins} bins")
    place = np.empty(len(said), dtype=np.int64)
    place[np.argsort(said, kind="stable")] = np.arange(len(said)) * bins // len(said)
    count = np.bincount(place, minlength=bins)
    predicted = np.bincount(place, said, bins) / count
    observed = np.bincount(place, happened, bins) / count
    noise = np.sqrt(np.bincount(place, said * (1 - said), bins)) / count
    low, high = _ece_interval(place, happened - said, group, bins)
    share = count / len(said)
    return Reliability(
        predicted=predicted,
        observed=observed,
        count=count,
        low=np.clip(predicted - _NORMAL_95 * noise, 0, 1),
        high=np.clip(predicted + _NORMAL_95 * noise, 0, 1),
        ece=float(share @ np.abs(observed - predicted)),
        ece_low=low,
        ece_high=high,
        ece_by_chance=float(share @ noise * np.sqrt(2 / np.pi)),
        likely=clustered_mean((happened - said)[said > _LIKELY], group[said > _LIKELY]),
        unlikely=clustered_mean((happened - said)[said < _UNLIKELY], group[said < _UNLIKELY]),
    )


def _ece_interval(
    place: NDArray[np.int64], surprise: NDArray[np.float64], group: NDArray[np.int64], bins: int
) -> tuple[float, float]:
    """Return 95 % of the ECE's bootstrap over whole clusters, in the bins as they are."""
    _, cluster = np.unique(group, return_inverse=True)
    clusters = int(cluster.max()) + 1
    cell = cluster * bins + place
    sums = np.bincount(cell, surprise, clusters * bins).reshape(clusters, bins)
    counts = np.bincount(cell, minlength=clusters * bins).reshape(clusters, bins)
    rng = np.random.default_rng(_SEED)
    times = rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=_DRAWS)
    drawn = np.abs(times @ sums).sum(axis=1) / (times @ counts).sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
