from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collect.budget import (
    Allowance,
    KeyState,
    choose,
    disable,
    fingerprint,
    next_day,
    next_month,
    observe,
    park,
    read_count,
    slow_down,
)

NOW = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)


def a_key(name: str = "aaaa") -> KeyState:
    return KeyState(source="odds_api", fingerprint=name)


def test_the_first_usable_key_is_chosen_and_not_rotated() -> None:
    keys = [a_key("a"), a_key("b")]
    assert choose(keys, NOW) == keys[0]
    assert choose([park(keys[0], next_month(NOW)), keys[1]], NOW) == keys[1]


def test_a_parked_key_returns_at_its_reset() -> None:
    parked = park(a_key(), next_month(NOW))
    assert choose([parked], datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC)) is None
    assert choose([parked], datetime(2026, 9, 1, tzinfo=UTC)) == parked


def test_a_disabled_key_never_returns() -> None:
    refused = disable(a_key(), "INVALID_KEY")
    assert choose([refused], NOW + timedelta(days=4000)) is None


def test_a_slowed_key_stays_the_one_in_use() -> None:
    slowed = slow_down(a_key("a"), NOW + timedelta(seconds=2))
    assert choose([slowed, a_key("b")], NOW) == slowed


def test_an_answer_without_headers_changes_nothing() -> None:
    state = observe(a_key(), Allowance(remaining=400, used=100, last=3))
    assert observe(state, Allowance()) == state
    assert observe(state, Allowance(remaining=397)).used == 100


@pytest.mark.parametrize(
    ("value", "count"),
    [("12", 12), ("12.0", 12), (" 7 ", 7), ("-4", 0), ("", None), ("many", None), ("nan", None)],
)
def test_a_count_is_read_whatever_its_spelling(value: str, count: int | None) -> None:
    assert read_count({"x-requests-remaining": value}, "x-requests-remaining") == count


def test_a_missing_header_is_no_count() -> None:
    assert read_count({}, "x-requests-remaining") is None


def test_a_fingerprint_does_not_contain_the_key() -> None:
    key = "0123456789abcdef0123456789abcdef"
    assert len(fingerprint(key)) == 8
    assert fingerprint(key) != fingerprint(key[::-1])
    assert key[-4:] not in fingerprint(key)


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)))  # noqa: DTZ001
def test_resets_lie_ahead_at_midnight_utc(moment: datetime) -> None:
    month, day = next_month(moment), next_day(moment)
    assert moment < day <= month
    assert month.day == 1
    assert {(reset.hour, reset.minute, reset.second) for reset in (month, day)} == {(0, 0, 0)}
    assert month - moment <= timedelta(days=31)
    assert day - moment <= timedelta(days=1)
