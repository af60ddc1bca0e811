from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Selection
from engine.domain.numbers import Units, units
from engine.domain.settlement import Outcome, Phase, Score
from engine.settlement.grading import decided, profit, settle, settle_pick
from engine.settlement.rules import SettlementRules
from tests.builders import KICK_OFF, a_pick, a_result, a_selection

RULES = SettlementRules()
SCORES = tuple(Score(home=home, away=away) for home in range(10) for away in range(10))
QUARTERS = {
    **{f"ah_home@{line / 4:+g}": line for line in range(-20, 21)},
    **{f"ah_away@{line / 4:+g}": line for line in range(-20, 21)},
    **{f"over_{line / 4:g}": line for line in range(33)},
    **{f"under_{line / 4:g}": line for line in range(33)},
}
RETURNS = {
    Outcome.WON: Fraction(1),
    Outcome.HALF_WON: Fraction(1, 2),
    Outcome.VOID: Fraction(0),
    Outcome.HALF_LOST: Fraction(-1, 2),
    Outcome.LOST: Fraction(-1),
}
MIRROR = {
    Outcome.WON: Outcome.LOST,
    Outcome.HALF_WON: Outcome.HALF_LOST,
    Outcome.VOID: Outcome.VOID,
    Outcome.HALF_LOST: Outcome.HALF_WON,
    Outcome.LOST: Outcome.WON,
}


def oracle(code: str, line: Fraction, score: Score) -> Fraction:
    """What comes of it in goals, as a person counts: a quarter line is the mean of two halves."""
    if (line * 4) % 2:
        quarter = Fraction(1, 4)
        return (oracle(code, line - quarter, score) + oracle(code, line + quarter, score)) / 2
    name = code.partition("_")[0] if code[0] in "ou" else code.partition("@")[0]
    lead = {
        "ah_home": score.home + line - score.away,
        "ah_away": score.away + line - score.home,
        "over": score.home + score.away - line,
        "under": line - score.home - score.away,
    }[name]
    return Fraction((lead > 0) - (lead < 0))


@pytest.mark.parametrize("code", QUARTERS)
def test_every_score_on_every_line_is_the_mean_of_its_two_halves(code: str) -> None:
    selection, line = a_selection(code), Fraction(QUARTERS[code], 4)
    for score in SCORES:
        assert RETURNS[settle(selection, score)] == oracle(code, line, score), score


@pytest.mark.parametrize("line", range(-20, 21))
def test_home_and_away_of_one_handicap_mirror_each_other(line: int) -> None:
    home, away = a_selection(f"ah_home@{line / 4:+g}"), a_selection(f"ah_away@{-line / 4:+g}")
    assert home.opposite == away
    for score in SCORES:
        assert settle(home, score) is MIRROR[settle(away, score)]


@pytest.mark.parametrize("line", range(33))
def test_over_and_under_mirror_each_other(line: int) -> None:
    for score in SCORES:
        over, under = (a_selection(f"{side}_{line / 4:g}") for side in ("over", "under"))
        assert settle(over, score) is MIRROR[settle(under, score)]


def test_swapping_the_teams_swaps_the_sides() -> None:
    pairs = [("home", "away"), ("dc_1x", "dc_x2"), ("dnb_home", "dnb_away")]
    pairs += [("draw", "draw"), ("dc_12", "dc_12"), ("btts_yes", "btts_yes")]
    for (mine, theirs), score in product(pairs, SCORES):
        swapped = Score(home=score.away, away=score.home)
        assert settle(a_selection(mine), score) is settle(a_selection(theirs), swapped)


@pytest.mark.parametrize("score", SCORES, ids=lambda score: f"{score.home}-{score.away}")
def test_result_markets_follow_the_score(score: Score) -> None:
    won = {
        code
        for code in ("home", "draw", "away", "dc_1x", "dc_12", "dc_x2", "btts_yes", "btts_no")
        if settle(a_selection(code), score) is Outcome.WON
    }
    result = (
        {"home", "dc_1x", "dc_12"}
        if score.home > score.away
        else {"away", "dc_12", "dc_x2"}
        if score.home < score.away
        else {"draw", "dc_1x", "dc_x2"}
    )
    assert won == result | {"btts_yes" if score.home * score.away else "btts_no"}


@pytest.mark.parametrize("score", SCORES, ids=lambda score: f"{score.home}-{score.away}")
def test_draw_no_bet_is_the_handicap_of_zero(score: Score) -> None:
    for side in ("home", "away"):
        level = settle(a_selection(f"ah_{side}@+0"), score)
        assert settle(a_selection(f"dnb_{side}"), score) is level


stakes = st.integers(0, 20_000).map(lambda many: units(Decimal(many) / 10_000))
prices = st.integers(101, 5000).map(lambda cents: cents / 100)


