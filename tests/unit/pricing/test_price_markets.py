"""All 22 markets of a look: what each price is read from, and what may rest on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.market import CATALOGUE, SIDES, Market, MarketKind, Selection
from engine.domain.pick import Gate
from engine.domain.policy import PricingRules
from engine.domain.price import Basis, Rung
from engine.pipeline import decide
from engine.pricing.derived.corrections import DerivedCorrections, unlearned
from engine.pricing.derived.usual_lines import NamedLines
from engine.pricing.derived.view import UsualLines, market_view, with_usual
from engine.pricing.devig.book import devig
from engine.pricing.learned import Learned
from engine.pricing.price import price
from tests.builders import NOW, a_board, a_book, a_crowd, a_known

if TYPE_CHECKING:
    from engine.domain.price import PriceTable

RULES = PricingRules()
OVER = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
HIGH = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("3.5"))
THREE = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal(3))
BTTS = Market(kind=MarketKind.BTTS)
MAIN = (a_book("pinnacle", 2.1, 3.4, 3.6), a_book("pinnacle", 1.95, 1.93, market=OVER))


def by_code(table: PriceTable) -> dict[str, int]:
    """Row of each selection's price for every book."""
    return {
        Selection.from_number(int(number)).code: row
        for row, (number, excluded) in enumerate(zip(table.selection, table.excluded, strict=True))
        if excluded < 0
    }


def corrections(*, proven: bool, grid_weight: float = 0.25) -> DerivedCorrections:
    start = unlearned()
    return replace(
        start,
        markets=tuple(
            replace(one, proven=proven, grid_weight=grid_weight) for one in start.markets
        ),
    )


def test_match_odds_and_a_total_price_the_whole_catalogue() -> None:
    table = price(a_board(*MAIN), RULES, NOW)
    codes = {Selection.from_number(int(number)).market_code for number in table.selection}
    assert codes == set(CATALOGUE)
    basis = {code: Basis(int(table.basis[row])) for code, row in by_code(table).items()}
    assert basis["home"] is basis["over_2.5"] is Basis.QUOTED
    assert basis["dc_1x"] is basis["dnb_away"] is Basis.ALGEBRA
    assert basis["btts_yes"] is basis["under_0.5"] is basis["over_4.5"] is Basis.GRID
    assert np.isnan(table.close).all()
    assert np.isnan(table.close_error).all()


@settings(max_examples=40, deadline=None)
@given(
    goals=st.floats(1.6, 2.6),
    home=st.floats(1.3, 5.0),
    draw=st.floats(3.1, 4.2),
    margin=st.floats(1.01, 1.08),
)
def test_the_sides_of_a_market_sum_to_one_and_those_of_double_chance_to_two(
    goals: float, home: float, draw: float, margin: float
) -> None:
    rest = 1 - 1 / home - 1 / draw
    match_odds = np.round(np.array([home, draw, 1 / max(rest, 0.05)]) / margin, 3)
    other = round(1 / (margin - 1 / goals), 3)
    board = a_board(a_book("pinnacle", *match_odds), a_book("pinnacle", goals, other, market=OVER))
    table = price(board, RULES, NOW)
    markets = table.selection >> 4
    for number in np.unique(markets).tolist():
        rows = np.flatnonzero(markets == number)
        kind = MarketKind(number >> 12)
        assert len(rows) == len(SIDES[kind])
        expected = 2 if kind is MarketKind.DOUBLE_CHANCE else 1
        assert table.probability[rows].sum() == pytest.approx(expected)
        assert ((table.probability[rows] > 0) & (table.probability[rows] < 1)).all()
        assert (table.std_error[rows] > 0).all()


