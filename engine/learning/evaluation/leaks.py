"""Too good to be true: seasons whose forecasts must have known the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import clustered_mean
from engine.learning.evaluation.evaluation import CLOSE
from engine.learning.scores import log_loss, rps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.learning.clusters import Clustered
    from engine.learning.evaluation.evaluation import Forecast
    from engine.learning.evaluation.targets import Targets

    Floats = NDArray[np.float64]

LEAST_RPS: Final = 0.17
FEWEST_OF_ALL: Final = 1_000
FEWEST_OF_ONE: Final = 200
_AHEAD: Final = -0.005
BIG_LEAGUES: Final = ("E0", "D1", "SP1", "I1", "F1")
RPS_BAND: Final = (0.185, 0.215)
LOG_LOSS_BAND: Final = (0.94, 1.00)
RULE: Final = (
    f"1X2, each predictor: the RPS of a season of {FEWEST_OF_ALL} matches or more is below "
    f"{LEAST_RPS}; that of a division's season of {FEWEST_OF_ONE} or more is below it with its "
    f"whole 95 % interval, or below it and better than the close by {-_AHEAD}, beyond chance "
    "(one-sided leagues come to 0.168 by honest means)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A predictor that knew too much of a season: of all divisions together ("") or of one."""

    predictor: str
    season: int
    division: str
    rps: Clustered


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Whether the market of a big league's season is as hard to beat as it always was.

    Football alone strays beyond the bands now and then: told, not failed.
    """

    season: int
    division: str
    n: int
    rps: float
    log_loss: float

    @property
    def holds(self) -> bool:
        within = RPS_BAND[0] <= self.rps <= RPS_BAND[1]
        return within and LOG_LOSS_BAND[0] <= self.log_loss <= LOG_LOSS_BAND[1]


def leaks(targets: Targets, forecasts: Sequence[Forecast]) -> tuple[Leak, ...]:
    """Return every season that `RULE` calls a leak."""
    target = targets.markets["match_odds"]
    close = rps(target.close, target.outcome)
    every = {one.name: rps(one.match_odds, target.outcome) for one in forecasts}
    every[CLOSE] = close
    return tuple(
        Leak(predictor=name, season=season, division=division, rps=found)
        for name, score in every.items()
        for season, division, rows in _spans(targets)
        for found in [clustered_mean(score[rows], targets.week[rows])]
        if found.value < LEAST_RPS
        and (
            _leaks_in_all(found)
            if not division
            else _leaks_in_one(found, (score - close)[rows], targets.week[rows])
        )
    )


def _leaks_in_all(found: Clustered) -> bool:
    return found.n >= FEWEST_OF_ALL


def _leaks_in_one(found: Clustered, less: Floats, week: NDArray[np.int64]) -> bool:
    if found.n < FEWEST_OF_ONE:
        return False
    ahead = clustered_mean(less, week)
    return found.high < LEAST_RPS or (ahead.value < _AHEAD and ahead.below_zero)


def _spans(targets: Targets) -> Iterator[tuple[int, str, NDArray[np.int64]]]:
    for season in targets.seasons:
        yield season, "", np.flatnonzero(targets.season == season)
        for number, division in enumerate(targets.competitions):
            rows = (targets.season == season) & (targets.competition == number)
            if rows.any():
                yield season, division, np.flatnonzero(rows)


def bands(targets: Targets) -> tuple[Band, ...]:
    """Return the market, as the baseline has it, in each season of the big leagues."""
    target = targets.markets["match_odds"]
    ranked, loss = (rule(target.baseline, target.outcome) for rule in (rps, log_loss))
    found = []
    for season, division, rows in _spans(targets):
        known = rows[np.isfinite(ranked[rows])]
        if division in BIG_LEAGUES and len(known) >= FEWEST_OF_ONE:
            found.append(
                Band(
                    season=season,
                    division=division,
                    n=len(known),
                    rps=float(ranked[known].mean()),
                    log_loss=float(loss[known].mean()),
                )
            )
    return tuple(found)