@given(prices, stakes)
def test_a_void_bet_earns_nothing_and_a_lost_one_its_stake(odds: float, stake: Units) -> None:
    assert profit(Outcome.VOID, odds, stake) == 0
    assert profit(Outcome.LOST, odds, stake) == -stake


@given(prices, stakes)
def test_half_results_are_half_the_stake_at_each_outcome(odds: float, stake: Units) -> None:
    won, half = (profit(outcome, odds, stake) for outcome in (Outcome.WON, Outcome.HALF_WON))
    assert abs(won - 2 * half) <= Decimal("0.0002")
    assert abs(2 * profit(Outcome.HALF_LOST, odds, stake) + stake) <= Decimal("0.0002")
    assert won == units(stake * (Decimal(str(odds)) - 1))


def test_profit_counts_odds_as_people_read_them() -> None:
    """1.1 is not a binary float: 3 units at 1.1 earn 0.3, not 0.3000000000000003."""
    assert profit(Outcome.WON, 1.1, units(3)) == Decimal("0.3000")


def settled(code: str = "home", late: timedelta = timedelta(hours=2), **result: Any) -> object:
    found = settle_pick(
        a_pick(code),
        a_result(**result),
        kick_off=KICK_OFF,
        sequence=1,
        rules=RULES,
        now=KICK_OFF + late,
    )
    return None if found is None else (found.outcome, found.rule)


def test_a_finished_match_settles_on_ninety_minutes() -> None:
    found = settle_pick(
        a_pick(stake=units("0.5"), odds=2.2),
        a_result(2, 1),
        kick_off=KICK_OFF,
        sequence=3,
        rules=RULES,
        now=KICK_OFF,
    )
    assert found is not None
    assert (found.outcome, found.profit, found.sequence) == (Outcome.WON, Decimal("0.6"), 3)
    assert (found.full_time, found.rule) == (Score(home=2, away=1), "full_time")


def test_a_finished_match_without_its_score_waits() -> None:
    assert settled(full_time=None) is None


@pytest.mark.parametrize("phase", [Phase.SCHEDULED, Phase.LIVE, Phase.REVIEW])
def test_what_is_not_over_waits_however_long(phase: Phase) -> None:
    assert settled(late=timedelta(days=9), phase=phase) is None


@pytest.mark.parametrize(
    "phase", [Phase.POSTPONED, Phase.INTERRUPTED, Phase.AWARDED, Phase.ABANDONED]
)
def test_a_match_not_played_within_two_days_is_void(phase: Phase) -> None:
    almost = RULES.void_after - timedelta(seconds=1)
    assert settled(late=almost, phase=phase, full_time=None) is None
    assert settled(late=RULES.void_after, phase=phase, full_time=None) == (Outcome.VOID, "void")


@pytest.mark.parametrize(
    ("hours", "expected"), [(47, (Outcome.WON, "full_time")), (49, (Outcome.VOID, "played_late"))]
)
def test_a_bet_on_a_match_played_more_than_two_days_late_is_given_back(
    hours: int, expected: tuple[Outcome, str]
) -> None:
    """Put off to a new date before the 48 h are over, then played: the book has given it back."""
    late = timedelta(hours=hours)
    assert settled(late=late + timedelta(hours=2), kick_off=KICK_OFF + late) == expected


def test_a_cancelled_match_is_void_at_once() -> None:
    assert settled(phase=Phase.CANCELLED, full_time=None) == (Outcome.VOID, "cancelled")


def test_an_awarded_score_is_not_the_game() -> None:
    late = RULES.void_after
    assert settled("over_1.5", late, phase=Phase.AWARDED) == (Outcome.VOID, "void")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("over_1.5", Outcome.WON),
        ("under_1.5", Outcome.LOST),
        ("over_2.75", Outcome.HALF_WON),
        ("under_2.75", Outcome.HALF_LOST),
        ("over_3", Outcome.VOID),
        ("under_3.5", Outcome.VOID),
        ("over_3.25", Outcome.VOID),
        ("btts_yes", Outcome.WON),
        ("btts_no", Outcome.LOST),
        ("home", Outcome.VOID),
        ("ah_home@-0.5", Outcome.VOID),
    ],
)
def test_what_an_abandoned_match_had_decided_stands(code: str, outcome: Outcome) -> None:
    assert decided(Selection.parse(code), Score(home=2, away=1)) is outcome
    rule = "void" if outcome is Outcome.VOID else "abandoned_decided"
    assert settled(code, RULES.void_after, phase=Phase.ABANDONED) == (outcome, rule)


def test_both_teams_to_score_is_open_while_one_has_not() -> None:
    for code in ("btts_yes", "btts_no"):
        assert decided(a_selection(code), Score(home=3, away=0)) is Outcome.VOID
