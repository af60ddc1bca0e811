"""What a morning says of a fit: what changed, by name; and what may not come into force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import MarketKind
from engine.domain.price import Rung
from engine.learning.morning.changes import FittedChange, changes, told
from engine.learning.morning.guard import harm
from engine.pricing.blend import Blend
from engine.pricing.calibrated import Calibrations, identity, temperature
from engine.pricing.goals_model import GoalsModel
from engine.pricing.reference.weights import BookWeights, PoolWeights

POOL = PoolWeights(
    kind=MarketKind.MATCH_ODDS, rung=Rung.SHARP, lead=0.6, crowd=0.5, books={"bet365": -0.25}
)
GOALS = GoalsModel(
    competitions=("epl", "championship"),
    teams=("a", "b"),
    parameters=np.array([0.1, -0.1, 0.0, 0.0, 0.2, 0.1, 0.25, 0.22, -0.05, -0.04]),
    covariance=np.zeros((10, 10)),
    newcomer=np.zeros((2, 2)),
    newcomer_covariance=np.zeros((2, 2)),
    decay=np.array([0.002, 0.003]),
    seen_until=0.0,
)


def estimate(mean: float | None, reach: float = 0.01, n: int = 1000) -> dict[str, Any]:
    low, high = (None, None) if mean is None else (mean - reach, mean + reach)
    return {"mean": mean, "n": n, "low": low, "high": high}


def test_a_book_s_weight_is_told_by_its_market_rung_and_name() -> None:
    new = BookWeights(pools=(replace(POOL, books={"bet365": -0.2, "betclic": 0.03}),))
    assert changes(BookWeights(pools=(POOL,)), new) == (
        FittedChange(what="match_odds.sharp.betclic", old=None, new=0.03),
        FittedChange(what="match_odds.sharp.bet365", old=-0.25, new=-0.2),
    )


def test_home_advantage_is_told_by_league() -> None:
    fewer = GOALS.parameters.copy()
    fewer[7] -= 0.1
    (change,) = changes((GOALS,), (replace(GOALS, parameters=fewer),))
    assert (change.what, change.old) == ("home_advantage.championship", 0.22)
    assert change.new == pytest.approx(0.12)
    assert told((GOALS,))["goals.epl"] == 0.2
    assert told((GOALS,))["rho.championship"] == -0.04


def test_a_word_that_changed_comes_before_any_number() -> None:
    old = Calibrations(maps={"total": identity(0.0), "btts": temperature(1.1, 0.0)})
    new = Calibrations(maps={"total": temperature(1.02, 0.0), "btts": temperature(1.4, 0.0)})
    assert [one.what for one in changes(old, new)] == ["total", "btts.exponent", "total.exponent"]
    assert changes(old, new)[0] == FittedChange(what="total", old="identity", new="temperature")


def test_what_no_reader_could_see_is_no_change() -> None:
    old = Blend(
        markets=("total",),
        competitions=("epl",),
        weight=np.array([[0.1, 0.05]]),
        error=np.zeros((1, 2)),
        shift=np.zeros((1, 2)),
        seen_until=0.0,
    )
    assert changes(old, replace(old, weight=np.array([[0.1004, 0.05]]))) == ()
    (change,) = changes(old, replace(old, weight=np.array([[0.1, 0.07]])))
    assert change.what == "total.elsewhere"


@given(st.dictionaries(st.text("ab", min_size=1), st.floats(-1, 1), max_size=5))
def test_nothing_changed_is_told_of_a_value_beside_itself(books: dict[str, float]) -> None:
    one = BookWeights(pools=(replace(POOL, books=books),))
    assert changes(one, one) == ()


@pytest.mark.parametrize(
    ("name", "new", "old", "why"),
    [
        ("weights", {"total": {"kl_change": estimate(0.02)}}, None, "total.kl_change"),
        ("weights", {"total": {"kl_change": estimate(0.005)}}, None, None),
        ("blend", {"total": {"less_reference": estimate(0.02)}}, None, "total.less_reference"),
        ("blend", {"total": {"less_reference": estimate(0.0, 0.0)}}, None, None),
        ("goals", {"less_reference": estimate(0.2)}, None, None),
        ("goals", {"log_loss": estimate(1.05)}, {"log_loss": estimate(1.0)}, "log_loss"),
        ("goals", {"log_loss": estimate(1.015)}, {"log_loss": estimate(1.0)}, None),
        ("goals", {"log_loss": estimate(0.9)}, {"log_loss": estimate(1.0)}, None),
        ("goals", {"log_loss": estimate(None, n=0)}, {"log_loss": estimate(1.0)}, "log_loss"),
        ("goals", {"log_loss": estimate(1.0, n=499)}, {"log_loss": estimate(1.0)}, "log_loss"),
        ("goals", {"log_loss": estimate(1.0, n=500)}, {"log_loss": estimate(1.0)}, None),
        ("agents", {"scoreboard": {"B": {"clv": estimate(-0.1)}}}, None, None),
    ],
)
def test_a_fit_is_refused_by_the_figure_that_says_it_does_harm(
    name: str, new: dict[str, Any], old: dict[str, Any] | None, why: str | None
) -> None:
    assert harm(name, new, old) == why
