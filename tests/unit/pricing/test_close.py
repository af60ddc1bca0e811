from __future__ import annotations

import csv
import gzip
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import CATALOGUE, MATCH_ODDS, Market, MarketKind
from engine.domain.policy import PricingRules
from engine.domain.price import Rung
from engine.pricing.close import RungPayoff, declared_view, payoffs
from engine.pricing.devig.book import devig
from engine.pricing.grid.payoffs import payoff
from tests.builders import NOW, a_board, a_book, a_crowd, a_fixture, a_selection

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.board import Quote

RULES = PricingRules()
OVER_2 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
QUARTER = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.25"))
SHARP = (a_book("pinnacle", 2.1, 3.4, 3.6), a_book("pinnacle", 1.95, 1.93, market=OVER_2))


def views(
    *codes: str, board_of: tuple[list[Quote], ...] = SHARP
) -> dict[tuple[str, Rung], RungPayoff]:
    wanted = [(a_fixture().id, a_selection(code)) for code in codes]
    found = payoffs(a_board(*board_of), wanted, RULES, NOW)
    return {(one.selection.code, one.rung): one for one in found}


def test_each_rung_speaks_for_itself() -> None:
    found = views("home", board_of=(SHARP[0], a_crowd(2.0, 3.5, 3.7)))
    sharp, consensus = found["home", Rung.SHARP], found["home", Rung.CONSENSUS]
    assert sharp.payoff.fair == pytest.approx(devig(np.array([2.1, 3.4, 3.6]))[0])
    assert sharp.raw_odds == 2.1
    assert consensus.payoff.fair == pytest.approx(devig(np.array([2.0, 3.5, 3.7]))[0])
    assert consensus.raw_odds is None
    assert ("home", Rung.EXCHANGE) not in found


@pytest.mark.parametrize(
    "code", [*CATALOGUE[:-2], "ah_home@-0.25", "ah_away@+0.5", "ah_home@-1.25"]
)
def test_a_rung_says_what_its_one_book_s_own_view_says(code: str) -> None:
    """Live and declared closes are read alike, whether a quote tells or a grid has to."""
    odds = {MATCH_ODDS: (2.1, 3.4, 3.6), OVER_2: (1.95, 1.93), QUARTER: (1.87, 2.0)}
    board = tuple(a_book("pinnacle", *each, market=market) for market, each in odds.items())
    live = views(code, board_of=board)[code, Rung.SHARP].payoff
    declared = declared_view(odds).payoff(a_selection(code))
    assert declared is not None
    assert asdict(live) == pytest.approx(asdict(declared), abs=1e-12)


def test_a_moved_line_is_read_from_the_grid_at_our_line() -> None:
    """Money: dropping the lines that moved would keep the bets that did not move."""
    found = views("over_3", "ah_home@-0.75", "over_2.5")
    ours, quoted = found["over_3", Rung.SHARP].payoff, found["over_2.5", Rung.SHARP].payoff
    assert ours.push > 0.1
    assert ours.fair < quoted.fair
    assert found["over_3", Rung.SHARP].raw_odds is None
    assert found["ah_home@-0.75", Rung.SHARP].payoff.half_win > 0


def test_goals_are_not_read_from_match_odds_alone() -> None:
    found = views("over_2.5", "btts_yes", "ah_home@-0.5", board_of=SHARP[:1])
    assert {code for code, _ in found} == {"ah_home@-0.5"}


def test_an_unmoved_quarter_line_keeps_its_own_price_and_takes_its_refund_from_the_grid() -> None:
    quoted = a_book("pinnacle", 1.87, 2.0, market=QUARTER)
    found = views("ah_home@-0.25", board_of=(*SHARP, quoted))["ah_home@-0.25", Rung.SHARP]
    assert found.payoff.fair == pytest.approx(devig(np.array([1.87, 2.0]))[0])
    assert found.payoff.half_loss > 0.2
    assert found.payoff.refund == pytest.approx(found.payoff.half_loss / 2)


def test_a_moved_handicap_is_read_beside_the_handicap_that_is_quoted() -> None:
    """Money: match odds and a total alone misread handicaps by most of a point."""
    near = a_book("pinnacle", 1.87, 2.0, market=QUARTER)
    dear = a_book("pinnacle", 1.97, 1.9, market=QUARTER)
    plain, liked, disliked = (
        views("ah_home@-0.5", board_of=board)["ah_home@-0.5", Rung.SHARP].payoff.fair
        for board in (SHARP, (*SHARP, near), (*SHARP, dear))
    )
    assert liked - disliked > 0.015
    assert plain != pytest.approx(liked, abs=1e-4)


