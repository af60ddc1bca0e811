"""What a spelling means, typed: /alias add name = team."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.desk import after_disputes
from bot.handlers.disputes import answer
from bot.render.disputes import render_unknown_team, render_which_competition
from engine.collect.known import printable
from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit
    from engine.collect.names import Names
    from storage.aliases import Accepted, Waiting
    from storage.store import Tx

_WISH: Final = re.compile(
    r"(?:add|ajouter)\s+(?:(?P<competition>[a-z0-9]+(?:_[a-z0-9]+)+)\s*:\s*)?"
    r"(?P<spelling>.+?)\s*(?:=|→|->)\s*(?P<team>[^=→]+)",
    re.IGNORECASE,
)
_MEANT: Final = 3
_NEARLY: Final = 15.0
"""How much less like the likeliest a team may be and still be worth asking about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person typed: a spelling, the team it means, and where, if they said so."""

    spelling: str
    team: str
    competition: str | None


def read_wish(words: Sequence[str]) -> Wish | None:
    """Return what was typed, or None where it is not of the form.

    >>> read_wish(["add", "The", "Gunners", "=", "Arsenal"])
    Wish(spelling='The Gunners', team='Arsenal', competition=None)
    """
    found = _WISH.fullmatch(" ".join(words))
    spelling = printable(found["spelling"]) if found else ""
    team = printable(found["team"]) if found else ""
    if found is None or not spelling or not team:
        return None
    where = found["competition"]
    return Wish(spelling=spelling, team=team, competition=where.lower() if where else None)


async def alias(visit: Visit) -> None:
    """Say what a spelling means; a team that is not known is asked back, with the likeliest."""
    wish = read_wish(visit.words)
    if wish is None:
        await visit.show(visit.voice.html("dispute.usage"), after_disputes(visit.buttons))
        return
    async with visit.door.store.reading() as tx:
        waiting = _alike(await tx.aliases.waiting(), wish)
        names = await tx.aliases.names(visit.door.names)
    meant = _meant(names, _places(visit, wish, waiting), wish.team)
    if len(meant) == 1:
        await _say(visit, wish, meant[0], waiting)
        return
    if meant:
        shown = [(place, names.teams[key].name) for place, key in meant]
        text = render_which_competition(wish.spelling, shown, voice=visit.voice)
    else:
        like = _like(names, _places(visit, wish, waiting), wish.team)
        text = render_unknown_team(wish.team, wish.spelling, like, voice=visit.voice)
    await visit.show(text, after_disputes(visit.buttons))


async def _say(
    visit: Visit, wish: Wish, meant: tuple[str, str], waiting: Sequence[Waiting]
) -> None:
    competition, key = meant
    queued = next((one for one in waiting if one.competition == competition), None)
    tables, by, now = visit.door.names, visit.user_id, visit.now

    async def said(tx: Tx) -> Accepted:
        if queued is not None:
            return await tx.aliases.accept(tables, queued.id, key, by=by, now=now)
        return await tx.aliases.say(tables, competition, wish.spelling, key, by=by, now=now)

    await answer(visit, said)


def _alike(waiting: Sequence[Waiting], wish: Wish) -> list[Waiting]:
    """Return the names of the queue that are the one typed."""
    return [one for one in waiting if fold(one.name) == fold(wish.spelling)]


def _places(visit: Visit, wish: Wish, waiting: Sequence[Waiting]) -> tuple[str, ...]:
    """Return where it may be meant: as said, else where the name waits, else wherever followed."""
    if wish.competition is not None:
        return (wish.competition,)
    queued = tuple(dict.fromkeys(one.competition for one in waiting))
    return queued or visit.door.rules.competitions


def _meant(names: Names, places: Sequence[str], team: str) -> list[tuple[str, str]]:
    """Return the competitions in which the team is known, with its key."""
    found = ((place, names.playing(place, team)) for place in places)
    return [(place, known.key) for place, known in found if known is not None]


def _like(names: Names, places: Sequence[str], team: str) -> list[tuple[str, str]]:
    """Return the competitions and teams that look most like what was typed."""
    scored = [
        (score, place, names.teams[key].name)
        for place in places
        for key, score in names.suggest(place, team)
    ]
    ranked = sorted(scored, key=lambda one: (-one[0], one[1:]))
    least = ranked[0][0] - _NEARLY if ranked else 0.0
    return [(place, shown) for score, place, shown in ranked[:_MEANT] if score >= least]
