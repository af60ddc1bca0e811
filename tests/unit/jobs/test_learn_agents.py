"""The morning's learning of agents, from an archive to a value in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.signal import AgentName, Standing
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


def test_an_agent_without_a_record_is_on_trial(archive: Archive) -> None:
    early = archive.where(archive.looked_at < np.quantile(archive.looked_at, 0.12))

    refit = fit_agents(Learning(early, {})).value

    assert isinstance(refit, Refit)
    assert refit.judges.standing(AgentName.SPREAD) is Standing.SHADOW
    assert refit.judges.standing(AgentName.PATRON) is Standing.COUNTS


def test_the_bets_learned_from_are_those_one_could_have_placed(archive: Archive) -> None:
    past = bets_of(Learning(archive, {}))

    taken = {past.bets.books[place] for place in np.unique(past.bets.bookmaker)}
    assert taken
    assert taken.isdisjoint({"fd_avg", "fd_max"})
