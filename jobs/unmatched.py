"""python -m jobs unmatched: names no table knows, and what people say they mean."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from engine.domain.errors import Unmatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.collect.names import Names
    from storage.aliases import Accepted, Waiting
    from storage.store import Tx

SHELL: Final = 0
"""Who speaks where nobody's Telegram number is known: the operator at the shell."""


def explain_waiting(waiting: Sequence[Waiting], names: Names) -> str:
    """Return the queue for a person to read, with the command that answers each name."""
    if not waiting:
        return "Every name is known."
    return "\n".join(_entry(one, names) for one in waiting)


def explain_accepted(said: Accepted) -> str:
    """Return what holds from now on, and how to take it back."""
    held = "means already" if said.already else "means from the next look on"
    return (
        f"{said.spelling!r} in {said.competition} {held}: {said.team.name} [{said.team.key}]."
        f" To take it back: python -m jobs unmatched undo {said.alias_id}"
    )


async def key_of(tx: Tx, tables: Names, waiting_id: int, team: str) -> str:
    """Return the key of the team a person wrote: a suggestion's place, a key, or any spelling.

    Raises:
        Unmatched: it is none of these; the message names the likeliest.
    """
    queue = {one.id: one for one in await tx.aliases.waiting()}
    names = await tx.aliases.names(tables)
    one = queue.get(waiting_id)
    if one is None or team in names.teams:
        return team
    if team.isdecimal() and 1 <= int(team) <= len(one.suggestions):
        return one.suggestions[int(team) - 1][0]
    known = names.playing(one.competition, team)
    if known is None:
        like = [_team(key, names) for key, _ in names.suggest(one.competition, team)]
        hint = f"; did you mean {', '.join(like)}?" if like else ""
        raise Unmatched("unknown_team", f"no team of {one.competition} is {team!r}{hint}")
    return known.key


def _entry(one: Waiting, names: Names) -> str:
    times = "once" if one.seen == 1 else f"{one.seen} times"
    head = (
        f"#{one.id} {one.name!r} ({one.provider}, {one.competition})"
        f" against {one.opponent}, {one.kick_off.astimezone(UTC):%Y-%m-%d %H:%M} UTC, seen {times}"
    )
    lines = [
        f"    {place}. {_team(key, names)} {score:.0f}"
        f"   python -m jobs unmatched accept {one.id} {place}"
        for place, (key, score) in enumerate(one.suggestions, start=1)
    ]
    return "\n".join([head, *lines] if lines else [head, "    nobody looks like it"])


def _team(key: str, names: Names) -> str:
    team = names.teams.get(key)
    return key if team is None else f"{team.name} [{key}]"
