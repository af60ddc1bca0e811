"""A name nobody knows: it waits, a person says what it means, the next look knows it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from jobs.names_commands import add_names_commands
from jobs.runner import Runner
from sandbox.world.leagues import LEAGUES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from engine.collect.names import Names
    from jobs.context import Context
    from tests.integration.walks.world import House

    Work = Callable[[Context], Coroutine[Any, Any, Mapping[str, Any]]]

LEAGUE = LEAGUES[0].sport_key
STRANGER = LEAGUES[0].teams[0].name


@pytest.fixture
def poorer(house: House) -> House:
    """The same house with tables that lack one team's spellings."""
    ctx = replace(house.ctx, names=without(house.ctx.names, STRANGER))
    return replace(house, ctx=ctx, runner=Runner(ctx))


def without(names: Names, name: str) -> Names:
    team = names.resolve(LEAGUE, name)
    assert team is not None
    scope = names.scopes[LEAGUE]
    left = replace(
        scope,
        exact={each: key for each, key in scope.exact.items() if key != team.key},
        bare={each: key for each, key in scope.bare.items() if key != team.key},
    )
    return replace(names, scopes={**names.scopes, LEAGUE: left})


async def say(house: House, *words: str) -> str:
    """Run a command as a person does, over the house's context; a refusal is what it raises."""
    loop = asyncio.get_running_loop()

    def run(work: Work) -> Mapping[str, Any]:
        return asyncio.run_coroutine_threadsafe(_of(work(house.ctx)), loop).result(10)

    app = typer.Typer()
    add_names_commands(app, run)
    result = await asyncio.to_thread(CliRunner().invoke, app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


async def _of(work: Coroutine[Any, Any, Mapping[str, Any]]) -> Mapping[str, Any]:
    return await work


async def look(house: House) -> Mapping[str, Any]:
    return (await house.run("snapshot")).report


async def test_an_accepted_name_matches_in_the_next_look_and_waits_again_once_taken_back(
    poorer: House,
) -> None:
    key = LEAGUES[0].teams[0]
    first = await look(poorer)
    assert first["unmatched"]
    assert first["rejected"]["unmatched_team"]
    async with poorer.store.reading() as tx:
        waiting = next(one for one in await tx.aliases.waiting() if one.name == STRANGER)
    listed = await say(poorer, "unmatched")
    assert f"#{waiting.id} {STRANGER!r}" in listed
    team = next(t for t in poorer.ctx.names.teams.values() if t.name == key.name)
    said = await say(poorer, "unmatched", "accept", str(waiting.id), team.key)
    assert f"means from the next look on: {team.name} [{team.key}]" in said
    assert await say(poorer, "unmatched") == "Every name is known.\n"
    poorer.hands.at += timedelta(hours=1)
    second = await look(poorer)
    assert second["unmatched"] == 0
    assert "unmatched_team" not in second["rejected"]
    assert any(team in (one.home, one.away) for one in await poorer.fixtures())
    undone = await say(poorer, "unmatched", "undo", said.split()[-1])
    assert undone == "Taken back.\n"
    assert f"#{waiting.id} " in await say(poorer, "unmatched", "list")
    poorer.hands.at += timedelta(hours=1)
    third = await look(poorer)
    assert third["unmatched"]


async def test_a_stored_match_is_found_as_people_write_it_and_a_slip_is_asked_back(
    house: House,
) -> None:
    await house.run("snapshot")
    fixture = (await house.fixtures())[0]
    line = f"{fixture.home.name} - {fixture.away.name}  [{fixture.competition}, scheduled,"
    found = await say(house, "match", f"{fixture.away.name} v {fixture.home.name}".upper())
    assert line in found
    day = f"{fixture.kick_off:%Y-%m-%d}"
    slip = f"{fixture.home.name[:-1]}q - {fixture.away.name}"
    asked = await say(house, "match", slip, "--date", day, "--competition", fixture.competition)
    assert "Did you mean" in asked
    assert line in asked
    assert await say(house, "match", "Nobody - Noone", "--date", "2020-01-01") == (
        "No stored fixture looks like 'Nobody - Noone'.\n"
    )


async def test_other_answers_to_a_name(poorer: House) -> None:
    await poorer.run("snapshot")
    async with poorer.store.reading() as tx:
        number = str((await tx.aliases.waiting())[0].id)
    assert "Ignored" in await say(poorer, "unmatched", "ignore", number)
    assert await say(poorer, "unmatched") == "Every name is known.\n"
    assert await say(poorer, "unmatched", "unignore", number) == "It waits again.\n"
    assert await say(poorer, "unmatched", "unignore", number) == f"#{number} was not ignored.\n"
    assert "Moon Rovers [moon_rovers]" in await say(
        poorer, "unmatched", "new", number, "Moon Rovers"
    )
    assert "means already" in await say(poorer, "unmatched", "accept", number, "moon_rovers")
    assert "No word in force" in await say(poorer, "unmatched", "undo", "999")
