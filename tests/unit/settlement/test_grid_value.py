"""What a grid of scores says a bet is worth is the sum over what the scores make of it."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from engine.domain.market import SIDES, Market, MarketKind, Selection, Side
from engine.domain.settlement import Outcome, Score
from engine.pricing.grid.payoffs import payoff
from engine.pricing.grid.score_grid import score_grids
from engine.settlement.accumulator import Leg, combined_odds
from engine.settlement.columns import returns, settle_columns
from engine.settlement.grading import returned, settle

SCORES = [Score(home=home, away=away) for home, away in product(range(10), repeat=2)]
LINES = [Decimal(quarters) / 4 for quarters in range(-20, 21)]
ODDS = Decimal("1.93")
OPPOSITE = {
    Outcome.WON: Outcome.LOST,
    Outcome.HALF_WON: Outcome.HALF_LOST,
    Outcome.VOID: Outcome.VOID,
    Outcome.HALF_LOST: Outcome.HALF_WON,
    Outcome.LOST: Outcome.WON,
}
UNLINED = [
    Market(kind=kind)
    for kind in MarketKind
    if kind not in {MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP}
]
MARKETS = [
    *UNLINED,
    *(Market(kind=MarketKind.ASIAN_HANDICAP, line=line) for line in LINES),
    *(Market(kind=MarketKind.TOTAL_GOALS, line=line) for line in LINES if line >= 0),
]


def weights() -> dict[Score, Decimal]:
    """Some grid of scores, exact and summing to one."""
    raw = {score: Decimal(1 + (7 * score.home + 13 * score.away) % 29) for score in SCORES}
    whole = sum(raw.values())
    return {score: weight / whole for score, weight in raw.items()}


GRID = weights()


def name(market: Market) -> str:
    return f"{market.kind.name}_{market.line}"


@pytest.mark.parametrize("market", MARKETS, ids=name)
def test_the_value_from_the_grid_is_the_sum_over_outcomes(market: Market) -> None:
    for selection in market.selections:
        chance = dict.fromkeys(Outcome, Decimal(0))
        by_score = Decimal(0)
        for score, weight in GRID.items():
            outcome = settle(selection, score)
            chance[outcome] += weight
            by_score += weight * returned(outcome, ODDS)
        by_outcome = (
            chance[Outcome.WON] * ODDS
            + chance[Outcome.HALF_WON] * (ODDS + 1) / 2
            + chance[Outcome.VOID]
            + chance[Outcome.HALF_LOST] / 2
        )
        assert abs(sum(chance.values(), Decimal(0)) - 1) < Decimal("1e-24")
        assert abs(by_score - by_outcome) < Decimal("1e-24")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ah_home@-0.25", "over_2.75"), ("ah_away@+1", "dnb_home"), ("under_2.25", "btts_yes")],
)
def test_a_combination_is_worth_what_its_legs_are_worth_multiplied(one: str, other: str) -> None:
    """Half-won, half-lost and void legs included, over every pair of scores of two matches."""
    first, second = Selection.parse(one), Selection.parse(other)
    legs = [
        {score: Leg(odds=ODDS, outcome=settle(bet, score)) for score in SCORES}
        for bet in (first, second)
    ]
    worth = [
        sum((GRID[score] * returned(settle(bet, score), ODDS) for score in SCORES), Decimal(0))
        for bet in (first, second)
    ]
    together = Decimal(0)
    for mine, theirs in product(SCORES, SCORES):
        odds = combined_odds([legs[0][mine], legs[1][theirs]])
        assert odds is not None
        together += GRID[mine] * GRID[theirs] * odds
    assert abs(together - worth[0] * worth[1]) < Decimal("1e-20")


@pytest.mark.parametrize("market", MARKETS, ids=name)
def test_the_house_s_own_grid_is_worth_what_settlement_pays(market: Market) -> None:
    """A close valued through the grid and a profit settled by the matrix speak of one bet."""
    grid = score_grids(np.array([1.6]), np.array([1.1])).matrix(0)
    for selection in market.selections:
        shape = payoff(grid, selection)
        paid = Decimal(0)
        for (home, away), chance in np.ndenumerate(grid):
            outcome = settle(selection, Score(home=home, away=away))
            paid += Decimal(float(chance)) * returned(outcome, ODDS)
        half = shape.half_win * (float(ODDS) + 1) / 2 + shape.half_loss / 2
        told = shape.win * float(ODDS) + half + shape.push
        assert told == pytest.approx(float(paid), abs=1e-12)


@pytest.mark.parametrize("market", [one for one in MARKETS if len(SIDES[one.kind]) == 2], ids=name)
def test_a_two_way_book_is_a_zero_sum_of_outcomes(market: Market) -> None:
    """Home and away, over and under, yes and no: what one wins the other loses."""
    mine, theirs = market.selections
    for score in SCORES:
        assert settle(mine, score) is OPPOSITE[settle(theirs, score)]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_handicap_is_the_same_bet_with_the_teams_turned(line: Decimal) -> None:
    home = Selection(market=Market(kind=MarketKind.ASIAN_HANDICAP, line=line), side=Side.HOME)
    away = Selection(market=Market(kind=MarketKind.ASIAN_HANDICAP, line=-line), side=Side.AWAY)
    assert home.handicap == away.handicap
    for score in SCORES:
        turned = Score(home=score.away, away=score.home)
        assert settle(home, score) is settle(away, turned)


@pytest.mark.parametrize("market", MARKETS, ids=name)
def test_columns_settle_every_score_as_one_by_one(market: Market) -> None:
    home, away = (np.array([float(getattr(s, side)) for s in SCORES]) for side in ("home", "away"))
    for selection in market.selections:
        column = np.full(len(SCORES), selection.number)
        earned = returns(settle_columns(column, home, away), np.full(len(SCORES), float(ODDS)))
        exact = [float(returned(settle(selection, score), ODDS) - 1) for score in SCORES]
        assert earned == pytest.approx(exact, abs=1e-12)
