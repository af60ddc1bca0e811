"""python -m jobs versions and rollback: what was learned of thresholds, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.domain.errors import SettingsInvalid
from engine.domain.policy_version import BASE, diff, name_of
from jobs.policy_acts import read_shelf, roll_back
from jobs.policy_in_force import set_elsewhere
from jobs.unmatched import SHELL
from jobs.version_cards import thresholds_under

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.domain.policy_version import PolicyVersion
    from jobs.context import Context
    from jobs.import_command import Runs
    from jobs.policy_acts import Shelf
    from storage.store import Tx


def add_versions_commands(app: typer.Typer, run: Runs) -> None:
    """Offer `versions` and `rollback`."""

    @app.command()
    def versions() -> None:
        """Show the version in force, every other one, and what each changes."""
        typer.echo(run(_listed)["says"])

    @app.command()
    def rollback(
        version: Annotated[str, typer.Argument(help="The version to go back to: v0, v0.1.")],
    ) -> None:
        """Go back to a version that served before: the next look decides by it."""

        async def gone_back(ctx: Context) -> Mapping[str, Any]:
            return {"says": await _gone_back(ctx, version)}

        typer.echo(run(gone_back)["says"])


async def _listed(ctx: Context) -> Mapping[str, Any]:
    async with ctx.store.reading() as tx:
        shelf = await read_shelf(tx, ctx.rules)
        rows = [await _row(tx, ctx, one) for one in shelf.versions]
    elsewhere = set_elsewhere(ctx.rules)
    serves = BASE if elsewhere else shelf.in_force
    head = [f"In force: {name_of(ctx.rules.policy.version, serves)}"]
    if elsewhere:
        head.append(f"No learned version serves: {', '.join(elsewhere)} set elsewhere.")
    if shelf.in_force != shelf.named:
        head.append(f"{name_of(shelf.base, shelf.named)} cannot be read and does not serve.")
    return {"says": "\n".join([*head, *(rows or ["No version was learned so far."])])}


async def _row(tx: Tx, ctx: Context, one: PolicyVersion) -> str:
    beside = await thresholds_under(tx, ctx.rules, one.parent)
    changes = "cannot be read"
    if one.thresholds is not None and beside is not None:
        told = diff(beside, one.thresholds)
        changes = ", ".join(f"{each.threshold} {each.old:g} -> {each.new:g}" for each in told)
    return f"{one.name}  {one.state}  {one.proposed_at:%Y-%m-%d}  {changes}"


async def _gone_back(ctx: Context, version: str) -> str:
    """Return what decides from now on.

    Raises:
        SettingsInvalid: one cannot go back to that version; those one can are named.
    """
    async with ctx.store.reading() as tx:
        shelf = await read_shelf(tx, ctx.rules)
    names = _names(shelf)
    if version not in names:
        ways = ", ".join(names) or "none: the declared version is in force"
        raise SettingsInvalid(f"rollback {version}: one can go back to {ways}")
    done = await roll_back(
        ctx.store, ctx.rules, names[version], by=SHELL, now=ctx.clock.now(), seen=shelf.seen
    )
    if done is None:
        raise SettingsInvalid(f"rollback {version}: something happened meanwhile; look again")
    return f"In force from the next look on: {name_of(shelf.base, done.in_force)}"


def _names(shelf: Shelf) -> Mapping[str, int]:
    if shelf.named == BASE:
        return {}
    return {name_of(shelf.base, number): number for number in shelf.back}
