"""What is learned each morning: every part, what it needs, and how it is fitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.learning.archive import refit_instants
from engine.learning.blend import BlendLearner
from engine.learning.blend_walk import walk_blend
from engine.learning.calibration_curve import reliability
from engine.learning.calibration_walk import walk_calibration
from engine.learning.clusters import clustered_mean, week_of
from engine.learning.derived_past import archive_past
from engine.learning.derived_walk import walk_derived
from engine.learning.goals_fit import fit_goals
from engine.learning.goals_walk_forecast import GoalsSettings
from engine.learning.scores import log_loss
from engine.pricing.calibrated import Calibrations
from jobs.learn_shared import reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.blend import Forecasts
    from engine.learning.clusters import Estimate
    from engine.pricing.goals_model import GoalsModel
    from jobs.learn_shared import Learning

    Floats = NDArray[np.float64]

_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=28)
_AVERAGE: Final = "fd_avg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted value, the last instant it learned from (POSIX seconds), and how it did."""

    value: object
    seen_until: float
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is learned: from at least `needs` of `counted`, into a value of `KINDS`."""

    name: str
    needs: int
    counted: str
    count: Callable[[Learning], int]
    fit: Callable[[Learning], Fitted]


def _results(learning: Learning) -> int:
    return int(np.isfinite(learning.matches.home_goals).sum())


def _priced(learning: Learning) -> int:
    known = np.isfinite(reference(learning.matches, "match_odds")).all(axis=1)
    return int((known & np.isfinite(learning.matches.home_goals)).sum())


def _averaged(learning: Learning) -> int:
    return int(np.isfinite(archive_past(learning.matches, _AVERAGE).home_goals).sum())


def _fit_goals(learning: Learning) -> Fitted:
    """Fit every country on all that is known, with the decay that its past chose."""
    walked = learning.goals.models.values()
    decays = {
        name: float(decay)
        for model in walked
        for name, decay in zip(model.competitions, model.decay.tolist(), strict=True)
    }
    at = learning.seen_until
    models = fit_goals(learning.matches, GoalsSettings().learner, decays, at)
    value = tuple(_own_names(models[country]) for country in sorted(models))
    one = learning.forecasts[0]
    metrics = {"countries": len(value), **_compared(one, one.model, learning.matches)}
    return Fitted(value=value, seen_until=at, metrics=metrics)


def _own_names(model: GoalsModel) -> GoalsModel:
    """Return the model with teams named by their keys alone."""
    return replace(model, teams=tuple(name.partition(":")[2] for name in model.teams))


def _fit_blend(learning: Learning) -> Fitted:
    """Learn from every result; how the weights did is told by the walk."""
    matches, forecasts = learning.matches, learning.forecasts
    learner = BlendLearner(forecasts, matches.competition, matches.competitions)
    learner.learn(np.flatnonzero(matches.played_at <= learning.seen_until))
    walked = walk_blend(matches, forecasts, refit_instants(matches, _WEEK))
    value = learner.fit(learning.seen_until)
    metrics = {
        one.market: {
            "weight": float(value.weight[place, -1]),
            "weight_sd": float(value.error[place, -1]),
            **_compared(one, walked.probabilities[place], matches),
        }
        for place, one in enumerate(forecasts)
    }
    return Fitted(value=value, seen_until=learning.seen_until, metrics=metrics)


def _fit_calibration(learning: Learning) -> Fitted:
    """Judge the reference of each market by its own record."""
    matches = learning.matches
    instants = np.append(refit_instants(matches, _MONTH), learning.seen_until)
    instants = np.unique(instants[instants <= learning.seen_until])
    maps, metrics = {}, {}
    for one in learning.forecasts:
        walked = walk_calibration(matches, one.reference, one.outcome, instants)
        maps[one.market] = walked.chosen[-1]
        metrics[one.market] = {
            "method": walked.chosen[-1].method.value,
            **_compared(one, walked.probabilities, matches),
            **_curve(one, walked.probabilities, matches),
        }
    value = Calibrations(maps=maps)
    return Fitted(value=value, seen_until=learning.seen_until, metrics=metrics)


def _fit_derived(learning: Learning) -> Fitted:
    """Learn derived markets from the average book and results; quotes of them are not stored."""
    past = archive_past(learning.matches, _AVERAGE)
    walked = walk_derived(past, None, _MONTH)
    proven = {str(one.selection.code): one.proven for one in walked.corrections.markets}
    return Fitted(
        value=walked.corrections,
        seen_until=learning.seen_until,
        metrics={"n": len(past), "proven": proven},
    )


def _compared(one: Forecasts, said: Floats, matches: Archive) -> dict[str, Any]:
    """Return the log-loss of what was said and how it differs from the reference's, on results."""
    told = np.isfinite(np.hstack([one.reference, one.outcome, said])).all(axis=1)
    losses, base = (log_loss(each[told], one.outcome[told]) for each in (said, one.reference))
    week = week_of(matches.kick_off[told])
    return {
        "log_loss": _json(clustered_mean(losses, week)),
        "less_reference": _json(clustered_mean(losses - base, week)),
    }


def _curve(one: Forecasts, said: Floats, matches: Archive) -> dict[str, Any]:
    whole = np.where(np.isin(one.outcome, (0.0, 1.0)), one.outcome, np.nan)
    whole[np.nansum(one.outcome, axis=1) < 1] = np.nan
    curve = reliability(said, whole, week_of(matches.kick_off))
    return {
        "ece": {"mean": curve.ece, "n": curve.n, "low": curve.ece_low, "high": curve.ece_high},
        "ece_by_chance": curve.ece_by_chance,
        "bias_above_60": _json(curve.likely),
        "bias_below_20": _json(curve.unlikely),
    }


def _json(one: Estimate) -> dict[str, Any]:
    """Return an estimate as JSON, which has no NaN."""
    named = {"mean": one.value, "low": one.low, "high": one.high}
    return {
        "n": one.n,
        **{name: each if np.isfinite(each) else None for name, each in named.items()},
    }


PARTS: Final = (
    Part(
        name="goals",
        needs=300,
        counted="results",
        count=_results,
        fit=_fit_goals,
    ),
    Part(
        name="blend",
        needs=2000,
        counted="priced results",
        count=_priced,
        fit=_fit_blend,
    ),
    Part(
        name="calibration",
        needs=2000,
        counted="priced results",
        count=_priced,
        fit=_fit_calibration,
    ),
    Part(
        name="derived",
        needs=2000,
        counted="results with average prices",
        count=_averaged,
        fit=_fit_derived,
    ),
)
"""In the order in which they are fitted."""
LEAST: Final = min(part.needs for part in PARTS)
"""Fewer matches than this are too few for any part."""