@given(
    odds=st.tuples(st.floats(1.2, 8), st.floats(3, 5), st.floats(1.2, 8)),
    line=st.integers(-6, 6),
    home=st.floats(1.75, 2.15),
)
def test_what_is_quoted_closes_at_its_own_devigged_price(
    odds: tuple[float, float, float], line: int, home: float
) -> None:
    """A line that did not move asks no grid for its price."""
    handicap = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal(line) / 4)
    books = {MATCH_ODDS: odds, OVER_2: (1.9, 1.95), handicap: (home, 3.85 - home)}
    view = declared_view(books)
    for market, offered in books.items():
        if market not in view.fair:
            continue
        fair = devig(np.array(offered))
        for selection, mine in zip(market.selections, fair.tolist(), strict=True):
            found = view.payoff(selection)
            if found is None:
                assert view.grid is None, "only without a grid is a refund unknown"
                continue
            assert found.fair == pytest.approx(mine)
            assert found.value(1 / mine) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("side", [0, 1])
def test_a_handicap_with_one_side_quoted_is_no_quote(side: int) -> None:
    quoted = a_book("pinnacle", 1.5, 2.6, market=QUARTER)
    alone = quoted[side : side + 1]
    both = views("ah_home@-0.25", board_of=(*SHARP, quoted))
    one = views("ah_home@-0.25", board_of=(*SHARP, alone))
    none = views("ah_home@-0.25", board_of=SHARP)
    key = ("ah_home@-0.25", Rung.SHARP)
    assert one[key].payoff == none[key].payoff != both[key].payoff


@pytest.mark.realdata
def test_the_grid_of_a_real_close_is_where_its_handicap_is_quoted(real_data: Path) -> None:
    """Of a season: read from match odds and total alone it is most of a point off."""
    far, near = [], []
    with gzip.open(real_data / "football-data/main/2021/E0.csv.gz", "rt") as rows:
        for row in csv.DictReader(rows):
            line = Decimal(row["AHCh"])
            handicap = Market(kind=MarketKind.ASIAN_HANDICAP, line=line)
            books = {
                MATCH_ODDS: tuple(float(row[f"PSC{end}"]) for end in "HDA"),
                OVER_2: (float(row["PC>2.5"]), float(row["PC<2.5"])),
            }
            quoted = (float(row["PCAHH"]), float(row["PCAHA"]))
            fair = devig(np.array(quoted))[0]
            home = handicap.selections[0]
            without, joined = declared_view(books), declared_view(books | {handicap: quoted})
            told = without.payoff(home)
            assert told is not None
            assert joined.grid is not None
            far.append(abs(told.fair - fair))
            near.append(abs(payoff(joined.grid, home).fair - fair))
    assert len(near) == 380
    assert np.mean(far) > 0.005
    assert np.mean(near) < 0.001


def test_a_refundable_line_alone_on_the_board_is_not_guessed() -> None:
    quoted = a_book("pinnacle", 1.87, 2.0, market=QUARTER)
    assert views("ah_home@-0.25", board_of=(quoted,)) == {}


@pytest.mark.parametrize(
    ("code", "win", "push"),
    [
        ("draw", "d", ""),
        ("away", "a", ""),
        ("dc_1x", "hd", ""),
        ("dc_12", "ha", ""),
        ("dc_x2", "da", ""),
        ("dnb_home", "h", "d"),
        ("dnb_away", "a", "d"),
    ],
)
def test_match_odds_settle_their_family(code: str, win: str, push: str) -> None:
    fair = dict(zip("hda", devig(np.array([2.1, 3.4, 3.6])).tolist(), strict=True))
    found = views(code)[code, Rung.SHARP].payoff
    assert found.win == pytest.approx(sum(fair[one] for one in win))
    assert found.push == pytest.approx(sum(fair[one] for one in push))
    assert found.win + found.push + found.loss == pytest.approx(1.0)


def test_fixtures_off_the_board_and_stale_boards_have_no_close() -> None:
    other = a_fixture("nantes", "rennes")
    assert payoffs(a_board(*SHARP), [(other.id, a_selection())], RULES, NOW) == ()
    later = NOW + timedelta(hours=1)
    assert payoffs(a_board(*SHARP), [(a_fixture().id, a_selection())], RULES, later) == ()


def test_the_raw_odds_are_the_latest_of_the_first_sharp_book() -> None:
    old = a_book("pinnacle", 2.3, 3.4, 3.6, age=timedelta(minutes=5))
    found = views("home", board_of=(old, *SHARP))
    assert found["home", Rung.SHARP].raw_odds == 2.1


def test_a_declared_view_leaves_unreadable_books_out() -> None:
    view = declared_view({MATCH_ODDS: (2.1, 3.4, 3.6), OVER_2: (1.95, float("nan"))})
    assert set(view.fair) == {MATCH_ODDS}
    assert declared_view({OVER_2: (1.95, 1.93)}).payoff(a_selection("home")) is None
