from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from engine.domain.market import Market, MarketKind, Selection
from engine.domain.policy import PricingRules
from engine.domain.price import Basis, FairPrice, PriceTable, Rung
from engine.pricing.devig.book import devig
from engine.pricing.price import price
from tests.builders import KICK_OFF, NOW, SOFT, a_board, a_book, a_crowd, a_fixture, a_selection

RULES = PricingRules()
OVER_2 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
LEVEL = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.25"))
OTHER_LINE = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal(1))
CHANCE = Market(kind=MarketKind.DOUBLE_CHANCE)
NO_BET = Market(kind=MarketKind.DRAW_NO_BET)


def rows(table: PriceTable, code: str = "home") -> dict[str, FairPrice]:
    """Prices of one selection, by the bookmaker left out ("" serves everybody)."""
    wanted = a_selection(code).number
    return {
        "" if table.excluded[i] < 0 else table.bookmakers[table.excluded[i]]: table.row(i)
        for i in range(len(table))
        if table.selection[i] == wanted
    }


def test_a_sharp_book_prices_the_market_for_everybody() -> None:
    table = price(a_board(a_book("pinnacle", 2.1, 3.4, 3.6), a_crowd(2, 3.3, 3.4)), RULES, NOW)
    found = rows(table)
    assert list(found) == [""]
    assert found[""].source == "sharp"
    assert found[""].rung is Rung.SHARP
    assert found[""].probability == pytest.approx(devig(np.array([2.1, 3.4, 3.6]))[0])
    assert found[""].odds == pytest.approx(1 / found[""].probability)
    assert found[""].books == 1


def test_the_exchange_prices_at_the_middle_of_back_and_lay() -> None:
    board = a_board(
        a_book("betfair_ex_eu", 2.0, 3.9, 3.9),
        a_book("betfair_ex_eu", 2.02, 4.0, 4.0, lay=True),
        a_crowd(1.9, 3.5, 3.6),
    )
    found = rows(price(board, RULES, NOW))[""]
    middle = [(1 / back + 1 / lay) / 2 for back, lay in ((2.0, 2.02), (3.9, 4.0), (3.9, 4.0))]
    assert found.source == "exchange"
    assert found.probability == pytest.approx(middle[0] / sum(middle))


@pytest.mark.parametrize(
    "lay",
    [(0, 0, 0), (2.02, 4.0, 0), (3.0, 6.0, 6.0), (1.8, 3.5, 3.5)],
    ids=["no lay side", "an incomplete lay side", "a wide spread", "crossed sides"],
)
def test_an_exchange_without_a_sound_lay_side_is_no_reference(
    lay: tuple[float, float, float],
) -> None:
    board = a_board(
        a_book("betfair_ex_eu", 2.0, 3.9, 3.9), a_book("betfair_ex_eu", *lay, lay=True)
    )
    assert len(price(board, RULES, NOW)) == 0


def test_a_wider_exchange_is_less_certain() -> None:
    def error(lay: float) -> float:
        board = a_board(
            a_book("smarkets", 2.0, 3.9, 3.9), a_book("smarkets", lay, 4.0, 4.0, lay=True)
        )
        return rows(price(board, RULES, NOW))[""].std_error

    assert error(2.08) > error(2.02) > RULES.exchange_std_error * 0.99


def test_the_consensus_leaves_out_the_book_being_bet() -> None:
    """Money: a book inside its own yardstick hides its own error."""
    board = a_board(a_crowd(2.0, 3.5, 3.7), a_book("outlier", 2.4, 3.2, 2.9))
    found = rows(price(board, RULES, NOW))
    crowd = devig(np.array([2.0, 3.5, 3.7]))[0]
    assert found["outlier"].probability == pytest.approx(crowd)
    assert found[SOFT[0]].probability < crowd
    assert found[""].probability < crowd
    assert set(found) == {"", "outlier", *SOFT}
    assert found["outlier"].books == len(SOFT)
    assert found[""].books == len(SOFT) + 1


