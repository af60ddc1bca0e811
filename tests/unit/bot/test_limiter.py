import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limiter import Limiter
from engine.alerting.rules import AlertRules


class Ticks:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def limiter(ticks: Ticks) -> Limiter:
    return Limiter(AlertRules(), ticks)


def send_as_fast_as_allowed(limiter: Limiter, ticks: Ticks, chats: list[int]) -> list[float]:
    """Return the instants at which each chat of `chats`, in order, got its turn."""
    sent_at = []
    for chat in chats:
        while (seconds := limiter.wait(chat)) > 0:
            ticks.now += seconds + 1e-9
        limiter.take(chat)
        sent_at.append(ticks.now)
    return sent_at


def test_a_private_chat_gets_a_burst_of_three_then_one_a_second(
    limiter: Limiter, ticks: Ticks
) -> None:
    sent_at = send_as_fast_as_allowed(limiter, ticks, [7] * 20)
    assert sent_at[2] - sent_at[0] < 0.5
    assert all(b - a > 0.9 for a, b in itertools.pairwise(sent_at[3:]))


def test_a_group_gets_at_most_eighteen_a_minute(limiter: Limiter, ticks: Ticks) -> None:
    sent_at = send_as_fast_as_allowed(limiter, ticks, [-7] * 19)
    assert sent_at[18] - sent_at[0] >= 59


def test_ninety_chats_never_get_more_than_25_in_one_second(limiter: Limiter, ticks: Ticks) -> None:
    sent_at = send_as_fast_as_allowed(limiter, ticks, list(range(1, 91)))
    for start in sent_at:
        assert sum(start <= at < start + 1 for at in sent_at) <= 26


def test_a_hold_lets_nothing_through_before_its_deadline(limiter: Limiter, ticks: Ticks) -> None:
    limiter.take(7)
    limiter.hold(7, 35)
    assert limiter.wait(7) == pytest.approx(35)
    assert limiter.busy() == [7]
    ticks.now += 34.9
    assert limiter.wait(7) > 0
    ticks.now += 0.2
    assert limiter.wait(7) == 0


def test_a_hold_of_one_chat_leaves_the_others_alone(limiter: Limiter) -> None:
    limiter.hold(7, 35)
    assert limiter.wait(8) == 0


def test_three_chats_slowed_within_ten_seconds_park_everyone(
    limiter: Limiter, ticks: Ticks
) -> None:
    for chat in (1, 2, 3):
        limiter.hold(chat, 5)
        ticks.now += 1
    assert limiter.wait(99) > 3


def test_three_chats_slowed_far_apart_park_nobody_else(limiter: Limiter, ticks: Ticks) -> None:
    for chat in (1, 2, 3):
        limiter.hold(chat, 5)
        ticks.now += 11
    assert limiter.wait(99) == 0


@given(st.lists(st.sampled_from([1, 2, -3]), min_size=1, max_size=60))
def test_no_order_of_sends_breaks_the_pace_of_any_chat(chats: list[int]) -> None:
    ticks = Ticks()
    rules = AlertRules()
    sent_at = send_as_fast_as_allowed(Limiter(rules, ticks), ticks, chats)
    for chat in (1, 2):
        mine = [at for at, to in zip(sent_at, chats, strict=True) if to == chat]
        for start in mine:
            in_ten = sum(start <= at < start + 10 for at in mine)
            assert in_ten <= rules.private_burst + 11
