"""The way to a version, week by week, and what is made of what was written down of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load
from engine.domain.policy import DEFAULT_POLICY
from engine.domain.policy_version import (
    BASE,
    PolicyVersion,
    Thresholds,
    VersionState,
    base_of,
    declared,
    name_of,
    number_of,
)
from jobs.policy_in_force import WEEK, Standing, good, path_of, set_elsewhere
from jobs.rules import rules_from

NOW = datetime(2026, 11, 22, tzinfo=UTC)
V0 = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
STEP, TARGET = replace(V0, zone_low=55.0), replace(V0, zone_low=50.0)


def a_version(
    number: int, state: VersionState, thresholds: Thresholds | None = V0
) -> PolicyVersion:
    return PolicyVersion(
        number=number,
        base="v0",
        parent=0,
        thresholds=thresholds,
        why={},
        proposed_at=NOW,
        by=1,
        state=state,
    )


def test_a_version_serves_week_by_week_and_only_the_last_has_its_plain_name() -> None:
    standing = Standing(number=3, path=(STEP, TARGET), since=NOW)
    hours = (-1, 0, 167, 168, 9_999)
    policies = [standing.policy(DEFAULT_POLICY, NOW + timedelta(hours=hour)) for hour in hours]
    lows = [policy.scoring.zone_low for policy in policies]
    assert lows == [55.0, 55.0, 55.0, 50.0, 50.0]
    assert [policy.version for policy in policies] == ["v0.3w1"] * 3 + ["v0.3"] * 2
    assert {policy.pricing for policy in policies} == {DEFAULT_POLICY.pricing}
    assert Standing().policy(DEFAULT_POLICY, NOW + WEEK) is DEFAULT_POLICY


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        {"path": []},
        {"path": "gone"},
        {"path": [{"zone_low": 1}]},
        {"path": [asdict(STEP)]},
        {"path": [asdict(TARGET) | {"zone_low": 99.0}, asdict(TARGET)]},
    ],
)
def test_a_way_that_cannot_be_read_leads_straight_to_the_version(
    evidence: dict[str, object],
) -> None:
    assert path_of(evidence, TARGET) == (TARGET,)


def test_a_way_written_down_is_gone() -> None:
    assert path_of({"path": [asdict(STEP), asdict(TARGET)]}, TARGET) == (STEP, TARGET)


def test_the_last_version_that_is_whole_and_was_not_left_serves() -> None:
    left = a_version(4, VersionState.ROLLED_BACK)
    torn = a_version(3, VersionState.CONFIRMED, None)
    whole = a_version(2, VersionState.SUPERSEDED)
    known = {one.number: one for one in (left, torn, whole)}
    assert good([4, 3, 2], known) == (2, ("v0.3",))
    assert good([4, 3], known) == (BASE, ("v0.3",))
    assert good([4, BASE, 2], known) == (BASE, ())
    assert good([], known) == (BASE, ())


def test_only_learnable_thresholds_that_were_set_stand_in_the_way() -> None:
    environ = {"MON_PS_SCORING__MIN_EDGE": "0.02", "MON_PS_PRICING__EDGE_SLOPE": "0.5"}
    assert set_elsewhere(rules_from(load(environ, None))) == ()
    environ["MON_PS_SCORING__ZONE_HIGH"] = "79"
    assert set_elsewhere(rules_from(load(environ, None))) == ("zone_high",)


@given(
    st.sampled_from(["v0", "v1", "v12"]),
    st.integers(1, 10**6),
    st.none() | st.integers(1, 9),
    st.sampled_from(["", "+env.1a2b3c", "+file", "+env.1a2b3c+file"]),
)
def test_a_name_says_what_it_is_made_of(
    base: str, number: int, week: int | None, elsewhere: str
) -> None:
    name = name_of(base + elsewhere, number, week)
    assert (declared(name), base_of(name), number_of(name)) == (base, base + elsewhere, number)


@pytest.mark.parametrize(
    "change",
    [
        {"zone_low": 80.0},
        {"zone_low": -1.0},
        {"zone_high": 101.0},
        {"zone_max_odds": 1.0},
        {"hurdle": 0.0},
        {"hurdle": 0.2},
        {"zone_low": float("nan")},
        {"zone_high": float("inf")},
    ],
)
def test_thresholds_that_make_no_sense_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="was"):
        replace(V0, **change)


@pytest.mark.parametrize("value", ["60", None, True])
def test_thresholds_that_are_no_numbers_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="is a number"):
        replace(V0, zone_low=value)  # type: ignore[arg-type]
