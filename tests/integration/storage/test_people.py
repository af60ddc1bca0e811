"""People: who may do what; invitations are used once; updates are handled once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest

from engine.domain.alert import Role
from storage.access import Grant, Invitation
from tests.builders import NOW
from tests.integration.storage.shelf import MINUTE, a_person

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

DAY = timedelta(days=1)


async def invite(store: Store, code: str = "hash", role: Role = Role.MEMBER) -> None:
    async with store.transaction() as tx:
        made = Invitation(role=role, created_by=1001, created_at=NOW, expires_at=NOW + DAY)
        await tx.invitations.make(code, made)


async def redeem(store: Store, user: int, code: str = "hash", after: timedelta = MINUTE) -> object:
    async with store.transaction() as tx:
        _, grant = await tx.invitations.redeem(
            code, user, NOW + after, known=None, by_settings=False
        )
        return grant.role if grant else None


async def test_a_person_comes_back_as_they_are_and_a_stranger_does_not(store: Store) -> None:
    person = a_person(name='Zoë <"&🎯')
    async with store.transaction() as tx:
        await tx.people.save(person, NOW)
        assert await tx.people.get(1002) == person
        assert await tx.people.get(1004) is None


async def test_pressing_start_again_changes_what_they_told_us_not_when_they_came(
    store: Store, pool: Pool
) -> None:
    async with store.transaction() as tx:
        await tx.people.save(a_person(), NOW)
        await tx.people.save(a_person(language="en", state="blocked"), NOW + MINUTE)
        again = await tx.people.get(1002)
    row = await pool.fetchrow("select started_at, updated_at from subscribers")
    assert row is not None
    assert tuple(row) == (NOW, NOW + MINUTE)
    assert again == a_person(language="en", state="blocked")


async def test_picks_are_pushed_to_active_members_and_above_who_want_them(store: Store) -> None:
    people = (
        a_person(1, role=Role.OWNER),
        a_person(2, role=Role.ADMIN),
        a_person(3),
        a_person(4, role=Role.VIEWER),
        a_person(5, wants_picks=False),
        a_person(6, state="blocked"),
    )
    async with store.transaction() as tx:
        for person in people:
            await tx.people.save(person, NOW)
        assert [one.user_id for one in await tx.people.subscribers()] == [1, 2, 3]


async def test_owners_hear_of_trouble_whether_they_want_picks_or_not(store: Store) -> None:
    people = (
        a_person(1, role=Role.OWNER, wants_picks=False),
        a_person(2, role=Role.ADMIN),
        a_person(3, role=Role.OWNER, state="blocked"),
    )
    async with store.transaction() as tx:
        for person in people:
            await tx.people.save(person, NOW)
        assert [one.user_id for one in await tx.people.owners()] == [1]


async def test_each_setting_changes_alone_and_for_one_person(store: Store) -> None:
    mine, other = a_person(1002), a_person(1003)
    async with store.transaction() as tx:
        for person in (mine, other):
            await tx.people.save(person, NOW)
        await tx.people.set_language(1002, "en", NOW)
        await tx.people.set_wants_picks(1002, False, NOW)
        await tx.people.set_state(1002, "unreachable", NOW)
        assert await tx.people.get(1002) == replace(
            mine, language="en", wants_picks=False, state="unreachable"
        )
        assert await tx.people.get(1003) == other


async def test_a_group_that_became_a_supergroup_is_followed(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.people.save(a_person(chat_id=-5), NOW)
        await tx.people.migrate_chat(-5, -1005)
        await tx.people.set_state(-1005, "blocked", NOW)
        assert await tx.people.get(1002) == a_person(chat_id=-1005, state="blocked")


async def test_an_invitation_gives_its_role_once(store: Store) -> None:
    await invite(store, role=Role.ADMIN)
    assert await redeem(store, 1004) is Role.ADMIN
    assert await redeem(store, 1005) is None
    assert await redeem(store, 1004) is None
    async with store.reading() as tx:
        assert await tx.access.granted(1004, NOW) == Grant(role=Role.ADMIN)
        assert await tx.access.granted(1005, NOW) is None


async def test_two_people_with_one_code_at_once_are_not_both_let_in(store: Store) -> None:
    await invite(store)
    found = await asyncio.gather(*(redeem(store, user) for user in range(1, 6)))
    assert sorted(found, key=str) == [None, None, None, None, Role.MEMBER]


@pytest.mark.parametrize("after", [DAY, DAY + MINUTE])
async def test_an_invitation_that_is_over_lets_nobody_in(store: Store, after: timedelta) -> None:
    await invite(store)
    assert await redeem(store, 1004, after=after) is None


async def test_an_unknown_code_is_nobody_s(store: Store) -> None:
    await invite(store)
    assert await redeem(store, 1004, code="guess") is None


async def test_the_same_code_is_not_handed_out_twice(store: Store) -> None:
    await invite(store)
    with pytest.raises(asyncpg.UniqueViolationError):
        await invite(store)


async def test_an_update_is_new_once(store: Store) -> None:
    seen = []
    for update in (7, 7, 8):
        async with store.transaction() as tx:
            seen.append(await tx.updates.first_seen(update, NOW))
    assert seen == [True, False, True]


async def test_an_update_whose_handling_failed_is_new_again(store: Store) -> None:
    """Else Telegram's second attempt would be dropped, and the person's wish with it."""
    with pytest.raises(KeyError):  # noqa: PT012  # the fault comes after the update was seen
        async with store.transaction() as tx:
            assert await tx.updates.first_seen(7, NOW)
            raise KeyError
    async with store.transaction() as tx:
        assert await tx.updates.first_seen(7, NOW)


async def test_old_updates_are_forgotten_and_younger_ones_are_not(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.updates.first_seen(1, NOW)
        await tx.updates.first_seen(2, NOW + MINUTE)
        await tx.updates.forget(NOW + MINUTE)
        assert await tx.updates.first_seen(1, NOW + MINUTE)
        assert not await tx.updates.first_seen(2, NOW + MINUTE)


async def test_the_audit_says_who_did_what_even_twice_in_one_instant(
    store: Store, pool: Pool
) -> None:
    async with store.transaction() as tx:
        for job in ("snapshot", "settle"):
            await tx.audit.add(1001, "run", {"job": job}, NOW)
    rows = await pool.fetch("select at, user_id, action, detail from audit order by id")
    assert [tuple(row) for row in rows] == [
        (NOW, 1001, "run", {"job": "snapshot"}),
        (NOW, 1001, "run", {"job": "settle"}),
    ]
