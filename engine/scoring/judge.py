"""Every candidate with its scores, its stake and the gate it fails on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from engine.scoring.edge import sweet_spot
from engine.scoring.gates import first_failed
from engine.scoring.places import NOWHERE, index_of, place
from engine.scoring.scores import PRIOR_SCORES, Scores
from engine.scoring.staking import stakes_alone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable
    from engine.domain.signal import Verdicts
    from engine.scoring.candidates import Candidates

_USUAL_DISPERSION: Final = 0.08  # logit; keeps a lone book from standing out infinitely


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Candidates with their scores, their stakes and the gate each failed.

    `fraction` is the stake of each were it the only one; `failed` is the place in `GATES` of the
    first gate that holds it, `PASSED` where none does. `verdict` is the row of `verdicts` on each
    (-1: none), `scores` what the scores rest on.
    """

    rows: Candidates
    signal: NDArray[np.float64]
    sweet_spot: NDArray[np.float64]
    fraction: NDArray[np.float64]
    failed: NDArray[np.int64]
    verdict: NDArray[np.int64]
    verdicts: Verdicts | None
    scores: Scores


def judge(
    rows: Candidates,
    prices: PriceTable,
    policy: Policy,
    *,
    verdicts: Verdicts | None = None,
    scores: Scores = PRIOR_SCORES,
) -> Judged:
    """Return what each candidate is worth on its own, whoever else there is.

    Where scores were learned and PATRON gave a verdict, they are the scores; elsewhere they come
    of the edge and of the books alone. `verdicts` are PATRON's own, before `scores` corrected
    them for the edges of `rows`.
    """
    rules = policy.scoring
    verdict = _verdict_of(rows, verdicts)
    judged = Judged(
        rows=rows,
        signal=_signal_score(rows, prices),
        sweet_spot=sweet_spot(rows.edges, clv_sd=rules.clv_sd, hurdle=rules.hurdle),
        fraction=stakes_alone(rows, rules),
        failed=first_failed(rows, rules),
        verdict=verdict,
        verdicts=verdicts,
        scores=scores,
    )
    heard = np.flatnonzero(verdict != NOWHERE)
    if verdicts is None or not len(heard):
        return judged
    if scores.spot.learned:
        edges = rows.edges
        judged.sweet_spot[heard] = scores.spot.score(
            edges.edge[heard], edges.deviation[heard], rules.hurdle
        )
    if scores.signal.learned:
        judged.signal[heard] = scores.signal.score(verdicts, verdict[heard], rows.odds[heard])
    return judged


def _verdict_of(rows: Candidates, verdicts: Verdicts | None) -> NDArray[np.int64]:
    """Return the verdict on each candidate with a price, `NOWHERE` where there is none."""
    if verdicts is None:
        return np.full(len(rows), NOWHERE, dtype=np.int64)
    found = index_of(place(verdicts.fixture, verdicts.selection), rows.place)
    return np.where(rows.price >= 0, found, NOWHERE)


def _signal_score(rows: Candidates, prices: PriceTable) -> NDArray[np.float64]:
    """Return how far each quote stands out among the books, 0-100; NaN without a price.

    Where agents do not vote: the gap between fair and quoted probability on the logit
    scale, against the books' own disagreement.
    """
    score = np.full(len(rows), np.nan)
    priced = (rows.price >= 0) & (rows.odds > 1)
    fair, implied = prices.probability[rows.price[priced]], 1 / rows.odds[priced]
    gap = np.log(fair / (1 - fair)) - np.log(implied / (1 - implied))
    spread = np.hypot(prices.dispersion[rows.price[priced]], _USUAL_DISPERSION)
    score[priced] = 100 * ndtr(gap / spread)
    return score
