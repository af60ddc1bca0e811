"""A backup is worth what its restore is: the newest taken up on trial, compared and dropped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from engine.domain.errors import BackupRefused, Skip
from jobs.backup_files import mark_checked
from jobs.proof_check import differences
from jobs.restore import STAMP, compare, readable, silent
from storage.beside import open_server
from storage.dump import load_dump
from storage.migrate import migrate
from storage.pool import open_pool
from storage.store import Store

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from engine.domain.backup import Manifest
    from jobs.context import Context
    from jobs.run import Report
    from jobs.vault import Progress, Vault
    from storage.dsn import Dsn


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A backup that was taken up on trial and found whole, with what it was migrated by."""

    file: Path
    manifest: Manifest
    migrated: tuple[str, ...]


async def run(ctx: Context) -> Report:
    """Check the newest backup; without any there is nothing to check."""
    if ctx.vault is None:
        raise Skip("no_folder")
    if not ctx.vault.backups():
        raise Skip("no_backup")
    checked = await check_restore(ctx.vault, ctx.clock.now())
    return {
        "file": checked.file.name,
        "rows": checked.manifest.total,
        "migrated": list(checked.migrated),
    }


async def check_restore(
    vault: Vault, now: datetime, *, file: Path | None = None, says: Progress = silent
) -> Checked:
    """Restore the newest backup, or `file`, beside the database in use; compare, and drop it.

    Raises:
        BackupRefused: it is not what was dumped; the first difference is named.
        SchemaMismatch: newer code wrote it.
    """
    kept = vault.backups()
    if file is None and not kept:
        raise BackupRefused(f"there is no backup in {vault.folder} yet")
    file = file or kept[0].file
    says("read", 0, 1)
    manifest = await readable(file)
    clients = await asyncio.to_thread(vault.clients)
    async with open_server(vault.dsn) as server:
        target = await server.make("check", now.astimezone(UTC).strftime(STAMP))
        try:
            await load_dump(
                target,
                clients,
                file,
                tables=len(manifest.rows),
                says=lambda done, of: says("load", done, of),
            )
            says("compare", 0, 1)
            await compare(target, manifest)
            migrated = await _brought_up(target)
        finally:
            await server.drop(target.database)
    mark_checked(file, now)
    says("compare", 1, 1)
    return Checked(file=file, manifest=manifest, migrated=migrated)


async def _brought_up(target: Dsn) -> tuple[str, ...]:
    """Migrate what was restored, and compute the chain of its proofs anew."""
    async with open_pool(target) as pool:
        migrated = await migrate(pool)
        async with Store(pool).reading() as tx:
            found, _ = await differences(tx)
    if found:
        raise BackupRefused(f"the chain of proofs differs in what was restored: {found[0].where}")
    return migrated
