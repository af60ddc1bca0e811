"""Runs that people ask for: each job at once, once, whatever the calendar says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Wishes:
    """Jobs to be run now, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._open: set[str] = set()

    def ask(self, job: str) -> bool:
        """Ask for a run; False where one was asked for that has not ended."""
        if job in self._open:
            return False
        self._open.add(job)
        self._queue.put_nowait(job)
        return True

    def is_open(self, job: str) -> bool:
        """Say whether a run that was asked for has not ended."""
        return job in self._open

    async def serve(self, run: Callable[[str], Awaitable[None]]) -> None:
        """Run what is asked for, side by side; for as long as the calendar is kept."""
        async with asyncio.TaskGroup() as group:
            while True:
                job = await self._queue.get()
                group.create_task(self._one(job, run))

    async def _one(self, job: str, run: Callable[[str], Awaitable[None]]) -> None:
        try:
            await run(job)
        finally:
            self._open.discard(job)
