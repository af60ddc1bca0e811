"""PATRON: whom it hears, how much, and that clones are one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agents.bets import bets_of
from engine.agents.judges import NO_JUDGES, Judges, verdicts
from engine.agents.patron import GRADES, Patron, leans, shares
from engine.domain.market import Selection
from engine.domain.signal import AgentName, ReasonColumn, Signals, Standing, Tier
from engine.learning.agents.patron import bounded, fit_patron
from storage.artifact_codec import decode, encode
from tests.unit.agents.made_up import DAY, START, a_look, another_end, past_bets, same_bits

SEEDS = st.integers(0, 10_000)
END = START + 900 * DAY
NAMES = (AgentName.SPREAD, AgentName.DRIFT, AgentName.PATTERN)
CLONES = (AgentName.ANOMALY, AgentName.BACKTEST)
PAST = past_bets(5, 800, gap_mean=-0.5, drift=0.4)


def opinions(seed: int, count: int) -> dict[AgentName, np.ndarray]:
    """Leans that know something of where lines close, and of each other."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 0.02, count)
    return {
        name: np.where(
            rng.random(count) < 0.1,
            np.nan,
            rng.uniform(-0.3, 1) * np.nan_to_num(PAST.moved)
            + rng.uniform(0, 1) * common
            + rng.normal(0, 0.03, count),
        )
        for name in NAMES
    }


def said(name: AgentName, lean: np.ndarray) -> Signals:
    expected = PAST.bets.expected
    probability = 1 / (1 + (1 / expected - 1) * np.exp(-lean))
    return Signals(
        agent=name,
        probability=probability,
        std_error=np.where(np.isfinite(lean), 0.02, np.nan),
        direction=np.sign(np.nan_to_num(lean)).astype(np.int8),
        reasons=(ReasonColumn(name="made_up", value=lean, effect=lean),),
    )


