"""Digests as their readers asked for them: whom, when, of what, and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from engine.alerting.digests import digest_of
from engine.domain.alert import AlertKind, Role
from engine.domain.preferences import EventClass, Preferences, Volume
from engine.domain.wish import Mute, MuteKind
from jobs import digests
from tests.builders import a_fixture
from tests.integration.storage.shelf import a_settlement, an_alert
from tests.integration.walks.sent import a_live_pick
from tests.integration.walks.world import Hands, subscribe

if TYPE_CHECKING:
    from engine.domain.digest import Digest
    from jobs.context import Context
    from storage.pool import Pool

PARIS = ZoneInfo("Europe/Paris")
MORNING = datetime(2026, 8, 1, 9, 2, tzinfo=PARIS)
EVENING = datetime(2026, 8, 1, 22, 31, tzinfo=PARIS)


@pytest.fixture
async def told(ctx: Context) -> Context:
    """A member with two picks on a match of the afternoon, and a viewer."""
    await subscribe(ctx.store, 1002)
    await subscribe(ctx.store, 1003, Role.VIEWER)
    async with ctx.store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], MORNING)
        await tx.picks.add([a_live_pick(), a_live_pick("over_2.5")])
    return ctx


async def at(ctx: Context, now: datetime) -> Any:
    return (await digests.run(replace(ctx, clock=Hands(now))))["digests"]


async def sent(pool: Pool) -> dict[tuple[int, str], Digest]:
    rows = await pool.fetch(
        "select chat_id, version, body from outbox where kind = $1", AlertKind.DIGEST.value
    )
    return {(row["chat_id"], row["version"]): digest_of(row["body"]) for row in rows}


async def test_the_morning_tells_the_picks_ahead_once(told: Context, pool: Pool) -> None:
    assert await at(told, MORNING - timedelta(minutes=5)) == 0
    assert await at(told, MORNING) == 1
    assert await at(told, MORNING + timedelta(minutes=5)) == 0
    [(key, found)] = (await sent(pool)).items()
    assert key == (1002, "morning@2026-08-01")
    assert sorted(one.selection for one in found.lines) == ["home", "over_2.5"]
    assert (found.n, found.more) == (2, 0)


async def test_a_digest_respects_what_its_reader_wants(told: Context, pool: Pool) -> None:
    async with told.store.transaction() as tx:
        mute = Mute(kind=MuteKind.MARKET, key="ou")
        await tx.readers.mute(1002, mute, "goals", MORNING)
    assert await at(told, MORNING) == 1
    [found] = (await sent(pool)).values()
    assert [one.selection for one in found.lines] == ["home"]


async def test_what_caps_held_back_is_marked(told: Context, pool: Pool) -> None:
    pick = a_live_pick()
    async with told.store.transaction() as tx:
        card = an_alert("new", 1002, kind=AlertKind.PICK, pick_id=pick.id)
        await tx.outbox.add([card])
    await pool.execute(
        "update outbox set state = 'cancelled', last_error = 'capped', finished_at = $1",
        MORNING - timedelta(hours=1),
    )
    await at(told, MORNING)
    [found] = (await sent(pool)).values()
    assert {one.selection: one.held for one in found.lines} == {"home": True, "over_2.5": False}


async def test_the_evening_tells_results_and_what_they_came_to(told: Context, pool: Pool) -> None:
    pick = a_live_pick()
    async with told.store.transaction() as tx:
        await tx.settlements.hold([pick.id])
        await tx.settlements.add([a_settlement(pick.id, settled_at=EVENING - timedelta(hours=1))])
    assert await at(told, EVENING) == 1
    [(key, found)] = (await sent(pool)).items()
    assert key == (1002, "evening@2026-08-01")
    [line] = found.lines
    assert (line.outcome, line.profit) == ("won", a_settlement(pick.id).profit)
    assert (found.n, found.profit) == (1, a_settlement(pick.id).profit)


async def test_a_day_without_anything_brings_no_digest(ctx: Context) -> None:
    await subscribe(ctx.store, 1002)
    assert await at(ctx, MORNING) == 0
    assert await at(ctx, EVENING) == 0


async def test_who_turned_digests_off_gets_none(told: Context) -> None:
    off = Preferences(volumes={EventClass.MORNING: Volume.OFF})
    async with told.store.transaction() as tx:
        await tx.preferences.save(1002, off, MORNING)
    assert await at(told, MORNING) == 0
