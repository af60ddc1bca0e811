"""Learned versions: one challenger at a time, whoever proposes; what happened stays."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from engine.domain.closing import Grade
from engine.domain.pick import Provenance
from engine.domain.policy_version import OPEN, THE_HOUSE, Thresholds, VersionState
from storage.shadows import Marked
from storage.store import Store
from tests.builders import KICK_OFF, NOW
from tests.integration.storage.shelf import a_close, a_pick_of, a_settlement, keep_picks

if TYPE_CHECKING:
    from engine.domain.policy_version import PolicyVersion
    from storage.pool import Pool

V0 = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
LOWER = replace(V0, zone_low=55.0)
ADMIN = 1001


async def propose(store: Store, base: str = "v0", **changes: Any) -> PolicyVersion | None:
    values: dict[str, Any] = {"why": {"n": 900}, "by": THE_HOUSE, "now": NOW} | changes
    async with store.transaction() as tx:
        return await tx.policies.propose(base, 0, LOWER, **values)


async def turn(
    store: Store, state: VersionState, only: frozenset[VersionState], **changes: Any
) -> PolicyVersion | None:
    values: dict[str, Any] = {"by": ADMIN, "now": NOW} | changes
    async with store.transaction() as tx:
        return await tx.policies.turn(1, state, only=only, **values)


async def test_a_version_comes_back_as_it_was_proposed(store: Store) -> None:
    assert await propose(store)
    async with store.reading() as tx:
        [found] = await tx.policies.versions("v0")
        assert await tx.policies.challenger("v0") == found
        assert await tx.policies.challenger("v1") is None
    assert (found.name, found.parent, found.thresholds) == ("v0.1", 0, LOWER)
    assert (found.why, found.proposed_at, found.by) == ({"n": 900}, NOW, THE_HOUSE)
    assert found.state is VersionState.PROPOSED


async def test_two_processes_that_propose_at_once_propose_one(store: Store, pool: Pool) -> None:
    made = await asyncio.gather(*(propose(one) for one in (store, Store(pool)) for _ in range(2)))
    assert len([one for one in made if one]) == 1
    assert await pool.fetchval("select count(*) from policy_versions") == 1
    assert await pool.fetchval("select count(*) from policy_events") == 1


async def test_confirmed_twice_at_once_is_confirmed_once_and_audited_once(
    store: Store, pool: Pool
) -> None:
    await propose(store)
    confirmed = (
        turn(store, VersionState.CONFIRMED, OPEN, serves=1, by=by) for by in (ADMIN, ADMIN + 1)
    )
    done = await asyncio.gather(*confirmed)
    assert sorted(one is None for one in done) == [False, True]
    async with store.reading() as tx:
        [served] = await tx.policies.served("v0")
        assert (served.number, served.at, served.evidence) == (1, NOW, {})
        assert [e.state for e in await tx.policies.events(1)] == [
            VersionState.PROPOSED,
            VersionState.CONFIRMED,
        ]
    [row] = await pool.fetch("select action, detail from audit")
    assert (row["action"], row["detail"]) == ("policy_confirmed", {"version": "v0.1", "serves": 1})


async def test_what_the_house_does_alone_is_no_persons_doing(store: Store, pool: Pool) -> None:
    await propose(store)
    assert await turn(store, VersionState.READY, OPEN, by=THE_HOUSE, evidence={"e": 21.0})
    assert await pool.fetchval("select count(*) from audit") == 0
    async with store.reading() as tx:
        assert (await tx.policies.events(1))[-1].evidence == {"e": 21.0}


async def test_an_unknown_version_turns_to_nothing(store: Store) -> None:
    assert await turn(store, VersionState.CONFIRMED, OPEN) is None


@pytest.mark.parametrize(
    "table", ["policy_versions", "policy_events", "shadow_picks", "trials", "trial_looks"]
)
@pytest.mark.parametrize("change", ["delete from {}", "truncate {} cascade"])
async def test_what_happened_stays(pool: Pool, table: str, change: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError, match="is history"):
        await pool.execute(change.format(table))


async def test_thresholds_that_are_none_any_more_are_read_as_none(
    store: Store, pool: Pool
) -> None:
    await propose(store)
    await pool.execute("alter table policy_versions disable trigger policy_versions_stand")
    await pool.execute("update policy_versions set thresholds = '{\"zone_low\": 90}'")
    async with store.reading() as tx:
        [found] = await tx.policies.versions()
    assert found.thresholds is None


async def test_what_the_shadow_said_first_stands(store: Store) -> None:
    await propose(store)
    pick = a_pick_of(Provenance.LIVE)
    await keep_picks(store, pick)
    marked = Marked(
        pick_id=pick.id,
        signal_score=57.0,
        odds=pick.odds,
        edge=pick.edge,
        by_champion=False,
        by_challenger=True,
    )
    async with store.transaction() as tx:
        await tx.shadows.add(1, 0, [marked], NOW)
        await tx.shadows.add(1, 0, [replace(marked, by_challenger=False)], NOW)
        await tx.shadows.add(1, 0, [], NOW)
    async with store.reading() as tx:
        assert await tx.shadows.of(1) == (marked,)
        assert await tx.shadows.of(2) == ()


async def test_candidates_come_with_closes_that_count_and_when_all_was_known(
    store: Store,
) -> None:
    live, paper = a_pick_of(Provenance.LIVE), a_pick_of(Provenance.PAPER)
    await keep_picks(store, live, paper)
    until = KICK_OFF + timedelta(seconds=1)
    async with store.transaction() as tx:
        assert await tx.shadows.candidates(Provenance.LIVE, NOW, until) == ()
        await tx.closings.close_picks([a_close(one, Grade.A, Grade.C) for one in (live, paper)])
        [open_] = await tx.shadows.candidates(Provenance.LIVE, NOW, until)
        assert (open_.known_at, open_.profit) == (None, None)
        await tx.settlements.add([a_settlement(live.id)])
    async with store.reading() as tx:
        [found] = await tx.shadows.candidates(Provenance.LIVE, NOW, until)
        assert await tx.shadows.candidates(Provenance.LIVE, NOW, KICK_OFF) == ()
    assert (found.pick_id, found.policy_version) == (live.id, live.policy_version)
    assert (found.looked_at, found.kick_off) == (live.taken_at, KICK_OFF)
    assert found.known_at == KICK_OFF + timedelta(hours=2)
    assert found.profit == pytest.approx(0.6 / float(live.stake))
    assert found.clv is not None
    assert found.clv_alt is None


async def test_trials_are_registered_once_and_every_look_at_them_counts(store: Store) -> None:
    later = NOW + timedelta(days=1)
    trials = {"60-79": V0, "55-79": LOWER}
    for when, grid in ((NOW, trials), (NOW, trials), (later, {**trials, "x": V0})):
        async with store.transaction() as tx:
            await tx.trials.look("zones", grid, date(2026, 11, 23), when)
    async with store.reading() as tx:
        [count] = await tx.trials.counts()
    assert asdict(count) == {
        "grid": "zones",
        "trials": 3,
        "looks": 2,
        "registered_on": date(2026, 11, 23),
        "first_looked_at": NOW,
    }
