"""The people of the house as others' screens need them: found, shown, and who may touch whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.access import may_give, may_touch
from bot.admission import role_now
from bot.register import under_found, under_person
from bot.render.html import Html, bold, name
from bot.render.people import render_found, render_person
from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit
    from storage.access import Known

_EVERYBODY: Final = 10_000
_FOUND: Final = 6


async def find(visit: Visit, words: Sequence[str]) -> tuple[list[Known], Sequence[str]]:
    """Return the people that the first words mean, by id or name, and the words after that.

    The longest name that somebody has is meant; a name nobody has, by its beginning.
    """
    if not words:
        return [], ()
    async with visit.door.store.reading() as tx:
        if words[0].isascii() and words[0].isdecimal() and len(words[0]) < len(str(2**63)):
            one = await tx.access.person(int(words[0]), visit.now)
            if one is not None:
                return [one], words[1:]
        everybody, _ = await tx.access.people(visit.now, offset=0, limit=_EVERYBODY)
    for end in range(len(words), 0, -1):
        asked = fold(" ".join(words[:end]))
        found = [one for one in everybody if asked and fold(one.name) == asked]
        if found:
            return found, words[end:]
    asked = fold(words[0])
    return [one for one in everybody if asked and fold(one.name).startswith(asked)], words[1:]


async def reach(visit: Visit, user_id: int) -> Known | None:
    """Return a person by their id; where there is none, say so."""
    async with visit.door.store.reading() as tx:
        known = await tx.access.person(user_id, visit.now)
    if known is None:
        await offer(visit, ())
    return known


async def offer(visit: Visit, found: Sequence[Known]) -> None:
    """Show the people that may be meant, to choose from."""
    shown = found[:_FOUND]
    text = render_found(len(found), visit.voice)
    await visit.show(text, under_found(visit.buttons, shown))


async def sheet(visit: Visit, known: Known) -> None:
    """Show all that is known of a person, over what this visitor may do about them."""
    role = role_now(visit.door, known)
    mine = known.user_id == visit.user_id
    given = () if mine or not may_touch(visit.role, role) else may_give(visit.role)
    text = render_person(known, role, now=visit.now, voice=visit.voice, money=visit.money)
    keyboard = under_person(
        visit.buttons,
        known,
        roles=[one for one in given if one is not role],
        touchable=bool(given),
    )
    await visit.show(text, keyboard)


async def touchable(visit: Visit, known: Known) -> bool:
    """Say whether this visitor may change anything about a person; if not, say so."""
    role = role_now(visit.door, known)
    if known.user_id != visit.user_id and may_touch(visit.role, role):
        return True
    await visit.show(visit.voice.html("people.not_yours"), under_found(visit.buttons, ()))
    return False


def ask_of(visit: Visit, key: str, known: Known, **values: object) -> Html:
    """Return a sentence about a person, their name written as a name."""
    return visit.voice.html(key, name=bold(name(known.name)), id=known.user_id, **values)
