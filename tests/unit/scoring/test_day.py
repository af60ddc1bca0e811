from __future__ import annotations

from itertools import product
from time import perf_counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from engine.domain.market import Selection
from engine.pricing.grid.bets import loss_share, returns, win_share
from engine.pricing.grid.score_grid import score_grids
from engine.scoring.day import together
from engine.scoring.match_outcomes import MatchOutcomes, match_outcomes
from engine.scoring.payoffs import gains, kelly, outcomes

Floats = NDArray[np.float64]
Match = tuple[MatchOutcomes, Floats]

edges = st.floats(0.005, 0.08)
rates = st.floats(0.8, 2.2)
PAIRS = (
    ("home", "over_2.5"),
    ("away", "btts_yes"),
    ("ah_home@-0.25", "under_2.5"),
    ("ah_away@+0.75", "over_3.5"),
)


def a_bet(odds: float, edge: float) -> Match:
    """A match with one bet and what it would be staked alone."""
    made = outcomes(
        np.array([Selection.parse("home").number]), np.array([(1 + edge) / odds]), np.zeros(1)
    )
    one = MatchOutcomes(probability=made[0], gain=gains(np.array([odds])).T)
    return one, kelly(np.array([odds]), made)


def a_match(codes: tuple[str, ...], home: float, away: float, *values: float) -> Match:
    """A match with several bets, each with its edge against the scores' own prices."""
    grid = score_grids(np.array([home]), np.array([away]), -0.05).matrix(0)
    bets = [Selection.parse(code) for code in codes]
    tables = [returns(bet) for bet in bets]
    won = np.array([(grid * win_share(table)).sum() for table in tables])
    lost = np.array([(grid * loss_share(table)).sum() for table in tables])
    believed = won / (won + lost)
    odds = (1 + np.array(values)) / believed
    halves = np.array([table.ravel() for table in tables], dtype=np.int8).T
    made = outcomes(np.array([bet.number for bet in bets]), believed, 1 - won - lost)
    return match_outcomes(grid.ravel(), halves, odds, believed), kelly(odds, made)


matches = st.one_of(
    st.builds(a_bet, st.floats(1.4, 5.0), edges),
    st.builds(a_match, st.sampled_from(PAIRS), rates, rates, edges, edges),
)


def scenarios(day: list[MatchOutcomes]) -> tuple[Floats, Floats]:
    """Every way in which a whole day can end, with its probability."""
    ways = list(product(*(range(len(one.probability)) for one in day)))
    chance = [np.prod([m.probability[i] for m, i in zip(day, way, strict=True)]) for way in ways]
    gain = [np.concatenate([m.gain[i] for m, i in zip(day, way, strict=True)]) for way in ways]
    return np.array(chance), np.array(gain)


@given(st.lists(matches, min_size=1, max_size=3))
def test_together_the_stakes_are_those_of_a_search_over_every_way_the_day_can_end(
    day: list[Match],
) -> None:
    assume(sum(float(alone.sum()) for _, alone in day) < 0.5)
    found = np.concatenate(together([one for one, _ in day], [alone for _, alone in day]))
    chance, gain = scenarios([one for one, _ in day])
    wealth = 1 + gain @ found
    assert wealth[chance > 0].min() > 0
    slope, bend = (chance / wealth) @ gain, (chance / wealth**2) @ gain**2
    away = np.where(found > 0, slope / bend, np.maximum(slope / bend, 0))
    assert np.abs(away).max() < 2e-3


def test_a_search_by_another_method_finds_the_same_stakes() -> None:
    day = [a_bet(2.1, 0.05), a_match(PAIRS[0], 1.6, 1.1, 0.05, 0.04), a_bet(3.2, 0.06)]
    found = np.concatenate(together([one for one, _ in day], [alone for _, alone in day]))
    chance, gain = scenarios([one for one, _ in day])

    def loss(stakes: Floats) -> float:
        return -float(chance @ np.log(np.maximum(1 + gain @ stakes, 1e-9)))

    best = minimize(loss, np.full(4, 0.01), bounds=[(0.0, 0.3)] * 4, tol=1e-15)
    assert found == pytest.approx(best.x, abs=1e-4)
    apart = np.concatenate([alone for _, alone in day])
    assert np.abs(apart - best.x).max() > 0.002


@given(st.floats(1.4, 5.0), edges)
def test_one_bet_gets_what_it_gets_alone(odds: float, edge: float) -> None:
    one, alone = a_bet(odds, edge)
    (found,) = together([one], [alone])
    assert found == pytest.approx(alone, abs=1e-9)


