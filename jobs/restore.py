"""Taking a backup up again: beside the database in use, compared, and only then in its place.

A restored house stands paused: what waited to be said at the time of the backup may have been said
since, and nobody knows. People who asked to be forgotten after the backup stay forgotten.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from engine.domain.errors import BackupRefused, SchemaMismatch
from engine.domain.switch import Switch, SwitchName
from jobs.backup_files import sound
from storage.beside import open_server
from storage.dump import count_rows, load_dump
from storage.migrate import migrate, refuse_unknown
from storage.pool import open_pool
from storage.restores import Known, read_known, would_be_missed
from storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.backup import Manifest
    from jobs.vault import Progress, Vault
    from storage.dsn import Dsn
    from storage.store import Tx

THE_HOUSE: Final = 0
"""Who does what no person does, in switches and audit."""
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
STAMP: Final = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did: `aside` names the database in use before, where it held anything.

    `uncertain` alerts waited in the backup, `known` were said after it, `forgotten` people
    stay so.
    """

    manifest: Manifest
    database: str
    migrated: tuple[str, ...]
    uncertain: int
    known: int
    forgotten: int
    aside: str | None = None


def silent(_step: str, _done: int, _of: int) -> None:
    pass


async def restore(
    vault: Vault, file: Path, now: datetime, *, replace: bool, says: Progress = silent
) -> Restored:
    """Take a backup up in place of an empty database, or of any with `replace`.

    What was in use is kept under another name; nothing of it changes until the restored database
    has been compared, migrated and paused.

    Raises:
        BackupRefused: in one line, why not; nothing changed.
        SchemaMismatch: this code does not know the backup's schema.
    """
    manifest = await readable(file)
    clients = await asyncio.to_thread(vault.clients)
    async with open_server(vault.dsn) as server:
        present = await server.has(vault.dsn.database)
        kept = present and await would_be_missed(vault.dsn)
        if kept and not replace:
            raise BackupRefused(
                f"the database {vault.dsn.database} is not empty: --replace puts the backup in"
                " its place and keeps it under another name"
            )
        await server.refuse_guests()
        since = manifest.made_at - _CLOCKS_DIFFER
        carried = await read_known(vault.dsn, since) if kept else Known()
        stamp = now.astimezone(UTC).strftime(STAMP)
        target = await server.make("restoring", stamp)
        aside = f"{vault.dsn.database}_before_{stamp}"
        try:
            await load_dump(
                target,
                clients,
                file,
                tables=len(manifest.rows),
                says=lambda done, of: says("load", done, of),
            )
            await compare(target, manifest)
            restored = await _settled(target, manifest, carried, now)
            await server.swap(target, aside)
        except BaseException:
            await server.drop(target.database)
            raise
        if present and not kept:
            await server.drop(aside)
    return replaced(restored, database=vault.dsn.database, aside=aside if kept else None)


async def readable(file: Path) -> Manifest:
    """Return the manifest of a backup that is whole and of a schema this code knows.

    Raises:
        BackupRefused: it is cut off, changed, or no backup of ours.
        SchemaMismatch: newer code wrote it.
    """
    manifest = await asyncio.to_thread(sound, file)
    try:
        refuse_unknown(manifest.migrations)
    except SchemaMismatch as unknown:
        raise SchemaMismatch(f"{file.name}: {unknown}") from None
    return manifest


async def compare(dsn: Dsn, manifest: Manifest) -> None:
    """Count what was restored.

    Raises:
        BackupRefused: a table has not the rows that were dumped.
    """
    odd = manifest.differences(await count_rows(dsn))
    if odd:
        raise BackupRefused(f"what was restored is not what was dumped: {odd[0]}")


async def _settled(target: Dsn, manifest: Manifest, carried: Known, now: datetime) -> Restored:
    """Bring a restored database to the present: its schema, what was said, who was forgotten.

    All of it, and the pause, is one transaction: it never stands ready to send.
    """
    async with open_pool(target) as pool:
        migrated = await migrate(pool)
        async with Store(pool).transaction() as tx:
            await tx.switches.turn_on(_pause(manifest, now))
            uncertain = await tx.restores.unsure()
            known = await tx.restores.know(carried.said)
            await tx.restores.forget(carried.forgotten)
            forgotten = await _forget_again(tx, now)
            await tx.audit.add(
                THE_HOUSE,
                "restore",
                {"made_at": manifest.made_at.isoformat(), "uncertain": uncertain, "known": known},
                now,
            )
    return Restored(
        manifest=manifest,
        database=target.database,
        migrated=migrated,
        uncertain=uncertain,
        known=known,
        forgotten=forgotten,
    )


async def _forget_again(tx: Tx, now: datetime) -> int:
    """Let those who asked to be forgotten after the backup be so again; return how many."""
    return await tx.forgetting.replay(now)


def _pause(manifest: Manifest, now: datetime) -> Switch:
    """Return the pause of a restored house; its reason is what moment it was restored to."""
    return Switch(
        name=SwitchName.SENDER_PAUSED,
        turned_at=now,
        turned_by=THE_HOUSE,
        reason=manifest.made_at.isoformat(),
    )
