"""Each person's updates one after the other, but for long work, which steps aside."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, Update, User

from bot.turns import InTurn, stepping_aside
from engine.domain.errors import LongWorkUnderWay

SAM, KIM = 7, 8


def an_update(person: int) -> Update:
    message = Message(
        1,
        datetime(2026, 3, 1, tzinfo=UTC),
        Chat(person, "private"),
        from_user=User(person, "Someone", is_bot=False),
    )
    return Update(1, message=message)


class Desk:
    """What two people ask for, and the order in which it is done."""

    def __init__(self) -> None:
        self.turns = InTurn(32)
        self.done: list[str] = []
        self.go_on = asyncio.Event()

    async def short(self, name: str) -> None:
        await asyncio.sleep(0)
        self.done.append(name)

    async def slow(self, name: str) -> None:
        await self.go_on.wait()
        self.done.append(name)

    async def long(self, name: str) -> None:
        try:
            with stepping_aside():
                await self.slow(name)
        except LongWorkUnderWay:
            self.done.append(f"{name} refused")

    async def broken(self) -> None:
        with stepping_aside():
            await self.go_on.wait()
            raise RuntimeError("broken")


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_persons_updates_wait_for_each_other_and_for_nobody_elses() -> None:
    desk = Desk()
    async with asyncio.TaskGroup() as group:
        for person, wish in (
            (SAM, desk.slow("first")),
            (SAM, desk.short("second")),
            (KIM, desk.short("theirs")),
        ):
            group.create_task(desk.turns.do_process_update(an_update(person), wish))
        await settle()
        assert desk.done == ["theirs"]
        desk.go_on.set()
    assert desk.done == ["theirs", "first", "second"]


async def test_long_work_lets_the_same_persons_next_wish_in() -> None:
    desk = Desk()
    async with asyncio.TaskGroup() as group:
        for wish in (desk.long("backup"), desk.short("health"), desk.short("menu")):
            group.create_task(desk.turns.do_process_update(an_update(SAM), wish))
        await settle()
        assert desk.done == ["health", "menu"]
        desk.go_on.set()
    assert desk.done == ["health", "menu", "backup"]


async def test_one_long_work_at_a_time_for_each_person() -> None:
    desk = Desk()
    async with asyncio.TaskGroup() as group:
        for person, name in ((SAM, "one"), (SAM, "two"), (KIM, "theirs")):
            group.create_task(desk.turns.do_process_update(an_update(person), desk.long(name)))
        await settle()
        assert desk.done == ["two refused"]
        desk.go_on.set()
    assert sorted(desk.done) == ["one", "theirs", "two refused"]
    await desk.turns.do_process_update(an_update(SAM), desk.long("three"))
    assert desk.done[-1] == "three"


async def test_long_work_that_breaks_leaves_the_way_free() -> None:
    desk = Desk()
    desk.go_on.set()
    with pytest.raises(RuntimeError):
        await desk.turns.do_process_update(an_update(SAM), desk.broken())
    await desk.turns.do_process_update(an_update(SAM), desk.long("next"))
    assert desk.done == ["next"]


async def test_a_refused_long_work_does_not_give_its_turn_away_twice() -> None:
    desk = Desk()
    async with asyncio.TaskGroup() as group:
        for wish in (desk.long("one"), desk.long("two"), desk.slow("three"), desk.short("four")):
            group.create_task(desk.turns.do_process_update(an_update(SAM), wish))
        await settle()
        assert desk.done == ["two refused"]
        desk.go_on.set()
    assert desk.done.index("three") < desk.done.index("four")
