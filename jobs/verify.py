"""python -m jobs verify: the chain computed anew from raw rows; any difference ends it with 1."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from engine.domain.errors import SettingsInvalid
from engine.domain.numbers import PickId
from engine.domain.proof import CHAINED
from jobs.proof_check import differences, prove

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.command_options import WithContext, WriteJson
    from jobs.context import Context
    from jobs.run import Report

_FAILED = 1


def add_verify_command(
    app: typer.Typer,
    with_context: WithContext,
    write: WriteJson,
) -> None:
    """Offer `verify`."""

    @app.command()
    def verify(
        pick: Annotated[
            str | None, typer.Option(help="One pick, by number (12) or id: its proof.")
        ] = None,
        day: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="One day, in UTC.")
        ] = None,
        json_file: Annotated[
            str | None, typer.Option("--json", help="Where to write; - is standard output.")
        ] = None,
    ) -> None:
        """Compute leaves, roots and chains anew from raw rows; name every difference."""
        only = None if day is None else day.replace(tzinfo=UTC).date()
        found = with_context(lambda ctx: verified(ctx, pick, only))
        if json_file is not None:
            write(found, json_file)
        if json_file != "-":
            typer.echo(_words(found))
        if found["differences"]:
            raise typer.Exit(_FAILED)


async def verified(ctx: Context, pick: str | None, day: date | None) -> Report:
    """Return what was looked at, every difference, and the proof of `pick` where one is named.

    Raises:
        SettingsInvalid: there is no such pick, or it was sent to nobody.
    """
    async with ctx.store.reading() as tx:
        found, looked = await differences(tx, day)
        told = {"chains": looked, "differences": [one.told() for one in found]}
        if pick is None:
            return told
        number, pick_id = _named(pick)
        known = await tx.proofs.pick(number=number, pick_id=pick_id)
        if known is None:
            raise SettingsInvalid(f"--pick: there is no pick {pick}")
        proof = await prove(tx, known[0], known[2]) if known[0] in CHAINED else None
    if proof is None:
        raise SettingsInvalid(f"--pick: {pick} was sent to nobody: nothing was sworn of it")
    if proof.day is not None and not proof.agrees and not found:
        told["differences"] = [{"what": "proof", "where": f"#P{proof.number}"}]
    return {**told, "proof": proof.told()}


def _named(pick: str) -> tuple[int | None, PickId | None]:
    digits = pick.upper().removeprefix("#").removeprefix("P")
    if digits.isdecimal():
        return int(digits), None
    try:
        return None, PickId(UUID(pick))
    except ValueError:
        raise SettingsInvalid(f"--pick: {pick!r} is neither a number nor an id") from None


def _words(found: Mapping[str, Any]) -> str:
    """Return what was found, for people."""
    lines = [
        f"{name}: {one['days']} days, {one['picks']} picks sworn, {one['open']} not yet,"
        f" chain {one['chain'] or '-'}"
        for name, one in found["chains"].items()
    ]
    if "proof" in found:
        proof = found["proof"]
        day = proof["day"]["day"] if proof["day"] else "no closed day yet"
        lines.append(f"#P{proof['number']}: leaf {proof['leaf']} in {day}")
    lines += [
        f"DIFFERS {one['what']}: {one['where']}"
        f" is {one.get('found', '?')}, was sworn {one.get('sworn', '?')}"
        for one in found["differences"]
    ]
    return "\n".join([*lines, f"{len(found['differences'])} differences"])
