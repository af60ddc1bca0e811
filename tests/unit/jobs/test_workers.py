from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.domain.errors import Skip
from jobs.workers import open_workers

# A file of its own: what processes run must be importable in them.
OWNER = """
import asyncio, os, time
from jobs.workers import open_workers

async def main():
    async with open_workers(processes=1) as workers:
        print(await workers.run(os.getpid), flush=True)
        await workers.run(time.sleep, 60)

if __name__ == "__main__":
    asyncio.run(main())
"""
ROOT = Path(__file__).parents[3]


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


async def test_who_is_stopped_does_not_wait_for_what_processes_compute() -> None:
    known: asyncio.Queue[int] = asyncio.Queue()

    async def compute() -> None:
        async with open_workers(processes=1) as workers:
            known.put_nowait(await workers.run(os.getpid))
            await workers.run(time.sleep, 60)

    async with asyncio.TaskGroup() as group:
        computing = group.create_task(compute())
        process = await known.get()
        began = time.monotonic()
        computing.cancel()
    assert time.monotonic() - began < 20
    assert not _is_alive(process)


def test_an_owner_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(OWNER, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as owner:
        assert owner.stdout is not None
        process = int(owner.stdout.readline())
        assert _is_alive(process)
        owner.kill()
    until = time.monotonic() + 20
    while _is_alive(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_alive(process)


def _is_alive(process: int) -> bool:
    """Say whether a process runs; one that ended and was not yet buried does not."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
