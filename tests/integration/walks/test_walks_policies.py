"""Which version decides: read at each look, named by its picks, whatever is done meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from config.settings import load
from engine.domain.policy_version import (
    BASE,
    OPEN,
    THE_HOUSE,
    Thresholds,
    VersionState,
)
from jobs.look import judge, read_inputs
from jobs.policy_acts import confirm, read_shelf, refuse, roll_back
from jobs.policy_in_force import WEEK
from jobs.rules import rules_from
from storage.store import Store
from tests.integration.walks.test_walks_judging import _AWAY, _HOME, _answer
from tests.unit.collect.wire import EPL, NOW

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from engine.domain.policy_version import PolicyVersion
    from jobs.context import Context
    from jobs.policy_acts import Shelf
    from storage.pool import Pool
    from tests.integration.walks.world import House

WIDE = Thresholds(zone_low=50.0, zone_high=100.0, zone_max_odds=3.0, hurdle=0.01)
WIDER = replace(WIDE, zone_low=0.0)
NARROW = replace(WIDE, zone_low=99.0)
ADMIN = 1001


@pytest.fixture
def ctx(house: House) -> Context:
    """A house that reaches versions at once: without a grid there are no steps."""
    return replace(house.ctx, rules=replace(house.ctx.rules, competitions=(EPL,), trials=None))


async def propose(store: Store, thresholds: Thresholds, parent: int = BASE) -> PolicyVersion:
    async with store.transaction() as tx:
        made = await tx.policies.propose("v0", parent, thresholds, why={}, by=THE_HOUSE, now=NOW)
    assert made is not None
    return made


async def ready(store: Store, thresholds: Thresholds, parent: int = BASE) -> int:
    number = (await propose(store, thresholds, parent)).number
    async with store.transaction() as tx:
        assert await tx.policies.turn(number, VersionState.READY, only=OPEN, by=THE_HOUSE, now=NOW)
    return number


async def shelf(ctx: Context) -> Shelf:
    async with ctx.store.reading() as tx:
        return await read_shelf(tx, ctx.rules)


async def put_in_force(ctx: Context, thresholds: Thresholds) -> int:
    seen = await shelf(ctx)
    number = await ready(ctx.store, thresholds, seen.named)
    seen = await shelf(ctx)
    assert await confirm(ctx.store, ctx.rules, number, seen=seen.seen, by=ADMIN, now=NOW)
    return number


async def one_pick(ctx: Context, house: House) -> Pick:
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    (view,) = await house.picks()
    return view.pick


async def states(ctx: Context) -> dict[int, str]:
    return {one.number: one.state.value for one in (await shelf(ctx)).versions}


async def test_a_confirmed_version_decides_at_the_next_look_and_its_picks_say_so(
    ctx: Context, house: House
) -> None:
    await put_in_force(ctx, WIDER)
    pick = await one_pick(ctx, house)
    assert (pick.policy_version, pick.score.in_zone) == ("v0.1", True)


async def test_a_version_is_reached_by_steps_of_a_week_that_picks_name(
    ctx: Context, house: House
) -> None:
    mine = replace(ctx, rules=replace(ctx.rules, trials=house.ctx.rules.trials))
    number = await put_in_force(mine, replace(WIDE, hurdle=0.02))
    standing = await mine.versions.load(mine.store, mine.rules)
    weeks = [standing.policy(mine.rules.policy, NOW + n * WEEK) for n in range(-1, 7)]
    zones = [(one.scoring.zone_low, one.scoring.zone_high) for one in weeks]
    assert zones == [(55, 84), (55, 84), (50, 89), (50, 94), (50, 99), *[(50, 100)] * 3]
    assert [one.scoring.hurdle for one in weeks] == [0.02] * 8
    names = [one.version for one in weeks]
    assert names == ["v0.1w1", "v0.1w1", "v0.1w2", "v0.1w3", "v0.1w4", *["v0.1"] * 3]
    assert (await one_pick(mine, house)).policy_version == "v0.1w1"
    assert number == 1


async def test_what_is_only_proposed_or_ready_or_refused_decides_nothing(
    ctx: Context, house: House
) -> None:
    number = await ready(ctx.store, WIDER)
    seen = (await shelf(ctx)).seen
    assert await refuse(ctx.store, ctx.rules, number, seen=seen, by=ADMIN, now=NOW)
    await ready(ctx.store, WIDER)
    pick = await one_pick(ctx, house)
    assert (pick.policy_version, pick.score.in_zone) == ("v0", False)


async def test_a_look_asks_anew_only_after_something_happened(ctx: Context) -> None:
    before = await ctx.versions.load(ctx.store, ctx.rules)
    assert await ctx.versions.load(ctx.store, ctx.rules) is before
    await propose(ctx.store, WIDE)
    after = await ctx.versions.load(ctx.store, ctx.rules)
    assert (after.number, after.challenger and after.challenger.name) == (BASE, "v0.1")


async def test_a_version_that_cannot_be_read_is_refused_loudly_and_the_last_good_one_serves(
    ctx: Context, house: House, pool: Pool
) -> None:
    await put_in_force(ctx, WIDER)
    await put_in_force(ctx, NARROW)
    await pool.execute("alter table policy_versions disable trigger policy_versions_stand")
    await pool.execute("update policy_versions set thresholds = '{}' where number = 2")
    with capture_logs() as told:
        pick = await one_pick(ctx, house)
    assert pick.policy_version == "v0.1"
    assert [line for line in told if line["event"] == "policy_version_refused"] == [
        {
            "event": "policy_version_refused",
            "version": "v0.2",
            "serves": 1,
            "log_level": "error",
        }
    ]
    found = await shelf(ctx)
    assert (found.in_force, found.named, found.back) == (1, 2, (1, 0))


async def test_where_a_person_set_a_learnable_threshold_no_learned_version_serves(
    ctx: Context, house: House
) -> None:
    await put_in_force(ctx, WIDER)
    rules = rules_from(load({"MON_PS_SCORING__ZONE_LOW": "70"}, None))
    mine = replace(ctx, rules=replace(ctx.rules, policy=rules.policy, policy_set=rules.policy_set))
    assert (await mine.versions.load(mine.store, mine.rules)).number == BASE
    other = rules_from(load({"MON_PS_SCORING__MIN_EDGE": "0.005"}, None))
    mine = replace(ctx, rules=replace(ctx.rules, policy=other.policy, policy_set=other.policy_set))
    pick = await one_pick(mine, house)
    assert pick.policy_version == "v0.1" + other.policy.version.removeprefix("v0")


async def test_versions_of_another_declared_policy_do_not_serve(ctx: Context) -> None:
    await put_in_force(ctx, WIDER)
    policy = replace(ctx.rules.policy, version="v1")
    mine = replace(ctx.rules, policy=policy)
    assert (await ctx.versions.load(ctx.store, mine)).policy(policy, NOW) == policy


async def test_a_replay_of_the_past_knows_no_version_confirmed_since(
    ctx: Context, house: House
) -> None:
    await put_in_force(ctx, WIDER)
    then = replace(await read_inputs(ctx, NOW), until=NOW)
    await judge(ctx, (_answer(*_HOME),), then, NOW, "replay")
    (view,) = await house.picks()
    assert view.pick.policy_version == "v0"


async def test_a_roll_back_during_a_look_leaves_each_pick_the_name_of_what_made_it(
    ctx: Context, house: House, pool: Pool
) -> None:
    await put_in_force(ctx, WIDER)
    inputs = await read_inputs(ctx, NOW)
    async with asyncio.TaskGroup() as group, pool.acquire() as beside, beside.transaction():
        await beside.execute("lock table picks in share row exclusive mode")
        group.create_task(judge(ctx, (_answer(*_HOME),), inputs, NOW, "sweep"))
        async with asyncio.timeout(10):
            while not await waits_to_write(pool):
                await asyncio.sleep(0.01)
        assert await roll_back(ctx.store, ctx.rules, BASE, by=ADMIN, now=NOW)
    (view,) = await house.picks()
    assert (view.pick.policy_version, view.pick.score.in_zone) == ("v0.1", True)
    assert (await shelf(ctx)).in_force == BASE
    assert (await ctx.versions.load(ctx.store, ctx.rules)).number == BASE


async def waits_to_write(pool: Pool) -> bool:
    """Say whether a look has decided and waits for the lock to keep its picks."""
    waiting = await pool.fetchval(
        "select count(*) from pg_locks where not granted and relation = 'picks'::regclass"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    return bool(waiting)


async def test_confirmed_by_two_at_once_is_confirmed_once(ctx: Context, pool: Pool) -> None:
    number = await ready(ctx.store, WIDE)
    seen = (await shelf(ctx)).seen
    done = await asyncio.gather(
        *(
            confirm(one, ctx.rules, number, seen=seen, by=by, now=NOW)
            for one, by in ((ctx.store, ADMIN), (Store(pool), ADMIN + 1))
        )
    )
    assert sorted(one is None for one in done) == [False, True]
    assert await pool.fetchval("select count(*) from audit") == 1
    assert await pool.fetchval("select count(*) from policy_events where serves = 1") == 1


async def test_a_version_confirmed_after_another_lets_it_give_way_and_come_back(
    ctx: Context,
) -> None:
    assert [await put_in_force(ctx, one) for one in (WIDE, WIDER)] == [1, 2]
    await propose(ctx.store, NARROW, parent=2)
    assert await states(ctx) == {1: "superseded", 2: "confirmed", 3: "proposed"}
    back = await roll_back(ctx.store, ctx.rules, 1, by=ADMIN, now=NOW)
    assert back is not None
    assert (back.in_force, back.named, back.back) == (1, 1, (0,))
    assert await states(ctx) == {1: "confirmed", 2: "rolled_back", 3: "superseded"}
    assert (await ctx.versions.load(ctx.store, ctx.rules)).path == (WIDE,)
    assert await roll_back(ctx.store, ctx.rules, BASE, by=ADMIN, now=NOW)
    assert await roll_back(ctx.store, ctx.rules, BASE, by=ADMIN, now=NOW) is None
    assert await roll_back(ctx.store, ctx.rules, 2, by=ADMIN, now=NOW) is None


async def test_what_is_not_ready_or_was_held_against_another_cannot_be_confirmed(
    ctx: Context,
) -> None:
    number = (await propose(ctx.store, WIDE)).number
    seen = await shelf(ctx)
    refused = await confirm(ctx.store, ctx.rules, number, seen=seen.seen, by=ADMIN, now=NOW)
    assert refused is None
    assert await refuse(ctx.store, ctx.rules, number, seen=seen.seen, by=ADMIN, now=NOW)
    assert await refuse(ctx.store, ctx.rules, number, seen=seen.seen, by=ADMIN, now=NOW) is None
    stray = await ready(ctx.store, WIDE, parent=1)
    seen = await shelf(ctx)
    assert await confirm(ctx.store, ctx.rules, stray, seen=seen.seen, by=ADMIN, now=NOW) is None


async def test_the_shadow_is_written_with_the_picks_it_is_about(
    ctx: Context, house: House, pool: Pool
) -> None:
    await put_in_force(ctx, NARROW)
    await propose(ctx.store, WIDER, parent=1)
    pick = await one_pick(ctx, house)
    await judge(ctx, (_answer(*_AWAY),), await read_inputs(ctx, NOW), NOW, "again")
    [row] = await pool.fetch("select * from shadow_picks")
    assert (row["version"], row["champion"], row["pick_id"]) == (2, 1, pick.id)
    assert (row["by_champion"], row["by_challenger"]) == (False, True)
    assert (row["signal_score"], row["odds"]) == (pick.score.signal_score, pick.odds)
    assert row["looked_at"] == pick.taken_at