def fitted(told: dict[AgentName, np.ndarray]) -> Patron:
    patron = fit_patron(PAST, told, END)
    assert patron is not None
    return patron


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, copied=st.sampled_from(NAMES))
def test_clones_of_an_agent_change_neither_what_patron_says_nor_how_many_it_rests_on(
    seed: int, copied: AgentName
) -> None:
    told = opinions(seed, len(PAST))
    many = told | dict.fromkeys(CLONES, told[copied])
    plain = fitted(told).hear(PAST.bets, [said(*one) for one in told.items()])
    cloned = fitted(many).hear(PAST.bets, [said(*one) for one in many.items()])
    np.testing.assert_allclose(
        cloned.signals.probability, plain.signals.probability, rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(cloned.effective, plain.effective, rtol=0.05)
    np.testing.assert_allclose(cloned.agreement, plain.agreement, rtol=0.1, atol=0.15)


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS, size=st.integers(1, 5), scale=st.sampled_from([0.01, 1.0, 50.0]))
def test_weights_are_the_best_that_are_not_negative_and_at_most_one_together(
    seed: int, size: int, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    frame = rng.normal(size=(size + 2, size))
    square, product = frame.T @ frame, scale * rng.normal(size=size)

    def loss(w: np.ndarray) -> float:
        return float(w @ square @ w - 2 * product @ w)

    found = bounded(square, product)
    assert (found >= 0).all()
    assert found.sum() <= 1 + 1e-9
    others = rng.dirichlet(np.ones(size + 1), 300)[:, :size]
    near = np.maximum(found + rng.normal(0, 0.02, (300, size)), 0)
    near /= np.maximum(near.sum(axis=1, keepdims=True), 1.0)
    assert loss(found) <= min(loss(each) for each in (*others, *near)) + 1e-9


@given(seed=SEEDS, size=st.integers(1, 6))
def test_between_one_and_all_agents_are_independent(seed: int, size: int) -> None:
    likeness = np.corrcoef(np.random.default_rng(seed).normal(size=(size, size + 3)))
    share, number = shares(np.atleast_2d(likeness))
    assert 1 - 1e-9 <= number <= size + 1e-9
    assert (share <= 1 + 1e-9).all()
    assert shares(np.ones((size, size)))[1] == pytest.approx(1)
    assert shares(np.eye(size))[1] == pytest.approx(size)


def test_an_agent_that_knows_the_close_is_heard_and_noise_is_not() -> None:
    rng = np.random.default_rng(7)
    told = {
        AgentName.DRIFT: np.nan_to_num(PAST.moved) + rng.normal(0, 0.005, len(PAST)),
        AgentName.SPREAD: rng.normal(0, 0.03, len(PAST)),
    }
    drift, spread = fitted(told).weights
    assert drift > 0.5
    assert spread < 0.05


def test_without_agents_it_is_the_expected_close_and_still_says_why() -> None:
    heard = Patron().hear(PAST.bets, [])
    np.testing.assert_allclose(heard.signals.probability, PAST.bets.expected, rtol=1e-12)
    told = heard.signals.row(0, Standing.COUNTS)
    assert told is not None
    assert [reason.name for reason in told.reasons] == ["expected_close"]
    assert not heard.effective.any()
    assert not heard.agreement.any()


def test_agents_that_do_not_count_are_recorded_and_move_nothing() -> None:
    class Loud:
        name = AgentName.DRIFT

        def judge(self, bets: object) -> Signals:
            assert bets is not None
            signals = said(AgentName.DRIFT, np.full(len(PAST), 0.5))
            rows = slice(0, len(bets))  # type: ignore[arg-type]
            reason = replace(
                signals.reasons[0],
                value=signals.reasons[0].value[rows],
                effect=signals.reasons[0].effect[rows],
            )
            return replace(
                signals,
                probability=signals.probability[rows],
                std_error=signals.std_error[rows],
                direction=signals.direction[rows],
                reasons=(reason,),
            )

    look = a_look(1)
    patron = Patron(agents=(AgentName.DRIFT,), weights=np.array([0.5]), likeness=np.ones((1, 1)))
    by_standing = {
        standing: verdicts(
            look,
            Judges(drift=Loud(), patron=patron, standings={AgentName.DRIFT: standing}),
        )
        for standing in Standing
    }
    silent = verdicts(look, replace(NO_JUDGES, patron=patron))
    assert silent is not None
    for standing, found in by_standing.items():
        assert found is not None
        assert [each.agent for each in found.signals] == [AgentName.DRIFT, AgentName.PATRON]
        same = (found.probability == silent.probability).all()
        assert same == (standing is not Standing.COUNTS)


def test_verdicts_are_sorted_and_name_the_bets_they_are_on() -> None:
    look = a_look(2)
    found, bets = verdicts(look, NO_JUDGES), bets_of(look)
    assert found is not None
    key = found.fixture << 20 | found.selection
    assert (np.diff(key) > 0).all()
    for row in range(0, len(found), 5):
        selection = Selection.from_number(int(found.selection[row]))
        line = selection.market.line
        odds = found.features[row, found.names.index("odds")]
        mine = (bets.fixture == found.fixture[row]) & (bets.odds == odds)
        lines = bets.line[mine]
        assert any(np.isnan(each) if line is None else each == float(line) for each in lines)


def test_a_grade_is_earned_by_the_chance_of_value() -> None:
    heard = Patron().hear(PAST.bets, [])
    chance = Patron().landing.chance(
        (heard.signals.probability - 1 / PAST.bets.odds) / heard.deviation
    )
    for tier, least in GRADES.items():
        number = tuple(Tier).index(tier)
        assert ((heard.tier >= number) == (chance >= least)).all()
    assert (heard.tier > 0).any()


def test_closes_after_the_fit_change_nothing_and_what_was_fitted_can_be_kept() -> None:
    told = opinions(3, len(PAST))
    until = START + 500 * DAY
    patron, again = (fit_patron(each, told, until) for each in (PAST, another_end(PAST, until)))
    assert patron is not None
    assert same_bits(patron, again)
    assert same_bits(decode(Patron, encode(patron)), patron)


def test_too_few_closes_make_no_patron() -> None:
    assert fit_patron(PAST, {}, START + 20 * DAY) is None


def test_a_lean_is_how_far_an_agent_is_from_the_expected_close() -> None:
    wanted = np.linspace(-0.5, 0.5, len(PAST))
    found = leans(PAST.bets, said(AgentName.DRIFT, wanted))
    np.testing.assert_allclose(found, wanted, atol=1e-9)