def test_a_grid_price_is_less_certain_than_what_it_is_read_from_and_carries_no_pick() -> None:
    """Money: one point of bias on BTTS is a false edge of two percent."""
    generous = a_book("soft", 3.0, 3.0, market=BTTS)
    board = a_board(*MAIN, generous)
    table = price(board, RULES, NOW)
    rows = by_code(table)
    told = rows["btts_yes"]
    fair = table.probability[told]
    at_least = 4 * fair * (1 - fair) * RULES.grid_std_error
    assert table.std_error[told] > at_least > table.std_error[rows["over_2.5"]]
    assert not table.stands_alone[told]
    picked = {pick.selection.market.kind for pick in decide(board, a_known(), NOW).picks}
    assert MarketKind.BTTS not in picked
    refused = decide(board, a_known(), NOW).refused
    assert refused[Gate.PRICE_UNPROVEN] == 2


@pytest.mark.parametrize("proven", [True, False])
def test_a_corrected_market_stands_alone_once_it_is_proven(*, proven: bool) -> None:
    learned = Learned(corrections=corrections(proven=proven))
    table = price(a_board(*MAIN), RULES, NOW, learned)
    rows = by_code(table)
    assert bool(table.stands_alone[rows["btts_no"]]) is proven
    assert not table.stands_alone[rows["ah_home@-0.25"]]
    assert table.basis[rows["btts_no"]] == Basis.GRID


def test_a_corrected_price_is_read_against_what_is_usual_of_its_teams() -> None:
    """It was learned so: without the teams' usual goals the same match has another price."""
    board = a_board(*MAIN)
    (fixture,) = board.fixtures
    high = UsualLines(
        leagues={0: 1.4}, draws={0: 0.1}, teams={0: 0.2, 1: 0.2}, seen={0: 90, 1: 90}
    )
    lines = NamedLines(
        competitions=(str(fixture.competition),),
        teams=(fixture.home.key, fixture.away.key),
        lines=high,
    )
    fitted = corrections(proven=True)
    fitted = replace(
        fitted,
        markets=tuple(
            replace(one, coefficients=np.full_like(one.coefficients, 0.3))
            for one in fitted.markets
        ),
    )
    blind, told = (
        price(board, RULES, NOW, Learned(corrections=fitted, usual_lines=usual))
        for usual in (None, lines)
    )
    row = by_code(told)["btts_yes"]
    view = market_view(
        blind.probability[[by_code(blind)[c] for c in ("home", "draw", "away")]][None],
        blind.probability[[by_code(blind)["over_2.5"]]],
    )
    expected = fitted.price(with_usual(view, lines.of(board.fixtures))).probability[0, 0]
    assert told.probability[row] == pytest.approx(expected, abs=1e-6)
    assert abs(told.probability[row] - blind.probability[row]) > 1e-3


def test_a_sharp_quote_and_the_grid_are_pooled_by_the_learned_weight() -> None:
    quoted = a_book("pinnacle", 1.7, 2.2, market=BTTS)
    board = a_board(*MAIN, quoted)
    plain = price(board, RULES, NOW)
    quote = devig(np.array([1.7, 2.2]))[0]
    row = by_code(plain)["btts_yes"]
    assert plain.basis[row] == Basis.QUOTED
    assert plain.probability[row] == pytest.approx(quote)
    assert plain.disagreement[row] > 0.05
    shares = {}
    for weight in (0.0, 0.5, 1.0):
        learned = Learned(corrections=corrections(proven=True, grid_weight=weight))
        table = price(board, RULES, NOW, learned)
        yes, no = by_code(table)["btts_yes"], by_code(table)["btts_no"]
        assert table.basis[yes] == table.basis[no] == Basis.POOLED
        assert table.probability[yes] + table.probability[no] == pytest.approx(1)
        shares[weight] = table.probability[yes]
    assert shares[0.0] == pytest.approx(quote)
    assert shares[1.0] < shares[0.5] < shares[0.0]


