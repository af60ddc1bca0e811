"""Recurring configurations: found where they are, silence where they are not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agents.bets import bets_of
from engine.agents.pattern import Ledger, Life, Living, Pattern
from engine.agents.slices import FAMILIES, VALUE, Cutter
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.pattern import LEAST_BETS, fit_pattern
from storage.artifact_codec import decode, encode
from tests.unit.agents.made_up import DAY, START, a_look, another_end, same_bits, way
from tests.unit.agents.made_up_leagues import in_league, leagues_past

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets
    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]

SEEDS = st.integers(0, 10_000)
END = START + 1_200 * DAY
EFFECT = 0.08


def unders_of_e2(bets: Bets) -> Floats:
    return np.where(in_league(bets, "E2") & (bets.market == 1) & (bets.side == 1), EFFECT, 0.0)


def all_of_e2(bets: Bets) -> Floats:
    return np.where(in_league(bets, "E2"), EFFECT, 0.0)


@cache
def past() -> PastBets:
    return leagues_past(3, plant=unders_of_e2)


@cache
def fitted() -> Pattern:
    agent = fit_pattern(past(), END)
    assert agent is not None
    return agent


def test_worlds_without_a_pattern_leave_it_silent() -> None:
    worlds = 25
    false = spoken = 0
    for seed in range(worlds):
        world = leagues_past(seed, 1_000)
        agent = fit_pattern(world, END)
        assert agent is not None
        assert len(agent.ledger) > 100, "something was looked at"
        false += bool(agent.ledger.discoveries)
        spoken += int(np.isfinite(agent.judge(world.bets).probability).sum())
    assert false <= 0.1 * worlds
    assert spoken <= 0.01 * worlds * 7_000


def test_a_planted_pattern_is_found_by_its_name() -> None:
    agent = fitted()
    assert "league=E2|market=total|side=under" in agent.living.names
    away = [name for name in agent.living.names if "league=" in name and "league=E2" not in name]
    assert not away


def test_it_says_on_new_bets_what_was_planted() -> None:
    fresh = leagues_past(4, 400, plant=unders_of_e2).bets
    signals = fitted().judge(fresh)
    planted = (unders_of_e2(fresh) > 0) & (fresh.feature("edge_expected") > VALUE)
    moved = way(signals.probability, fresh.expected)[planted]
    assert (signals.direction[planted] == 1).all()
    assert EFFECT / 2 < moved.mean() < EFFECT * 1.2
    other = np.nan_to_num(way(signals.probability, fresh.expected))[~planted]
    assert abs(other).mean() < EFFECT / 10


def test_a_pattern_within_a_pattern_is_not_counted_twice() -> None:
    """The league's bets and those of its teams, sides and odds all go the same way: once."""
    world = leagues_past(5, plant=all_of_e2)
    agent = fit_pattern(world, END)
    assert agent is not None
    assert len(agent.living.names) > 3
    bets = world.bets
    moved = way(agent.judge(bets).probability, bets.expected)
    theirs = in_league(bets, "E2") & (bets.feature("edge_expected") > VALUE)
    assert moved[theirs].mean() == pytest.approx(EFFECT, rel=0.15)
    assert np.quantile(moved[theirs], 0.95) < 1.5 * EFFECT


def test_children_shrink_to_what_their_parents_say() -> None:
    """A team of a league in which all lines go one way is believed to go it as the others do."""
    agent = fit_pattern(leagues_past(5, plant=all_of_e2), END)
    assert agent is not None
    ledger = agent.ledger
    teams = [at for at, name in enumerate(ledger.names) if name.startswith("team=E2:")]
    assert len(teams) > 15
    raw, shrunk = ledger.mean[teams] - EFFECT, ledger.shrunk[teams] - EFFECT
    assert np.sqrt((shrunk**2).mean()) < 0.6 * np.sqrt((raw**2).mean())


