"""A walk judged: every derived market against its quotes, all seasons and each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.derived.past import outcomes
from engine.learning.derived.scores import AIMS, MarketScore, score_market
from engine.pricing.derived.view import DERIVED, expit, logit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.derived.walk import DerivedWalk

_DOUBLE_CHANCE: Final = ("dc_1x", "dc_12", "dc_x2")
_GRID_WEIGHT: Final = 0.25  # nothing is learned of sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How well a standard error tells the distance to the quote, out of sample.

    `variance` of the distance in standard errors, on the logit scale: 1 is right. `inside`: the
    share of quotes within the 80 % interval.
    """

    n: int
    variance: float
    inside: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One market of one season, or of all (`season` None).

    `calibration` is None for sums of main prices; `proven` says whether a pick may rest on the
    derived price alone at the end of the walk.
    """

    season: int | None
    score: MarketScore
    calibration: Calibration | None
    proven: bool


def judge(
    walk: DerivedWalk, season: NDArray[np.int64], double_chance: NDArray[np.float64]
) -> tuple[Verdict, ...]:
    """Return all seasons together market by market, then each season.

    `season` (n,) of the walk's matches; `double_chance` (n, 3) their fair quotes, summing to 2,
    NaN where there is none.
    """
    spans: list[tuple[int | None, NDArray[np.int64]]] = [(None, np.arange(len(season)))]
    spans += [(int(one), np.flatnonzero(season == one)) for one in np.unique(season)]
    return tuple(
        verdict
        for one, rows in spans
        for verdict in (
            *(_derived(walk, number, one, rows) for number in range(len(DERIVED))),
            *(_sum(walk, side, one, (rows, double_chance)) for side in range(3)),
        )
    )


def _derived(
    walk: DerivedWalk, number: int, season: int | None, rows: NDArray[np.int64]
) -> Verdict:
    past, walked = walk.past, walk.walked
    quote = past.quotes[rows, number]
    prices = (
        walked.plain[rows, number],
        walked.corrected[rows, number],
        walked.pooled[rows, number],
    )
    score = score_market(
        (DERIVED[number].code, AIMS[number]),
        quote,
        prices,
        outcomes(past)[rows, number],
        past.kick_off[rows],
    )
    return Verdict(
        season=season,
        score=score,
        calibration=_calibration(walk, number, rows),
        proven=walk.corrections.markets[number].proven,
    )


def _calibration(walk: DerivedWalk, number: int, rows: NDArray[np.int64]) -> Calibration:
    walked, quote = walk.walked, walk.past.quotes[rows, number]
    distance = walked.disagreement[rows, number]
    known = np.isfinite(distance)
    inside = (quote >= walked.low[rows, number]) & (quote <= walked.high[rows, number])
    count = int(known.sum())
    return Calibration(
        n=count,
        variance=float((distance[known] ** 2).mean()) if count else float("nan"),
        inside=float(inside[known].mean()) if count else float("nan"),
    )


def _sum(
    walk: DerivedWalk,
    side: int,
    season: int | None,
    quoted: tuple[NDArray[np.int64], NDArray[np.float64]],
) -> Verdict:
    """Judge a double chance: what 1X2 says of it is its price, exactly."""
    rows, quotes = quoted
    past, quote = walk.past, quotes[rows, side]
    against = (2, 1, 0)[side]  # 1X loses to 2, 12 to X, X2 to 1
    price = 1 - past.match_odds[rows, against]
    margin = past.home_goals[rows] - past.away_goals[rows]
    lost = np.sign(margin) == (-1, 0, 1)[side]
    outcome = np.where(np.isnan(margin), np.nan, ~lost)
    pooled = expit(_GRID_WEIGHT * logit(price) + (1 - _GRID_WEIGHT) * logit(quote))
    score = score_market(
        (_DOUBLE_CHANCE[side], None), quote, (price, price, pooled), outcome, past.kick_off[rows]
    )
    return Verdict(season=season, score=score, calibration=None, proven=score.holds)
