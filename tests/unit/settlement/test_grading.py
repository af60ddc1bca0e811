from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import Units, units
from engine.domain.settlement import Outcome, Score
from engine.settlement.grading import decided, profit, settle
from tests.builders import a_selection

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


@pytest.mark.parametrize(
    ("code", "outcome", "whole"),
    [
        ("over_1.5", Outcome.WON, Outcome.WON),
        ("under_1.5", Outcome.LOST, Outcome.LOST),
        ("over_2.25", Outcome.WON, Outcome.WON),
        ("over_2.75", Outcome.HALF_WON, Outcome.VOID),
        ("under_2.75", Outcome.HALF_LOST, Outcome.VOID),
        ("over_3", Outcome.VOID, Outcome.VOID),
        ("under_3.5", Outcome.VOID, Outcome.VOID),
        ("over_3.25", Outcome.VOID, Outcome.VOID),
        ("btts_yes", Outcome.WON, Outcome.WON),
        ("btts_no", Outcome.LOST, Outcome.LOST),
        ("home", Outcome.VOID, Outcome.VOID),
        ("ah_home@-0.5", Outcome.VOID, Outcome.VOID),
    ],
)
def test_what_an_abandoned_match_had_decided_stands(
    code: str, outcome: Outcome, whole: Outcome
) -> None:
    assert decided(a_selection(code), Score(home=2, away=1)) is outcome
    assert decided(a_selection(code), Score(home=2, away=1), in_part=False) is whole


def test_both_teams_to_score_is_open_while_one_has_not() -> None:
    for code in ("btts_yes", "btts_no"):
        assert decided(a_selection(code), Score(home=3, away=0)) is Outcome.VOID


def decided_by_waiting(code: str, reached: Score) -> set[Outcome]:
    """What it may still come to, over every way the match may go on."""
    selection = a_selection(code)
    further = product(range(reached.home, reached.home + 9), range(reached.away, reached.away + 9))
    return {settle(selection, Score(home=home, away=away)) for home, away in further}


@pytest.mark.parametrize("line", range(1, 33))
def test_early_means_that_no_further_goal_could_change_it(line: int) -> None:
    for side, score in product(("over", "under"), SCORES):
        code = f"{side}_{line / 4:g}"
        early, later = (
            decided(a_selection(code), score, in_part=False),
            decided_by_waiting(code, score),
        )
        assert (early is not Outcome.VOID) == (len(later) == 1 and later != {Outcome.VOID})
        if early is not Outcome.VOID:
            assert later == {early}
