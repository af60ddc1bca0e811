"""The one seam through which heavy computing leaves the event loop."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_T = TypeVar("_T")
_Args = TypeVarTuple("_Args")


class Workers:
    """Runs pure functions away from the event loop, one result at a time per call."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def run(self, function: Callable[[*_Args], _T], *args: *_Args) -> _T:
        """Return `function(*args)`; with processes, both must survive pickling."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, function, *args)


@asynccontextmanager
async def open_workers(processes: int = 0) -> AsyncIterator[Workers]:
    """Give workers: a thread of this process, or as many processes as asked for.

    One live look is small, so a thread is enough and keeps the event loop free; seasons of
    boards are what processes are for. They are spawned, never forked: a fork would copy open
    connections and locks held by other threads.
    """
    executor: Executor
    if processes:
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(max_workers=processes, mp_context=context)
    else:
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="workers")
    try:
        yield Workers(executor)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
