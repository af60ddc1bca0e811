"""Runs are unique by job and scheduled time; keys are known by fingerprint; the read models."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.collect.known import UnmatchedName
from engine.domain.closing import Grade
from engine.domain.pick import Provenance
from engine.domain.wish import Wish
from tests.builders import KICK_OFF, NOW, a_fixture, a_pick, a_subscriber
from tests.integration.storage.shelf import (
    MINUTE,
    a_close,
    a_look,
    a_person,
    a_pick_of,
    an_alert,
    an_event,
    an_update,
    keep_picks,
    queue,
)

if TYPE_CHECKING:
    from storage.store import Store

HORIZON = timedelta(days=1)
HOUSE = ZoneInfo("Europe/Paris")


async def begin(store: Store, job: str = "snapshot", after: timedelta = timedelta()) -> bool:
    async with store.transaction() as tx:
        return await tx.runs.begin(job, NOW + after, NOW + after, 1)


async def end(store: Store, state: str, job: str = "snapshot") -> None:
    async with store.transaction() as tx:
        await tx.runs.finish(job, NOW, NOW + MINUTE, state=state, report={"picks": 2}, error="why")


async def test_a_run_is_begun_once_however_many_want_it(store: Store) -> None:
    assert sorted(await asyncio.gather(*(begin(store) for _ in range(4)))) == [
        False,
        False,
        False,
        True,
    ]
    assert await begin(store, after=MINUTE)
    assert await begin(store, "settle")


async def test_a_run_ends_with_its_state_report_and_reason(store: Store) -> None:
    await begin(store)
    await end(store, "skipped")
    async with store.reading() as tx:
        last = await tx.runs.last("snapshot")
        (recent,) = await tx.runs.recent(5)
    assert last is not None
    assert (last.state, last.finished_at, last.error) == ("skipped", NOW + MINUTE, "why")
    assert recent["report"] == {"picks": 2}


async def test_a_run_that_ended_is_not_begun_again(store: Store) -> None:
    await begin(store)
    await end(store, "failed")
    assert not await begin(store)


async def test_runs_a_dead_leader_left_open_are_closed_and_the_others_stay(store: Store) -> None:
    await begin(store)
    await end(store, "done")
    await begin(store, "settle")
    async with store.transaction() as tx:
        closed = await tx.runs.abandon_running(NOW + MINUTE)
        done, left = await tx.runs.last("snapshot"), await tx.runs.last("settle")
    assert done is not None
    assert left is not None
    assert (done.state, left.state, left.finished_at) == ("done", "abandoned", NOW + MINUTE)
    assert [(run.job, run.scheduled_for, run.report) for run in closed] == [("settle", NOW, {})]


async def test_a_run_that_never_ends_says_what_it_was_for(store: Store) -> None:
    about = {"competitions": ["soccer_epl"]}
    async with store.transaction() as tx:
        await tx.runs.begin("closing", NOW, NOW, 1, about=about)
        (left,) = await tx.runs.abandon_running(NOW + MINUTE)
    assert left.report == about


async def test_the_last_run_is_that_of_the_latest_time_not_of_the_latest_start(
    store: Store,
) -> None:
    """A catch-up run begins late for an early hour; it does not become the last one."""
    async with store.transaction() as tx:
        await tx.runs.begin("snapshot", NOW + MINUTE, NOW + MINUTE, 1)
        await tx.runs.begin("snapshot", NOW, NOW + 2 * MINUTE, 1)
        last = await tx.runs.last("snapshot")
        (of_each,) = await tx.runs.last_of_each()
        recent = await tx.runs.recent(1)
        assert await tx.runs.last("settle") is None
    assert last is not None
    assert last == of_each
    assert last.scheduled_for == NOW + MINUTE
    assert recent[0]["scheduled_for"] == NOW


async def test_only_runs_that_went_wrong_count_as_failed(store: Store) -> None:
    for job in ("done", "skipped", "retry", "missed", "failed", "stopped"):
        await begin(store, job)
        await end(store, job, job)
    async with store.reading() as tx:
        assert await tx.runs.failed() == 2


async def test_a_key_is_kept_by_its_fingerprint_with_what_was_said_of_it_last(
    store: Store,
) -> None:
    states = [("odds_api", "bb22", {"remaining": 3}), ("odds_api", "aa11", {"remaining": 490})]
    async with store.transaction() as tx:
        await tx.keys.save(states, NOW)
        await tx.keys.save([("odds_api", "bb22", {"remaining": 0, "state": "spent"})], NOW)
        await tx.keys.save([], NOW)
        assert await tx.keys.load() == (
            ("odds_api", "aa11", {"remaining": 490}),
            ("odds_api", "bb22", {"remaining": 0, "state": "spent"}),
        )


async def test_a_look_reads_everything_it_needs_at_once(store: Store) -> None:
    recent = a_fixture("nice", "nantes", kick_off=NOW - timedelta(days=14))
    old = a_fixture("metz", "brest", kick_off=NOW - timedelta(days=16))
    far = a_fixture("lyon", "angers", kick_off=NOW + HORIZON)
    mine, live = a_pick(), a_pick_of(Provenance.LIVE)
    await keep_picks(store, mine, live)
    async with store.transaction() as tx:
        await tx.fixtures.save([recent, old, far], NOW)
        await tx.fixtures.link(
            [
                an_event("now"),
                an_event("old", fixture_id=old.id, kick_off=old.kick_off),
            ]
        )
        await tx.picks.add_updates([an_update(mine.id)])
        await tx.people.save(a_person(), NOW)
        await tx.people.save(a_person(1003, wants_picks=False), NOW)
        await tx.keys.save([("odds_api", "aa11", {})], NOW)
    async with store.reading() as tx:
        known = await tx.reports.snapshot_inputs(NOW, HORIZON, Provenance.PAPER, HOUSE)
    assert known.fixtures == (recent, a_fixture())
    assert known.event_ids == {("odds_api", "now"): a_fixture().id}
    assert [(one.pick, one.shown) for one in known.open_picks] == [(mine, an_update(mine.id))]
    assert known.subscribers == (a_subscriber(wish=Wish(house=HOUSE)),)
    assert known.key_states == (("odds_api", "aa11", {}),)


async def test_the_health_of_an_empty_house_is_known(store: Store) -> None:
    async with store.reading() as tx:
        health = await tx.reports.health(NOW, Provenance.PAPER)
    assert (health.runs, health.outbox, health.credits) == ((), {}, ())
    assert (health.last_look_at, health.last_look_quotes) == (None, None)
    assert (health.oldest_waiting_seconds, health.unmatched, health.subscribers) == (None, 0, 0)


async def test_health_tells_what_waits_what_was_seen_and_how_closes_went(store: Store) -> None:
    good, bad = a_pick(), a_pick("away")
    live = a_pick_of(Provenance.LIVE)
    await keep_picks(store, good, bad, live)
    await begin(store)
    await queue(
        store, an_alert("old"), an_alert("new", 1, created_at=NOW + MINUTE, not_before=NOW)
    )
    await queue(store, an_alert("not yet", 2, created_at=NOW - MINUTE, not_before=KICK_OFF))
    name = UnmatchedName(
        provider="odds_api",
        competition="soccer_epl",
        name="Who",
        opponent="Arsenal",
        kick_off=KICK_OFF,
        suggestions=(),
    )
    async with store.transaction() as tx:
        await tx.odds.add_look(a_look(captured_at=NOW + MINUTE, kept=9))
        await tx.odds.add_look(a_look(kept=1))
        await tx.fixtures.queue_unmatched([name], NOW)
        await tx.people.save(a_person(), NOW)
        await tx.people.save(a_person(1003, state="blocked"), NOW)
        await tx.keys.save([("odds_api", "aa11", {"remaining": 17}), ("x", "bb", {})], NOW)
        await tx.closings.close_picks(
            [a_close(good, Grade.A), a_close(bad, None), a_close(live, Grade.A)]
        )
    async with store.reading() as tx:
        health = await tx.reports.health(NOW + 2 * MINUTE, Provenance.PAPER)
    assert health.oldest_waiting_seconds == 120
    assert (health.last_look_at, health.last_look_quotes) == (NOW + MINUTE, 9)
    assert (health.unmatched, health.subscribers) == (1, 1)
    assert health.credits == (("odds_api", "aa11", "17"), ("x", "bb", "?"))
    assert (health.closes_due, health.closes_grade_a) == (2, 1)
    assert health.outbox == {"pending": 3}
    assert [run.job for run in health.runs] == ["snapshot"]
    assert health.database_version