def test_leaving_out_by_subtraction_is_the_pool_without_the_book() -> None:
    books = {f"b{i}": (1.9 + 0.03 * i, 3.3 + 0.05 * i, 4.2 - 0.08 * i) for i in range(7)}
    table = price(a_board(*(a_book(key, *odds) for key, odds in books.items())), RULES, NOW)
    for left_out, found in rows(table).items():
        others = np.array([odds for key, odds in books.items() if key != left_out])
        pool = np.exp(np.log(devig(others)).mean(axis=0))
        assert found.probability == pytest.approx(pool[0] / pool.sum(), abs=1e-12)


@pytest.mark.parametrize(("books", "priced"), [(5, False), (6, True)])
def test_a_consensus_needs_enough_books_beside_the_one_being_bet(
    books: int, *, priced: bool
) -> None:
    board = a_board(a_crowd(2.0, 3.5, 3.7, books=SOFT[:books]))
    assert bool(len(price(board, RULES, NOW))) is priced


def test_books_that_disagree_make_an_uncertain_price() -> None:
    calm = a_board(*(a_book(f"b{i}", 2.0, 3.5, 3.7) for i in range(8)))
    loud = a_board(*(a_book(f"b{i}", 1.7 + 0.1 * i, 3.5, 4.5 - 0.2 * i) for i in range(8)))
    quiet, noisy = (rows(price(board, RULES, NOW))[""] for board in (calm, loud))
    assert quiet.dispersion == pytest.approx(0.0, abs=1e-9)
    assert noisy.dispersion > 0.1
    assert noisy.std_error > quiet.std_error


@pytest.mark.parametrize(
    ("minutes_left", "age", "priced"),
    [(360, 29, True), (360, 31, False), (90, 9, True), (90, 11, False), (-1, 1, False)],
)
def test_a_stale_reference_does_not_count(minutes_left: int, age: int, *, priced: bool) -> None:
    fixture = a_fixture(kick_off=NOW + timedelta(minutes=minutes_left))
    board = a_board(
        a_book("pinnacle", 2.1, 3.4, 3.6, age=timedelta(minutes=age)), fixtures=(fixture,)
    )
    assert bool(len(price(board, RULES, NOW))) is priced


def test_a_stale_sharp_book_gives_way_to_the_consensus() -> None:
    board = a_board(
        a_book("pinnacle", 2.1, 3.4, 3.6, age=timedelta(hours=1)), a_crowd(2.0, 3.5, 3.7)
    )
    assert rows(price(board, RULES, NOW))[""].source == "consensus"


def test_an_incomplete_or_impossible_book_is_not_a_reference() -> None:
    for odds in ((2.1, 0, 3.6), (2.1, 1.0, 3.6)):
        assert len(price(a_board(a_book("pinnacle", *odds)), RULES, NOW)) == 0


def test_double_chance_and_draw_no_bet_follow_from_the_match_odds() -> None:
    board = a_board(
        a_book("pinnacle", 2.1, 3.4, 3.6),
        a_book("soft", 1.3, 1.32, 1.7, market=CHANCE),
        a_book("soft", 1.5, 2.4, market=NO_BET),
    )
    table = price(board, RULES, NOW)
    home, draw, away = devig(np.array([2.1, 3.4, 3.6])).tolist()
    expected = {
        "dc_1x": (home + draw, 0.0),
        "dc_12": (home + away, 0.0),
        "dc_x2": (draw + away, 0.0),
        "dnb_home": (home / (home + away), draw),
        "dnb_away": (away / (home + away), draw),
    }
    for code, (probability, refund) in expected.items():
        found = rows(table, code)[""]
        assert found.probability == pytest.approx(probability)
        assert found.refund == pytest.approx(refund)


