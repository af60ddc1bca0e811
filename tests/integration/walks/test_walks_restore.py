"""The drill: a house restored is what was dumped, and says nothing twice."""

from __future__ import annotations

import json
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from engine.domain.alert import DeliveryState, Role
from engine.domain.switch import SwitchName
from jobs.audit import audited
from jobs.backup import make_backup
from jobs.proof_check import differences
from jobs.restore import restore
from jobs.restore_check import check_restore
from jobs.run import RunState
from jobs.slots import CLOSING
from storage.access import Ban
from storage.dsn import read_dsn
from storage.dump import count_rows
from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect, open_pool
from storage.store import Store
from tests.integration.storage.shelf import LEASE, an_alert
from tests.integration.walks.vaults import HOUR, MINUTE, NOW, beside, on_server, refused
from tests.integration.walks.world import House, open_house, open_outside, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from jobs.backup_files import Backup
    from jobs.restore import Restored
    from jobs.vault import Vault
    from storage.dsn import Dsn
    from storage.pool import Pool


@asynccontextmanager
async def a_house(dsn: Dsn) -> AsyncIterator[House]:
    async with (
        open_pool(dsn) as pool,
        open_outside() as outside,
        open_house(Store(pool), outside) as house,
    ):
        yield house


async def claimed(store: Store, at: datetime) -> list[str]:
    async with store.transaction() as tx:
        rows = await tx.claims.claim(at, lease=LEASE, owner="t", fencing=9, busy=(), limit=99)
        return [row.dedup_key for row in rows]


async def finish(store: Store, at: datetime, state: DeliveryState) -> str:
    """Take the next alert, and end it so."""
    async with store.transaction() as tx:
        (row,) = await tx.claims.claim(at, lease=LEASE, owner="t", fencing=1, busy=(), limit=1)
        if state is not DeliveryState.SENDING:
            await tx.claims.finish(row.id, state, fencing=1, now=at, message_id=5)
        return row.dedup_key


async def states(store: Store) -> dict[str, tuple[Any, Any]]:
    """Return the state of each alert, and why it is in it."""
    async with store.reading() as tx:
        rows: list[Any] = list(await tx.outbox.rows())
    return {row["dedup_key"]: (row["state"], row["last_error"]) for row in rows}


async def live(house: House) -> None:
    """Looks, closes, kick-offs and results of the first matches, settled."""
    await subscribe(house.store, 1001, Role.OWNER)
    await subscribe(house.store, 1002)
    await house.run("snapshot")
    kick_off = min(view.fixture.kick_off for view in await house.picks())
    for slot in await house.looks(kick_off):
        if slot.job == CLOSING:
            await house.at(slot)
    house.hands.at = kick_off
    await house.run("kick_off")
    house.hands.at = kick_off + timedelta(minutes=115)
    await house.run("settle")
    house.hands.at += timedelta(minutes=13)
    await house.run("settle")


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """A house that lived, was backed up, lived on for an hour, and was restored."""

    made: Backup
    restored: Restored
    before: Mapping[str, tuple[Any, Any]]
    sent: str
    dead: str
    in_flight: str
    said_since: str
    new_since: frozenset[str]
    at: datetime


@pytest.fixture
async def drilled(database: Dsn, vault: Vault) -> Drilled:
    async with a_house(database) as house:
        await live(house)
        at = house.hands.at
        sent = await finish(house.store, at, DeliveryState.SENT)
        dead = await finish(house.store, at, DeliveryState.DEAD)
        in_flight = await finish(house.store, at, DeliveryState.SENDING)
        made = await make_backup(vault, at)
        before = await states(house.store)
        async with house.store.transaction() as tx:
            await tx.claims.lapse(at + HOUR)
        said_since = await finish(house.store, at + HOUR, DeliveryState.SENT)
        house.hands.at = at + HOUR
        await house.run("snapshot")
        new_since = set(await states(house.store)) - set(before)
        said: set[str] = set()
        while not new_since <= said:
            said.add(await finish(house.store, at + HOUR + MINUTE, DeliveryState.SENT))
        await house.run("learn")
    restored = await restore(vault, made.file, at + 2 * HOUR, replace=True)
    return Drilled(
        made=made,
        restored=restored,
        before=before,
        sent=sent,
        dead=dead,
        in_flight=in_flight,
        said_since=said_since,
        new_since=frozenset(new_since),
        at=at + 2 * HOUR,
    )


