"""The walk of all judges: nothing of the future, calibrated where it has learned."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.agents.judges import judge_bets, numbers_of
from engine.domain.policy import ScoringRules
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.landing import fit_landing
from engine.learning.agents.past_bets import PastBets, logit
from engine.learning.agents.scoreboard import ENOUGH, Evidence, Said, evidence_of, scoreboard
from engine.learning.agents.spot import fit_spot
from engine.learning.agents.walk import WalkedAgents, learn_agents, walk_agents
from engine.scoring.landing import LEVELS
from storage.artifact_codec import decode, encode
from tests.unit.agents.made_up import DAY, START, another_end, past_bets

HURDLE = ScoringRules().hurdle
MIDDLE = START + 650 * DAY


@cache
def bets() -> PastBets:
    """Three years in which closes go where agents could see them go, and prices err."""
    past = past_bets(11, 1_000, gap_mean=-0.4, drift=0.5)
    rng = np.random.default_rng(12)
    noise = rng.normal(0, 0.05, len(past))
    close = 1 / (1 + np.exp(-(logit(past.close) + noise)))
    error = 0.055 * past.bets.expected * (1 - past.bets.expected)
    return replace(past, close=close, bets=replace(past.bets, expected_error=error))


@cache
def walked() -> WalkedAgents:
    return walk_agents(bets(), hurdle=HURDLE)


def columns(found: WalkedAgents) -> list[np.ndarray]:
    said = [each for one in found.said.values() for each in (one.probability, one.std_error)]
    return [*said, found.edge, found.deviation, found.sweet_spot, found.signal, found.told.terms]


def test_what_came_later_changes_no_bit_of_what_was_said_before() -> None:
    before = bets().looked_at <= MIDDLE
    again = walk_agents(another_end(bets(), MIDDLE), hurdle=HURDLE)
    for number, (was, now) in enumerate(zip(columns(walked()), columns(again), strict=True)):
        assert was[before].tobytes() == now[before].tobytes(), number
    later = columns(walked())[-2][~before]
    assert np.isfinite(later).any()
    assert (later != columns(again)[-2][~before]).any(), "the future was not changed at all"


def test_looks_that_were_never_taken_change_no_bit_of_those_before() -> None:
    before = bets().looked_at <= MIDDLE
    again = walk_agents(bets().where(before), hurdle=HURDLE)
    for was, now in zip(columns(walked()), columns(again), strict=True):
        assert was[before].tobytes() == now.tobytes()


def test_what_is_learned_at_an_instant_says_what_the_walk_says_from_there() -> None:
    refit = walked().refits[-3]
    rows = np.flatnonzero(
        (bets().looked_at >= refit.at) & (bets().looked_at < walked().refits[-2].at)
    )
    some = bets().bets.where(rows)
    said = judge_bets(some, numbers_of(some), refit.judges)
    assert (said.probability == walked().said[AgentName.PATRON].probability[rows]).all()
    assert (refit.scores.spot.expect(said).edge == walked().edge[rows]).all()


def test_learning_up_to_an_instant_makes_judges_that_can_be_kept() -> None:
    refit, found = learn_agents(bets(), MIDDLE, hurdle=HURDLE)
    assert refit.at == MIDDLE
    assert max(one.at for one in found.refits) < MIDDLE
    assert refit.judges.patron is not None
    assert refit.judges.drift is not None
    again = decode(type(refit.judges), encode(refit.judges))
    rows = np.flatnonzero(bets().looked_at >= MIDDLE)[:50]
    some = bets().bets.where(rows)
    ours, theirs = (judge_bets(some, numbers_of(some), each) for each in (refit.judges, again))
    assert ours.probability.tobytes() == theirs.probability.tobytes()
    assert decode(type(refit.scores), encode(refit.scores)).spot.level == refit.scores.spot.level


def test_scores_are_what_happens() -> None:
    late = bets().looked_at > MIDDLE
    score, above = walked().sweet_spot[late] / 100, bets().clv[late] > HURDLE
    for low in np.arange(0, 1, 0.2):
        rows = (score >= low) & (score < low + 0.2)
        if rows.sum() > 150:
            # wider than real seasons need: here agents come out of the shadow half way through
            assert score[rows].mean() == pytest.approx(above[rows].mean(), abs=0.12)
    base = above.mean()
    assert np.mean((score - above) ** 2) < base * (1 - base)


def test_signal_scores_are_even_among_the_bets_worth_having() -> None:
    late = (bets().looked_at > MIDDLE) & (walked().told.plain > 0)
    score = np.sort(walked().signal[late]) / 100
    assert len(score) > 300
    assert np.abs(score - np.linspace(0, 1, len(score))).max() < 0.12


def test_agents_that_see_the_close_come_out_of_the_shadow() -> None:
    last = walked().refits[-1].judges
    assert last.standings[AgentName.DRIFT] is Standing.COUNTS
    assert walked().refits[0].judges.standings[AgentName.DRIFT] is Standing.SHADOW
    assert last.patron is not None
    weights = dict(zip(last.patron.agents, last.patron.weights.tolist(), strict=True))
    assert weights[AgentName.DRIFT] > 0.2


def test_progress_is_told_for_every_refit() -> None:
    heard: list[tuple[int, int]] = []
    some = bets().where(bets().looked_at < START + 100 * DAY)
    walk_agents(some, hurdle=HURDLE, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(done, 4) for done in range(1, 5)]


@pytest.mark.parametrize(
    ("evidence", "standing"),
    [
        ((ENOUGH - 1, 9.0, 9.0, 9.0), Standing.SHADOW),
        ((ENOUGH, 3.0, 0.0, 1.0), Standing.COUNTS),
        ((ENOUGH, 3.0, 0.0, float("nan")), Standing.COUNTS),
        ((ENOUGH, 1.0, 1.0, 1.0), Standing.SHADOW),
        ((ENOUGH, 3.0, -1.5, 1.0), Standing.BENCHED),
        ((ENOUGH, 3.0, 1.0, -2.5), Standing.BENCHED),
        ((ENOUGH, -2.5, 1.0, 1.0), Standing.BENCHED),
        ((ENOUGH, float("nan"), 1.0, 1.0), Standing.SHADOW),
    ],
)
def test_a_standing_follows_from_the_evidence(
    evidence: tuple[int, float, float, float], standing: Standing
) -> None:
    spoken, lean, late, clv = evidence
    assert Evidence(spoken=spoken, lean=lean, late=late, clv=clv).standing() is standing


def test_the_scoreboard_counts_what_an_agent_speaks_for() -> None:
    past = replace(bets(), won=(bets().close > 0.5).astype(float), decided=np.ones(len(bets())))
    until = float(past.played_at.max())
    lines = {
        line.agent: line
        for line in scoreboard(past, walked().said, until, walked().refits[-1].judges.standings)
    }
    patron, drift = lines[AgentName.PATRON], walked().said[AgentName.PATRON]
    mine = (drift.direction > 0) & (past.bets.odds * drift.probability > 1)
    assert patron.favoured == mine.sum()
    assert patron.clv.value == pytest.approx(past.clv[mine].mean())
    profit = past.won * past.bets.odds - 1
    assert patron.roi.value == pytest.approx(profit[mine].mean())
    assert patron.clv.low < patron.clv.value < patron.clv.high
    assert lines[AgentName.DRIFT].standing is Standing.COUNTS
    assert patron.gain.value == pytest.approx(patron.reference_log_loss - patron.log_loss)


def test_evidence_of_an_agent_that_leans_the_wrong_way_is_bad() -> None:
    said, past = Said.nothing(len(bets())), bets()
    way = logit(past.close) - logit(past.bets.expected)
    said.lean[:] = -np.clip(way, -0.1, 0.1)
    said.probability[:] = past.bets.expected
    said.direction[:] = np.sign(said.lean).astype(np.int8)
    until = float(past.closed_at.max())
    found = evidence_of(past, said, until)
    assert found.lean < -2
    assert found.standing() is Standing.BENCHED
    assert evidence_of(past, Said.nothing(len(past)), until).standing() is Standing.SHADOW


def test_landing_is_learned_with_its_width() -> None:
    sample = np.random.default_rng(1).normal(0, 1.7, 20_000)
    width, landing = fit_landing(np.append(sample, np.nan))
    assert width == pytest.approx(1.7, abs=0.03)
    assert landing.chance(np.array([1.0]))[0] == pytest.approx(0.841, abs=0.01)
    assert len(landing.quantiles) == len(LEVELS)
    few, shape = fit_landing(np.full(3, 5.0))
    assert few < 1.4
    assert shape.chance(np.array([0.0]))[0] < 0.56


def test_high_edges_are_trusted_less_where_they_were_more_often_mistaken() -> None:
    past, found = bets(), walked()
    edge = np.maximum(found.told.plain, 0) / found.told.landing
    rng = np.random.default_rng(5)
    wrong = found.told.plain + found.told.landing * rng.normal(0, 1, len(past)) * np.sqrt(
        1 + 0.5 * np.nan_to_num(edge) ** 2
    )
    close = (1 + wrong / (1 - past.bets.refund)) / past.bets.odds
    until = float(past.closed_at.max())
    spread = fit_spot(replace(past, close=close), found.told, until)
    plain = found.told.plain + found.told.landing * rng.normal(0, 1, len(past))
    even = (1 + plain / (1 - past.bets.refund)) / past.bets.odds
    assert spread.growth > 0.2
    assert fit_spot(replace(past, close=even), found.told, until).growth < 0.1