def test_a_quarter_handicap_knows_how_much_comes_back() -> None:
    board = a_board(
        a_book("pinnacle", 2.1, 3.4, 3.6),
        a_book("pinnacle", 1.95, 1.9, market=OVER_2),
        a_book("pinnacle", 1.87, 2.0, market=LEVEL),
    )
    table = price(board, RULES, NOW)
    home, away = rows(table, "ah_home@-0.25")[""], rows(table, "ah_away@+0.25")[""]
    assert home.probability + away.probability == pytest.approx(1.0)
    assert home.refund == pytest.approx(away.refund)
    assert 0.1 < home.refund < 0.16  # half of the stake at a draw
    assert rows(table, "over_2.5")[""].refund == 0.0


def test_a_refundable_line_without_match_odds_has_no_price() -> None:
    half = replace(LEVEL, line=Decimal("-0.5"))
    board = a_board(
        a_book("pinnacle", 1.87, 2.0, market=LEVEL), a_book("pinnacle", 2.1, 1.8, market=half)
    )
    table = price(board, RULES, NOW)
    assert rows(table, "ah_home@-0.25") == {}
    assert rows(table, "ah_home@-0.5")[""].refund == 0.0


def test_match_odds_alone_price_their_family_and_a_handicap_but_no_goals() -> None:
    table = price(a_board(a_book("pinnacle", 2.1, 3.4, 3.6)), RULES, NOW)
    priced = {
        Selection.from_number(int(number)).code: Basis(int(basis))
        for number, basis in zip(table.selection, table.basis, strict=True)
    }
    quoted = dict.fromkeys(("home", "draw", "away"), Basis.QUOTED)
    algebra = dict.fromkeys(("dc_1x", "dc_12", "dc_x2", "dnb_home", "dnb_away"), Basis.ALGEBRA)
    level = dict.fromkeys(("ah_home@-0.25", "ah_away@+0.25"), Basis.GRID)
    assert priced == quoted | algebra | level


def test_a_line_quoted_only_later_is_not_priced_yet() -> None:
    later = a_book("soft", 1.5, 2.4, market=OTHER_LINE, age=timedelta(seconds=-1))
    table = price(a_board(a_book("pinnacle", 2.1, 3.4, 3.6), later), RULES, NOW)
    assert rows(table, "ah_home@+1") == {}


def test_of_a_quote_repeated_by_one_book_the_latest_counts() -> None:
    old, new = timedelta(minutes=5), timedelta(minutes=1)
    first, second = (
        a_board(*books)
        for books in (
            (a_book("pinnacle", 2.1, 3.4, 3.6, age=new), a_book("pinnacle", 2, 3, 4, age=old)),
            (a_book("pinnacle", 2, 3, 4, age=old), a_book("pinnacle", 2.1, 3.4, 3.6, age=new)),
        )
    )
    for board in (first, second):
        found = rows(price(board, RULES, NOW))[""]
        assert found.probability == pytest.approx(devig(np.array([2.1, 3.4, 3.6]))[0])


def test_the_first_sharp_book_of_the_rules_speaks() -> None:
    rules = replace(RULES, sharp_books=("circa", "pinnacle"))
    board = a_board(a_book("pinnacle", 2.1, 3.4, 3.6), a_book("circa", 2.2, 3.3, 3.5))
    found = rows(price(board, rules, NOW))[""]
    assert found.probability == pytest.approx(devig(np.array([2.2, 3.3, 3.5]))[0])


def test_a_table_is_sorted_and_names_its_moment() -> None:
    fixtures = (a_fixture(), a_fixture("nantes", "rennes", kick_off=KICK_OFF))
    board = a_board(
        a_crowd(2.0, 3.5, 3.7, fixture=1), a_book("pinnacle", 2.1, 3.4, 3.6), fixtures=fixtures
    )
    table = price(board, RULES, NOW)
    keys = list(
        zip(table.fixture.tolist(), table.selection.tolist(), table.excluded.tolist(), strict=True)
    )
    assert keys == sorted(keys)
    assert {fixture for fixture, _, _ in keys} == {0, 1}
    assert table.row(0).as_of == NOW
    assert len(set(keys)) == len(keys)
