from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from engine.learning.archive import Archive, refit_instants
from engine.learning.goals.fit import fit_goals
from engine.learning.goals.forecast import GoalsSettings
from engine.learning.goals.walk import Walk, walk
from tests.unit.learning.looks import an_archive

DECAY = 0.002
DECAYS = {"league_0": DECAY}


def a_league(count: int = 400) -> Archive:
    rng = np.random.default_rng(4)
    goals = rng.poisson(1.5, count).astype(float), rng.poisson(1.2, count).astype(float)
    return an_archive(*goals, leagues=1)


def test_the_fit_of_a_moment_is_the_last_one_of_a_walk_that_ends_there() -> None:
    archive = a_league()
    instants = refit_instants(archive, timedelta(days=7))
    how = Walk(learner=GoalsSettings().learner, instants=instants, decay=lambda *_: DECAY)
    [walked] = walk(archive, how).models.values()
    [fitted] = fit_goals(archive, how.learner, DECAYS, float(instants[-1])).values()
    assert fitted.seen_until == walked.seen_until
    assert fitted.decay.tolist() == [DECAY]
    for team in fitted.teams:
        one = fitted.rates(["league_0"], [team], ["team_0"])
        other = walked.rates(["league_0"], [team], ["team_0"])
        np.testing.assert_allclose([one.home, one.away], [other.home, other.away], rtol=1e-6)


def test_a_fit_knows_nothing_that_was_played_later() -> None:
    archive = a_league()
    at = float(np.median(archive.played_at))
    later = archive.played_at > at
    changed = replace(archive, home_goals=np.where(later, 7.0, archive.home_goals))
    learner = GoalsSettings().learner
    [one] = fit_goals(archive, learner, DECAYS, at).values()
    [other] = fit_goals(changed, learner, DECAYS, at).values()
    assert one.parameters.tobytes() == other.parameters.tobytes()
    [now] = fit_goals(changed, learner, DECAYS, float(archive.played_at.max())).values()
    assert now.parameters.tobytes() != one.parameters.tobytes()


def test_a_country_without_results_has_no_model() -> None:
    archive = a_league()
    unplayed = replace(archive, home_goals=np.full(len(archive), np.nan))
    assert fit_goals(unplayed, GoalsSettings().learner, DECAYS, np.inf) == {}
