from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from engine.pricing.devig import book as module
from engine.pricing.devig.book import Devig, devig, devig_one, devig_rows, refusals
from engine.pricing.devig.method import UNDERROUND

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

METHODS = st.sampled_from(list(Devig))
SOLVED = (Devig.POWER, Devig.SHIN, Devig.ODDS_RATIO)
WITHOUT_MARGIN = [method for method in Devig if method not in UNDERROUND]
SUMMING = [method for method in Devig if method is not Devig.SHIN]


@st.composite
def fair_books(draw: st.DrawFn, *, least: float = 0.001, most: int = 7) -> NDArray[np.float64]:
    """Return probabilities that sum to 1, the least about `least`."""
    size = draw(st.integers(2, most))
    weights = draw(st.lists(st.floats(math.log(least), 0), min_size=size, max_size=size))
    fair: NDArray[np.float64] = np.exp(weights)
    fair /= fair.sum()
    return fair


@st.composite
def books(
    draw: st.DrawFn, *, least: float = 0.001, exponents: tuple[float, float] = (0.75, 1.0)
) -> NDArray[np.float64]:
    """Return odds with a margin laid on as a power, so that no side falls to 1.0."""
    raw = draw(fair_books(least=least)) ** draw(st.floats(*exponents))
    assume(raw.max() < 0.999 and 0.55 < raw.sum() < 1.6)
    odds: NDArray[np.float64] = 1 / raw
    return odds


def priced(odds: NDArray[np.float64], method: Devig) -> NDArray[np.float64]:
    """Return the probabilities where the method prices this book at all."""
    assume(refusals(odds[None], method) == [None])
    return devig(odds, method)


@given(books(), METHODS)
def test_probabilities_sum_to_one_and_keep_the_order(
    odds: NDArray[np.float64], method: Devig
) -> None:
    fair = priced(odds, method)
    assert fair.sum() == pytest.approx(1.0, abs=1e-14)
    assert (fair > 0).all()
    assert (np.diff(fair[np.argsort(odds)]) <= 1e-15).all()


@given(books(exponents=(1.0, 1.3)), st.sampled_from(WITHOUT_MARGIN))
def test_a_book_below_a_hundred_percent_is_priced_as_properly(
    odds: NDArray[np.float64], method: Devig
) -> None:
    fair = priced(odds, method)
    assert fair.sum() == pytest.approx(1.0, abs=1e-14)
    assert (np.diff(fair[np.argsort(odds)]) <= 1e-15).all()
    assert (fair.max() < 1) & (fair.min() > 0)


@given(books(), books(exponents=(1.0, 1.3)))
def test_power_and_odds_ratio_take_from_each_or_give_to_each(
    over: NDArray[np.float64], under: NDArray[np.float64]
) -> None:
    for method in (Devig.POWER, Devig.ODDS_RATIO, Devig.MULTIPLICATIVE):
        assert (devig(over, method) <= 1 / over + 1e-12).all()
        assert (devig(under, method) >= 1 / under - 1e-12).all()


@given(fair_books(least=0.03), METHODS)
def test_a_fair_book_is_its_own_price(fair: NDArray[np.float64], method: Devig) -> None:
    assume(fair.max() < 0.999 and fair.min() > 0.021)
    assert devig(1 / fair, method) == pytest.approx(fair, abs=1e-12)


@given(books(), METHODS, st.integers(0, 6), st.floats(1.001, 1.5))
def test_a_longer_price_means_a_smaller_probability(
    odds: NDArray[np.float64], method: Devig, which: int, times: float
) -> None:
    at = which % len(odds)
    before = priced(odds, method)
    longer = odds.copy()
    longer[at] *= times
    after = priced(longer, method)
    assert after[at] < before[at]


