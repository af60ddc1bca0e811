"""One leader at a time, who knows at once that it is over."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storage.dsn import Dsn, read_dsn
from storage.leases import Leader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.pool import Pool

ROOT = Path(__file__).resolve().parents[2]
NOTICE_SECONDS = 5.0

CANDIDATE = """
import asyncio, sys, time
from storage.leases import Leader

async def main():
    leader = Leader(sys.stdin.readline(), heartbeat_seconds=0.2, answer_seconds=0.3)
    async with asyncio.TaskGroup() as group:
        group.create_task(leader.run())
        token, before = await leader.elected(), time.monotonic()
        print("token", token, flush=True)
        while True:
            await asyncio.sleep(0.01)
            now = time.monotonic()
            if now - before > 1:
                sys.exit(print("woke", leader.held, flush=True))
            before = now

asyncio.run(main())
"""


@asynccontextmanager
async def _standing(dsn: Dsn, *, name: str = "service") -> AsyncIterator[Leader]:
    leader = Leader(dsn, name=name)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(leader.run())
        yield leader
        task.cancel()


@asynccontextmanager
async def _other_process(dsn: Dsn) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Another process that leads, with its token."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CANDIDATE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{dsn.get_secret_value()}\n".encode())
    try:
        async for line in process.stdout:
            if line.startswith(b"token"):
                yield process, int(line.split()[1])
                break
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class Wire:
    """A TCP relay that can go silent or cut, as networks do."""

    def __init__(self, dsn: Dsn) -> None:
        parts = urlsplit(dsn.get_secret_value())
        self._target = (parts.hostname, parts.port)
        self._parts = parts
        self._pairs: list[asyncio.StreamWriter] = []
        self._open = asyncio.Event()
        self._open.set()

    @asynccontextmanager
    async def relay(self) -> AsyncIterator[Dsn]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        credentials = self._parts.netloc.rpartition("@")[0]
        address = self._parts._replace(netloc=f"{credentials}@127.0.0.1:{port}").geturl()
        try:
            yield read_dsn(address)
        finally:
            server.close()
            self.cut()
            await server.wait_closed()

    def fall_silent(self) -> None:
        self._open.clear()

    def cut(self) -> None:
        for writer in self._pairs:
            writer.transport.abort()
        self._pairs.clear()
        self._open.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        self._pairs += [writer, back]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(reader, back))
            group.create_task(self._pump(there, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


async def test_only_one_of_two_candidates_leads(database: Dsn) -> None:
    async with _standing(database) as first:
        await first.elected()
        async with _standing(database) as second:
            await asyncio.sleep(0.6)
            assert (first.held, second.held) == (True, False)
            assert second.token is None


async def test_different_leads_do_not_exclude_each_other(database: Dsn) -> None:
    async with _standing(database) as first, _standing(database, name="other") as second:
        assert await first.elected() != await second.elected()


async def test_a_later_leader_has_a_higher_token(database: Dsn) -> None:
    async with _standing(database) as leader:
        first = await leader.elected()
    assert not leader.held
    async with _standing(database) as leader:
        assert await leader.elected() > first


async def test_a_cancelled_leader_lets_go_at_once(database: Dsn) -> None:
    async with asyncio.TaskGroup() as group:
        first, second = Leader(database), Leader(database)
        leading = group.create_task(first.run())
        await first.elected()
        waiting = group.create_task(second.run())
        leading.cancel()
        async with asyncio.timeout(2):
            await second.elected()
        assert not first.held
        waiting.cancel()


async def test_the_lead_passes_on_quickly_after_kill_9(database: Dsn) -> None:
    async with _other_process(database) as (process, token), _standing(database) as leader:
        await asyncio.sleep(0.3)
        assert not leader.held
        process.kill()
        started = time.monotonic()
        assert await leader.elected() > token
        assert time.monotonic() - started < 1.0


async def test_a_cut_connection_demotes_within_five_seconds(database: Dsn) -> None:
    wire = Wire(database)
    async with wire.relay() as dsn, _standing(dsn) as leader:
        token = await leader.elected()
        wire.cut()
        async with asyncio.timeout(NOTICE_SECONDS):
            await leader.lost()
        assert await leader.elected() > token, "it stands again over a new connection"


async def test_a_silent_connection_demotes_within_five_seconds(database: Dsn) -> None:
    wire = Wire(database)
    async with wire.relay() as dsn, _standing(dsn) as leader:
        await leader.elected()
        wire.fall_silent()
        async with asyncio.timeout(NOTICE_SECONDS):
            await leader.lost()
        assert not leader.held


async def test_a_terminated_session_demotes(database: Dsn, pool: Pool) -> None:
    async with _standing(database) as leader:
        token = await leader.elected()
        await pool.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name like 'mon_ps leader%'"
        )
        async with asyncio.timeout(NOTICE_SECONDS):
            await leader.lost()
            assert await leader.elected() > token


async def test_a_paused_leader_does_not_believe_itself_on_waking(database: Dsn) -> None:
    async with _other_process(database) as (process, _):
        assert process.stdout is not None
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(2)
        process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(NOTICE_SECONDS):
            said = [line async for line in process.stdout if line.startswith(b"woke")]
        assert said[0].split() == [b"woke", b"False"]
