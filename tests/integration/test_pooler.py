"""A pooler between us and PostgreSQL is refused where session locks would lie."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from engine.domain.errors import DatabaseRefused
from storage.dsn import Dsn, read_dsn
from storage.pool import open_pool, session_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.pool import Pool

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="no pgbouncer is installed here")


@asynccontextmanager
async def _behind_pooler(database: Dsn, mode: str, ignored: str) -> AsyncIterator[Dsn]:
    parts = urlsplit(database.get_secret_value())
    with tempfile.TemporaryDirectory(prefix="mon_ps-pooler-", dir="/tmp") as folder:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        home = Path(folder)
        home.chmod(0o755)
        (home / "users").write_text(f'"{parts.username}" "{parts.password}"\n')
        (home / "ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={parts.port}\n"
            f"[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={port}\nunix_socket_dir=\n"
            f"auth_type=scram-sha-256\nauth_file={home}/users\npool_mode={mode}\n"
            f"ignore_startup_parameters={ignored}\n"
        )
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        process = await asyncio.create_subprocess_exec(
            str(PGBOUNCER), *user, str(home / "ini"), stderr=asyncio.subprocess.DEVNULL
        )
        try:
            credentials = parts.netloc.rpartition("@")[0]
            yield read_dsn(parts._replace(netloc=f"{credentials}@127.0.0.1:{port}").geturl())
        finally:
            process.terminate()
            await process.wait()


@pytest.mark.parametrize(
    ("mode", "keeps_settings", "reason"),
    [
        ("transaction", True, "is a transaction pooler"),
        ("transaction", False, "drops the settings"),
        ("session", False, "drops the settings"),
    ],
)
async def test_a_pooler_is_refused(
    database: Dsn, pool: Pool, mode: str, *, keeps_settings: bool, reason: str
) -> None:
    if keeps_settings:
        name = urlsplit(database.get_secret_value()).path.strip("/")
        await pool.execute(f"alter database {name} set search_path = mon_ps, public")
    ignored = ",".join(set(session_settings("")) | {"extra_float_digits"})
    async with _behind_pooler(database, mode, ignored) as address:
        with pytest.raises(DatabaseRefused, match=reason):
            async with open_pool(address):
                pass


async def test_a_pooler_that_knows_no_settings_says_so(database: Dsn) -> None:
    async with _behind_pooler(database, "transaction", "extra_float_digits") as address:
        with pytest.raises(DatabaseRefused, match="unsupported startup parameter"):
            async with open_pool(address):
                pass
