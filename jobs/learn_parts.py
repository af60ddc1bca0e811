"""What is learned each morning: every part, what it needs, and how it is fitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.archive import refit_instants
from engine.learning.blend.blend import BlendLearner
from engine.learning.blend.walk import walk_blend
from engine.learning.derived.past import archive_past, past_view
from engine.learning.derived.walk import walk_derived
from engine.learning.goals.fit import fit_goals
from engine.learning.goals.forecast import GoalsSettings
from engine.pricing.calibrated import Calibrations
from engine.pricing.derived.usual_lines import NamedLines
from jobs.learn_agents import fit_agents
from jobs.learn_close import closes, fit_close_state, fit_expected_close, fit_weights
from jobs.learn_kinds import AGENTS
from jobs.learn_metrics import compared, curve_told, leagues_told
from jobs.learn_shared import Fitted, Part, reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.goals_model import GoalsModel
    from jobs.learn_shared import Learning

    Floats = NDArray[np.float64]

_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=28)
_AVERAGE: Final = "fd_avg"


def _results(learning: Learning) -> int:
    return int(np.isfinite(learning.matches.home_goals).sum())


def _priced(learning: Learning) -> int:
    known = np.isfinite(reference(learning.matches.look, "match_odds")).all(axis=1)
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
    metrics = {"countries": len(value), **compared(one, one.model, learning.matches)}
    return Fitted(value=value, seen_until=at, metrics=metrics)


def _own_names(model: GoalsModel) -> GoalsModel:
    """Return the model with teams named by their keys alone."""
    return replace(model, teams=tuple(name.partition(":")[2] for name in model.teams))


def _fit_blend(learning: Learning) -> Fitted:
    """Learn from every result; how weights did beside the plain reference is told by the walk."""
    matches, forecasts = learning.matches, learning.forecasts
    learner = BlendLearner(learning.calibrated, matches.competition, matches.competitions)
    learner.learn(np.flatnonzero(matches.played_at <= learning.seen_until))
    walked = walk_blend(matches, forecasts, refit_instants(matches, _WEEK))
    value = learner.fit(learning.seen_until)
    metrics = {
        one.market: {
            "weight": float(value.weight[place, -1]),
            "weight_sd": float(value.error[place, -1]),
            **compared(one, walked.probabilities[place], matches),
        }
        for place, one in enumerate(forecasts)
    }
    return Fitted(value=value, seen_until=learning.seen_until, metrics=metrics)


def _fit_calibration(learning: Learning) -> Fitted:
    """Judge the reference of each market by its own record."""
    matches = learning.matches
    maps, metrics, leagues = {}, {}, {}
    for one, walked in zip(learning.forecasts, learning.calibrations, strict=True):
        maps[one.market] = walked.chosen[-1]
        metrics[one.market] = {
            "method": walked.chosen[-1].method.value,
            **compared(one, walked.probabilities, matches),
            **curve_told(one, walked.probabilities, matches),
        }
        leagues[one.market] = leagues_told(one, walked.probabilities, matches)
    return Fitted(
        value=Calibrations(maps=maps),
        seen_until=learning.seen_until,
        metrics={**metrics, "leagues": leagues},
    )


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


def _fit_usual_lines(learning: Learning) -> Fitted:
    """Keep what is usual of every team and league, by our names."""
    matches = learning.matches
    _, lines = past_view(archive_past(matches, _AVERAGE))
    value = NamedLines(
        competitions=matches.competitions,
        teams=tuple(name.partition(":")[2] for name in matches.teams),
        lines=lines,
    )
    return Fitted(value=value, seen_until=float(matches.looked_at.max()), metrics={})


PARTS: Final = (
    Part(
        name="weights",
        needs=2000,
        counted="closes",
        count=closes,
        fit=fit_weights,
    ),
    Part(
        name="expected_close",
        needs=2000,
        counted="closes",
        count=closes,
        fit=fit_expected_close,
    ),
    Part(
        name="close_state",
        needs=300,
        counted="closes",
        count=closes,
        fit=fit_close_state,
    ),
    Part(
        name=AGENTS,
        needs=2000,
        counted="closes",
        count=closes,
        fit=fit_agents,
    ),
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
        name="calibrations",
        needs=2000,
        counted="priced results",
        count=_priced,
        fit=_fit_calibration,
    ),
    Part(
        name="usual_lines",
        needs=300,
        counted="results with average prices",
        count=_averaged,
        fit=_fit_usual_lines,
    ),
    Part(
        name="corrections",
        needs=2000,
        counted="results with average prices",
        count=_averaged,
        fit=_fit_derived,
    ),
)
"""In the order in which they are fitted."""
