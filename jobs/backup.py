"""The nightly backup: dumped, checked, named, and only then older ones are let go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.domain.backup import Manifest
from engine.domain.errors import Skip
from jobs.backup_files import (
    Backup,
    backup_at,
    begin,
    checksum,
    draft_of,
    file_for,
    outlived,
    publish,
    remove,
    told,
)
from storage.dump import open_snapshot, read_dump

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from jobs.context import Context
    from jobs.run import Report
    from jobs.vault import Progress, Vault


async def run(ctx: Context) -> Report:
    """Back the database up and let go what has had its time."""
    if ctx.vault is None:
        raise Skip("no_folder")
    made = await make_backup(ctx.vault, ctx.clock.now())
    gone = await let_go(ctx.vault, ctx.clock.now())
    return {**told(made), "let_go": len(gone)}


async def make_backup(
    vault: Vault,
    now: datetime,
    *,
    to: Path | None = None,
    says: Progress = lambda _step, _done, _of: None,
) -> Backup:
    """Make a backup in the vault, or in the folder `to`; nothing is left of one that fails.

    Raises:
        BackupRefused: in one line, why there is none.
        DatabaseRefused: no PostgreSQL runs here.
    """
    folder = to or vault.folder
    file = file_for(folder, vault.dsn.database, now)
    draft = draft_of(file)
    clients = await asyncio.to_thread(vault.clients)
    async with open_snapshot(vault.dsn, clients) as snapshot:
        begin(folder, vault.dsn.database, draft)
        try:
            dumped = await snapshot.write(draft, lambda done, of: says("dump", done, of))
            says("check", 0, 1)
            await read_dump(vault.dsn, clients, draft)
            manifest = Manifest(
                database=dumped.database,
                made_at=now,
                server=dumped.server,
                migrations=dumped.migrations,
                rows=dumped.rows,
                size=draft.stat().st_size,
                sha256=await asyncio.to_thread(checksum, draft),
            )
            await asyncio.to_thread(publish, draft, file, manifest)
        finally:
            draft.unlink(missing_ok=True)
    says("check", 1, 1)
    return backup_at(file)


async def let_go(vault: Vault, now: datetime) -> tuple[Backup, ...]:
    """Remove from the vault what the rules do not keep; return what went."""
    gone = outlived(vault.backups(), vault.rules, now)
    for one in gone:
        remove(one.file)
    return gone
