"""A person's data: told whole, taken away whole, and not brought back by a backup."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.domain.alert import AlertKind
from engine.domain.preferences import Preferences
from engine.domain.wish import Mute, MuteKind
from tests.e2e.bot_house import MEMBER, OWNER, House, a_pick, open_house
from tests.integration.storage.shelf import an_alert

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from storage.pool import Pool

TABLES = (
    ("subscribers", "user_id"),
    ("preferences", "user_id"),
    ("mutes", "chat_id"),
    ("presets", "chat_id"),
    ("bets", "user_id"),
    ("passes", "user_id"),
    ("parked", "user_id"),
    ("audit", "user_id"),
    ("outbox", "chat_id"),
    ("bankrolls", "owner"),
)


async def lived(house: House) -> Pick:
    """Let the member leave something everywhere, and hold a card that was sent."""
    await house.write(MEMBER, "/start")
    pick = await a_pick(house.store, after=timedelta(hours=3))
    other = await a_pick(house.store, after=timedelta(hours=4), home="OM")
    await house.write(MEMBER, "/pris 1")
    await house.write(MEMBER, "/passe 2 gone")
    await house.write(MEMBER, "/preset save Soir odds>=1.5")
    async with house.store.transaction() as tx:
        await tx.preferences.save(MEMBER, Preferences(morning=60), house.clock.now)
        mute = Mute(kind=MuteKind.TEAM, key="om")
        await tx.readers.mute(MEMBER, mute, "OM", house.clock.now)
        for one in (pick, other):
            card = an_alert("new", MEMBER, kind=AlertKind.PICK, pick_id=one.id)
            await tx.outbox.add([card])
        await tx.audit.add(MEMBER, "invite_used", {}, house.clock.now)
    return pick


async def rows(pool: Pool, user: int) -> dict[str, int]:
    found = {}
    for table, column in TABLES:
        sql = f"select count(*) from {table} where {column} = $1"  # noqa: S608  # names of this file
        found[table] = await pool.fetchval(sql, user)
    return found


async def forget(house: House) -> Any:
    [asked] = await house.write(MEMBER, "/forget_me")
    await house.tap(MEMBER, asked, "Confirmer")
    [told] = await house.see(MEMBER)
    return told


async def test_all_that_is_kept_comes_in_one_file(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        [sent] = await house.write(MEMBER, "/export_me")
        [file] = sent["files"]
        stored = house.people
        async with stored._session.get(file["url"]) as answer:  # the emulator's own session
            body = await answer.read()
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            told = json.loads(archive.read("mon_ps.json"))
        assert told["person"][0]["user_id"] == MEMBER
        assert [one["pick"] for one in told["bets"]] == [1]
        assert {name for name, found in told.items() if found} >= {"mutes", "presets", "messages"}


async def test_whoever_asks_twice_is_forgotten_whole_and_only_they(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        pick = await lived(house)
        await pool.execute(
            "update outbox set state = 'sent', finished_at = $1, message_id = 5"
            " where pick_id = $2",
            house.clock.now,
            pick.id,
        )
        before = await rows(pool, OWNER)
        told = await forget(house)
        assert "plus rien" in told["text"]
        assert set((await rows(pool, MEMBER)).values()) == {0}
        assert await rows(pool, OWNER) == before
        kept = await pool.fetch("select chat_id, state from outbox where pick_id = $1", pick.id)
        assert [(row["chat_id"], row["state"]) for row in kept] == [(0, "sent")]
        balances = await pool.fetchval("select coalesce(sum(amount), 0) from ledger_postings")
        assert balances == 0


async def test_nothing_more_is_said_to_who_was_forgotten(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await lived(house)
        await pool.execute(
            "update outbox set state = 'sent', finished_at = $1 where pick_id = $2",
            house.clock.now,
            pick.id,
        )
        await forget(house)
        edit = an_alert("later", 0, kind=AlertKind.PRICE, pick_id=pick.id)
        async with house.store.transaction() as tx:
            assert await tx.outbox.add([edit]) == 0
            assert await tx.readers.listening(house.clock.now, house.door.money.time_zone) == ()


async def test_a_backup_that_brings_somebody_back_forgets_them_again(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        await forget(house)
        async with house.store.transaction() as tx:  # as a restore would bring it back
            await tx.preferences.save(MEMBER, Preferences(morning=60), house.clock.now)
        later = house.clock.now + timedelta(days=1)
        async with house.store.transaction() as tx:
            assert await tx.forgetting.replay(later) == 1
            assert await tx.forgetting.replay(later) == 0
        assert set((await rows(pool, MEMBER)).values()) == {0}


async def test_who_comes_back_by_themselves_is_not_forgotten_again(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        await forget(house)
        house.clock.now += timedelta(hours=1)
        await house.write(MEMBER, "/start")
        async with house.store.transaction() as tx:
            assert await tx.forgetting.replay(house.clock.now) == 0
            assert await tx.people.get(MEMBER) is not None


async def test_asked_once_nothing_goes(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        [asked] = await house.write(MEMBER, "/forget_me")
        assert "ne se reprend pas" in asked["text"]
        await house.tap(MEMBER, asked, "Annuler")
        await house.see(MEMBER)
        assert (await rows(pool, MEMBER))["subscribers"] == 1