def test_a_crowd_without_a_sharp_book_is_not_pooled_and_disagreement_is_told() -> None:
    crowd = a_crowd(1.7, 2.2, market=BTTS)
    board = a_board(*MAIN, crowd)
    table = price(board, RULES, NOW, Learned(corrections=corrections(proven=True)))
    row = by_code(table)["btts_yes"]
    assert table.basis[row] == Basis.QUOTED
    assert table.rung[row] == Rung.CONSENSUS
    other = table.disagreement[by_code(table)["btts_no"]]
    assert table.disagreement[row] == pytest.approx(-other)
    assert other < -0.05
    assert np.isnan(table.disagreement[by_code(table)["over_2.5"]])  # the grid repeats it


def test_every_quoted_line_is_priced_and_a_whole_one_knows_its_refund() -> None:
    board = a_board(*MAIN, a_book("soft", 2.6, 1.45, market=THREE))
    table = price(board, RULES, NOW)
    row = by_code(table)["over_3"]
    assert table.basis[row] == Basis.GRID
    assert 0.1 < table.refund[row] < 0.3
    assert "over_3.5" in by_code(table)
    assert "over_3.25" not in by_code(table)


def test_a_quarter_line_is_the_mean_of_its_neighbours_where_they_were_corrected() -> None:
    quarter = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("3.25"))
    board = a_board(
        *MAIN,
        a_book("soft", 2.6, 1.45, market=THREE),
        a_book("soft", 2.9, 1.35, market=quarter),
    )
    fitted = corrections(proven=True)
    shifted = tuple(replace(one, coefficients=one.coefficients + 0.3) for one in fitted.markets)
    table = price(board, RULES, NOW, Learned(corrections=replace(fitted, markets=shifted)))
    rows = by_code(table)
    fair, refund = (
        {code: float(column[row]) for code, row in rows.items()}
        for column in (table.probability, table.refund)
    )
    won, lost = fair["over_3.5"], 1 - fair["over_2.5"]
    assert fair["over_3"] == pytest.approx(won / (won + lost), abs=1e-6)
    assert refund["over_3"] == pytest.approx(1 - won - lost, abs=1e-6)
    half_lost = (lost + 1 - fair["over_3.5"]) / 2
    assert fair["over_3.25"] == pytest.approx(won / (won + half_lost), abs=1e-6)


def test_a_sharp_total_of_another_line_is_priced_by_its_quote_and_may_disagree() -> None:
    board = a_board(*MAIN, a_book("pinnacle", 3.0, 1.4, market=HIGH))
    table = price(board, RULES, NOW)
    row = by_code(table)["over_3.5"]
    assert table.basis[row] == Basis.QUOTED
    assert np.isfinite(table.disagreement[row])


def test_what_a_grid_holds_for_certain_has_no_price() -> None:
    """So few draws take all its chance from 0-0: over 0.5 would be fair at odds of 1."""
    board = a_board(
        a_book("pinnacle", 2.1, 11.0, 2.1), a_book("pinnacle", 1.95, 1.93, market=OVER)
    )
    table = price(board, RULES, NOW)
    assert {"over_1.5", "over_3.5"} <= by_code(table).keys()
    assert "over_0.5" not in by_code(table)
    assert (table.probability < 1).all()


def test_match_odds_that_are_implied_are_as_old_as_the_oldest_quote_behind_them() -> None:
    handicap = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.25"))
    board = a_board(
        a_book("pinnacle", 1.95, 1.93, market=OVER, age=timedelta(seconds=90)),
        a_book("pinnacle", 1.95, 1.93, market=handicap, age=timedelta(seconds=200)),
    )
    table = price(board, RULES, NOW)
    home = by_code(table)["home"]
    assert Rung(int(table.rung[home])) is Rung.IMPLIED
    assert table.quoted_at[home] == NOW.timestamp() - 200


def test_a_book_that_holds_an_outcome_for_certain_is_no_reference() -> None:
    assert len(price(a_board(a_book("pinnacle", 1 + 1e-12, 150.0, 150.0)), RULES, NOW)) == 0


def test_no_reference_means_no_price() -> None:
    board = a_board(a_book("soft", 2.1, 3.4, 3.6), a_book("soft", 1.9, 1.9, market=OVER))
    assert len(price(board, RULES, NOW)) == 0
