"""Evidence for slices: once a day, against all that were ever looked at, and forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agents.pattern import Ledger, Life
from engine.learning.agents.ledger import (
    CEILING,
    FALSE_SHARE,
    FLOOR,
    FORWARD_BETS,
    HYPOTHESES,
    RATE,
    Days,
    convincing,
    tabled,
    told,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SLICES, DAYS = 120, 240
FIRST = 17_000


def days_of(means: Floats, bets: int = 3, first: int = FIRST) -> Days:
    return Days(
        day=np.arange(first, first + means.shape[1]),
        sums=means * bets,
        counts=np.full(means.shape, float(bets)),
    )


def after(means: Floats, looks: int = 4) -> Ledger:
    """The ledger after `looks` at days of these means, as many slices at each."""
    ledger, place = tabled(Ledger(), [f"slice={each}" for each in range(len(means))])
    width = means.shape[1]
    for look in range(1, looks + 1):
        seen = width * look // looks
        ledger = told(ledger, place, days_of(means[:, :seen]), FIRST + seen - 1)
    return ledger


def noise(seed: int, slices: int = SLICES) -> Floats:
    """Day means with tails and a shock that all slices share."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 0.04, DAYS)
    return common + rng.standard_t(5, (slices, DAYS)) * 0.08


def test_in_worlds_without_a_pattern_at_most_one_in_ten_has_a_discovery() -> None:
    worlds = 120
    false = sum(bool(after(noise(seed)).discoveries) for seed in range(worlds))
    assert false <= FALSE_SHARE * worlds


def test_what_is_there_is_found_and_at_most_a_tenth_of_the_finds_is_not_there() -> None:
    found = false = 0
    for seed in range(20):
        means = noise(seed)
        means[:6] += 0.06
        means[6:12] -= 0.06
        for one in after(means).discoveries:
            found += one.place < 12
            false += one.place >= 12 or one.sign != (1 if one.place < 6 else -1)
    assert found > 0.8 * 12 * 20
    assert false <= FALSE_SHARE * (found + false)


def test_a_bet_on_noise_does_not_gain_on_average() -> None:
    rng = np.random.default_rng(5)
    means = rng.standard_t(4, (40_000, 10)) * 0.12
    up, down = days_of(means).gains(np.full(len(means), 0))
    for grown in (up, down):
        wealth = np.exp(grown)
        assert wealth.mean() < 1 + 3 * wealth.std() / np.sqrt(len(wealth))


def test_a_day_multiplies_the_wealth_once_however_many_bets_it_has() -> None:
    few, many = (days_of(np.array([[0.05, -0.5, 0.9]]), bets) for bets in (1, 40))
    for days in (few, many):
        up, down = days.gains(np.array([0]))
        assert np.exp(up[0]) == pytest.approx(
            (1 + RATE * 0.05) * (1 + RATE * FLOOR) * (1 + RATE * CEILING)
        )
        assert np.exp(down[0]) == pytest.approx(
            (1 - RATE * 0.05) * (1 + RATE * CEILING) * (1 + RATE * FLOOR)
        )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), looks=st.integers(2, 6))
def test_looking_more_often_changes_no_evidence(seed: int, looks: int) -> None:
    means = noise(seed, slices=5)
    once, often = after(means, 1), after(means, looks)
    assert np.allclose(once.up, often.up, rtol=0, atol=1e-9)
    assert np.allclose(once.down, often.down, rtol=0, atol=1e-9)
    assert (once.looks, often.looks) == (1, looks)


def test_what_was_looked_at_before_stays_in_the_count() -> None:
    """A slice that convinces among ten does not convince among a thousand looked at before."""
    gain = np.full((1, 60), 0.035)
    alone, place = tabled(Ledger(), ["slice=good", *(f"slice={each}" for each in range(9))])
    silent = np.zeros((9, 60))
    lonely = told(alone, place, days_of(np.vstack([gain, silent])), FIRST + 59)
    assert [one.place for one in lonely.discoveries] == [0]
    crowd, _ = tabled(Ledger(), [f"old={each}" for each in range(1_000)])
    grown, place = tabled(crowd, ["slice=good", *(f"slice={each}" for each in range(9))])
    assert (len(grown), place[0]) == (1_010, 1_000)
    after_all = told(grown, place, days_of(np.vstack([gain, silent])), FIRST + 59)
    assert after_all.e_values[1_000] == lonely.e_values[0]
    assert not after_all.discoveries


def forward(rest: float) -> Ledger:
    """A discovery made in 200 days, then 100 days with another mean."""
    rng = np.random.default_rng(1)
    means = rng.normal(0, 0.05, (20, 300))
    means[0, :200] += 0.06
    means[0, 200:] += rest
    return after(means, looks=3)


def test_a_discovery_lives_while_what_closes_after_it_bears_it_out() -> None:
    (one,) = forward(0.06).discoveries
    assert (one.place, one.sign, one.life) == (0, 1, Life.LIVING)
    assert one.forward > FORWARD_BETS
    assert one.mean > 0.04
    assert one.against < 0


def test_a_discovery_that_turns_is_benched_until_it_turns_again() -> None:
    rng = np.random.default_rng(1)
    means = rng.normal(0, 0.05, (20, 300))
    means[0, :100] += 0.06
    means[0, 100:200] -= 0.009
    means[0, 200:] += 0.06
    (benched,) = after(means[:, :200], looks=2).discoveries
    assert benched.mean < 0
    assert benched.against < np.log(20), "that it is nothing is not proven"
    assert benched.life is Life.BENCHED
    (back,) = after(means, looks=3).discoveries
    assert back.life is Life.LIVING


def test_a_discovery_that_keeps_turning_is_dead() -> None:
    rng = np.random.default_rng(1)
    means = rng.normal(0, 0.05, (20, 600))
    means[0, :200] += 0.06
    means[0, 200:300] -= 0.15
    means[0, 300:] += 0.2
    ledger = after(means, looks=6)
    (dead,) = ledger.discoveries
    assert dead.mean > 0, "it has turned again since"
    assert dead.life is Life.DEAD, "and is dead for good"
    assert (ledger.count(Life.DEAD), ledger.count(Life.LIVING)) == (1, 0)


def test_a_slice_no_longer_seen_keeps_its_evidence() -> None:
    ledger = forward(0.06)
    grown, place = tabled(ledger, ["slice=3"])
    later = days_of(np.full((1, 10), 0.01), first=FIRST + 300)
    told_later = told(grown, place, later, FIRST + 309)
    assert place.tolist() == [3]
    assert told_later.discoveries == ledger.discoveries
    changed = told_later.up != ledger.up
    assert np.flatnonzero(changed).tolist() == [3]


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.floats(0, 1e6), min_size=1, max_size=40), share=st.floats(0.01, 0.5))
def test_all_that_is_found_is_convincing_against_all_looked_at(
    values: list[float], share: float
) -> None:
    e_values = np.array(values)
    found = convincing(e_values, share)
    count = int(found.sum())
    if count:
        assert e_values[found].min() * count * share >= len(values) * (1 - 1e-12)
        assert e_values[found].min() > e_values[~found].max(initial=-1.0)
    fewer = [np.sort(e_values)[::-1][n - 1] * n * share < len(values) for n in range(count + 1, 41)
             if n <= len(values)]  # fmt: skip
    assert all(fewer), "no larger set would have done"


def test_the_paradox_is_registered_and_is_nobodys_input() -> None:
    (paradox,) = HYPOTHESES
    assert paradox.name == "H1"
    assert "25-35 %" in paradox.statement
    assert paradox.test
