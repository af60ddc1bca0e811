"""kill -9 amid a backup or a restore: what was in use is untouched, what is left goes."""

from __future__ import annotations

import asyncio
import os
import sys
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from engine.domain.backup import BackupRules
from jobs.backup import make_backup
from jobs.restore import restore
from jobs.vault import Vault
from storage.dump import count_rows
from storage.pool import open_pool
from storage.store import Store
from tests.faults.street import ROOT
from tests.integration.walks.vaults import beside, on_server
from tests.integration.walks.world import START, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.dsn import Dsn

PATIENCE = 20.0


@pytest.fixture
async def vault(database: Dsn, tmp_path: Path) -> AsyncIterator[Vault]:
    yield Vault(dsn=database, folder=tmp_path / "backups", rules=BackupRules())
    for name in await beside(database):
        await on_server(database, f"drop database {name} with (force)")


async def started(vault: Vault, *words: str) -> asyncio.subprocess.Process:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "jobs",
        *words,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
        env=kept
        | {
            "MON_PS_ENV_FILE": "/dev/null",
            "MON_PS_DATABASE_URL": vault.dsn.get_secret_value(),
            "MON_PS_BACKUP_DIR": str(vault.folder),
        },
    )


async def test_a_restore_that_is_killed_changes_nothing_and_the_next_one_tidies_up(
    vault: Vault,
) -> None:
    async with open_pool(vault.dsn) as pool:
        await subscribe(Store(pool), 1001)
        made = await make_backup(vault, START)
        await subscribe(Store(pool), 1002)
    process = await started(vault, "restore", str(made.file), "--replace")
    deadline = monotonic() + PATIENCE
    while not await beside(vault.dsn):
        assert monotonic() < deadline
        await asyncio.sleep(0.005)
    process.kill()
    await process.wait()
    assert (await count_rows(vault.dsn))["subscribers"] == 2
    await restore(vault, made.file, START, replace=True)
    assert (await count_rows(vault.dsn))["subscribers"] == 1
    assert len(await beside(vault.dsn)) == 1


async def test_a_backup_that_is_killed_leaves_none_and_the_next_one_tidies_up(
    vault: Vault,
) -> None:
    process = await started(vault, "backup")
    deadline = monotonic() + PATIENCE
    while not list(vault.folder.glob(".*.part")):
        assert monotonic() < deadline
        await asyncio.sleep(0.002)
    process.kill()
    await process.wait()
    assert vault.backups() == ()
    made = await make_backup(vault, START)
    assert vault.backups() == (made,)
    assert {path.name for path in vault.folder.iterdir()} == {
        f"{made.file.name}{suffix}" for suffix in ("", ".json", ".sha256")
    }
