from __future__ import annotations

import os
import threading

import pytest

from engine.domain.errors import Skip
from jobs.workers import open_workers


def _where() -> tuple[int, int]:
    return os.getpid(), threading.get_ident()


def _refuse(reason: str) -> None:
    raise Skip(reason)


async def test_a_thread_computes_beside_the_event_loop() -> None:
    async with open_workers() as workers:
        process, thread = await workers.run(_where)
    assert process == os.getpid()
    assert thread != threading.get_ident()


async def test_processes_compute_outside_of_this_one() -> None:
    async with open_workers(processes=1) as workers:
        process, _ = await workers.run(_where)
    assert process != os.getpid()


async def test_what_a_function_raises_is_raised_here() -> None:
    async with open_workers() as workers:
        with pytest.raises(Skip, match="NO_PRICE"):
            await workers.run(_refuse, "NO_PRICE")
