"""Credits and keys: what a walk may spend, and what an owner hears of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.collect.plan import Planned, Purpose
from engine.domain.alert import Role
from jobs.catalogue import REGULAR_SWEEP, job_of
from jobs.exhaustion import look_for_credits
from jobs.plan import build_plan
from jobs.run import RunState
from jobs.slots import CLOSING, Slot
from tests.integration.walks.world import PLAN, open_house, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.pool import Pool
    from storage.store import Store
    from tests.integration.walks.world import House, Outside

LEAGUES = tuple(league.sport_key for league in PLAN.leagues)
RESET = datetime(2026, 10, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def _poor(store: Store, outside: Outside, **quotas: int) -> AsyncIterator[House]:
    """A house of one owner whose keys have these credits."""
    for key, quota in quotas.items():
        outside.key(key, quota=quota, per_second=1000)
    await subscribe(store, 1001, Role.OWNER)
    async with open_house(store, outside, odds_keys=tuple(quotas)) as house:
        yield house


async def _told(house: House) -> list[str]:
    return [str(row["version"]) for row in await house.alerts() if row["kind"] == "ops"]


async def _asked(pool: Pool) -> int:
    return int(await pool.fetchval("select count(*) from payloads where source = 'odds_api'"))


@pytest.mark.parametrize("status", [401, 429])
async def test_spent_keys_stop_collection_and_are_told_once_however_long_it_lasts(
    store: Store, outside: Outside, pool: Pool, status: int
) -> None:
    """Whatever the status: the code decides. Nothing is asked until the reset, nothing fails."""
    async with _poor(store, outside, poor=3) as house:
        outside.key("poor", out_of_credits_status=status)
        first = await house.run("snapshot")
        house.hands.at += _MINUTE
        await house.run("closing")
        asked = await _asked(pool)
        for _ in range(3):
            house.hands.at += _DAY
            again = await house.run("snapshot")
            assert again.state is RunState.SKIPPED
            assert again.report["skipped"] == "no_credits"
            await house.run("health")
        told = await _told(house)
        async with store.reading() as tx:
            assert await tx.runs.failed() == 0
    assert first.state is RunState.DONE
    assert await _asked(pool) == asked
    assert len([version for version in told if version.startswith("spent|")]) == 1


async def test_a_restart_does_not_tell_an_exhaustion_again(store: Store, outside: Outside) -> None:
    async with _poor(store, outside, poor=3) as house:
        await house.run("snapshot")
        house.hands.at += _MINUTE
        await house.run("snapshot")
    async with open_house(store, outside, odds_keys=("poor",)) as house:
        house.hands.at += _DAY
        await house.run("snapshot")
        told = await _told(house)
    assert len([version for version in told if version.startswith("spent|")]) == 1


async def test_at_the_reset_closes_are_planned_again_and_that_is_told_once(
    store: Store, outside: Outside
) -> None:
    async with _poor(store, outside, poor=500) as house:
        await house.run("snapshot")
        outside.key("poor", used=500)
        house.hands.at += _MINUTE
        await house.run("snapshot")
        assert await house.looks(RESET) == ()
        outside.key("poor", used=0)
        house.hands.at = RESET
        assert await house.looks(RESET + _DAY) != ()
        for _ in range(2):
            outcome = await house.run("snapshot")
            assert outcome.state is RunState.DONE
            house.hands.at += _DAY
        told = await _told(house)
    assert len([version for version in told if version.startswith("back|")]) == 1


async def test_credits_that_come_back_before_the_reset_are_found_for_free(
    store: Store, outside: Outside
) -> None:
    """A plan paid for in mid-month, on whichever key: closes need not wait for the first."""
    async with _poor(store, outside, first=3, second=3) as house:
        for _ in range(3):
            await house.run("snapshot")
            house.hands.at += _MINUTE
        assert (await build_plan(house.ctx, house.hands.at)).ration.remaining == 0
        for _ in range(2):
            await look_for_credits(house.ctx)
        assert (await build_plan(house.ctx, house.hands.at)).ration.remaining == 0
        outside.key("second", quota=500)
        outside.key("first", quota=90)
        for _ in range(2):
            await look_for_credits(house.ctx)
        left = (await build_plan(house.ctx, house.hands.at)).ration.remaining
        assert left == (90 - 3) // 3 * 3 + (500 - 3) // 3 * 3
        assert (await house.run("snapshot")).state is RunState.DONE
        told = await _told(house)
        second = outside.accounts.find("odds_api", "second")
    assert sorted(version.split("|")[0] for version in told) == ["back", "spent"]
    assert second is not None
    assert second.used == 3


async def test_a_key_whose_last_credits_buy_nothing_is_asked_about_too(
    store: Store, outside: Outside
) -> None:
    """500 credits are 166 calls of 3: the last 2 are never refused, and never spent."""
    async with _poor(store, outside, poor=11, spent=3) as house:
        for _ in range(3):
            await house.run("snapshot")
            house.hands.at += _MINUTE
        states = house.ctx.feeds.key_states
        assert (await build_plan(house.ctx, house.hands.at)).ration.remaining == 0
        assert 2 in {state.remaining for state in states}
        outside.key("poor", quota=509)
        for _ in range(2):
            await look_for_credits(house.ctx)
        assert (await build_plan(house.ctx, house.hands.at)).ration.remaining == 498


async def test_the_next_key_goes_on_and_nobody_is_bothered(store: Store, outside: Outside) -> None:
    async with _poor(store, outside, first=4, second=500) as house:
        for _ in range(2):
            outcome = await house.run("snapshot")
            assert outcome.state is RunState.DONE
            assert outcome.report["failures"] == {}
            house.hands.at += _MINUTE
        assert not [v for v in await _told(house) if v.startswith("spent|")]


async def test_a_sweep_by_hand_leaves_the_reserve_alone_and_says_which_leagues_it_left_out(
    store: Store, outside: Outside
) -> None:
    """Closes come first: what they need until the reset is not there for a sweep."""
    async with _poor(store, outside, rich=500) as house:
        await house.run("snapshot")
        plan = await build_plan(house.ctx, house.hands.at)
        kept_back = sum(
            plan.reserved.get(one, 0) for one in (Purpose.CLOSING, Purpose.RESULTS, Purpose.LEAD)
        )
        account = outside.accounts.find("odds_api", "rich")
        assert account is not None
        outside.key("rich", quota=account.used + kept_back + 3)
        house.hands.at += _MINUTE
        await house.run("closing")  # nothing begins soon: nothing is asked
        learn = await house.run("snapshot")
        assert learn.state is RunState.DONE
        house.hands.at += _MINUTE
        outcome = await house.run("snapshot")
        report: dict[str, Any] = dict(outcome.report)
        assert report["left_out"]["reserve"]
        after = await build_plan(house.ctx, house.hands.at)
        reserve = sum(after.reserved.get(one, 0) for one in (Purpose.CLOSING, Purpose.RESULTS))
        assert after.ration.remaining >= reserve > 0


async def test_credits_that_fell_since_a_look_was_planned_cost_the_sweep_never_the_capture(
    store: Store, outside: Outside
) -> None:
    """Somebody else used the key: what was planned an hour ago is weighed anew."""
    async with _poor(store, outside, shared=500) as house:
        await house.run("snapshot")
        now = house.hands.at = house.hands.at + 110 * _MINUTE
        calls = tuple(
            Planned(at=now, purpose=purpose, competition=league, markets=(), cost=3)
            for purpose, league in zip(
                (Purpose.CLOSING, Purpose.SWEEP, Purpose.SWEEP), LEAGUES, strict=True
            )
        )
        outside.key("shared", quota=9 + 12)
        await house.run("closing")  # teaches what is left: 3 credits
        house.hands.at += 4 * _MINUTE
        slot = Slot(job=CLOSING, at=now, calls=calls)
        outcome = await house.runner.run(job_of(slot), house.hands.at)
    assert outcome.report["captures"] == {LEAGUES[0]: "captured"}
    assert outcome.report["left_out"] == {"no_credits": list(LEAGUES[1:])}


async def test_the_regular_sweep_spends_only_what_the_plan_leaves_over(
    store: Store, outside: Outside, pool: Pool
) -> None:
    async with _poor(store, outside, poor=500) as house:
        await house.run("snapshot")
        asked = await _asked(pool)
        house.hands.at += timedelta(hours=5)
        poor = await house.runner.run(REGULAR_SWEEP, house.hands.at)
        assert await _asked(pool) == asked
        assert poor.report["left_out"] == {"share": list(LEAGUES)}
        outside.key("poor", quota=1_000_000)
        house.hands.at += _MINUTE
        await house.run("snapshot")
        house.hands.at += timedelta(hours=5)
        rich = await house.runner.run(REGULAR_SWEEP, house.hands.at)
        assert rich.report["left_out"] == {}
        assert rich.report["fixtures"]


async def test_a_league_looked_at_of_late_is_not_swept_in_turn(house: House, pool: Pool) -> None:
    """A capture is its league's sweep."""
    await house.run("snapshot")
    asked = await _asked(pool)
    house.hands.at += _MINUTE
    await house.runner.run(REGULAR_SWEEP, house.hands.at)
    assert await _asked(pool) == asked


