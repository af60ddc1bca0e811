"""Every candidate with its scores, its stake and the gate it fails on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from engine.scoring.edge import sweet_spot
from engine.scoring.gates import first_failed
from engine.scoring.staking import stakes_alone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable
    from engine.scoring.candidates import Candidates

_USUAL_DISPERSION: Final = 0.08  # logit; keeps a lone book from standing out infinitely


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Candidates with their scores, their stakes and the gate each failed.

    `fraction` is the stake of each were it the only one; `failed` is the place in `GATES` of the
    first gate that holds it, `PASSED` where none does.
    """

    rows: Candidates
    signal: NDArray[np.float64]
    sweet_spot: NDArray[np.float64]
    fraction: NDArray[np.float64]
    failed: NDArray[np.int64]


def judge(rows: Candidates, prices: PriceTable, policy: Policy) -> Judged:
    """Return what each candidate is worth on its own, whoever else there is."""
    rules = policy.scoring
    return Judged(
        rows=rows,
        signal=_signal_score(rows, prices),
        sweet_spot=sweet_spot(rows.edges, clv_sd=rules.clv_sd, hurdle=rules.hurdle),
        fraction=stakes_alone(rows, rules),
        failed=first_failed(rows, rules),
    )


def _signal_score(rows: Candidates, prices: PriceTable) -> NDArray[np.float64]:
    """Return how far each quote stands out among the books, 0-100; NaN without a price.

    First form, until the agents vote: the gap between fair and quoted probability on the logit
    scale, against the books' own disagreement.
    """
    score = np.full(len(rows), np.nan)
    priced = (rows.price >= 0) & (rows.odds > 1)
    fair, implied = prices.probability[rows.price[priced]], 1 / rows.odds[priced]
    gap = np.log(fair / (1 - fair)) - np.log(implied / (1 - implied))
    spread = np.hypot(prices.dispersion[rows.price[priced]], _USUAL_DISPERSION)
    score[priced] = 100 * ndtr(gap / spread)
    return score
