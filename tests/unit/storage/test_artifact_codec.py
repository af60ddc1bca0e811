from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.domain.closing import Grade
from engine.domain.fixture import Team
from engine.pricing.goals_model import GoalRates
from engine.pricing.reference.main_odds import MainOdds
from storage.artifact_codec import MAGIC, NotEncodable, Undecodable, decode, encode, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable

# a class of engine with two plain fields holds whatever a fitted value may hold
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.decimals(allow_nan=False),
    st.sampled_from(Grade),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(),
    st.frozensets(st.integers() | st.text()),
    hnp.arrays(
        hnp.floating_dtypes() | hnp.integer_dtypes() | hnp.boolean_dtypes(),
        hnp.array_shapes(min_dims=0, min_side=0, max_dims=3),
    ),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text() | st.integers(), inner, max_size=4),
        st.builds(lambda a, b: Team(key=a, name=b), inner, inner),
    ),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Compare deeply; NaN is NaN, types count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype != bool)
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one)]
        return all(same(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other or repr(one) == repr(other))


@given(values, values)
def test_a_value_comes_back_as_it_was_and_gives_the_same_bytes_again(one: Any, two: Any) -> None:
    value = Team(key=one, name=two)
    body = encode(value)
    found = decode(Team, body)
    assert same(found, value)
    assert encode(found) == body


def odds() -> MainOdds:
    rng = np.random.default_rng(1)
    return MainOdds(
        books=("pinnacle", "bet365"),  # type: ignore[arg-type]
        match_odds=1 + rng.random((5, 2, 3)),
        total=np.full((5, 2, 2), np.nan),
        total_line=np.full(5, 2.5),
        handicap=1 + rng.random((5, 2, 2)),
        handicap_line=np.array([-0.25, 0, 0.5, np.nan, 1]),
    )


def test_odds_and_structured_arrays_come_back() -> None:
    value = odds()
    assert same(decode(MainOdds, encode(value)), value)
    nodes = np.zeros(3, dtype=[("split", "<f8"), ("left", "<i4")])
    found = decode(Team, encode(Team(key="x", name=nodes)))  # type: ignore[arg-type]
    assert np.asarray(found.name).dtype == nodes.dtype


def test_what_was_decoded_cannot_be_written_to() -> None:
    found = decode(MainOdds, encode(odds()))
    with pytest.raises(ValueError, match="read-only"):
        found.total[:] = 1


@pytest.mark.parametrize(
    "value",
    [[1], object(), np.array([object()]), {1: print}, lambda: 1, {2}],
    ids=["a list", "an object", "objects in an array", "a function inside", "a function", "a set"],
)
def test_what_is_not_plain_is_refused(value: Any) -> None:
    with pytest.raises(NotEncodable):
        encode(Team(key="x", name=value))


def test_classes_of_other_rooms_are_never_written_nor_built() -> None:
    @dataclasses.dataclass(frozen=True)
    class Mine:
        value: int

    with pytest.raises(NotEncodable, match="not declared in engine"):
        encode(Mine(value=1))
    body = encode(Team(key="x", name="y")).replace(
        b"engine.domain.fixture:Team", b"subprocess00000000000:Popen"
    )
    with pytest.raises(Undecodable):
        decode(Team, body)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda body: body[:-9], "broken"),
        (lambda body: body[: len(MAGIC) + 3], "format"),
        (lambda body: b"PK" + body, "format"),
        (lambda body: body.replace(b'"books"', b'"bookz"', 1), "broken"),
        (lambda body: body.replace(schema_of(MainOdds).encode(), b"0" * 16), "other fields"),
        (lambda body: body[:0], "format"),
    ],
)
def test_bytes_that_are_no_value_are_refused_with_the_reason(
    spoil: Callable[[bytes], bytes], why: str
) -> None:
    with pytest.raises(Undecodable, match=why):
        decode(MainOdds, spoil(encode(odds())))


def test_a_value_of_another_class_is_refused() -> None:
    with pytest.raises(Undecodable, match="a Team, not a GoalRates"):
        decode(GoalRates, encode(Team(key="x", name="y")))


@pytest.mark.parametrize("value", [timedelta(days=-3, microseconds=7), Decimal("1.50")], ids=repr)
def test_exact_values_stay_exact(value: Any) -> None:
    assert decode(Team, encode(Team(key="x", name=value))).name == value


def test_an_instant_keeps_its_zone() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    found: Any = decode(Team, encode(Team(key="x", name=at)))  # type: ignore[arg-type]
    assert found.name == at
    assert found.name.tzinfo is not None
