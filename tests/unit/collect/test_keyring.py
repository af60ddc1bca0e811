"""What answers teach about keys, where the order of answers and the turn of a month matter."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collect import odds_api
from engine.collect.asks import ask_league
from engine.collect.budget import Allowance, KeyState
from engine.collect.keyring import Keyring, Turn
from engine.collect.payload import ODDS_API
from engine.collect.rules import CollectRules
from engine.domain.errors import QuotaSpent

NOW = datetime(2026, 8, 31, 23, 0, tzinfo=UTC)
MONTH_END = datetime(2026, 9, 1, tzinfo=UTC)
ASK = ask_league("soccer_epl", CollectRules().markets, CollectRules(), "sweep")
PAUSE = timedelta(seconds=2)


def ring(*states: KeyState) -> Keyring:
    return Keyring({ODDS_API: ("aa", "bb")}, {ODDS_API: odds_api}, states)


def told(remaining: int, used: int) -> Allowance:
    return Allowance(remaining=remaining, used=used, last=3)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("counted", [(497, 494, 491), (491, 497, 494)])
def test_calls_that_overlap_leave_what_the_last_counted_left(
    order: tuple[int, ...], counted: tuple[int, ...]
) -> None:
    """A provider counts calls in another order than that of sending, or of answering."""
    keys = ring()
    turns = [keys.take(ASK, NOW) for _ in counted]
    for number in order:
        left = counted[number]
        keys.learn(turns[number], told(left, 500 - left), None, NOW, pause=PAUSE)
    assert (keys.state(turns[0]).remaining, keys.state(turns[0]).used) == (491, 9)


def test_credits_bought_meanwhile_are_believed() -> None:
    keys = ring()
    for remaining in (4, 20_000):
        turn = keys.take(ASK, NOW)
        keys.learn(turn, told(remaining, 3), None, NOW, pause=PAUSE)
    assert keys.state(turn).remaining == 20_000


def test_a_new_month_gives_the_whole_allowance_back_before_anybody_says_so() -> None:
    keys = ring()
    turn = keys.take(ASK, NOW)
    keys.learn(turn, told(1, 499), None, NOW, pause=PAUSE)
    assert keys.take(ASK, NOW).fingerprint == "bb"
    assert keys.take(ASK, MONTH_END).fingerprint == "aa"
    assert (keys.state(turn).remaining, keys.state(turn).used) == (500, 0)


def test_silence_in_a_new_month_is_counted_from_the_whole_allowance() -> None:
    keys = ring()
    turn = keys.take(ASK, NOW)
    keys.learn(turn, told(100, 400), None, NOW, pause=PAUSE)
    keys.learn(turn, Allowance(), None, MONTH_END, pause=PAUSE)
    assert (keys.state(turn).remaining, keys.state(turn).used) == (497, 3)


def test_keys_too_poor_for_a_call_name_their_reset() -> None:
    keys = ring()
    for _ in range(2):
        keys.learn(keys.take(ASK, NOW), told(2, 498), None, NOW, pause=PAUSE)
    with pytest.raises(QuotaSpent) as caught:
        keys.take(ASK, NOW)
    assert caught.value.resets_at == MONTH_END


@given(st.integers(0, 40), st.lists(st.booleans(), max_size=30))
def test_calls_under_way_never_promise_more_than_there_is(left: int, ends: list[bool]) -> None:
    """Each step begins a call or ends the oldest one unanswered; the key never overdraws."""
    keys = Keyring(
        {ODDS_API: ("aa",)},
        {ODDS_API: odds_api},
        [KeyState(source=ODDS_API, fingerprint="aa", remaining=left)],
    )
    under_way: list[Turn] = []
    for end in ends:
        if end and under_way:
            keys.give_back(under_way.pop(0))
            continue
        try:
            under_way.append(keys.take(ASK, NOW))
        except QuotaSpent:
            assert 3 * (len(under_way) + 1) > left
        assert 3 * len(under_way) <= left
