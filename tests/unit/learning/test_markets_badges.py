"""Each badge by its rules, one figure at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.learning.markets.badges import Badge, Condition, Standing, given, met


def a_standing(**overrides: float) -> Standing:
    """One market that has earned TOP by a hair's breadth, save what is overridden."""
    values = {
        "closes": 100,
        "above_hurdle": 0.95,
        "above_bias": 0.97,
        "below_zero": 0.01,
        "e_value": 20.0,
        "discovered": True,
        "yield_high": 0.001,
        "yield_ceiling": 0.1,
    } | overrides
    return Standing(**{name: np.array([value]) for name, value in values.items()})


def badge(standing: Standing) -> Badge:
    found = [each for each, those in given(met(standing)).items() if those[0]]
    assert len(found) == 1, "every market has one badge"
    return found[0]


def test_a_market_that_meets_all_five_is_top() -> None:
    assert badge(a_standing()) is Badge.TOP


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("closes", 99, Condition.CLOSES_100),
        ("above_hurdle", 0.949, Condition.ABOVE_HURDLE),
        ("discovered", False, Condition.DISCOVERED),
        ("e_value", 19.9, Condition.EVIDENCE),
        ("yield_high", 0.0, Condition.YIELD_OPEN),
        ("yield_high", float("nan"), Condition.YIELD_OPEN),
    ],
)
def test_a_market_that_fails_one_of_the_five_is_good_at_most(
    name: str, value: float, condition: Condition
) -> None:
    standing = a_standing(**{name: value})
    assert badge(standing) is Badge.GOOD
    failed = {each for each, those in met(standing).items() if not those[0]}
    assert failed == {condition, Condition.BELOW_ZERO, Condition.YIELD_REFUTED}


@pytest.mark.parametrize(("name", "value"), [("closes", 49), ("above_bias", 0.899)])
def test_good_asks_for_fifty_closes_and_more_than_a_reference_may_be_off_by(
    name: str, value: float
) -> None:
    almost = a_standing(e_value=1.0, closes=50, above_bias=0.90)
    assert badge(almost) is Badge.GOOD
    assert badge(replace(almost, **{name: np.array([value])})) is Badge.INSUFFICIENT


@pytest.mark.parametrize(("name", "value"), [("below_zero", 0.90), ("yield_ceiling", -0.001)])
def test_one_reason_is_enough_to_warn_and_a_warning_goes_before_praise(
    name: str, value: float
) -> None:
    assert badge(a_standing(**{name: value})) is Badge.AVOID


def test_a_market_of_which_nothing_is_known_is_insufficient() -> None:
    chances = ("above_hurdle", "above_bias", "below_zero", "yield_high")
    unknown = dict.fromkeys(chances, float("nan"))
    nothing = a_standing(closes=0, e_value=1.0, discovered=False, yield_ceiling=3.0, **unknown)
    assert badge(nothing) is Badge.INSUFFICIENT
    assert not any(those[0] for those in met(nothing).values())