def test_weeks_that_share_a_shock_are_no_pattern_of_their_months() -> None:
    agent = fit_pattern(leagues_past(6, 4_000, shock=0.1), END + 500 * DAY)
    assert agent is not None
    ledger = agent.ledger
    months = [at for at, name in enumerate(ledger.names) if "side" in name and "month" in name]
    assert abs(ledger.mean[months]).mean() > 0.015, "by single bets they would differ"
    assert abs(ledger.shrunk[months]).mean() < 0.4 * abs(ledger.mean[months]).mean()


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_what_is_said_is_a_probability_with_an_error_and_reasons_that_add_up(seed: int) -> None:
    bets = leagues_past(seed, 200).bets
    signals = fitted().judge(bets)
    spoken = np.isfinite(signals.probability)
    assert spoken.any()
    assert ((signals.probability > 0) & (signals.probability < 1))[spoken].all()
    assert (signals.std_error[spoken] >= bets.expected_error[spoken]).all()
    assert (signals.direction[~spoken] == 0).all()
    assert (bets.feature("edge_expected")[spoken] > VALUE).all()
    effects = np.nan_to_num([each.effect for each in signals.reasons]).sum(axis=0)
    moved = way(signals.probability, bets.expected)
    assert np.allclose(effects[spoken], moved[spoken], rtol=0, atol=1e-9)
    for each in signals.reasons:
        assert each.name.startswith("pattern:")
        assert (each.value[np.isfinite(each.value)] >= LEAST_BETS).all()
    row = signals.row(int(np.flatnonzero(spoken)[0]), Standing.SHADOW)
    assert row is not None
    assert row.agent is AgentName.PATTERN


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_who_else_is_looked_at_and_in_which_order_changes_no_bit(seed: int) -> None:
    bets = leagues_past(seed, 100).bets
    rows = np.random.default_rng(seed).permutation(len(bets))[: len(bets) // 2]
    whole, some = fitted().judge(bets), fitted().judge(bets.where(rows))
    for name in ("probability", "std_error", "direction"):
        assert np.array_equal(getattr(whole, name)[rows], getattr(some, name), equal_nan=True)
    for row, one in enumerate(rows.tolist()):
        assert whole.row(one, Standing.SHADOW) == some.row(row, Standing.SHADOW)


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, share=st.floats(0.3, 0.9))
def test_what_is_known_later_changes_no_bit(seed: int, share: float) -> None:
    world = leagues_past(seed, 1_000, plant=unders_of_e2)
    until = float(np.quantile(world.closed_at, share))
    agent, other = fit_pattern(world, until), fit_pattern(another_end(world, until), until)
    assert agent is not None
    assert same_bits(agent, other)
    earlier = fit_pattern(world, until - 60 * DAY)
    assert same_bits(
        fit_pattern(world, until, earlier), fit_pattern(another_end(world, until), until, earlier)
    )


