"""Switches: what somebody turned off for everybody stays so, until its time is over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.domain.alert import AlertKind
from engine.domain.switch import Switch, Switchboard, SwitchName
from tests.builders import NOW, a_pick
from tests.integration.storage.shelf import LEASE, MINUTE, an_alert, keep_picks, queue

if TYPE_CHECKING:
    from datetime import datetime

    from storage.store import Store

PAUSE = Switch(
    name=SwitchName.SENDER_PAUSED,
    turned_at=NOW,
    turned_by=1001,
    reason="a test",
    until=NOW + 30 * MINUTE,
)


async def turn_on(store: Store, switch: Switch) -> None:
    async with store.transaction() as tx:
        await tx.switches.turn_on(switch)


async def standing(store: Store, at: datetime) -> Switchboard:
    async with store.reading() as tx:
        return await tx.switches.standing(at)


async def claimed(store: Store, at: datetime = NOW) -> list[str]:
    async with store.transaction() as tx:
        rows = await tx.claims.claim(at, lease=LEASE, owner="me", fencing=1, busy=(), limit=9)
        return [row.version for row in rows]


async def test_nothing_is_on_in_a_new_house(store: Store) -> None:
    assert await standing(store, NOW) == Switchboard(at=NOW)
    async with store.reading() as tx:
        assert not await tx.switches.on("sender_paused", NOW)


async def test_a_switch_says_who_turned_it_on_when_and_why(store: Store) -> None:
    await turn_on(store, PAUSE)
    found = await standing(store, NOW + MINUTE)
    assert found.get(SwitchName.SENDER_PAUSED) == PAUSE
    assert found.get(SwitchName.MAINTENANCE) is None


async def test_a_switch_goes_off_by_itself_when_its_time_is_over(store: Store) -> None:
    await turn_on(store, PAUSE)
    async with store.reading() as tx:
        assert await tx.switches.on("sender_paused", NOW + 29 * MINUTE)
        assert not await tx.switches.on("sender_paused", NOW + 30 * MINUTE)


async def test_without_a_time_it_stays_on_until_somebody_turns_it_off(store: Store) -> None:
    await turn_on(store, replace(PAUSE, until=None))
    far = NOW.replace(year=NOW.year + 9)
    assert (await standing(store, far)).get(SwitchName.SENDER_PAUSED)
    async with store.transaction() as tx:
        await tx.switches.turn_off(SwitchName.SENDER_PAUSED, 1002, far)
    assert not (await standing(store, far)).switches


async def test_turned_on_anew_it_says_the_newer(store: Store) -> None:
    await turn_on(store, PAUSE)
    newer = replace(PAUSE, turned_by=7, until=None, reason="longer")
    await turn_on(store, newer)
    assert (await standing(store, NOW)).switches == (newer,)


@pytest.mark.parametrize("name", [SwitchName.SENDER_PAUSED, SwitchName.MAINTENANCE])
async def test_while_everything_is_held_back_nothing_is_claimed_however_urgent(
    store: Store, name: SwitchName
) -> None:
    await queue(store, an_alert("urgent", priority=0))
    await turn_on(store, replace(PAUSE, name=name))
    assert await claimed(store) == []
    assert await claimed(store, PAUSE.until or NOW) == ["urgent"]


async def test_while_picks_are_held_back_the_rest_goes_out(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    await queue(
        store,
        an_alert("card", kind=AlertKind.PICK, pick_id=pick.id, priority=1),
        an_alert("watched", kind=AlertKind.WATCH, priority=2),
        an_alert("news", priority=9),
    )
    await turn_on(store, replace(PAUSE, name=SwitchName.PICKS_PAUSED))
    assert await claimed(store) == ["news"]
