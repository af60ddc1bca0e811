"""Backup and restore: what was dumped comes back whole, or nothing changes."""

from __future__ import annotations

import hashlib
import json
import resource
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobs.backup import make_backup
from jobs.catalogue import JOBS
from jobs.restore_check import check_restore
from jobs.run import RunState
from jobs.runner import Runner
from storage.clients import find_clients
from storage.dsn import read_dsn
from storage.dump import open_snapshot
from storage.store import Store
from tests.integration.walks.vaults import HOUR, NOW, beside, on_server, refused
from tests.integration.walks.world import House, subscribe

if TYPE_CHECKING:
    from jobs.vault import Vault
    from storage.pool import Pool


async def test_a_backup_has_its_checksum_and_its_manifest_beside_it(
    pool: Pool, vault: Vault
) -> None:
    await subscribe(Store(pool), 1001)
    steps: list[tuple[str, int, int]] = []
    made = await make_backup(vault, NOW, says=lambda *step: steps.append(step))
    assert made.file.name.endswith("-20260907T024000Z.dump")
    assert made.whole
    digest = hashlib.sha256(made.file.read_bytes()).hexdigest()
    assert (made.file.parent / f"{made.file.name}.sha256").read_text() == (
        f"{digest}  {made.file.name}\n"
    )
    written = json.loads((made.file.parent / f"{made.file.name}.json").read_text())
    assert written["sha256"] == digest
    assert written["rows"]["subscribers"] == 1
    assert max(written["migrations"]).endswith(".sql")
    assert {path.stat().st_mode & 0o077 for path in vault.folder.iterdir()} == {0}
    done = [step[1] for step in steps if step[0] == "dump"]
    assert done == sorted(done)
    assert steps[-1] == ("check", 1, 1)
    assert vault.backups() == (made,)


async def test_people_work_on_while_a_backup_is_made_and_it_holds_one_instant(
    pool: Pool, vault: Vault
) -> None:
    store = Store(pool)
    clients = find_clients(None, vault.folder)
    async with open_snapshot(vault.dsn, clients) as snapshot:
        await subscribe(store, 1001)
        dumped = await snapshot.write(vault.folder.parent / "one.dump")
    assert dumped.rows["subscribers"] == 0


async def test_a_second_backup_at_the_same_time_is_refused(pool: Pool, vault: Vault) -> None:
    assert pool
    async with open_snapshot(vault.dsn, find_clients(None, vault.folder)):
        line = await refused(make_backup(vault, NOW))
    assert line == "another backup of this database is under way"
    assert (await make_backup(vault, NOW)).whole


async def test_a_full_disk_leaves_nothing_and_keeps_what_was_there(
    pool: Pool, vault: Vault
) -> None:
    """The limit of a file's size stands for the disk's: the same write fails."""
    assert pool
    first = await make_backup(vault, NOW)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        line = await refused(make_backup(vault, NOW + HOUR))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert line.startswith("pg_dump: ")
    assert vault.backups() == (first,)
    assert {path.name for path in vault.folder.iterdir()} == {
        f"{first.file.name}{suffix}" for suffix in ("", ".json", ".sha256")
    }


async def test_what_a_killed_run_left_is_gone_after_the_next(pool: Pool, vault: Vault) -> None:
    assert pool
    first = await make_backup(vault, NOW)
    name = first.file.name.replace("T02", "T01")
    for left in (f".{name}.part", f"{name}.json", f"{name}.sha256"):
        (vault.folder / left).write_text("half")
    other = vault.folder / f".other-{name}.part"
    other.write_text("somebody else's")
    assert vault.backups() == (first,)
    await make_backup(vault, NOW + HOUR)
    assert len(list(vault.folder.glob("*.json"))) == 2
    assert [path.name for path in vault.folder.glob(".*")] == [other.name]


async def test_a_folder_that_cannot_be_written_is_named(pool: Pool, vault: Vault) -> None:
    assert pool
    vault.folder.write_text("a file")
    line = await refused(make_backup(vault, NOW))
    assert line == f"cannot write backups to {vault.folder}: File exists"


async def test_a_password_is_on_no_command_line_and_in_no_refusal(vault: Vault) -> None:
    secret = "S3cr3t%2Fcanary"  # a canary
    host = vault.dsn.masked.partition("//")[2]
    wrong = replace(vault, dsn=read_dsn(f"postgresql://mon_ps:{secret}@{host}"))
    line = await refused(make_backup(wrong, NOW))
    assert "canary" not in line


async def test_what_an_unfinished_restore_left_is_dropped_by_the_next(
    pool: Pool, vault: Vault
) -> None:
    assert pool
    await make_backup(vault, NOW)
    name = f"{vault.dsn.database}_check_20260101000000"
    await on_server(vault.dsn, f"create database {name}")
    await check_restore(vault, NOW)
    assert await beside(vault.dsn) == []


async def test_a_check_takes_the_newest_up_beside_and_remembers_that_it_was_whole(
    pool: Pool, vault: Vault
) -> None:
    assert pool
    await make_backup(vault, NOW)
    newest = await make_backup(vault, NOW + HOUR)
    assert newest.checked_at is None
    checked = await check_restore(vault, NOW + 2 * HOUR)
    assert checked.file == newest.file
    assert [one.checked_at for one in vault.backups()] == [NOW + 2 * HOUR, None]
    assert await beside(vault.dsn) == []


async def test_without_any_backup_there_is_nothing_to_check(vault: Vault) -> None:
    assert "there is no backup" in await refused(check_restore(vault, NOW))


async def test_the_nightly_walk_backs_up_and_lets_old_ones_go(house: House, vault: Vault) -> None:
    house.hands.at = NOW
    old = await make_backup(vault, NOW - timedelta(days=60))
    runner = Runner(replace(house.ctx, vault=vault))
    outcome = await runner.run(JOBS["backup"], NOW)
    assert outcome.state is RunState.DONE
    assert outcome.report["let_go"] == 1
    assert not old.file.exists()
    assert (await runner.run(JOBS["restore_check"], NOW)).state is RunState.DONE


async def test_nights_without_a_backup_are_told(house: House, vault: Vault) -> None:
    await make_backup(vault, house.hands.at)
    await house.run("snapshot")
    house.hands.at += timedelta(hours=51)
    outcome = await Runner(replace(house.ctx, vault=vault)).run(JOBS["health"], house.hands.at)
    troubles: Any = outcome.report["troubles"]
    assert any("no whole backup since" in trouble for trouble in troubles)


async def test_a_night_without_a_backup_is_told_to_the_owner(house: House, vault: Vault) -> None:
    vault.folder.write_text("a file")
    runner = Runner(replace(house.ctx, vault=vault))
    outcome = await runner.run(JOBS["backup"], house.hands.at)
    assert outcome.state is RunState.STOPPED
    told = [row for row in await house.alerts() if row["kind"] == "ops"]
    assert {row["chat_id"] for row in told} == {1001}
