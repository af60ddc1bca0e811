"""The one seam through which heavy computing leaves the event loop."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from multiprocessing.connection import Connection

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
    with _processes(processes) if processes else _thread() as executor:
        yield Workers(executor)


@contextmanager
def _thread() -> Iterator[Executor]:
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="workers")
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _processes(count: int) -> Iterator[Executor]:
    """Give processes that end with their owner, however it ends.

    Whoever is stopped while they compute does not wait for the answer, and an owner that was
    killed leaves none of them behind: each holds one end of a line and ends when it is cut.
    """
    context = multiprocessing.get_context("spawn")
    line, ours = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(
        max_workers=count, mp_context=context, initializer=_live_by, initargs=(line,)
    )
    try:
        yield executor
    except BaseException:
        ours.close()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        ours.close()
        line.close()


def _live_by(line: Connection) -> None:
    """End this process once `line` is cut; Ctrl-C is for its owner to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line: Connection) -> None:
    line.poll(None)
    os._exit(1)
