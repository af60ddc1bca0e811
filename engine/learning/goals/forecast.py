"""`walk_goals`: the goals model's forecast of every look, with the decay of each league learnt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.archive import refit_instants
from engine.learning.goals.learner import DixonColes
from engine.learning.goals.prior import Beliefs
from engine.learning.goals.scores import main_probabilities
from engine.learning.goals.walk import Walk, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.goals.scores import MainProbabilities
    from engine.learning.goals.walk import ExpectedGoals, GoalsLearner
    from engine.pricing.goals_model import GoalRates, GoalsModel

    _Markets = Callable[[GoalRates, NDArray[np.float64]], MainProbabilities]

_LEAST: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalsSettings:
    """How the goals model is walked; the defaults were chosen on seasons up to 2018/19.

    `decays` are the ξ per day tried for every league; a league's is that of the least log-loss
    of its past and of `shrinkage` matches like all leagues' past. With one, nothing is tried.
    `low_scores` False is the second model: independent Poisson counts.
    """

    every: timedelta = timedelta(days=7)
    decays: tuple[float, ...] = (0.0012, 0.0018, 0.0024, 0.0032)
    trial_every: timedelta = timedelta(days=28)
    shrinkage: float = 10_000.0
    beliefs: Beliefs = field(default_factory=Beliefs)
    low_scores: bool = True

    def learner(self) -> GoalsLearner:
        """Return a country's model that has seen nothing."""
        return DixonColes(
            decay=self.decays[len(self.decays) // 2],
            beliefs=self.beliefs,
            low_scores=self.low_scores,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GoalsForecast:
    """What the goals model said of every row of an archive, and each country's last fit.

    Rows that no fit preceded are NaN; so is the handicap where the look has no line.
    """

    rates: GoalRates
    probabilities: MainProbabilities
    models: Mapping[str, GoalsModel]


def walk_goals(
    archive: Archive,
    settings: GoalsSettings | None = None,
    expected: ExpectedGoals | None = None,
    learner: Callable[[], GoalsLearner] | None = None,
    markets: _Markets = main_probabilities,
) -> GoalsForecast:
    """Return the forecast of every look out of results known at the last fit before it.

    Another model of goals is walked and scored alike: its `learner`, and `markets` where its
    scores are no Poisson counts with Dixon and Coles's correction.
    """
    chosen = GoalsSettings() if settings is None else settings
    how = Walk(
        learner=chosen.learner if learner is None else learner,
        instants=refit_instants(archive, chosen.every),
        decay=partial(_same, chosen.decays[0]),
        expected=expected,
    )
    if len(chosen.decays) > 1:
        how = replace(how, decay=_tried(archive, chosen, how, markets).best)
    walked = walk(archive, how)
    return GoalsForecast(
        rates=walked.rates,
        probabilities=markets(walked.rates, archive.look.handicap_line),
        models=walked.models,
    )


def _same(decay: float, _competition: int, _at: float) -> float:
    return decay


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trials:
    """The log-loss of every match under every decay (decays, n), and when it was known."""

    decays: tuple[float, ...]
    shrinkage: float
    competition: NDArray[np.int64]
    known_at: NDArray[np.float64]
    losses: NDArray[np.float64]

    def best(self, competition: int, at: float) -> float:
        """Return the decay that did best in what is past at an instant."""
        past = (self.known_at <= at) & np.isfinite(self.losses).all(axis=0)
        if not past.any():
            return self.decays[len(self.decays) // 2]
        own = self.losses[:, past & (self.competition == competition)].sum(axis=1)
        common = self.losses[:, past].mean(axis=1)
        return self.decays[int(np.argmin(own + self.shrinkage * common))]


def _tried(archive: Archive, settings: GoalsSettings, how: Walk, markets: _Markets) -> Trials:
    instants = refit_instants(archive, settings.trial_every)
    losses = []
    for decay in settings.decays:
        trial = replace(how, instants=instants, decay=partial(_same, decay))
        rates = walk(archive, trial).rates
        told = markets(rates, archive.look.handicap_line).match_odds
        losses.append(_log_losses(archive, told))
    return Trials(
        decays=settings.decays,
        shrinkage=settings.shrinkage,
        competition=archive.competition,
        known_at=archive.played_at,
        losses=np.array(losses),
    )


def _log_losses(archive: Archive, told: NDArray[np.float64]) -> NDArray[np.float64]:
    margin = archive.home_goals - archive.away_goals
    known = np.isfinite(margin)
    came = 1 - np.sign(np.where(known, margin, 0)).astype(np.int64)
    losses: NDArray[np.float64] = -np.log(np.maximum(told[np.arange(len(told)), came], _LEAST))
    return np.where(known, losses, np.nan)
