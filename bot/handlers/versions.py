"""Learned versions: what each changes and why; put in force, refused or left in two steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.render.html import paragraphs
from bot.render.versions import (
    render_asked,
    render_card,
    render_declared,
    render_done,
    render_events,
    render_versions,
)
from bot.shelf import Act, answer_of, sure, under_version, under_versions
from engine.domain.policy_version import BASE, name_of, thresholds_of
from jobs.policy_acts import confirm, read_shelf, refuse, roll_back
from jobs.policy_in_force import set_elsewhere
from jobs.version_cards import version_card

if TYPE_CHECKING:
    from bot.context import Visit
    from bot.render.html import Html
    from bot.shelf import Answer
    from jobs.policy_acts import Shelf

_NAME: Final = re.compile(r"(?:v?[0-9]+\.)?([0-9]{1,6})")


async def versions(visit: Visit) -> None:
    """Show what is in force and every version; each is a tap away."""
    async with visit.door.store.reading() as tx:
        shelf = await read_shelf(tx, visit.door.rules)
    text = render_versions(
        shelf, set_elsewhere(visit.door.rules), voice=visit.voice, money=visit.money
    )
    await visit.show(text, under_versions(visit.buttons, shelf))


async def version(visit: Visit) -> None:
    """Show one version: diff, figures, effect on late picks, and what happened to it."""
    door, number = visit.door, visit.tap.number
    async with door.store.reading() as tx:
        shelf = await read_shelf(tx, door.rules)
        found = shelf.version(number)
        card = None if found is None else await version_card(tx, door.rules, found, visit.now)
        events = await tx.policies.events(number)
    if card is not None:
        text = paragraphs(
            render_card(card, voice=visit.voice, money=visit.money),
            render_events(events, voice=visit.voice, money=visit.money),
        )
    elif number == BASE:
        text = _declared(visit, shelf)
    else:
        await _gone(visit, shelf)
        return
    await visit.show(text, under_version(visit.buttons, number, shelf))


async def rollback(visit: Visit) -> None:
    """Ask once more before going back to the version that was typed: /rollback v0."""
    async with visit.door.store.reading() as tx:
        shelf = await read_shelf(tx, visit.door.rules)
    number = _number(visit.words[0], shelf) if len(visit.words) == 1 else None
    if number is None:
        text = visit.voice.html("versions.usage", base=shelf.base)
        await visit.show(text, under_versions(visit.buttons, shelf))
        return
    await _ask(visit, shelf, number, Act.BACK)


async def asked(visit: Visit) -> None:
    """Ask once more before a version is put in force, refused or gone back to."""
    async with visit.door.store.reading() as tx:
        shelf = await read_shelf(tx, visit.door.rules)
    await _ask(visit, shelf, visit.tap.number, Act(visit.tap.args))


async def done(visit: Visit) -> None:
    """Do what was asked half a minute ago at most, unless anything happened since."""
    answer = answer_of(visit.tap.args)
    ok = answer is not None and not answer.late(visit.now) and await _do(visit, answer)
    async with visit.door.store.reading() as tx:
        shelf = await read_shelf(tx, visit.door.rules)
    if answer is None or not ok:
        await _gone(visit, shelf)
        return
    name = name_of(shelf.base, visit.tap.number)
    in_force = name_of(shelf.base, shelf.in_force)
    text = render_done(answer.act.name.lower(), name, in_force, voice=visit.voice)
    await visit.show(text, under_versions(visit.buttons, shelf))


async def _do(visit: Visit, answer: Answer) -> bool:
    store, rules, number = visit.door.store, visit.door.rules, visit.tap.number
    if answer.act is Act.BACK:
        back = await roll_back(
            store, rules, number, seen=answer.seen, by=visit.user_id, now=visit.now
        )
        return back is not None
    turn = confirm if answer.act is Act.CONFIRM else refuse
    turned = await turn(store, rules, number, seen=answer.seen, by=visit.user_id, now=visit.now)
    return turned is not None


async def _ask(visit: Visit, shelf: Shelf, number: int, act: Act) -> None:
    found = shelf.version(number)
    known = found is not None if act is not Act.BACK else number in shelf.back
    if not known or (act is Act.BACK and shelf.named == BASE):
        await _gone(visit, shelf)
        return
    name, left = name_of(shelf.base, number), name_of(shelf.base, shelf.named)
    text = render_asked(act.name.lower(), name, left, voice=visit.voice)
    await visit.show(text, sure(visit.buttons, number, act, shelf, visit.now))


async def _gone(visit: Visit, shelf: Shelf) -> None:
    await visit.show(visit.voice.html("versions.gone"), under_versions(visit.buttons, shelf))


def _declared(visit: Visit, shelf: Shelf) -> Html:
    return render_declared(
        shelf.base,
        thresholds_of(visit.door.rules.policy.scoring),
        in_force=shelf.in_force == BASE,
        voice=visit.voice,
    )


def _number(said: str, shelf: Shelf) -> int | None:
    """Return the version that a person names: v0, v0.3 or 3."""
    if said == shelf.base:
        return BASE
    parts = _NAME.fullmatch(said)
    return None if parts is None else int(parts[1])
