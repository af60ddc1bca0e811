"""Luck, counted out; and evidence, believed no sooner than it is there."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.learning.recorded import fortune
from engine.learning.recorded.columns import columns
from engine.learning.recorded.fortune import (
    LEVELS,
    at_alert,
    at_close,
    edges_at_close,
    running_bands,
)
from engine.learning.recorded.proof import MOST, proven
from tests.builders import NOW, a_bet

if TYPE_CHECKING:
    from engine.domain.record import SettledBet
    from engine.learning.recorded.columns import Columns


def told(*bets: SettledBet) -> Columns:
    return columns(bets, Provenance.PAPER)


ODDS = st.sampled_from([1.4, 1.9, 2.0, 2.6, 5.0])
STAKES = st.sampled_from(["0.25", "0.5", "1"])
SOME = st.lists(
    st.tuples(ODDS, STAKES, st.floats(-0.05, 0.1), st.booleans()), min_size=1, max_size=9
)


def a_record(rows: list[tuple[float, str, float, bool]]) -> Columns:
    return told(
        *(
            a_bet(
                str(float(stake) * (odds - 1)) if won else f"-{stake}",
                number,
                odds=odds,
                stake=units(stake),
                expected_at_alert=edge,
                clv=None,
            )
            for number, (odds, stake, edge, won) in enumerate(rows)
        )
    )


@settings(max_examples=40)
@given(SOME)
def test_luck_is_what_counting_every_outcome_gives(
    rows: list[tuple[float, str, float, bool]],
) -> None:
    bets = a_record(rows)
    found = at_alert(bets)
    chance = (1 + bets.expected) / bets.odds
    less = equal = 0.0
    for wins in product((True, False), repeat=len(bets)):
        won = np.array(wins)
        profit = np.where(won, bets.stake * (bets.odds - 1), -bets.stake).sum()
        likely = float(np.where(won, chance, 1 - chance).prod())
        less += likely * (profit < found.profit - 1e-9)
        equal += likely * (abs(profit - found.profit) <= 1e-9)
    assert found.expected == pytest.approx(float((bets.stake * bets.expected).sum()), abs=1e-9)
    assert found.percentile == pytest.approx(less + equal / 2, abs=0.02)
    spread = bets.stake * bets.odds * np.sqrt(chance * (1 - chance))
    assert found.deviation == pytest.approx(float(np.sqrt((spread**2).sum())))


def test_bands_of_many_bets_are_those_of_the_normal() -> None:
    bets = told(*(a_bet("1" if at % 2 else "-1", at, clv=0.0) for at in range(400)))
    found = at_close(bets)
    assert (found.n, found.closes) == (400, 400)
    assert found.expected == pytest.approx(0.0, abs=1e-9)
    assert found.percentile == pytest.approx(0.5, abs=0.01)
    assert found.bands == pytest.approx((-32.9, -13.5, 13.5, 32.9), abs=1.1)


def test_more_profit_is_never_less_luck() -> None:
    edges = [a_bet("1" if at < won else "-1", at) for won in range(21) for at in range(20)]
    found = [at_close(told(*edges[20 * won : 20 * won + 20])).percentile for won in range(21)]
    assert found == sorted(found)
    assert found[0] < 0.001
    assert found[-1] > 0.999


def test_a_bet_that_may_be_given_back_varies_less() -> None:
    plain = at_alert(told(a_bet("1", odds=2.0, refund=0.0)))
    back = at_alert(told(a_bet("1", odds=2.0, refund=0.25)))
    assert back.expected == pytest.approx(plain.expected)
    assert back.deviation < plain.deviation


def test_bets_of_one_match_stretch_the_band() -> None:
    apart = told(*(a_bet("1", at) for at in range(6)))
    together = told(*(a_bet("1", at, fixture="one") for at in range(6)))
    one, other = at_alert(apart), at_alert(together)
    assert other.expected == pytest.approx(one.expected)
    assert other.deviation == pytest.approx(one.deviation * 6**0.5)


def test_running_bands_end_where_the_whole_does_and_know_nothing_later() -> None:
    bets = [a_bet("1" if at % 3 else "-1", at) for at in range(40)]
    whole = told(*bets)
    bands = running_bands(whole, edges_at_close(whole))
    assert bands.shape == (40, len(LEVELS))
    assert tuple(bands[-1]) == pytest.approx(at_close(whole).bands)
    half = told(*bets[:20])
    assert bands[19] == pytest.approx(running_bands(half, edges_at_close(half))[-1], abs=0.02)
    assert (np.diff(bands, axis=1) >= 0).all()


@pytest.mark.parametrize("odds", [1.3, 1.8, 6.0], ids=["skewed down", "even", "skewed up"])
def test_more_matches_than_are_counted_out_are_told_alike(
    monkeypatch: pytest.MonkeyPatch, odds: float
) -> None:
    won = int(1 / odds * 600)
    rows = [
        a_bet("1" if at < won else "-1", at, odds=odds + at % 7 / 10, fixture=str(at // 2))
        for at in range(600)
    ]
    bets = told(*rows)
    counted, bands = at_alert(bets), running_bands(bets, bets.expected)
    monkeypatch.setattr(fortune, "COUNTED", 100)
    by_moments, others = at_alert(bets), running_bands(bets, bets.expected)
    assert by_moments.percentile == pytest.approx(counted.percentile, abs=0.003)
    assert by_moments.bands == pytest.approx(counted.bands, abs=0.03 * counted.deviation)
    assert others[200:] == pytest.approx(bands[200:], abs=0.05 * counted.deviation)
    assert others.shape == bands.shape


def test_half_of_made_up_records_lie_in_the_inner_band() -> None:
    rng, inside = np.random.default_rng(5), 0
    for _ in range(200):
        won = rng.random(30) < 0.515
        bets = told(
            *(
                a_bet("1" if one else "-1", at, expected_at_alert=0.03)
                for at, one in enumerate(won)
            )
        )
        inside += 0.25 <= at_alert(bets).percentile <= 0.75
    assert 0.4 <= inside / 200 <= 0.6


def days_of(clv: float, days: int, *, spread: float = 0.06, seed: int = 3) -> list[SettledBet]:
    rng = np.random.default_rng(seed)
    values = clv + spread * rng.standard_normal((days, 6))
    return [
        a_bet(
            "1",
            6 * day + at,
            kick_off=NOW + timedelta(days=day),
            clv=float(values[day, at]),
            clv_alt=float(values[day, at]),
        )
        for day in range(days)
        for at in range(6)
    ]


def test_an_edge_that_is_there_is_believed_and_proven() -> None:
    found = proven(told(*days_of(0.04, 60)))
    assert found.n == 360
    assert found.positive is not None
    assert found.positive > 0.99
    assert found.clv >= 20
    assert found.highest >= found.clv
    assert (found.needed, found.needed_low, found.needed_high) == (0, 0, 0)


def test_what_is_still_needed_shrinks_with_what_was_seen() -> None:
    early = proven(told(*days_of(0.03, 12)))
    assert early.clv < 20
    assert early.needed is not None
    assert early.needed_low is not None
    assert 0 < early.needed_low <= early.needed <= MOST
    later = proven(told(*days_of(0.03, 20)))
    assert later.needed is not None
    assert later.needed < early.needed


def test_no_number_of_picks_proves_an_edge_that_is_not_there() -> None:
    found = proven(told(*days_of(-0.01, 60)))
    assert found.positive is not None
    assert found.positive < 0.5
    assert found.clv < 1
    assert found.needed is None


def test_the_reference_that_claims_less_counts() -> None:
    flattered = [
        a_bet("1", at, clv=0.08, clv_alt=-0.01, kick_off=NOW + timedelta(days=at))
        for at in range(40)
    ]
    assert proven(told(*flattered)).clv < 1


def test_the_e_value_of_records_without_an_edge_seldom_convinces() -> None:
    seen = [proven(told(*days_of(0.0, 40, seed=seed))).highest >= 20 for seed in range(60)]
    assert sum(seen) <= 3
