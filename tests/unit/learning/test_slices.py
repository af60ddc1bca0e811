"""Records cut by one trait: each cell says of how many bets it speaks, and how surely."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.closing import Grade
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import Provenance
from engine.domain.record import FEW
from engine.domain.signal import AgentName, Tier
from engine.learning.slices import NOBODY, By, bands, cell, periods, sliced
from tests.builders import NOW, a_bet, a_selection

PAPER = Provenance.PAPER


def keys(by: By, *bets: object) -> list[str]:
    return [each.key for each in sliced(bets, by, PAPER).cells]  # type: ignore[arg-type]  # bets


@pytest.mark.parametrize(
    ("hours", "band"),
    [(0.5, "<1"), (1, "1..6"), (5.9, "1..6"), (6, "6..24"), (24, "24..72"), (72, ">=72")],
)
def test_a_band_holds_its_lower_end_and_not_its_upper(hours: float, band: str) -> None:
    bet = a_bet(issued_at=NOW, kick_off=NOW + timedelta(hours=hours))
    assert keys(By.TIMING, bet) == [band]


@pytest.mark.parametrize(
    ("by", "key"),
    [
        (By.MARKET, "over_2.5"),
        (By.LEAGUE, "soccer_epl"),
        (By.BOOK, "pinnacle"),
        (By.ODDS, "1.8..2.1"),
        (By.SCORE, "60..70"),
        (By.TIER, "gold"),
        (By.GRADE, "B"),
    ],
)
def test_a_bet_stands_in_the_cell_of_its_own_value(by: By, key: str) -> None:
    bet = a_bet(
        selection=a_selection("over_2.5"),
        competition="soccer_epl",
        bookmaker=BookmakerKey("pinnacle"),
        tier=Tier.GOLD,
        grade=Grade.B,
    )
    assert keys(by, bet) == [key]


def test_a_bet_stands_in_the_cell_of_each_agent_that_spoke_for_it() -> None:
    both = a_bet(agents=frozenset({AgentName.SPREAD, AgentName.DRIFT}))
    none = a_bet(agents=frozenset())
    found = sliced([both, both, none], By.AGENT, PAPER)
    assert [(each.key, each.n) for each in found.cells] == [
        ("drift", 2),
        ("spread", 2),
        (NOBODY, 1),
    ]
    assert found.n == 3


def test_bands_come_in_their_order_and_names_by_their_n() -> None:
    odds = [a_bet(odds=value) for value in (6.0, 6.0, 1.2, 2.0)]
    assert keys(By.ODDS, *odds) == ["<1.5", "1.8..2.1", ">=5"]
    leagues = [a_bet(competition=name) for name in ("a", "c", "b", "c")]
    assert keys(By.LEAGUE, *leagues) == ["c", "a", "b"]


def test_a_close_of_no_grade_has_its_own_cell() -> None:
    assert keys(By.GRADE, a_bet(grade=None, clv=None)) == ["none"]


def test_the_figures_of_a_cell_by_hand() -> None:
    """Eight weeks of CLV 4 and 0 points by turns; a ninth bet has no close."""
    bets = [
        a_bet(
            "0.5" if week % 2 else "-1",
            number=week,
            clv=0.0 if week % 2 else 0.04,
            kick_off=NOW + timedelta(weeks=week),
        )
        for week in range(8)
    ]
    found = cell("all", [*bets, a_bet("0.5", number=9, clv=None, stake=Decimal(2))])
    assert (found.n, found.clv.n, found.coverage) == (9, 8, 8 / 9)
    assert found.clv.mean == pytest.approx(0.02)
    assert found.beat.mean == pytest.approx(1 / 2)
    assert found.yield_.mean == pytest.approx(-1.5 / 10)
    # residuals of 0.02 each: error = sqrt(8/7 * 8 * 0.0004) / 8; t(7 df) = 2.3646
    reach = 2.3646 * (8 / 7 * 8 * 0.0004) ** 0.5 / 8
    assert found.clv.low == pytest.approx(0.02 - reach, abs=1e-5)
    assert found.clv.high == pytest.approx(0.02 + reach, abs=1e-5)


def test_matches_of_one_week_are_not_independent() -> None:
    """The same bets in eight weeks that differ say less than spread over forty of their own."""

    def width(weeks: int) -> float:
        found = cell(
            "all",
            [
                a_bet(
                    number=number,
                    clv=0.01 * (number % 8),
                    kick_off=NOW + timedelta(weeks=number % weeks),
                )
                for number in range(40)
            ],
        ).clv
        assert found.high is not None
        assert found.mean is not None
        return found.high - found.mean

    assert width(8) > 2 * width(40)


def test_one_match_has_no_interval_however_many_bets() -> None:
    found = cell("all", [a_bet() for _ in range(50)])
    assert (found.clv.low, found.yield_.low, found.beat.low) == (None, None, None)
    assert not found.few


def test_bets_that_all_beat_the_close_are_no_certainty() -> None:
    bets = [
        a_bet(number=week, clv=0.02, kick_off=NOW + timedelta(weeks=week)) for week in range(10)
    ]
    beat = cell("all", bets).beat
    assert beat.mean == 1
    assert beat.low is not None
    assert beat.low < 0.75


@pytest.mark.parametrize(("profit", "certain"), [("-1", -1.0), ("1", 1.0)])
def test_bets_that_were_all_lost_or_all_won_make_no_yield_certain(
    profit: str, certain: float
) -> None:
    """Four losses at evens say at most that the chance to win is below a half or so."""
    bets = [a_bet(profit, number=week) for week in range(4)]
    found = cell("all", bets).yield_
    assert found.mean == certain
    assert found.low is not None
    assert found.high is not None
    assert max(found.high - certain, certain - found.low) == pytest.approx(2 * 0.49, abs=0.01)


def test_below_thirty_bets_a_cell_says_that_it_has_few() -> None:
    assert [cell("all", [a_bet()] * n).few for n in (FEW - 1, FEW)] == [True, False]


def test_bets_of_another_provenance_are_refused_and_not_summed() -> None:
    bets = [a_bet(), a_bet(provenance=Provenance.BACKTEST)]
    with pytest.raises(ValueError, match="never summed"):
        sliced(bets, By.ODDS, PAPER)


def test_no_bets_have_no_cells_and_no_window() -> None:
    found = sliced([], By.MARKET, PAPER)
    assert (found.cells, found.n, found.since, found.until) == ((), 0, None, None)


def test_the_window_reaches_from_the_first_to_the_last_kick_off() -> None:
    bets = [a_bet(number=number) for number in (5, 0, 9)]
    found = sliced(bets, By.TIER, PAPER)
    assert (found.since, found.until) == (bets[1].kick_off, bets[2].kick_off)


def test_two_periods_share_no_week_and_leave_older_bets_out() -> None:
    """NOW is a Saturday: its week began on Tuesday the 28th of July."""
    days = {
        number: a_bet(number=number, kick_off=NOW - timedelta(days=number)) for number in range(80)
    }
    later = a_bet(kick_off=NOW + timedelta(days=5))
    recent, before = periods([*days.values(), later], NOW)
    assert recent == [days[number] for number in range(26)]
    assert before == [days[number] for number in range(26, 54)]


@given(
    st.sampled_from([by for by in By if by is not By.AGENT]),
    st.lists(st.tuples(st.floats(1.01, 30), st.floats(0, 100), st.floats(0.1, 200)), max_size=20),
)
def test_every_bet_is_in_one_cell_and_no_bet_is_lost(
    by: By, drawn: list[tuple[float, float, float]]
) -> None:
    bets = [
        a_bet(
            odds=odds,
            sweet_spot_score=score,
            issued_at=NOW,
            kick_off=NOW + timedelta(hours=hours),
        )
        for odds, score, hours in drawn
    ]
    found = sliced(bets, by, PAPER)
    assert sum(each.n for each in found.cells) == found.n == len(bets)
    places = [bands(by).index(each.key) for each in found.cells if bands(by)]
    assert places == sorted(places)
