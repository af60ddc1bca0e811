"""Calibration walked over an archive: a map is used only once it has helped out of sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.calibration.calibration import fit_calibration
from engine.pricing.calibrated import Calibration, CalibrationMethod, identity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive

_MARGIN: Final = 3.0
"""A map must have helped by so many standard errors, counted by days of play.

It is asked at every instant of years: with 2, noise passes sooner or later.
"""
_FEWEST: Final = 500
"""Results without which no map is tried."""
_LEAST: Final = 1e-12
_DAY: Final = 86_400.0
_TRIED: Final = tuple(one for one in CalibrationMethod if one is not CalibrationMethod.IDENTITY)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """How a map did out of sample by an instant: its log-loss less the identity's, with n."""

    method: CalibrationMethod
    gain: float
    error: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CalibrationWalk:
    """Calibrated probabilities (n, k), the map chosen at each instant, and how all had done."""

    probabilities: NDArray[np.float64]
    chosen: tuple[Calibration, ...]
    trials: tuple[tuple[Trial, ...], ...]


def walk_calibration(
    archive: Archive,
    probabilities: NDArray[np.float64],
    outcome: NDArray[np.float64],
    instants: NDArray[np.float64],
) -> CalibrationWalk:
    """Return every look's book (n, k) mapped as the last instant before it knew how.

    At each instant every method is fitted on the results played by then. The one used is that
    whose own earlier out-of-sample forecasts were the best, if they beat leaving things as they
    are by `_MARGIN` standard errors of the paired difference; else nothing is changed.
    """
    told = np.isfinite(np.hstack([probabilities, outcome])).all(axis=1)
    window = np.searchsorted(instants, archive.looked_at, side="right") - 1
    tried = {method: np.full(probabilities.shape, np.nan) for method in _TRIED}
    _, day = np.unique(archive.kick_off // _DAY, return_inverse=True)
    found, chosen, trials = probabilities.copy(), [], []
    for number, at in enumerate(instants.tolist()):
        known = told & (archive.played_at <= at)
        said = tuple(
            _trial(method, (probabilities, tried[method]), outcome, known, day)
            for method in _TRIED
        )
        best = _best(said)
        used = identity(at)
        rows = np.flatnonzero((window == number) & np.isfinite(probabilities).all(axis=1))
        if np.count_nonzero(known) >= _FEWEST:
            for method in _TRIED:
                fitted = fit_calibration(method, probabilities[known], outcome[known], at)
                tried[method][rows] = fitted.calibrated(probabilities[rows])
                used = fitted if method is best else used
        found[rows] = used.calibrated(probabilities[rows])
        chosen.append(used)
        trials.append(said)
    return CalibrationWalk(probabilities=found, chosen=tuple(chosen), trials=tuple(trials))


def _trial(
    method: CalibrationMethod,
    books: tuple[NDArray[np.float64], NDArray[np.float64]],
    outcome: NDArray[np.float64],
    known: NDArray[np.bool_],
    day: NDArray[np.int64],
) -> Trial:
    plain, mapped = books
    rows = np.flatnonzero(known & np.isfinite(mapped[:, 0]))
    if not len(rows):
        return Trial(method=method, gain=0.0, error=np.inf, n=0)
    ratio = np.log(np.maximum(plain[rows], _LEAST)) - np.log(np.maximum(mapped[rows], _LEAST))
    more = (outcome[rows] * ratio).sum(axis=1)  # log-loss of the map, less the identity's
    off = np.bincount(day[rows], more - more.mean())
    error = float(np.sqrt((off**2).sum())) / len(rows)
    return Trial(method=method, gain=-float(more.mean()), error=error, n=len(rows))


def _best(said: tuple[Trial, ...]) -> CalibrationMethod | None:
    """Return the method whose gain is both the greatest and beyond doubt."""
    sure = [one for one in said if one.n >= _FEWEST and one.gain > _MARGIN * one.error]
    return max(sure, key=lambda one: one.gain).method if sure else None