@given(st.sampled_from(["home", "over_2.5", "ah_home@-0.25"]), edges, st.integers(2, 4))
def test_clones_of_a_bet_get_no_more_together_than_one(code: str, edge: float, n: int) -> None:
    (one, alone), (clones, each) = (
        a_match((code,) * many, 1.5, 1.2, *[edge] * many) for many in (1, n)
    )
    (single,), (several,) = together([one], [alone]), together([clones], [each])
    assert several.sum() == pytest.approx(single.sum(), abs=1e-4)


def test_bets_that_win_together_are_staked_less_and_bets_that_hedge_more() -> None:
    def total(codes: tuple[str, str]) -> tuple[float, float]:
        one, alone = a_match(codes, 1.7, 1.0, 0.05, 0.05)
        return float(together([one], [alone])[0].sum()), float(alone.sum())

    found, alone = total(("over_2.5", "btts_yes"))
    assert found < 0.8 * alone
    found, alone = total(("under_2.5", "btts_yes"))
    assert found > 1.1 * alone


@given(st.lists(matches, min_size=1, max_size=4), st.floats(1.01, 1.5))
def test_a_better_price_is_staked_more_whatever_stands_beside_it(
    others: list[Match], better: float
) -> None:
    def first(odds: float) -> float:
        made = outcomes(np.array([Selection.parse("home").number]), np.array([0.5]), np.zeros(1))
        one = MatchOutcomes(probability=made[0], gain=gains(np.array([odds])).T)
        day = [(one, kelly(np.array([odds]), made)), *others]
        found = together([each for each, _ in day], [alone for _, alone in day])
        return float(found[0][0]) / max(1.0, sum(float(alone.sum()) for _, alone in day))

    assert first(2.05 * better) > first(2.05)


def test_stakes_beyond_the_bankroll_are_its_shares_in_proportion() -> None:
    day = [a_bet(1.5, 0.4)] * 4
    found = np.concatenate(together([one for one, _ in day], [alone for _, alone in day]))
    assert found == pytest.approx([0.25] * 4)


def test_no_matches_need_no_stakes() -> None:
    assert together([], []) == []


def test_a_day_of_twelve_bets_is_staked_in_no_time() -> None:
    day = [a_bet(1.5 + number / 5, 0.04) for number in range(10)]
    day.append(a_match(PAIRS[2], 1.6, 1.1, 0.05, 0.04))
    ways, alone = [one for one, _ in day], [stakes for _, stakes in day]
    together(ways, alone)
    started = perf_counter()
    together(ways, alone)
    assert perf_counter() - started < 0.02


@given(st.sampled_from(PAIRS), rates, rates, st.floats(0.9, 1.1), st.floats(0.9, 1.1))
def test_scores_are_tilted_until_each_bet_is_worth_what_is_believed_of_it(
    codes: tuple[str, str], home: float, away: float, one: float, other: float
) -> None:
    grid = score_grids(np.array([home]), np.array([away])).matrix(0)
    tables = [returns(Selection.parse(code)) for code in codes]
    won = np.array([(grid * win_share(table)).sum() for table in tables])
    lost = np.array([(grid * loss_share(table)).sum() for table in tables])
    believed = won / (won + lost) * np.array([one, other])
    odds = np.array([3.0, 3.0])
    halves = np.array([table.ravel() for table in tables], dtype=np.int8).T
    found = match_outcomes(grid.ravel(), halves, odds, believed)
    wins, losses = np.maximum(found.gain, 0) / 2, np.maximum(-found.gain, 0)
    value = found.probability @ wins, found.probability @ losses
    assert found.probability.sum() == pytest.approx(1)
    assert value[0] / (value[0] + value[1]) == pytest.approx(believed, abs=1e-4)


def test_bets_that_contradict_each_other_are_believed_in_between() -> None:
    halves = np.array([[2, 2], [-2, -2]], dtype=np.int8)
    found = match_outcomes(
        np.array([0.5, 0.5]), halves, np.array([2.0, 2.0]), np.array([0.5, 0.6])
    )
    assert found.probability @ (found.gain[:, 0] > 0) == pytest.approx(0.55, abs=1e-3)


@given(st.lists(matches, min_size=1, max_size=4), st.data())
def test_what_has_no_edge_alone_gets_no_stake_though_it_would_hedge(
    day: list[Match], data: st.DataObject
) -> None:
    alone = [
        np.where(
            data.draw(st.lists(st.booleans(), min_size=len(each), max_size=len(each))), each, 0
        )
        for _, each in day
    ]
    found = together([one for one, _ in day], alone)
    for stakes, wanted in zip(found, alone, strict=True):
        assert (stakes[wanted == 0] == 0).all()
        assert np.isfinite(stakes).all()
