"""Roles that were given, invitations, bans: one at a time, with or without an end."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from engine.domain.alert import Role
from storage.access import Ban, Grant, Invitation, Redeemed
from storage.broadcasts import Broadcast, Reached
from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect, open_pool
from storage.store import Store
from tests.builders import NOW
from tests.integration.storage.shelf import MINUTE, a_person

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Pool

DAY = timedelta(days=1)
SAM, OWNER = 1004, 1001


def an_invitation(**changes: object) -> Invitation:
    made = {"role": Role.MEMBER, "created_by": OWNER, "created_at": NOW, "expires_at": NOW + DAY}
    return Invitation(**{**made, **changes})  # type: ignore[arg-type]  # a test's own fields


async def redeem(store: Store, user: int, now: datetime = NOW, known: Role | None = None) -> str:
    async with store.transaction() as tx:
        end, _ = await tx.invitations.redeem("hash", user, now, known=known, by_settings=False)
    return end


async def test_an_invitation_for_two_lets_two_in_each_once(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.invitations.make("hash", an_invitation(uses=2))
    found = [await redeem(store, user) for user in (1, 1, 2, 3)]
    assert found == [Redeemed.GRANTED, Redeemed.USED, Redeemed.GRANTED, Redeemed.USED]
    async with store.reading() as tx:
        assert await tx.invitations.open(NOW) == ()


async def test_why_a_code_lets_nobody_in_is_told_apart(store: Store) -> None:
    async with store.transaction() as tx:
        number = await tx.invitations.make("hash", an_invitation())
    assert await redeem(store, SAM, NOW + DAY) is Redeemed.EXPIRED
    assert await redeem(store, SAM, known=Role.MEMBER) is Redeemed.NOT_NEEDED
    async with store.transaction() as tx:
        assert [one.used for one in await tx.invitations.open(NOW)] == [0]
        assert await tx.invitations.revoke(number, NOW)
        assert not await tx.invitations.revoke(number, NOW)
    assert await redeem(store, SAM) is Redeemed.REVOKED


async def test_a_role_lasts_from_when_its_holder_came(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.invitations.make("hash", an_invitation(role_lasts=DAY))
    assert await redeem(store, SAM, NOW + MINUTE) is Redeemed.GRANTED
    until = NOW + MINUTE + DAY
    async with store.reading() as tx:
        assert await tx.access.granted(SAM, NOW) == Grant(role=Role.MEMBER, until=until)
        assert await tx.access.granted(SAM, until) is None
        assert await tx.access.withheld(SAM, until - MINUTE) is None
        assert await tx.access.withheld(SAM, until) == "role over"


async def test_what_settings_leave_is_told_on_but_not_what_is_for_admins(store: Store) -> None:
    grant = Grant(role=Role.ADMIN, until=NOW)
    async with store.transaction() as tx:
        await tx.access.give(SAM, grant, by=OWNER, now=NOW - DAY, by_settings=False)
        await tx.access.note_settings([SAM])
        assert await tx.access.withheld(SAM, NOW) is None
        assert await tx.access.withheld(SAM, NOW, for_keepers=True) == "role over"
        await tx.access.note_settings([])
        assert await tx.access.withheld(SAM, NOW) == "role over"


async def test_a_ban_holds_until_its_end_and_is_told_once_a_day(store: Store) -> None:
    ban = Ban(by=OWNER, at=NOW, until=NOW + 2 * DAY, reason='<b>&"🎯')
    async with store.transaction() as tx:
        await tx.bans.put(SAM, ban)
        assert await tx.bans.of(SAM, NOW) == ban
        assert await tx.access.withheld(SAM, NOW) == "banned"
        told = [await tx.bans.tell(SAM, NOW + after) for after in (MINUTE, DAY, DAY + MINUTE)]
        assert told == [True, False, True]
        assert await tx.bans.of(SAM, NOW + 2 * DAY) is None
        assert await tx.access.withheld(SAM, NOW + 2 * DAY) is None
        assert await tx.bans.lift(SAM, NOW)
        assert not await tx.bans.lift(SAM, NOW)


async def test_people_are_paged_with_what_is_known_of_them(store: Store) -> None:
    async with store.transaction() as tx:
        for user in range(1, 6):
            await tx.people.save(a_person(user), NOW + user * MINUTE)
        await tx.access.give(2, Grant(role=Role.ANALYST), by=OWNER, now=NOW, by_settings=False)
        await tx.bans.put(3, Ban(by=OWNER, at=NOW))
        await tx.access.seen(2, NOW + DAY)
        await tx.access.seen(2, NOW + DAY + MINUTE / 2)
        page, total = await tx.access.people(NOW, offset=1, limit=2)
    assert (total, [one.user_id for one in page]) == (5, [2, 3])
    assert page[0].grant == Grant(role=Role.ANALYST)
    assert page[0].seen_at == NOW + DAY
    assert page[1].ban == Ban(by=OWNER, at=NOW)


async def test_an_announcement_is_counted_and_stopped_once(store: Store, pool: Pool) -> None:
    made = Broadcast(
        made_by=OWNER,
        made_at=NOW,
        segment="all",
        texts={"fr": "Bonjour"},
        recipients=5,
        chat_id=OWNER,
        language="fr",
    )
    async with store.transaction() as tx:
        number = await tx.broadcasts.add(made)
    ends = [("sent", None), ("cancelled", "blocked"), ("dead", "unreachable"), ("dead", "poison")]
    for chat, (state, error) in enumerate([*ends, ("pending", None)], start=1):
        await pool.execute(
            "insert into outbox (dedup_key, chat_id, kind, version, priority, state, last_error,"
            " created_at, not_before, expires_at)"
            " values ($1::text, $2, 'announcement', $3, 90, $4, $5, $6, $6, $6)",
            str(chat),
            chat,
            f"broadcast/{number}",
            state,
            error,
            NOW,
        )
    async with store.transaction() as tx:
        counted = await tx.broadcasts.reached(number)
        assert counted == Reached(waiting=1, sent=1, blocked=2, failed=1)
        assert await tx.broadcasts.stop(number, NOW)
        assert not await tx.broadcasts.stop(number, NOW)
        ended = await tx.broadcasts.reached(number)
        assert ended == Reached(sent=1, blocked=2, failed=1, stopped=1)
        await tx.broadcasts.show(number, ended, NOW)
        assert await tx.broadcasts.under_way() == ()


async def test_who_came_by_an_invitation_before_roles_were_given_keeps_the_strongest(
    cluster: Dsn, tmp_path: Path
) -> None:
    name = f"old_{uuid4().hex}"
    conn = await connect(cluster)
    await conn.execute(f"create database {name}")
    for file in sorted(MIGRATIONS.glob("*.sql")):
        if file.name < "0032":
            shutil.copy(file, tmp_path)
    async with open_pool(cluster.with_database(name)) as pool:
        await migrate(pool, tmp_path)
        for code, role, user in (
            ("a", "viewer", SAM),
            ("b", "admin", SAM),
            ("hash", "member", None),
        ):
            await pool.execute(
                "insert into invites (code_hash, role, created_by, created_at, expires_at,"
                " used_by, used_at) values ($1, $2, $3, $4, $5, $6, $4)",
                code,
                role,
                OWNER,
                NOW,
                NOW + DAY,
                user,
            )
        await migrate(pool)
        store = Store(pool)
        async with store.reading() as tx:
            assert await tx.access.granted(SAM, NOW) == Grant(role=Role.ADMIN)
            assert len(await tx.invitations.open(NOW)) == 1
        assert await redeem(store, 7) is Redeemed.GRANTED
    await conn.execute(f"drop database {name}")
    await conn.close()
