"""Models league by league: log-loss, RPS, and how far their probabilities can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.calibration.curve import Reliability, reliability
from engine.learning.clusters import clustered_ratio
from engine.learning.evaluation.evaluation import BLEND, EXPECTED_CLOSE, GOALS, MARKETS, REFERENCE
from engine.learning.evaluation.scores import scored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.learning.clusters import Clustered
    from engine.learning.evaluation.evaluation import Forecast
    from engine.learning.evaluation.targets import Targets

PREDICTORS: Final = (REFERENCE, GOALS, BLEND, EXPECTED_CLOSE)
_FEWEST: Final = 100
_BINS: Final = 10
_WHOLE: Final = ("match_odds", "total")
"""Markets that are won or lost: a refund is no frequency."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class League:
    """One predictor in one market and league over all seasons; "" is all leagues."""

    league: str
    market: str
    predictor: str
    log_loss: Clustered
    rps: Clustered
    reliability: Reliability | None
    """None where outcomes are no frequencies, or too few."""


def score_leagues(targets: Targets, forecasts: Sequence[Forecast]) -> tuple[League, ...]:
    """Return the models' scores by market: all leagues together first, then each."""
    every = np.full(len(targets.competition), True)
    spans = [("", every)] + [
        (name, targets.competition == number) for number, name in enumerate(targets.competitions)
    ]
    return tuple(
        found
        for market in MARKETS
        for one in forecasts
        if one.name in PREDICTORS
        for name, rows in spans
        for found in [_league(targets, one, market, (name, np.flatnonzero(rows)))]
        if found.log_loss.n
    )


def _league(
    targets: Targets, forecast: Forecast, market: str, span: tuple[str, NDArray[np.int64]]
) -> League:
    league, rows = span
    target, week = targets.markets[market], targets.week[rows]
    told = forecast.of(market)
    scores = scored(forecast.name, told, target)
    stake = scores.stake[rows]
    curve = None
    if market in _WHOLE and np.isfinite(stake).sum() >= _FEWEST:
        curve = reliability(told[rows], target.outcome[rows], week, _BINS)
    return League(
        league=league,
        market=market,
        predictor=forecast.name,
        log_loss=clustered_ratio(scores.log_loss[rows], stake, week),
        rps=clustered_ratio(scores.rps[rows], stake, week),
        reliability=curve,
    )
