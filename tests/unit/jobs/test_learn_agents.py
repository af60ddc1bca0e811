"""The morning's learning of agents, from an archive to a value in force."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.record import Estimate
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.live_record import LiveRecord, live_standing
from engine.learning.agents.walk import Refit
from jobs.learn_agents import bets_of, fit_agents
from jobs.learn_shared import Learning
from storage.artifact_codec import decode, encode
from tests.archives import World, simulate

if TYPE_CHECKING:
    from engine.learning.archive import Archive


@pytest.fixture(scope="module")
def archive() -> Archive:
    return simulate(5, World(seasons=4, leagues=3, teams=16)).archive


def test_who_judges_is_a_value_that_can_be_kept(archive: Archive) -> None:
    fitted = fit_agents(Learning(archive, {}))

    kept = decode(Refit, encode(fitted.value))
    assert encode(kept) == encode(fitted.value)
    assert kept.at == fitted.seen_until
    assert kept.judges.patron is not None
    assert kept.judges.drift is not None
    told = fitted.metrics["scoreboard"]
    assert told["patron"]["standing"] == "counts"
    assert told["patron"]["clv"]["n"] > 100
    assert set(told) >= {"anomaly", "drift", "patron", "spread"}
    assert abs(fitted.metrics["sweet_spot"]["said"] - fitted.metrics["sweet_spot"]["beat"]) < 0.1


def test_looks_after_the_last_result_change_nothing(archive: Archive) -> None:
    rows = np.arange(len(archive)) < 0.4 * len(archive)
    awaited = np.arange(len(archive)) >= 0.38 * len(archive)
    home, away = (
        np.where(awaited, np.nan, goals) for goals in (archive.home_goals, archive.away_goals)
    )
    live = replace(archive, home_goals=home, away_goals=away).where(rows)

    fitted = fit_agents(Learning(live, {}))

    before = fit_agents(Learning(live.where(live.looked_at < fitted.seen_until), {}))
    assert (live.looked_at > fitted.seen_until).any()
    assert encode(fitted.value) == encode(before.value)
    assert fitted.metrics == before.metrics


def test_an_agent_without_a_record_is_on_trial(archive: Archive) -> None:
    early = archive.where(archive.looked_at < np.quantile(archive.looked_at, 0.12))

    refit = fit_agents(Learning(early, {})).value

    assert isinstance(refit, Refit)
    assert refit.judges.standing(AgentName.SPREAD) is Standing.SHADOW
    assert refit.judges.standing(AgentName.DRIFT) is Standing.SHADOW
    assert refit.judges.standing(AgentName.PATRON) is Standing.COUNTS


def test_the_bets_learned_from_are_those_one_could_have_placed(archive: Archive) -> None:
    past = bets_of(Learning(archive, {}))

    taken = {past.bets.books[place] for place in np.unique(past.bets.bookmaker)}
    assert taken
    assert taken.isdisjoint({"fd_avg", "fd_max"})


def a_live_record(agent: AgentName, mean: float, n: int) -> LiveRecord:
    clv = Estimate(mean=mean, n=n, low=mean - 0.01, high=mean + 0.01)
    none = Estimate(mean=None, n=0, low=None, high=None)
    return LiveRecord(
        agent=agent,
        standing=Standing.SHADOW,
        said=n,
        clv=clv,
        decided=0,
        log_loss=None,
        reference=None,
        gain=none,
    )


@pytest.mark.parametrize(
    ("learned", "mean", "n", "allowed"),
    [
        (Standing.COUNTS, 0.02, 200, Standing.COUNTS),
        (Standing.COUNTS, 0.02, 199, Standing.SHADOW),
        (Standing.COUNTS, -0.001, 500, Standing.SHADOW),
        (Standing.COUNTS, -0.02, 30, Standing.BENCHED),
        (Standing.COUNTS, -0.02, 29, Standing.SHADOW),
        (Standing.SHADOW, 0.02, 500, Standing.SHADOW),
        (Standing.BENCHED, 0.02, 500, Standing.BENCHED),
    ],
)
def test_an_agent_counts_live_when_its_own_bets_have_beaten_the_close(
    learned: Standing, mean: float, n: int, allowed: Standing
) -> None:
    assert live_standing(learned, a_live_record(AgentName.DRIFT, mean, n)) is allowed


def test_an_agent_without_a_live_record_is_on_trial_whatever_the_archive_says() -> None:
    assert live_standing(Standing.COUNTS, None) is Standing.SHADOW
    assert live_standing(Standing.BENCHED, None) is Standing.BENCHED


def test_an_agent_whose_live_bets_lose_is_benched_at_the_next_learning(archive: Archive) -> None:
    live = [a_live_record(AgentName.DRIFT, -0.03, 100)]

    refit = fit_agents(Learning(archive, {}, live)).value

    assert isinstance(refit, Refit)
    assert refit.judges.standing(AgentName.DRIFT) is Standing.BENCHED
    assert refit.judges.standing(AgentName.PATRON) is Standing.COUNTS
