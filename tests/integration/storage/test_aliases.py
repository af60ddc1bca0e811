"""What people say unknown names mean: at once, once, and never against the sense."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from config.catalogue import load_catalogue
from engine.collect.known import UnmatchedName
from engine.domain.errors import Unmatched
from tests.builders import KICK_OFF, NOW

if TYPE_CHECKING:
    from storage.aliases import Waiting
    from storage.pool import Pool
    from storage.store import Store

TABLES = load_catalogue().names
ADMIN = 1001
EPL = "soccer_epl"
GUNNERS = UnmatchedName(
    provider="odds_api",
    competition=EPL,
    name="The Gunners",
    opponent="Chelsea",
    kick_off=KICK_OFF,
    suggestions=(("arsenal", 62.5),),
)


async def waiting(store: Store) -> tuple[Waiting, ...]:
    async with store.reading() as tx:
        return await tx.aliases.waiting()


async def queue(store: Store, *names: UnmatchedName) -> tuple[Waiting, ...]:
    async with store.transaction() as tx:
        await tx.fixtures.queue_unmatched(names, NOW)
    return await waiting(store)


async def meaning(store: Store, spelling: str, competition: str = EPL) -> str | None:
    async with store.reading() as tx:
        team = (await tx.aliases.names(TABLES)).resolve(competition, spelling)
    return None if team is None else team.key


async def test_an_accepted_name_holds_at_once_for_every_provider_and_leaves_the_queue(
    store: Store,
) -> None:
    other = replace(GUNNERS, provider="api_football", name="THE GUNNERS FC")
    same = replace(GUNNERS, provider="api_football", name="the  gunners")
    queued = await queue(store, GUNNERS, other, same)
    assert await meaning(store, "The Gunners") is None
    first = next(each for each in queued if each.name == "The Gunners")
    assert first.suggestions == (("arsenal", 62.5),)
    async with store.transaction() as tx:
        said = await tx.aliases.accept(TABLES, first.id, "arsenal", by=ADMIN, now=NOW)
    assert (said.team.name, said.already) == ("Arsenal", False)
    assert await meaning(store, "The Gunners") == "arsenal"
    assert await meaning(store, "the gunners", "soccer_efl_champ") is None
    assert await waiting(store) == ()


async def test_the_same_said_twice_is_one_word_in_the_audit(store: Store, pool: Pool) -> None:
    (name,) = await queue(store, GUNNERS)
    said = []
    for _ in range(2):
        async with store.transaction() as tx:
            said.append(await tx.aliases.accept(TABLES, name.id, "arsenal", by=ADMIN, now=NOW))
    assert [each.already for each in said] == [False, True]
    assert said[0].alias_id == said[1].alias_id
    rows = await pool.fetch("select user_id, action, detail from audit")
    assert [(row["user_id"], row["action"]) for row in rows] == [(ADMIN, "alias_accepted")]
    assert rows[0]["detail"]["team"] == "arsenal"


async def test_a_word_taken_back_puts_the_name_back_and_can_be_said_anew(store: Store) -> None:
    (name,) = await queue(store, GUNNERS)
    async with store.transaction() as tx:
        said = await tx.aliases.accept(TABLES, name.id, "tottenham_hotspur", by=ADMIN, now=NOW)
    async with store.transaction() as tx:
        assert await tx.aliases.undo(said.alias_id, by=ADMIN, now=NOW)
        assert not await tx.aliases.undo(said.alias_id, by=ADMIN, now=NOW)
    assert await meaning(store, "The Gunners") is None
    assert [each.id for each in await waiting(store)] == [name.id]
    async with store.transaction() as tx:
        await tx.aliases.accept(TABLES, name.id, "arsenal", by=ADMIN, now=NOW)
    assert await meaning(store, "The Gunners") == "arsenal"


@pytest.mark.parametrize(
    ("name", "key", "reason"),
    [
        ("Arsenal Women", "arsenal", "another_squad"),
        ("Arsenal U21", "arsenal", "another_squad"),
        ("Gunners B", "arsenal", "another_squad"),
        ("The Pensioners", "chelsea", "plays_itself"),
        ("Dons", "wimbledon_1889", "former_team"),
        ("Dons", "the_dons", "unknown_team"),
    ],
)
async def test_what_cannot_be_is_refused_whoever_says_it(
    store: Store, name: str, key: str, reason: str
) -> None:
    (queued,) = await queue(store, replace(GUNNERS, name=name))
    async with store.transaction() as tx:
        with pytest.raises(Unmatched) as refused:
            await tx.aliases.accept(TABLES, queued.id, key, by=ADMIN, now=NOW)
    assert refused.value.reason == reason
    assert await meaning(store, name) is None
    assert [each.id for each in await waiting(store)] == [queued.id]


async def test_a_second_opinion_must_take_the_first_back(store: Store) -> None:
    (name,) = await queue(store, GUNNERS)
    async with store.transaction() as tx:
        await tx.aliases.accept(TABLES, name.id, "arsenal", by=ADMIN, now=NOW)
    async with store.transaction() as tx:
        with pytest.raises(Unmatched, match="undo that first"):
            await tx.aliases.accept(TABLES, name.id, "everton", by=ADMIN, now=NOW)
        with pytest.raises(Unmatched, match="undo that first"):
            await tx.aliases.ignore(name.id, by=ADMIN, now=NOW)
        with pytest.raises(Unmatched, match="no name has the number"):
            await tx.aliases.accept(TABLES, name.id + 1, "everton", by=ADMIN, now=NOW)
    assert await meaning(store, "The Gunners") == "arsenal"


async def test_a_club_no_table_has_can_be_added_once(store: Store) -> None:
    new, again = await queue(
        store,
        replace(GUNNERS, name="Moon Rovers"),
        replace(GUNNERS, name="Rovers of the Moon", provider="api_football"),
    )
    async with store.transaction() as tx:
        said = await tx.aliases.add_team(TABLES, new.id, "Moon  Rovers", by=ADMIN, now=NOW)
        twice = await tx.aliases.add_team(TABLES, new.id, "Moon Rovers", by=ADMIN, now=NOW)
    assert (said.team.key, said.team.name) == ("moon_rovers", "Moon Rovers")
    assert (twice.alias_id, twice.already) == (said.alias_id, True)
    async with store.transaction() as tx:
        for name in ("Moon Rovers", "Arsenal", "★"):
            with pytest.raises(Unmatched):
                await tx.aliases.add_team(TABLES, again.id, name, by=ADMIN, now=NOW)
        await tx.aliases.accept(TABLES, again.id, "moon_rovers", by=ADMIN, now=NOW)
    assert await meaning(store, new.name) == await meaning(store, again.name) == "moon_rovers"


async def test_a_name_that_is_nobodys_is_not_shown_again_until_taken_back(store: Store) -> None:
    (name,) = await queue(store, GUNNERS)
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.aliases.ignore(name.id, by=ADMIN, now=NOW)
    async with store.transaction() as tx:
        await tx.fixtures.queue_unmatched([GUNNERS], NOW + timedelta(hours=4))
    assert await waiting(store) == ()
    async with store.transaction() as tx:
        assert await tx.aliases.undo_ignore(name.id, by=ADMIN, now=NOW)
        assert not await tx.aliases.undo_ignore(name.id, by=ADMIN, now=NOW)
    assert [each.seen for each in await waiting(store)] == [2]


async def test_a_waiting_name_shows_the_match_it_was_last_seen_in(store: Store) -> None:
    await queue(store, GUNNERS)
    async with store.transaction() as tx:
        later = replace(GUNNERS, opponent="Everton", kick_off=KICK_OFF + timedelta(days=7))
        await tx.fixtures.queue_unmatched([later], NOW + timedelta(hours=4))
    (name,) = await waiting(store)
    assert (name.opponent, name.kick_off) == ("Everton", KICK_OFF + timedelta(days=7))


async def test_a_spelling_can_be_said_before_any_feed_writes_it(store: Store) -> None:
    async with store.transaction() as tx:
        said = await tx.aliases.say(TABLES, EPL, "Gooners", "arsenal", by=ADMIN, now=NOW)
        with pytest.raises(Unmatched, match="means arsenal already"):
            await tx.aliases.say(TABLES, EPL, "GOONERS", "everton", by=ADMIN, now=NOW)
        with pytest.raises(Unmatched, match="women"):
            await tx.aliases.say(TABLES, EPL, "Gooners W", "arsenal", by=ADMIN, now=NOW)
        with pytest.raises(Unmatched, match="soccer_of_the_moon"):
            await tx.aliases.say(
                TABLES, "soccer_of_the_moon", "Gooners", "arsenal", by=ADMIN, now=NOW
            )
    assert await meaning(store, "gooners") == "arsenal"
    assert said.spelling == "Gooners"


async def test_two_people_saying_different_things_at_once_leave_one_word(store: Store) -> None:
    (name,) = await queue(store, GUNNERS)

    async def tap(key: str) -> str:
        try:
            async with store.transaction() as tx:
                said = await tx.aliases.accept(TABLES, name.id, key, by=ADMIN, now=NOW)
        except Unmatched as refused:
            return refused.reason
        return said.team.key

    answers = sorted(await asyncio.gather(*(tap(key) for key in ("arsenal", "everton"))))
    assert answers[0] == "already_said"
    assert answers[1] == await meaning(store, "The Gunners")
