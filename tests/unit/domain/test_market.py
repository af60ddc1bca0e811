from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import (
    CATALOGUE,
    LINED,
    SIDES,
    Market,
    MarketKind,
    Selection,
    Side,
    in_catalogue,
)
from tests.builders import a_selection

quarters = st.integers(-511, 511).map(lambda number: Decimal(number) / 4)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    kind = draw(st.sampled_from(MarketKind))
    line = draw(quarters) if kind in LINED else None
    if kind is MarketKind.TOTAL_GOALS and line is not None:
        line = abs(line)
    return Selection(market=Market(kind=kind, line=line), side=draw(st.sampled_from(SIDES[kind])))


@given(selections())
def test_a_selection_comes_back_from_its_code_and_its_number(selection: Selection) -> None:
    assert Selection.parse(selection.code) == selection
    assert Selection.from_number(selection.number) == selection
    assert Market.from_number(selection.market.number) == selection.market


@given(selections(), selections())
def test_different_selections_have_different_codes_and_numbers(
    one: Selection, other: Selection
) -> None:
    assert (one == other) is (one.number == other.number) is (one.code == other.code)


@given(selections())
def test_the_opposite_of_the_opposite_is_the_selection(selection: Selection) -> None:
    opposite = selection.opposite
    if opposite is None:
        assert len(selection.market.selections) == 3
    else:
        assert opposite != selection
        assert opposite.opposite == selection
        assert opposite.market == selection.market


def test_the_catalogue_is_the_seeds_twenty_two_markets() -> None:
    assert len(CATALOGUE) == len(set(CATALOGUE)) == 22
    assert all(in_catalogue(a_selection(code)) for code in CATALOGUE)
    assert in_catalogue(a_selection("ah_home@-1.75"))
    assert not in_catalogue(a_selection("over_2.25"))


@pytest.mark.parametrize(
    ("code", "refundable"),
    [
        ("home", False),
        ("dnb_home", True),
        ("btts_yes", False),
        ("over_2.5", False),
        ("over_2", True),
        ("over_2.25", True),
        ("ah_home@-0.5", False),
        ("ah_home@+0.5", False),
        ("ah_home@-1.5", False),
        ("ah_home@-0.25", True),
        ("ah_home@-1", True),
        ("ah_away@+0", True),
    ],
)
def test_only_some_lines_give_the_stake_back(*, code: str, refundable: bool) -> None:
    assert a_selection(code).market.refundable is refundable


def test_the_away_side_reads_the_handicap_from_its_own_goal() -> None:
    home = a_selection("ah_home@-0.25")
    assert home.opposite == a_selection("ah_away@+0.25")
    assert home.market.line == Decimal("-0.25")
    assert a_selection("ah_away@+0.25").handicap == Decimal("0.25")
    assert a_selection("over_2.5").handicap is None


@pytest.mark.parametrize("code", ["", "over", "over_x", "homer", "ah_home@-0.3"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        Selection.parse(code)


def test_a_market_is_only_what_its_kind_allows() -> None:
    with pytest.raises(ValueError, match="line was 1"):
        Market(kind=MarketKind.MATCH_ODDS, line=Decimal(1))
    with pytest.raises(ValueError, match="line was None"):
        Market(kind=MarketKind.TOTAL_GOALS)
    with pytest.raises(ValueError, match="quarters"):
        Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.3"))
    with pytest.raises(ValueError, match="side was YES"):
        Selection(market=Market(kind=MarketKind.MATCH_ODDS), side=Side.YES)
