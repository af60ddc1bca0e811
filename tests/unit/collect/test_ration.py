from dataclasses import replace
from datetime import timedelta

from engine.collect.budget import KeyState
from engine.collect.payload import API_FOOTBALL, ODDS_API
from engine.collect.ration import ration_of
from engine.collect.rules import PlanRules
from tests.unit.collect.plans import NOW, RESET

KEY = KeyState(source=ODDS_API, fingerprint="aaaa0001", remaining=120, used=380)


def left(*keys: KeyState) -> int:
    return ration_of(keys, PlanRules(), 3, NOW).remaining


def test_what_the_keys_have_left_is_added_up_until_the_reset() -> None:
    ration = ration_of([KEY, replace(KEY, remaining=30, used=470)], PlanRules(), 3, NOW)
    assert (ration.remaining, ration.monthly, ration.resets_at) == (150, 1000, RESET)


def test_a_key_never_used_is_thought_to_have_its_month() -> None:
    assert left(KeyState(source=ODDS_API, fingerprint="aaaa0002")) == 498
    assert ration_of([KeyState(source=ODDS_API, fingerprint="x")], PlanRules(), 1, NOW) == (
        ration_of([replace(KEY, remaining=500, used=0)], PlanRules(), 1, NOW)
    )


def test_credits_too_few_for_a_call_buy_nothing() -> None:
    assert left(replace(KEY, remaining=2), replace(KEY, remaining=2)) == 0
    assert left(replace(KEY, remaining=5), replace(KEY, remaining=4)) == 6


def test_a_spent_key_has_nothing_until_its_reset_and_its_month_after_it() -> None:
    spent = replace(KEY, remaining=0, used=501, parked_until=NOW + timedelta(days=1))
    assert left(spent) == 0
    assert left(replace(spent, parked_until=NOW - timedelta(minutes=1))) == 501


def test_a_refused_key_counts_neither_now_nor_a_month() -> None:
    ration = ration_of([replace(KEY, disabled="INVALID_KEY")], PlanRules(), 3, NOW)
    assert (ration.remaining, ration.monthly) == (0, 0)


def test_another_providers_key_brings_no_credits() -> None:
    assert left(replace(KEY, source=API_FOOTBALL)) == 0