async def test_after_a_restore_no_alert_of_the_backup_is_said_by_itself(
    database: Dsn, drilled: Drilled
) -> None:
    async with open_pool(database) as pool:
        store = Store(pool)
        after = await states(store)
        assert after[drilled.sent] == drilled.before[drilled.sent]
        assert after[drilled.dead] == drilled.before[drilled.dead]
        assert after[drilled.in_flight][0] == "uncertain"
        assert drilled.before[drilled.said_since][0] == "pending"
        assert after[drilled.said_since] == ("sent", "restored: said after the backup")
        assert not {"pending", "sending"} & {state for state, _ in after.values()}
        async with store.transaction() as tx:
            assert await tx.switches.on(SwitchName.SENDER_PAUSED, drilled.at + 9 * HOUR)
            await tx.switches.turn_off(SwitchName.SENDER_PAUSED, 1001, drilled.at)
            assert await tx.claims.revive(drilled.at) == 0
        assert await claimed(store, drilled.at) == []


async def test_a_restored_house_is_what_was_dumped_and_has_nothing_to_hide(
    database: Dsn, drilled: Drilled
) -> None:
    """Counts equal, the audit and the chain of proofs find nothing."""
    rows, dumped = await count_rows(database), drilled.made.manifest
    assert dumped is not None
    differing = {name for name, n in dumped.rows.items() if rows[name] != n}
    # the restore itself, its pause, and what was said since
    assert differing == {"audit", "switches", "outbox"}
    async with a_house(database) as house:
        told: Any = await audited(house.ctx)
        assert told["faults"] == []
        assert told["looked_at"]["settlements"] > 1
        async with house.store.reading() as tx:
            assert not (await differences(tx))[0]


async def test_a_restored_house_lives_on_and_says_only_what_is_new(
    database: Dsn, drilled: Drilled
) -> None:
    async with a_house(database) as house:
        house.hands.at = drilled.at
        assert (await house.run("snapshot")).state is RunState.DONE
        assert await claimed(house.store, drilled.at) == []
        async with house.store.transaction() as tx:
            await tx.switches.turn_off(SwitchName.SENDER_PAUSED, 1001, drilled.at)
        assert await claimed(house.store, drilled.at + MINUTE) == []
        after = await states(house.store)
        assert {after[key] for key in drilled.new_since} == {
            ("sent", "restored: said after the backup")
        }
        fresh = an_alert("fresh", 1001, created_at=drilled.at, not_before=drilled.at)
        async with house.store.transaction() as tx:
            await tx.outbox.add([replace(fresh, expires_at=drilled.at + HOUR)])
        assert await claimed(house.store, drilled.at + MINUTE) == [fresh.dedup_key]


async def test_what_was_in_use_before_a_restore_stays_beside_it(
    database: Dsn, drilled: Drilled
) -> None:
    aside = drilled.restored.aside
    assert await beside(database) == [aside]
    assert (await count_rows(database.with_database(str(aside))))["artifacts"] >= 0
    assert drilled.restored.known > len(drilled.new_since)


async def test_who_was_forgotten_after_the_backup_is_not_remembered_by_its_restore(
    database: Dsn, vault: Vault
) -> None:
    """Who asked to be forgotten is carried over from the database in use."""
    async with open_pool(database) as pool:
        await subscribe(Store(pool), 1001)
        await pool.execute(
            "create table mon_ps.tombstones (who bytea primary key, at timestamptz)"
        )
        await pool.execute("insert into mon_ps.tombstones values ('before', now())")
        made = await make_backup(vault, NOW)
        await pool.execute("insert into mon_ps.tombstones values ('after', now())")
    await restore(vault, made.file, NOW, replace=True)
    async with open_pool(database) as pool:
        rows = await pool.fetch("select who from mon_ps.tombstones order by who")
    assert [row["who"] for row in rows] == [b"after", b"before"]


async def test_who_was_banned_after_the_backup_stays_so_and_who_was_let_in_again_comes_in(
    database: Dsn, vault: Vault
) -> None:
    ban = Ban(by=1001, at=NOW, until=None, reason="insults")
    async with open_pool(database) as pool:
        store = Store(pool)
        await subscribe(store, 1001)
        async with store.transaction() as tx:
            await tx.bans.put(2001, ban)
            await tx.bans.put(2002, ban)
        made = await make_backup(vault, NOW)
        async with store.transaction() as tx:
            await tx.bans.lift(2001, NOW)
            await tx.bans.put(2002, replace(ban, reason="more insults"))
            await tx.bans.put(2003, ban)
    await restore(vault, made.file, NOW, replace=True)
    async with open_pool(database) as pool, Store(pool).reading() as tx:
        found = [await tx.bans.of(person, NOW + MINUTE) for person in (2001, 2002, 2003)]
    assert [one.reason if one else None for one in found] == [None, "more insults", "insults"]