@given(books(), METHODS, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_means_nothing(
    odds: NDArray[np.float64], method: Devig, random: object
) -> None:
    order = np.arange(len(odds))
    random.shuffle(order)  # type: ignore[attr-defined]
    fair = priced(odds, method)
    assert devig(odds[order], method) == pytest.approx(fair[order], abs=1e-12)
    assert devig(odds[None, order], method)[0] == pytest.approx(fair[order], abs=1e-12)


@given(books(), METHODS)
def test_the_scalar_path_says_what_the_columns_say(
    odds: NDArray[np.float64], method: Devig
) -> None:
    fair = priced(odds, method)
    assert devig_one(odds.tolist(), method) == fair.tolist()
    assert devig(odds[None], method)[0] == pytest.approx(fair, abs=1e-12)


@pytest.mark.parametrize("method", list(Devig))
@pytest.mark.parametrize("size", [2, 3, 5, 20])
def test_a_row_does_not_depend_on_the_others_to_the_last_bit(
    method: Devig, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some are solved at once and some late, some are refused; blocks begin anywhere."""
    monkeypatch.setattr(module, "_BLOCK", 100 * size)
    generator = np.random.default_rng(size)
    fair = generator.dirichlet(np.full(size, 1.0), 400)
    odds = 1 / (fair ** generator.uniform(0.7, 1.2, (400, 1)))
    odds[::97] = np.nan
    together = devig_rows(odds, method)
    alone = np.concatenate([devig_rows(odds[[row]], method) for row in range(len(odds))])
    later = np.concatenate([devig_rows(odds[137:], method), devig_rows(odds[:137], method)])
    assert np.isfinite(together).any(axis=1).sum() > (2 if size == 20 else 50)
    assert np.array_equal(together, alone, equal_nan=True)
    assert np.array_equal(np.roll(together, -137, axis=0), later, equal_nan=True)


@pytest.mark.parametrize("size", [2, 3, 5, 20])
@pytest.mark.parametrize("margin", [-0.4, -0.05, 0.001, 0.05, 0.2, 0.6])
@pytest.mark.parametrize("method", SOLVED)
def test_long_shots_and_wide_margins_are_solved_as_a_bracketing_search_solves_them(
    method: Devig, margin: float, size: int
) -> None:
    if margin < 0 and method in UNDERROUND:
        pytest.skip("refused")
    odds = extremes(size, margin)
    ours = devig(odds, method)
    found = np.array([SEARCHED[method](1 / row) for row in odds])
    assert ours == pytest.approx(found, abs=2e-12)
    alone = np.array([devig_one(row, method) for row in odds.tolist()])
    assert alone == pytest.approx(found, abs=2e-12)


@pytest.mark.parametrize(
    ("odds", "method"),
    [
        # the quick steps' series passes the sum by chance, an outcome 1.5e-11 off
        (
            [3932.6882659980097, 1.064022310519096, 5.180015187446897, 48.54017552029196],
            Devig.POWER,
        ),
        # the cubic has a negative root too, whose "probabilities" also sum to 1
        ([2.3174734713435288, 1.0000027897407857, 103.70605085270178], Devig.ODDS_RATIO),
    ],
)
def test_books_that_were_once_solved_wrongly(odds: list[float], method: Devig) -> None:
    found = SEARCHED[method](1 / np.array(odds))
    assert devig(np.array([odds]), method)[0] == pytest.approx(found, abs=1e-13)


@settings(max_examples=50)
@given(st.data(), st.sampled_from(SUMMING))
def test_a_double_chance_sums_to_two(data: st.DataObject, method: Devig) -> None:
    fair = 1 - data.draw(fair_books(least=0.05, most=3).filter(lambda book: len(book) == 3))
    odds = 1 / fair ** data.draw(st.floats(0.8, 1.0))
    assume(refusals(odds[None], method, total=2) == [None])
    found = devig(odds, method, total=2)
    assert found.sum() == pytest.approx(2.0, abs=1e-14)
    assert (found < 1).all()
    assert (np.diff(found[np.argsort(odds)]) <= 1e-15).all()
    assert devig(odds[None], method, total=2)[0] == pytest.approx(found, abs=1e-12)
    assert devig(1 / fair, method, total=2) == pytest.approx(fair, abs=1e-12)


def extremes(size: int, margin: float) -> NDArray[np.float64]:
    """Return books with odds up to 1000 and beyond, of one margin."""
    generator = np.random.default_rng(size)
    weights = np.exp(generator.uniform(np.log(0.001), 0, (60, size)))
    weights[0], weights[1, 0] = 1, 500
    raw = weights / weights.sum(axis=1, keepdims=True)
    raw = raw * (1 + margin)
    raw = raw[raw.max(axis=1) < 0.999]
    odds: NDArray[np.float64] = 1 / raw
    return odds


def by_power(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    def excess(exponent: float) -> float:
        return float((raw**exponent).sum()) - 1

    solved: NDArray[np.float64] = raw ** brentq(excess, 1e-3, 1e4, xtol=1e-15, rtol=1e-15)
    solved /= solved.sum()
    return solved


def by_shin(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    def fair(share: float) -> NDArray[np.float64]:
        roots = np.sqrt(share**2 + 4 * (1 - share) * raw**2 / raw.sum())
        solved: NDArray[np.float64] = 2 * raw**2 / raw.sum() / (roots + share)
        return solved

    share = brentq(lambda z: float(fair(z).sum()) - 1, 0, 0.999999, xtol=1e-16, rtol=1e-15)
    return fair(share)


def by_odds_ratio(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    def fair(shift: float) -> NDArray[np.float64]:
        solved: NDArray[np.float64] = raw / (raw + np.exp(shift) * (1 - raw))
        return solved

    return fair(brentq(lambda t: float(fair(t).sum()) - 1, -20, 20, xtol=1e-15, rtol=1e-15))


SEARCHED: dict[Devig, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    Devig.POWER: by_power,
    Devig.SHIN: by_shin,
    Devig.ODDS_RATIO: by_odds_ratio,
}
