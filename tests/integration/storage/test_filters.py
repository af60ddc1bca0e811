"""Filters by their number: the same filter has one, whoever asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.builders import NOW

if TYPE_CHECKING:
    from storage.store import Store


async def test_a_filter_keeps_its_number(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.filters.keep("market=btts", NOW)
        other = await tx.filters.keep("odds=1.5-2", NOW)
    async with store.transaction() as tx:
        assert await tx.filters.keep("market=btts", NOW) == first
        assert first != other
        assert await tx.filters.written(first) == "market=btts"
        assert await tx.filters.written(other) == "odds=1.5-2"


async def test_a_number_of_nothing_is_no_filter(store: Store) -> None:
    async with store.reading() as tx:
        assert await tx.filters.written(0) is None
        assert await tx.filters.written(2**62) is None


async def test_two_who_ask_at_once_get_one_number(store: Store) -> None:
    async def ask() -> int:
        async with store.transaction() as tx:
            return await tx.filters.keep("agent=pattern", NOW)

    async with asyncio.TaskGroup() as both:
        asked = [both.create_task(ask()) for _ in range(4)]
    assert len({one.result() for one in asked}) == 1
