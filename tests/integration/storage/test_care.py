"""What people said to protect themselves is kept in order, and outlives a backup of before."""

from __future__ import annotations

import asyncio
import pickle
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.domain.alert import Role
from engine.domain.care import CareEntry, LimitKind, PauseKind, Said
from storage.people import Person
from tests.builders import NOW

if TYPE_CHECKING:
    from storage.store import Store

SOMEBODY = 1002


def a_limit(amount: int) -> CareEntry:
    return CareEntry(
        said=Said.LIMIT, about=LimitKind.LOSS_DAY.value, at=NOW, amount=Decimal(amount)
    )


def a_rest(days: int) -> CareEntry:
    until = NOW + timedelta(days=days)
    return CareEntry(said=Said.PAUSE, about=PauseKind.REST.value, at=NOW, until=until)


async def say(store: Store, *entries: CareEntry) -> None:
    for entry in entries:
        async with store.transaction() as tx:
            await tx.care.say(SOMEBODY, entry)


async def test_lines_come_back_as_they_were_said(store: Store) -> None:
    said = (a_limit(5), a_rest(7), a_limit(3))
    await say(store, *said)
    async with store.reading() as tx:
        assert await tx.care.history(SOMEBODY) == said
        assert await tx.care.history(SOMEBODY + 1) == ()


async def test_two_lines_at_once_are_both_kept(store: Store) -> None:
    async with asyncio.TaskGroup() as both:
        for days in (1, 7, 30):
            both.create_task(say(store, a_rest(days)))
    async with store.reading() as tx:
        care = await tx.care.of(SOMEBODY)
        assert len(await tx.care.history(SOMEBODY)) == 3
    assert care.pause is not None
    assert care.pause.until == NOW + timedelta(days=30)


async def test_a_pause_said_after_the_backup_holds_in_what_is_restored(store: Store) -> None:
    """What the house in use knows is read, the house is put back, and told it again."""
    await say(store, a_limit(5))
    async with store.reading() as tx:
        before = await tx.restores.forgotten()
    await say(store, a_rest(7))
    async with store.reading() as tx:
        known = await tx.restores.forgotten()
    async with store.transaction() as tx:
        await tx.care.forget(SOMEBODY, NOW + timedelta(days=8))
        await tx.restores.forget(before)
        assert (await tx.care.of(SOMEBODY)).paused(NOW) is None
        await tx.restores.forget(known)
        care = await tx.care.of(SOMEBODY)
    assert care.paused(NOW) is not None
    assert care.limits == {LimitKind.LOSS_DAY: Decimal(5)}


async def test_wishes_of_readers_carry_their_pause(store: Store) -> None:
    await say(store, a_rest(7))
    async with store.reading() as tx:
        wishes = await tx.readers.wishes([SOMEBODY, 7], NOW, ZoneInfo("Europe/Paris"))
    assert wishes[SOMEBODY].care.paused(NOW) is not None
    assert wishes[7].care.paused(NOW) is None


async def test_readers_go_to_another_process_with_all_that_is_known_of_them(store: Store) -> None:
    """Looks are judged in processes of their own: what decides is sent there."""
    person = Person(
        user_id=SOMEBODY, chat_id=SOMEBODY, role=Role.MEMBER, language="fr", wants_picks=True
    )
    async with store.transaction() as tx:
        await tx.people.save(person, NOW)
    for said in ((), (a_limit(5), a_rest(7))):
        await say(store, *said)
        async with store.reading() as tx:
            readers = await tx.readers.listening(NOW, ZoneInfo("Europe/Paris"))
        assert readers
        assert pickle.loads(pickle.dumps(readers)) == readers  # noqa: S301  # our own bytes
