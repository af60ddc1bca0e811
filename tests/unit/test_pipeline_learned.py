"""Any board, with everything learned: no fault, no warning, and numbers that can be believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from math import inf, nan
from typing import TYPE_CHECKING, Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.board import AGGREGATES
from engine.domain.market import SIDES, Market, MarketKind
from engine.domain.numbers import BookmakerKey
from engine.domain.policy import DEFAULT_POLICY
from engine.pipeline import decide
from engine.pricing.derived.corrections import unlearned
from engine.pricing.expected_close.model import AnchorModel, ExpectedCloseModel
from engine.pricing.expected_close.state import empty_state
from engine.pricing.expected_close.views import Anchor
from engine.pricing.learned import NOTHING, Learned
from tests.builders import NOW, a_board, a_book, a_fixture, a_known, shuffled

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from engine.domain.board import Board, Quote
    from engine.domain.price import PriceTable

LINES: Final = {MarketKind.TOTAL_GOALS: (0, 12), MarketKind.ASIAN_HANDICAP: (-12, 12)}
EXCHANGES: Final = frozenset(BookmakerKey(key) for key in DEFAULT_POLICY.pricing.exchanges)
BOOKS: Final = ("pinnacle", *sorted(EXCHANGES)[:2], "fd_avg", "fd_max", "bet365", "unibet", "x")
HOURS: Final = (-1, 0, 1, 50, 5000)
BROKEN: Final = (nan, inf, 1.01, 1000.0)
AGES: Final = (0, 0, 0, 600, 90_000, -60)


def taught(*, speaks: bool) -> Learned:
    """What is in force once there was enough to learn from: a close that moves, proven grids."""
    anchor = AnchorModel(speaks=np.full(3, speaks))
    moved = tuple(replace(move, offset=0.1) for move in anchor.moves)
    model = ExpectedCloseModel(anchors=(replace(anchor, moves=moved),) * len(Anchor), seen_until=0)
    start = unlearned()
    markets = tuple(replace(one, proven=True) for one in start.markets)
    return replace(
        NOTHING,
        expected_close=model,
        close_state=empty_state(),
        corrections=replace(start, markets=markets),
    )


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Any kind, at any line of a quarter."""
    kind = draw(st.sampled_from(MarketKind))
    lines = LINES.get(kind)
    return Market(
        kind=kind, line=None if lines is None else Decimal(draw(st.integers(*lines))) / 4
    )


@st.composite
def quotes(draw: st.DrawFn, fixture: int) -> list[Quote]:
    """One market at some books, near the truth or far from it, with a side broken at times."""
    market = draw(markets())
    likely = np.exp(draw(st.lists(st.floats(-6, 0), min_size=3, max_size=3)))
    likely = likely[: len(market.selections)] / likely[: len(market.selections)].sum()
    found: list[Quote] = []
    for book in draw(st.lists(st.sampled_from(BOOKS), max_size=4, unique=True)):
        odds = (1 / likely / draw(st.sampled_from((0.95, 1.02, 1.06, 1.5)))).clip(1.01).tolist()
        side = draw(st.integers(0, 30))
        if side < len(odds):
            odds[side] = draw(st.sampled_from((0.0, *BROKEN)))
        age = timedelta(seconds=draw(st.sampled_from(AGES)))
        for lay in (False, True)[: 1 + (book in EXCHANGES and draw(st.booleans()))]:
            shown = [price * (1.01 if lay else 1.0) for price in odds]
            found += a_book(book, *shown, market=market, fixture=fixture, age=age, lay=lay)
    return found


@st.composite
def boards(draw: st.DrawFn) -> Board:
    hours = draw(st.lists(st.sampled_from(HOURS), min_size=1, max_size=2))
    fixtures = tuple(
        a_fixture(f"home {place}", kick_off=NOW + timedelta(hours=each))
        for place, each in enumerate(hours)
    )
    books = [draw(quotes(at)) for at in range(len(hours)) for _ in range(draw(st.integers(0, 6)))]
    return a_board(*books, fixtures=fixtures)


def believable(table: PriceTable) -> bool:
    """Whether every price is a probability, with an error, and closes are or are not known."""
    told = np.isfinite(table.close)
    return bool(
        ((table.probability > 0) & (table.probability < 1)).all()
        and ((table.std_error >= 0) & np.isfinite(table.std_error)).all()
        and ((table.refund >= 0) & (table.refund < 1)).all()
        and (table.quoted_at <= NOW.timestamp()).all()
        and not np.isinf(table.disagreement).any()
        and ((table.close[told] > 0) & (table.close[told] < 1)).all()
        and (table.close_error[told] >= 0).all()
        and np.array_equal(told, np.isfinite(table.close_error))
    )


def sums(table: PriceTable) -> NDArray[np.float64]:
    """Return how far the sides of each whole market are from their sum, now and at the close."""
    key = np.column_stack([table.fixture, table.excluded, table.selection >> 4])
    which, place, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    kind = which[:, 2] >> 12
    sizes = np.array([len(SIDES[MarketKind(one)]) for one in kind.tolist()], dtype=np.int64)
    wanted = np.where(kind == MarketKind.DOUBLE_CHANCE, 2.0, 1.0)
    off = [
        (np.bincount(place.ravel(), values, minlength=len(which)) - wanted)[count == sizes]
        for values in (table.probability, table.close)
    ]
    found: NDArray[np.float64] = np.nan_to_num(np.concatenate(off))
    return found


@given(boards(), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_any_board_is_decided_and_every_number_can_be_believed(
    board: Board,
    speaks: bool,  # noqa: FBT001  # drawn
    random: Random,
) -> None:
    known = a_known(learned=taught(speaks=speaks))
    found = decide(board, known, NOW)
    assert believable(found.prices)
    assert np.abs(sums(found.prices)).max(initial=0.0) < 1e-9
    for pick in found.picks:
        assert pick.bookmaker not in EXCHANGES | AGGREGATES
        assert pick.edge >= known.policy.scoring.min_edge
        assert pick.edge_low <= pick.edge <= pick.edge_high
    order = list(range(len(board)))
    random.shuffle(order)
    again = decide(shuffled(board, order), known, NOW)
    assert again.picks == found.picks
    assert again.refused == found.refused
    for name in ("selection", "probability", "std_error", "close", "close_error", "refund"):
        here, there = getattr(found.prices, name), getattr(again.prices, name)
        np.testing.assert_array_equal(here, there)
