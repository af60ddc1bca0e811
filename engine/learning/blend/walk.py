"""The blend walked over an archive: each look blended by what was known when it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.blend.blend import BlendLearner, Forecasts
from engine.pricing.blend import Blend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive

__all__ = ["Blend", "BlendWalk", "Forecasts", "walk_blend"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlendWalk:
    """Blended probabilities (n, k) of each market asked for, and how they came about.

    `weight` (n,) is the weight each row was given, `error` its posterior standard deviation;
    `fits` are the blends by instant, the last of which knows the most.
    """

    probabilities: tuple[NDArray[np.float64], ...]
    weight: tuple[NDArray[np.float64], ...]
    error: tuple[NDArray[np.float64], ...]
    fits: tuple[Blend, ...]


def walk_blend(
    archive: Archive, forecasts: tuple[Forecasts, ...], instants: NDArray[np.float64]
) -> BlendWalk:
    """Return every look's blend by the last fit before it, which knows results played by then.

    Looks before the first fit are the market's, with the weight 0.
    """
    learner = BlendLearner(forecasts, archive.competition, archive.competitions)
    found = [one.reference.copy() for one in forecasts]
    weight = [np.zeros(len(archive)) for _ in forecasts]
    error = [np.zeros(len(archive)) for _ in forecasts]
    played = np.argsort(archive.played_at, kind="stable")
    ends = np.searchsorted(archive.played_at[played], instants, side="right")
    window = np.searchsorted(instants, archive.looked_at, side="right") - 1
    fits, learned = [], 0
    for number, (at, end) in enumerate(zip(instants.tolist(), ends.tolist(), strict=True)):
        learner.learn(played[learned:end])
        learned = end
        fit = learner.fit(at)
        fits.append(fit)
        rows = np.flatnonzero(window == number)
        place = archive.competition[rows]
        for market, one in enumerate(forecasts):
            found[market][rows], _ = fit.blended(
                one.market, place, one.reference[rows], one.model[rows]
            )
            weight[market][rows] = fit.weight[market, place]
            error[market][rows] = fit.error[market, place]
    return BlendWalk(
        probabilities=tuple(found), weight=tuple(weight), error=tuple(error), fits=tuple(fits)
    )
