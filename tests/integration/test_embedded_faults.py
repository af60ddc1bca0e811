"""The embedded PostgreSQL shared, raced for, interrupted and killed: it comes back clean."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from engine.domain.errors import DatabaseRefused, StoreUnavailable
from storage.binaries import find_binaries, identity, service_account
from storage.embedded import open_embedded, serving
from storage.postmaster import free_ports, serves
from tests.integration.embedded_process import ask, cluster_in, data_of, gone, other_process

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_guest_attaches_and_leaves_the_server_running(home: Path) -> None:
    async with open_embedded(home, durable=False) as server:
        async with other_process(home) as other:
            assert (other.owner, other.server) == (False, server.pid)
        assert await ask(server.dsn, "select 1") == 1


async def test_a_service_waits_until_a_passing_command_has_left(home: Path) -> None:
    async with (
        other_process(home, lasting=False) as command,
        other_process(home, entered=False) as service,
    ):
        async with open_embedded(home, lasting=False) as guest:
            assert guest.pid == command.server
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await service.enter()
        await command.leave()
        await service.enter()
        assert service.owner


async def test_of_two_racing_for_an_empty_home_one_owns_and_one_visits(home: Path) -> None:
    async with (
        other_process(home, entered=False) as first,
        other_process(home, entered=False) as second,
    ):
        await asyncio.gather(first.enter(), second.enter())
        assert sorted([first.owner, second.owner]) == [False, True]
        assert first.server == second.server
        guest, owner = sorted([first, second], key=lambda other: other.owner)
        await guest.leave()
        await owner.leave()


async def test_one_who_waits_for_an_owner_that_dies_takes_over(home: Path) -> None:
    home.mkdir()
    with (home / "owner.lock").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        async with other_process(home, entered=False) as other:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1.5):
                    await other.enter()
            fcntl.flock(starting, fcntl.LOCK_UN)
            await other.enter()
            assert other.owner


async def test_killing_the_owner_stops_the_server_and_the_next_start_is_clean(home: Path) -> None:
    async with other_process(home) as other:
        async with open_embedded(home) as guest:
            await ask(guest.dsn, "create table kept (n int)", "insert into kept values (7)")
        other.process.kill()
        await other.process.wait()
        async with open_embedded(home, durable=False) as server:
            assert server.owner
            assert not serves(other.server, server.data)
            assert await ask(server.dsn, "select n from kept") == 7


async def test_killing_the_owner_is_enough_to_end_its_server(home: Path) -> None:
    async with other_process(home) as other:
        other.process.kill()
        await gone(other.server, data_of(home))


async def test_a_killed_server_is_noticed_and_can_be_started_again(home: Path) -> None:
    async with open_embedded(home, durable=False) as server:
        await ask(server.dsn, "create table kept (n int)", "insert into kept values (7)")
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(StoreUnavailable, match="the embedded PostgreSQL stopped"):
            await server.watch()
    async with open_embedded(home, durable=False) as server:
        assert await ask(server.dsn, "select n from kept") == 7


async def test_a_recycled_pid_is_not_taken_for_the_server(home: Path) -> None:
    async with open_embedded(home, durable=False) as server:
        data, lines = server.data, (server.data / "postmaster.pid").read_text().splitlines()
    bystander = await asyncio.create_subprocess_exec("sleep", "60")
    try:
        lines[0] = str(bystander.pid)
        (data / "postmaster.pid").write_text("\n".join(lines))
        async with open_embedded(home, durable=False) as server:
            assert await ask(server.dsn, "select 1") == 1
        assert bystander.returncode is None
    finally:
        bystander.kill()
        await bystander.wait()


async def test_an_orphaned_server_is_replaced(home: Path) -> None:
    async with open_embedded(home, durable=False):
        pass
    cluster = cluster_in(home)
    orphan = await asyncio.create_subprocess_exec(
        *cluster.command(next(free_ports())),
        cwd="/",
        stderr=asyncio.subprocess.DEVNULL,
        **identity(cluster.account),
    )
    async with asyncio.timeout(10):
        while not (cluster.data / "postmaster.pid").exists():
            await asyncio.sleep(0.02)
    async with open_embedded(home, durable=False) as server:
        assert server.pid != orphan.pid
        assert await orphan.wait() == 0


async def test_half_an_initdb_is_started_over(home: Path) -> None:
    async with open_embedded(home, durable=False) as server:
        name = server.data.name
    shutil.rmtree(home / name)
    (home / f"{name}.draft-killed" / "base").mkdir(parents=True)
    async with open_embedded(home, durable=False) as server:
        assert await ask(server.dsn, "select 1") == 1
    assert [path.name for path in home.glob("pg[0-9]*")] == [name]


async def test_a_failing_initdb_is_reported_and_leaves_no_cluster(home: Path) -> None:
    programs = home.parent / "programs"
    programs.mkdir()
    real = find_binaries(None, service_account(), home).folder
    (programs / "postgres").symlink_to(real / "postgres")
    (programs / "initdb").write_text("#!/bin/sh\necho 'initdb: error: disk full' >&2\nexit 1\n")
    (programs / "initdb").chmod(0o755)
    with pytest.raises(DatabaseRefused, match="initdb failed: initdb: error: disk full"):
        async with open_embedded(home, bin_dir=programs):
            pass
    assert not list(home.glob("pg[0-9]*"))


async def test_a_port_taken_meanwhile_is_passed_over(home: Path) -> None:
    async with open_embedded(home, durable=False):
        pass
    password = (home / "pg.secret").read_text()
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken, free = busy.getsockname()[1], next(free_ports())
        async with serving(cluster_in(home), password, [taken, free]) as server:
            assert f":{free}/" in server.dsn.get_secret_value()
        with pytest.raises(DatabaseRefused, match="could not create any TCP/IP sockets"):
            async with serving(cluster_in(home), password, [taken]):
                pass


async def test_a_cancelled_owner_leaves_no_server(home: Path) -> None:
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        entered: asyncio.Future[tuple[int, Path]] = asyncio.get_running_loop().create_future()

        async def own() -> None:
            async with open_embedded(home, durable=False) as server:
                entered.set_result((server.pid, server.data))
                await asyncio.Event().wait()

        task = group.create_task(own())
        pid, data = await entered
        assert serves(pid, data)
        task.cancel()
    assert not serves(pid, data)