async def test_a_refused_key_is_told_once_and_the_others_go_on(
    store: Store, outside: Outside
) -> None:
    async with _poor(store, outside, good=500, idle=500) as house:
        pass
    async with open_house(store, outside, odds_keys=("bad", "worse", "good")) as house:
        outside.key("worse", active=False)
        for _ in range(3):
            outcome = await house.run("snapshot")
            assert outcome.state is RunState.DONE
            await house.run("health")
            house.hands.at += _DAY
        told = await _told(house)
    refused = sorted(version.rsplit("|", 1)[1] for version in told if "refused|" in version)
    assert refused == ["DEACTIVATED_KEY", "INVALID_KEY"]


async def test_a_slower_pace_changes_no_key_and_costs_nothing(
    store: Store, outside: Outside
) -> None:
    body = {"message": "too fast", "error_code": "EXCEEDED_FREQ_LIMIT"}
    outside.fail(path="/odds-api/v4/sports/soccer_epl/odds", status=429, body=body)
    async with _poor(store, outside, first=500, second=500) as house:
        outcome = await house.run("snapshot")
        states = {state.fingerprint: state for state in house.ctx.feeds.key_states}
    assert outcome.report["failures"] == {}
    assert sum(state.used or 0 for state in states.values()) == 9
    assert sorted((state.used or 0) for state in states.values()) == [0, 0, 9]
