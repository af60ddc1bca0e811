"""Learned versions at the shell, and what the owner is told of one that nobody can read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from engine.domain.errors import SettingsInvalid
from engine.domain.policy_version import Thresholds
from jobs.versions_commands import add_versions_commands
from tests.integration.walks.test_walks_policies import propose, put_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from jobs.context import Context
    from storage.pool import Pool
    from tests.integration.walks.world import House

    Work = Callable[[Context], Coroutine[Any, Any, Mapping[str, Any]]]

LOWER = Thresholds(zone_low=55.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.02)


@pytest.fixture
def ctx(house: House) -> Context:
    return house.ctx


async def say(ctx: Context, *words: str) -> str:
    """Run a command as a person does; a refusal is what it raises."""
    loop = asyncio.get_running_loop()

    def run(work: Work) -> Mapping[str, Any]:
        return asyncio.run_coroutine_threadsafe(_of(work(ctx)), loop).result(10)

    app = typer.Typer()
    add_versions_commands(app, run)
    result = await asyncio.to_thread(CliRunner().invoke, app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.strip()


async def _of(work: Coroutine[Any, Any, Mapping[str, Any]]) -> Mapping[str, Any]:
    return await work


async def test_versions_are_listed_with_what_each_changes(ctx: Context) -> None:
    assert await say(ctx, "versions") == "In force: v0\nNo version was learned so far."
    await put_in_force(ctx, LOWER)
    await propose(ctx.store, replace(LOWER, zone_high=84.0), parent=1)
    assert (await say(ctx, "versions")).splitlines() == [
        "In force: v0.1",
        "v0.2  proposed  2026-08-20  zone_high 79 -> 84",
        "v0.1  confirmed  2026-08-20  zone_low 60 -> 55, hurdle 0.01 -> 0.02",
    ]
    rules = replace(ctx.rules, policy_set=frozenset({"scoring.zone_low"}))
    told = await say(replace(ctx, rules=rules), "versions")
    assert "In force: v0\nNo learned version serves: zone_low set elsewhere.\n" in told


async def test_a_way_back_taken_at_the_shell_is_audited(ctx: Context, pool: Pool) -> None:
    await put_in_force(ctx, LOWER)
    assert await say(ctx, "rollback", "v0") == "In force from the next look on: v0"
    rows = await pool.fetch("select user_id, action, detail from audit order by id")
    assert tuple(rows[-1]) == (0, "policy_rolled_back", {"version": "v0.1", "serves": 0})
    with pytest.raises(SettingsInvalid, match="none: the declared version is in force"):
        await say(ctx, "rollback", "v0")


async def test_a_way_back_that_is_none_names_those_there_are(ctx: Context) -> None:
    await put_in_force(ctx, LOWER)
    with pytest.raises(SettingsInvalid, match=r"rollback v0\.7: one can go back to v0$"):
        await say(ctx, "rollback", "v0.7")


async def test_the_owner_is_told_of_a_version_nobody_can_read(
    ctx: Context, house: House, pool: Pool
) -> None:
    await put_in_force(ctx, LOWER)
    await pool.execute("alter table policy_versions disable trigger policy_versions_stand")
    await pool.execute("update policy_versions set thresholds = '{}'")
    told = (await house.run("health")).report["troubles"]
    assert isinstance(told, list)
    assert "v0.1 cannot be read and decides nothing: /versions" in told
    assert "v0.1 cannot be read and does not serve." in await say(ctx, "versions")