def test_closes_of_the_day_itself_are_left_to_the_next_fit() -> None:
    """Part of a day bet on now and part of it later would be two bets on one day."""
    closed_at = past().closed_at
    late = float(np.sort(closed_at)[len(past()) * 3 // 4])
    midnight = late - late % DAY
    assert ((closed_at > midnight) & (closed_at <= late)).any()
    assert same_bits(fit_pattern(past(), late), fit_pattern(past(), midnight))


@settings(max_examples=6, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_past_bets_changes_no_bit(seed: int) -> None:
    shuffled = past().where(np.random.default_rng(seed).permutation(len(past())))
    assert same_bits(fit_pattern(shuffled, END), fitted())


def test_of_too_few_closes_nothing_is_said() -> None:
    assert fit_pattern(past(), START + 20 * DAY) is None
    silent = Pattern(living=Living(), ledger=Ledger())
    assert fit_pattern(past(), START + 20 * DAY, silent) is silent
    assert not np.isfinite(silent.judge(past().bets).probability).any()
    assert not len(fitted().judge(bets_of(a_look(1, count=0))))


def test_every_slice_ever_looked_at_stays_in_the_ledger() -> None:
    first = fit_pattern(past(), START + 400 * DAY)
    second = fit_pattern(past(), END, first)
    assert first is not None
    assert second is not None
    old, new = first.ledger, second.ledger
    assert new.names[: len(old)] == old.names
    assert len(new) > len(old)
    assert (old.looks, new.looks) == (1, 2)
    at_once = dict(zip(fitted().ledger.names, fitted().ledger.up.tolist(), strict=True))
    for name, up in zip(new.names, new.up.tolist(), strict=True):
        assert at_once[name] == pytest.approx(up, abs=1e-9)


def test_a_pattern_that_turns_is_silent_again() -> None:
    half = START + 350 * DAY

    def turning(bets: Bets) -> Floats:
        early = bets.fixtures.looked_at[bets.fixture] < half
        return unders_of_e2(bets) * np.where(early, 1.5, -1.5)

    name = "league=E2|market=total|side=under"
    world = leagues_past(3, plant=turning)
    first = fit_pattern(world, half)
    assert first is not None
    assert name in first.living.names
    second = fit_pattern(world, END, first)
    assert second is not None
    assert name not in second.living.names
    place = second.ledger.names.index(name)
    (found,) = [one for one in second.ledger.discoveries if one.place == place]
    assert found.life is not Life.LIVING
    assert found.forward > 0
    assert found.mean < 0


def test_it_is_stored_and_read_back_as_it_was() -> None:
    body = encode(fitted())
    again = decode(Pattern, body)
    assert same_bits(again, fitted())
    assert len(body) < 300_000


def test_bets_are_in_the_slices_that_hold_for_them() -> None:
    look = a_look(1, 3)
    names = replace(
        look.fixtures,
        competition=("E0", "E0", "D1"),
        home=("Arsenal", "Leeds", "Bayern"),
        away=("Leeds", "Arsenal", "Mainz"),
        kick_off=np.array([1_733_000_000.0] * 3),
    )
    bets = bets_of(replace(look, fixtures=names))
    cutter = Cutter(bets)
    cuts = {"|".join(one.parts): cutter.cut(one) for one in FAMILIES}

    def slices(name: str, market: int, side: int) -> set[str]:
        (row,) = np.flatnonzero(
            (bets.fixture == 0) & (bets.market == market) & (bets.side == side)
        )
        cut = cuts[name]
        return {cut.labels[code] for code in cut.code[row].tolist() if code >= 0}

    assert slices("", 0, 0) == {"all"}
    assert slices("league", 0, 0) == {"league=E0"}
    assert slices("month", 0, 0) == {"month=11"}
    assert slices("league|bet", 1, 1) == {"league=E0|market=total|side=under"}
    assert slices("team", 0, 0) == {"team=Arsenal|role=backed", "team=Leeds|role=opposed"}
    assert slices("team", 2, 1) == {"team=Arsenal|role=opposed", "team=Leeds|role=backed"}
    assert slices("team", 1, 0) == {"team=Arsenal|role=over", "team=Leeds|role=over"}
    assert slices("team", 0, 1) == set(), "a draw is no team's"
    assert slices("team|venue", 0, 2) == {
        "team=Arsenal|role=opposed|venue=home",
        "team=Leeds|role=backed|venue=away",
    }
    assert slices("rest", 1, 0) == set(), "goals are no team's"


def test_bands_hold_their_lower_edge() -> None:
    look = a_look(2, 3)
    bets = bets_of(look)
    odds = np.resize([1.2, 1.4, 1.99, 2.0, 9.0], len(bets))
    cut = Cutter(replace(bets, odds=odds)).cut(FAMILIES[3])
    assert [cut.labels[code] for code in cut.code[:5, 0].tolist()] == [
        "odds=<1.4",
        "odds=1.4..1.7",
        "odds=1.7..2",
        "odds=2..2.5",
        "odds=>=8",
    ]


def test_what_stands_above_a_family_stands_before_it() -> None:
    seen: set[tuple[str, ...]] = set()
    for family in FAMILIES:
        assert set(family.above) <= seen
        seen.add(family.parts)
    assert len(seen) == len(FAMILIES)
