"""The house from inside: health, invitations, and what happens when something breaks."""

import re
from datetime import timedelta

import pytest
import structlog

from engine.domain.alert import Role
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, STRANGER, VIEWER, House, open_house


async def code_from(house: House, role: str) -> str:
    [shown] = await house.write(OWNER, f"/invite {role}")
    found = re.search(r"start=([\w-]+)", shown["text"])
    assert found
    return found[1]


async def test_the_owner_sees_how_the_service_fares(pool: Pool) -> None:
    async with open_house(pool) as house:
        async with house.store.transaction() as tx:
            await tx.runs.begin("snapshot", house.clock.now, house.clock.now, 1)
        [shown] = await house.write(OWNER, "/sante")
        for words in (
            "PostgreSQL 18",
            "File d’envoi",
            "relevé des cotes",
            "en cours",
            "Clôtures en 30 jours : 0/0",
        ):
            assert words in shown["text"]
        [same] = await house.write(OWNER, "/health")
        assert same["text"] == shown["text"]


async def test_an_invitation_lets_one_stranger_in_once(pool: Pool) -> None:
    async with open_house(pool) as house:
        code = await code_from(house, "membre")
        [greeting] = await house.write(STRANGER, f"/start {code}")
        assert "Sam" in greeting["text"]
        async with house.store.reading() as tx:
            person = await tx.people.get(STRANGER)
        assert person
        assert (person.role, person.wants_picks) == (Role.MEMBER, True)
        [picks] = await house.write(STRANGER, "/picks")
        assert "No open pick" in picks["text"]
        stored = await pool.fetch("select code_hash from invites")
        assert all(code not in row["code_hash"] for row in stored)


async def test_a_used_code_lets_nobody_else_in(pool: Pool) -> None:
    async with open_house(pool) as house:
        code = await code_from(house, "member")
        await house.write(VIEWER, f"/start {code}")
        async with house.store.reading() as tx:
            person = await tx.people.get(VIEWER)
        assert person
        assert person.role is Role.MEMBER
        [refusal] = await house.write(STRANGER, f"/start {code}")
        assert "private" in refusal["text"]


async def test_an_expired_code_is_refused_like_any_stranger(pool: Pool) -> None:
    async with open_house(pool) as house:
        code = await code_from(house, "viewer")
        house.clock.now += timedelta(hours=49)
        [refusal] = await house.write(STRANGER, f"/start {code}")
        assert "private" in refusal["text"]


async def test_a_weaker_invitation_takes_nothing_away(pool: Pool) -> None:
    async with open_house(pool) as house:
        code = await code_from(house, "viewer")
        await house.write(MEMBER, f"/start {code}")
        async with house.store.reading() as tx:
            person = await tx.people.get(MEMBER)
        assert person
        assert (person.role, person.wants_picks) == (Role.MEMBER, True)


@pytest.mark.parametrize("words", ["", " owner", " boss"])
async def test_an_invitation_needs_a_role_that_may_be_given(pool: Pool, words: str) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, f"/invite{words}")
        assert "/invite lecteur" in shown["text"]
        assert await pool.fetchval("select count(*) from invites") == 0


async def test_a_failure_shows_a_reference_and_no_traceback(pool: Pool) -> None:
    async with open_house(pool) as house:
        await pool.execute("alter table picks rename to lost")
        with structlog.testing.capture_logs() as logs:
            [shown] = await house.write(MEMBER, "/picks")
        [failed] = [entry for entry in logs if entry["event"] == "handler_failed"]
        assert failed["reference"] in shown["text"]
        assert "picks" not in shown["text"]
        assert "Réessayez" in shown["text"]
        assert len(shown["text"]) < 200
