"""Other processes in an embedded database, and questions to it."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from storage.binaries import find_binaries, service_account
from storage.postmaster import Cluster, serves

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.dsn import Dsn

ROOT = Path(__file__).parents[2]

# Becomes an ordinary user after its imports: that user may not be able to read this Python.
PROCESS = """
import asyncio, concurrent.futures.thread, encodings.idna, json, os, sys
from pathlib import Path
from storage.embedded import open_embedded

async def main():
    lasting = sys.argv[3] == "lasting"
    async with open_embedded(Path(sys.argv[1]), durable=False, lasting=lasting) as server:
        print(json.dumps({"owner": server.owner, "pid": server.pid}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)

if sys.argv[2] != "0":
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
asyncio.run(main())
"""


class Other:
    """Another process in the same database, until it is told to leave or killed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.owner = False
        self.server = 0

    async def enter(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            if line.startswith(b"{"):
                said = json.loads(line)
                self.owner, self.server = said["owner"], said["pid"]
                return
        raise AssertionError("the process did not enter the database")

    async def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert await self.process.wait() == 0


@asynccontextmanager
async def other_process(
    home: Path, *, user: int = 0, entered: bool = True, lasting: bool = True
) -> AsyncIterator[Other]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROCESS,
        str(home),
        str(user),
        "lasting" if lasting else "passing",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    other = Other(process)
    try:
        if entered:
            await other.enter()
        yield other
        if process.returncode is None:
            await other.leave()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def data_of(home: Path) -> Path:
    return next(home.glob("pg[0-9][0-9]"))


async def gone(pid: int, data: Path) -> None:
    async with asyncio.timeout(10):
        while serves(pid, data):
            await asyncio.sleep(0.02)


async def ask(dsn: Dsn, *questions: str) -> object:
    conn = await asyncpg.connect(dsn.get_secret_value())
    try:
        return [await conn.fetchval(question) for question in questions][-1]
    finally:
        await conn.close()


def cluster_in(home: Path) -> Cluster:
    account = service_account()
    return Cluster(
        binaries=find_binaries(None, account, home / "binaries"),
        account=account,
        data=data_of(home),
        log=home / "postgres.log",
        durable=False,
    )
