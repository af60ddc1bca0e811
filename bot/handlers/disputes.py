"""Names nobody knows: one a page, one tap to say what it means, one tap to take it back."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from bot.desk import after_disputes, under_dispute, under_said
from bot.handlers.rulings import results
from bot.render.disputes import render_accepted, render_dispute, render_refused, team_name
from bot.render.html import bold, name
from engine.domain.errors import Unmatched

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.context import Visit
    from storage.aliases import Accepted, Waiting
    from storage.store import Tx

_CHOICE: Final = re.compile(r"([1-9][0-9]?)x([0-9a-f]{8})")
_CHECK: Final = 8


async def disputes(visit: Visit) -> None:
    """Show one name of the queue, with the likeliest teams as buttons.

    A number and a score typed are about a contested result, the other tab.
    """
    if visit.words:
        await results(visit)
        return
    asked = int(visit.tap.args) if visit.tap.args.isdecimal() else 0
    async with visit.door.store.reading() as tx:
        waiting = await tx.aliases.waiting()
        names = await tx.aliases.names(visit.door.names)
    index = min(asked, max(0, len(waiting) - 1))
    one = waiting[index] if waiting else None
    text = render_dispute(
        one, index, len(waiting), names=names, voice=visit.voice, money=visit.money
    )
    if one is None:
        await visit.show(text, after_disputes(visit.buttons))
        return
    choices = [
        (team_name(key, names), choice_of(rank, key))
        for rank, (key, _) in enumerate(one.suggestions, start=1)
    ]
    await visit.show(text, under_dispute(visit.buttons, one.id, choices, index, len(waiting)))


async def accept(visit: Visit) -> None:
    """Say that a name means the team whose button was pressed, if it is still suggested there."""

    async def said(tx: Tx) -> Accepted:
        one = await tx.aliases.get(visit.tap.number)
        key = _chosen(one, visit.tap.args)
        return await tx.aliases.accept(
            visit.door.names, one.id, key, by=visit.user_id, now=visit.now
        )

    await answer(visit, said)


async def new_team(visit: Visit) -> None:
    """Say that a name is a team no table has, called as its provider writes it."""

    async def said(tx: Tx) -> Accepted:
        one = await tx.aliases.get(visit.tap.number)
        return await tx.aliases.add_team(
            visit.door.names, one.id, one.name, by=visit.user_id, now=visit.now
        )

    await answer(visit, said)


async def ignore(visit: Visit) -> None:
    """Say that a name is nobody's."""
    try:
        async with visit.door.store.transaction() as tx:
            one = await tx.aliases.get(visit.tap.number)
            await tx.aliases.ignore(one.id, by=visit.user_id, now=visit.now)
    except Unmatched as refused:
        await _refuse(visit, refused)
        return
    text = visit.voice.html("dispute.ignored", name=bold(name(one.name)))
    await visit.show(text, under_said(visit.buttons, "unignore", one.id))


async def undo(visit: Visit) -> None:
    """Take an accepted name back: it waits again."""
    async with visit.door.store.transaction() as tx:
        done = await tx.aliases.undo(visit.tap.number, by=visit.user_id, now=visit.now)
    await _undone(visit, done=done)


async def undo_ignore(visit: Visit) -> None:
    """Let an ignored name wait again."""
    async with visit.door.store.transaction() as tx:
        done = await tx.aliases.undo_ignore(visit.tap.number, by=visit.user_id, now=visit.now)
    await _undone(visit, done=done)


async def answer(visit: Visit, said: Callable[[Tx], Awaitable[Accepted]]) -> None:
    """Say it in one transaction; show what holds from now on with a way to take it back."""
    try:
        async with visit.door.store.transaction() as tx:
            done = await said(tx)
    except Unmatched as refused:
        await _refuse(visit, refused)
        return
    text = render_accepted(done, voice=visit.voice)
    await visit.show(text, under_said(visit.buttons, "undo", done.alias_id))


def choice_of(rank: int, key: str) -> str:
    """Return what the button of a suggestion carries: its rank, and which team stood there."""
    return f"{rank}x{sha256(key.encode()).hexdigest()[:_CHECK]}"


def _chosen(one: Waiting, choice: str) -> str:
    """Return the team that stands at the rank of the button, if it is the one it showed.

    Raises:
        Unmatched: the suggestions have changed since the button was shown.
    """
    found = _CHOICE.fullmatch(choice)
    rank = int(found[1]) if found else 0
    if 1 <= rank <= len(one.suggestions):
        key = one.suggestions[rank - 1][0]
        if choice_of(rank, key) == choice:
            return key
    raise Unmatched("suggestion_gone", f"suggestion {choice!r} of {one.name!r}")


async def _refuse(visit: Visit, refused: Unmatched) -> None:
    await visit.show(render_refused(refused, voice=visit.voice), after_disputes(visit.buttons))


async def _undone(visit: Visit, *, done: bool) -> None:
    key = "dispute.undone" if done else "dispute.nothing_undone"
    await visit.show(visit.voice.html(key), after_disputes(visit.buttons))