async def test_what_is_not_empty_is_replaced_only_when_asked_for(pool: Pool, vault: Vault) -> None:
    await subscribe(Store(pool), 1001)
    made = await make_backup(vault, NOW)
    line = await refused(restore(vault, made.file, NOW, replace=False))
    assert "is not empty: --replace" in line
    line = await refused(restore(vault, made.file, NOW, replace=True))
    assert "stop the service first" in line  # the pool of this test is the service
    assert await beside(vault.dsn) == []


async def test_an_empty_database_is_restored_into_without_a_word(
    database: Dsn, vault: Vault
) -> None:
    async with open_pool(database) as pool:
        await subscribe(Store(pool), 1001)
        made = await make_backup(vault, NOW)
    await on_server(database, f"drop database {database.database}")
    await on_server(database, f"create database {database.database}")
    restored = await restore(vault, made.file, NOW, replace=False)
    assert restored.aside is None
    assert await beside(database) == []
    assert (await count_rows(database))["subscribers"] == 1


async def test_a_backup_of_an_older_schema_is_migrated_when_it_is_taken_up(
    database: Dsn, vault: Vault, tmp_path: Path
) -> None:
    """A table fewer then is a table more now; what was in the others came along."""
    files = sorted(MIGRATIONS.glob("*.sql"))
    for file in files[:-1]:
        shutil.copy(file, tmp_path / file.name)
    await on_server(database, f"drop database {database.database}")
    await on_server(database, f"create database {database.database}")
    connection = await connect(database)
    await migrate(connection, tmp_path)
    await connection.execute("insert into mon_ps.holds values (7, now())")
    await connection.close()
    made = await make_backup(vault, NOW)
    checked = await check_restore(vault, NOW)
    assert checked.migrated == (files[-1].name,)
    restored = await restore(vault, made.file, NOW, replace=True)
    assert restored.migrated == (files[-1].name,)
    assert (await count_rows(database))["holds"] == 1


async def test_an_account_that_may_make_no_database_is_told_so_in_one_line(
    database: Dsn, vault: Vault
) -> None:
    role = f"r{uuid4().hex}"
    await on_server(database, f"create role {role} login password 'canary'")
    name = f"own_{role[:12]}"
    await on_server(database, f"create database {name} owner {role}")
    host = database.masked.partition("//")[2].partition("/")[0]
    own = read_dsn(f"postgresql://{role}:canary@{host}/{name}?sslmode=disable")
    async with open_pool(own) as pool:
        await migrate(pool)
    theirs = replace(vault, dsn=own)
    made = await make_backup(theirs, NOW)
    line = await refused(restore(theirs, made.file, NOW, replace=True))
    assert "createdb" in line
    await on_server(database, f"drop database {name} with (force)")
    await on_server(database, f"drop role {role}")


async def spoil(file: Path, how: str) -> str:
    """Do to a backup what disks and people do; return what the refusal must say."""
    beside_it = file.with_name(f"{file.name}.json")
    if how == "cut off":
        file.write_bytes(file.read_bytes()[:-100])
        return "cut off"
    if how == "a byte":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        return "its checksum differs"
    if how == "gone":
        file.unlink()
        return "there is no backup"
    if how == "no manifest":
        beside_it.unlink()
        return "its manifest"
    manifest = json.loads(beside_it.read_text())
    if how == "newer code":
        manifest["migrations"]["9999_later.sql"] = "0" * 64
        said = "applied by newer code than this"
    elif how == "newer manifest":
        manifest["version"] = 99
        said = "written by a newer version"
    else:
        manifest["rows"]["subscribers"] += 1
        said = "subscribers: 1 rows, 2 were dumped"
    beside_it.write_text(json.dumps(manifest))
    return said


@pytest.mark.parametrize(
    "how",
    ["cut off", "a byte", "gone", "no manifest", "newer code", "newer manifest", "other rows"],
)
async def test_a_spoiled_backup_is_refused_in_one_line_and_nothing_changes(
    database: Dsn, vault: Vault, how: str
) -> None:
    async with open_pool(database) as pool:
        await subscribe(Store(pool), 1001)
        made = await make_backup(vault, NOW)
        said = await spoil(made.file, how)
        if how != "gone":
            assert said in await refused(check_restore(vault, NOW))
    assert said in await refused(restore(vault, made.file, NOW, replace=True))
    assert await beside(database) == []
    assert (await count_rows(database))["switches"] == 0
