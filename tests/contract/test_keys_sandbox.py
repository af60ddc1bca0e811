"""Every rule about keys, against the sandbox's own accounts over HTTP."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest
from structlog.testing import capture_logs

from engine.collect.asks import ask_event, ask_events, ask_league, ask_live, ask_sports
from engine.collect.budget import fingerprint, next_month
from engine.collect.rules import CollectRules
from engine.domain.errors import KeyRefused, QuotaSpent, RateLimited, Skip
from sandbox.clock import now
from tests.contract.sandbox_wire import FOOTBALL, KEYS, RULES, wired

EPL = "soccer_epl"
SWEEP = (ask_league(EPL, RULES.markets, RULES, "sweep"),)
ONE, TWO, THREE = KEYS


async def test_what_a_key_has_left_is_learned_from_the_headers() -> None:
    async with wired() as world:
        fetched = await world.feeds.fetch(SWEEP)
        state = world.state(ONE)
    assert fetched.failures == ()
    assert (state.remaining, state.used, state.last) == (497, 3, 3)
    assert state.renews_at == next_month(now())


@pytest.mark.parametrize("status", [401, 429])
async def test_a_spent_key_is_parked_whatever_the_status_and_comes_back_by_itself(
    status: int,
) -> None:
    async with wired(quotas=(0, 500), odds={"out_of_credits_status": status}) as world:
        assert (await world.feeds.fetch(SWEEP)).failures == ()
        assert world.state(ONE).parked_until == next_month(now())
        assert (world.account(ONE).used, world.account(TWO).used) == (0, 3)
        world.account(ONE).quota = 500
        world.later[0] = next_month(now()) - now() + timedelta(seconds=1)
        assert (await world.feeds.fetch(SWEEP)).failures == ()
        assert world.account(ONE).used == 3
        assert world.state(ONE).parked_until is None


async def test_when_all_are_spent_the_error_says_when_to_come_back() -> None:
    async with wired(quotas=(0, 0, 0)) as world:
        (failure,) = (await world.feeds.fetch(SWEEP)).failures
        again = (await world.feeds.fetch(SWEEP)).failures[0]
        knocks = [world.account(key).calls_within(60) for key in KEYS]
    assert isinstance(failure.error, QuotaSpent)
    assert failure.error.resets_at == next_month(now())
    assert isinstance(again.error, QuotaSpent)
    assert knocks == [1, 1, 1], "a spent key is not asked again"


async def test_a_key_with_too_little_left_is_passed_over_without_being_asked() -> None:
    async with wired(quotas=(5, 500)) as world:
        await world.feeds.fetch(SWEEP)
        await world.feeds.fetch(SWEEP)
        assert (world.account(ONE).used, world.account(TWO).used) == (3, 3)
        assert world.account(ONE).calls_within(60) == 1
        cheap = ask_league(EPL, ("h2h",), RULES, "sweep")
        await world.feeds.fetch([cheap])
        assert world.account(ONE).used == 4, "what it can still pay, it pays"
        assert world.state(ONE).parked_until is None


async def test_calls_under_way_do_not_promise_the_same_credits_twice() -> None:
    async with wired(quotas=(7, 500)) as world:
        await world.feeds.fetch(SWEEP)
        both = (*SWEEP, ask_league("soccer_france_ligue_one", RULES.markets, RULES, "sweep"))
        assert (await world.feeds.fetch(both)).failures == ()
        assert (world.account(ONE).used, world.account(TWO).used) == (6, 3)


async def test_a_free_call_needs_no_credits() -> None:
    async with wired(quotas=(0,)) as world:
        await world.feeds.fetch(SWEEP)
        fetched = await world.feeds.fetch([*ask_sports(), *ask_events([EPL])])
        assert fetched.failures == ()
        assert world.state(ONE).parked_until is not None


@pytest.mark.parametrize("change", [{"active": False}, {"key": "unheard-of"}])
async def test_a_refused_key_is_never_asked_again(change: dict[str, object]) -> None:
    async with wired() as world:
        account = world.account(ONE)
        world.providers.accounts._accounts.pop(("odds_api", ONE))
        if "active" in change:
            world.providers.accounts.put({"provider": "odds_api", "key": ONE, "active": False})
            account = world.account(ONE)
        for _ in range(2):
            assert (await world.feeds.fetch(SWEEP)).failures == ()
        assert world.state(ONE).disabled in {"DEACTIVATED_KEY", "INVALID_KEY"}
        assert (world.account(TWO).used, account.used) == (6, 0)
        assert account.calls_within(60) == 0
        states = world.feeds.key_states
    async with wired(states=states) as world:
        await world.feeds.fetch(SWEEP)
        assert world.account(ONE).calls_within(60) == 0, "nor after a restart"


async def test_when_every_key_is_refused_a_person_must_act() -> None:
    async with wired(odds={"active": False}) as world:
        (failure,) = (await world.feeds.fetch(SWEEP)).failures
    assert isinstance(failure.error, KeyRefused)


async def test_too_fast_waits_and_never_switches_the_key() -> None:
    async with wired() as world:
        body = {"message": "slow down", "error_code": "EXCEEDED_FREQ_LIMIT"}
        world.spoil(path="/odds", status=429, body=body)
        begun = monotonic()
        assert (await world.feeds.fetch(SWEEP)).failures == ()
        assert monotonic() - begun >= RULES.slow_wait.total_seconds() * 0.9
        assert [world.account(key).used for key in KEYS] == [3, 0, 0]
        world.spoil(path="/odds", status=429, body=body, times=9)
        (failure,) = (await world.feeds.fetch(SWEEP)).failures
        assert isinstance(failure.error, RateLimited)
        assert world.state(ONE).usable(now())
        assert world.account(TWO).calls_within(60) == 0
    assert CollectRules().slow_wait >= timedelta(seconds=2)


@pytest.mark.parametrize("left", ["", "soon", "nan"])
async def test_without_readable_counts_we_count_for_ourselves(left: str) -> None:
    async with wired() as world:
        await world.feeds.fetch(SWEEP)
        headers = {"x-requests-remaining": left} if left else {}
        world.spoil(path="/odds", body=[{"id": "e1"}], headers=headers)
        await world.feeds.fetch(SWEEP)
        state = world.state(ONE)
    assert (state.remaining, state.used) == (494, 6)


@pytest.mark.parametrize(("left", "read"), [("12.0", 12), ("-3", 0)])
async def test_odd_counts_are_read_as_what_they_mean(left: str, read: int) -> None:
    async with wired() as world:
        world.spoil(path="/odds", body=[], headers={"x-requests-remaining": left})
        await world.feeds.fetch(SWEEP)
        assert world.state(ONE).remaining == read


async def test_a_market_that_is_not_offered_is_left_out_and_the_rest_is_asked() -> None:
    asks = [ask_league(EPL, ("h2h", "btts", "totals"), RULES, "sweep")]
    async with wired() as world:
        for calls in (2, 3):
            fetched = await world.feeds.fetch(asks)
            assert fetched.failures == ()
            assert dict(fetched.payloads[-1].ask.params)["markets"] == "h2h,totals"
            assert world.account(ONE).calls_within(60) == calls
        assert world.account(ONE).used == 4, "a refusal costs nothing"
        world.later[0] = RULES.quarantine + timedelta(seconds=1)
        await world.feeds.fetch(asks)
        assert world.account(ONE).calls_within(60) == 5, "asked anew when its time is over"


async def test_a_market_quarantined_for_a_league_may_still_be_asked_of_a_match() -> None:
    async with wired() as world:
        await world.feeds.fetch([ask_league(EPL, ("h2h", "btts"), RULES, "sweep")])
        (listed,) = (await world.feeds.fetch(ask_events([EPL]))).payloads
        event_id = str(json.loads(listed.body)[0]["id"])
        fetched = await world.feeds.fetch([ask_event(event_id, EPL, ("btts",), RULES, "event")])
    assert dict(fetched.payloads[-1].ask.params)["markets"] == "btts"


async def test_markets_refused_without_a_name_are_found_one_by_one() -> None:
    asks = [ask_league(EPL, ("h2h", "spreads", "totals"), RULES, "sweep")]
    body = {"message": "no such combination", "error_code": "INVALID_MARKET_COMBO"}
    async with wired() as world:
        world.spoil(path="/odds", status=422, body=body, times=2)
        fetched = await world.feeds.fetch(asks)
        assert dict(fetched.payloads[-1].ask.params)["markets"] == "h2h"
        fetched = await world.feeds.fetch(asks)
        markets = dict(fetched.payloads[-1].ask.params)["markets"]
    assert markets == "h2h,totals", "the one whose absence helped not is asked again"


async def test_an_unknown_league_rests_for_a_day_and_others_do_not() -> None:
    asks = (ask_league("soccer_moon_league", RULES.markets, RULES, "sweep"), *SWEEP)
    async with wired() as world:
        for _ in range(2):
            (failure,) = (await world.feeds.fetch(asks)).failures
            assert isinstance(failure.error, Skip)
        assert world.account(ONE).calls_within(60) == 3
        world.later[0] = timedelta(days=1, seconds=1)
        await world.feeds.fetch(asks)
        assert world.account(ONE).calls_within(60) == 5


async def test_an_unknown_match_is_skipped() -> None:
    async with wired() as world:
        fetched = await world.feeds.fetch([ask_event("nothing", EPL, ("h2h",), RULES, "event")])
        assert [str(each.error).split(":")[0] for each in fetched.failures] == ["EVENT_NOT_FOUND"]
        assert world.account(ONE).used == 0


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"html": True}, {"truncate": 40}, {"disconnect": True}]
)
async def test_trouble_on_the_way_is_tried_again_with_the_same_key(
    fault: dict[str, object],
) -> None:
    async with wired() as world:
        world.spoil(path="/odds", **fault)
        assert (await world.feeds.fetch(SWEEP)).failures == ()
        assert world.account(TWO).calls_within(60) == 0


async def test_never_more_calls_a_second_than_the_rules_allow() -> None:
    rules = replace(RULES, per_second=7, concurrency=8)  # they arrive closer than they are sent
    async with wired(rules=rules, odds={"per_second": 10}) as world:
        begun = monotonic()
        fetched = await world.feeds.fetch(ask_sports() * 14)
    assert fetched.failures == ()
    assert [payload.status for payload in fetched.payloads] == [200] * 14
    assert monotonic() - begun >= 0.9


async def test_the_minutes_limit_of_api_football_is_kept_before_it_is_broken() -> None:
    rules = replace(RULES, minute=timedelta(seconds=0.6))  # what is late never comes too early
    async with wired(rules=rules, football={"per_minute": 3, "minute": 0.3}) as world:
        fetched = [await world.feeds.fetch(ask_live()) for _ in range(7)]
    answers = [payload.status for each in fetched for payload in each.payloads]
    assert answers == [200] * 7


async def test_a_spent_day_of_api_football_ends_at_midnight() -> None:
    async with wired(football={"used": 100}) as world:
        (failure,) = (await world.feeds.fetch(ask_live())).failures
        assert isinstance(failure.error, QuotaSpent)
        assert failure.error.resets_at is not None
        assert failure.error.resets_at - now() <= timedelta(days=1)


async def test_a_clock_that_is_off_is_told_and_warned_of_once() -> None:
    async with wired() as world:
        true = await world.feeds.fetch(ask_sports())
        world.later[0] = timedelta(seconds=-90)
        with capture_logs() as logs:
            off = [await world.feeds.fetch(ask_sports()) for _ in range(2)]
    assert (true.skew_seconds, true.is_clock_off) == (0.0, False)
    assert [each.is_clock_off for each in off] == [True, True]
    assert -93 < off[0].skew_seconds < -86
    assert [entry["event"] for entry in logs] == ["clock_differs"]


async def test_no_key_is_in_what_is_kept_raised_or_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with wired(quotas=(0, 500, 500)) as world:
        world.spoil(path="/odds", body={"message": f"{TWO} {ONE}", "error_code": "X"}, status=422)
        fetched = await world.feeds.fetch([*SWEEP, *SWEEP, *ask_live()])
        logged = [each.getMessage() for each in caplog.records if "aiohttp" not in each.name]
        said = repr(fetched) + "".join(logged) + repr(world.feeds)
    assert all(key not in said for key in (*KEYS, FOOTBALL))
    assert fingerprint(ONE) in said
