"""Why the bets of a match are no picks: the first gate that the best price of each failed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.likely import NEARLY, SURE, likely
from bot.questions import key_of, matches, under_reasons
from bot.render.refusals import MatchRefusals, render_meant, render_refusals, render_which

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit
    from engine.collect.names import Names
    from engine.domain.fixture import Fixture

_BACK: Final = timedelta(days=3)
_AHEAD: Final = timedelta(days=21)
_OFFERED: Final = 4


async def whynot(visit: Visit) -> None:
    """Show why a match brought no pick; of several that may be meant, ask which."""
    async with visit.door.store.reading() as tx:
        fixtures = await tx.fixtures.between(visit.now - _BACK, visit.now + _AHEAD)
        names = await tx.aliases.names(visit.door.names)
    if visit.tap.args:
        pressed = [each for each in fixtures if key_of(each) == visit.tap.args]
        if pressed:
            await _show(visit, pressed[0], page=visit.tap.number)
            return
    if not visit.words:
        await _ask(visit, fixtures)
        return
    await _answer(visit, " ".join(visit.words), fixtures, names)


async def _answer(visit: Visit, asked: str, fixtures: Sequence[Fixture], names: Names) -> None:
    """Show the match that was surely meant, else offer those that may have been."""
    found = await asyncio.to_thread(likely, asked, fixtures, names, visit.now)
    best = found[0].score if found else 0.0
    near = [one.fixture for one in found if one.score >= best - NEARLY]
    if best >= SURE:
        await _show(visit, near[0], others=near[1:_OFFERED])
        return
    offered = [one.fixture for one in found[:_OFFERED]]
    text = render_meant(asked, offered, voice=visit.voice, money=visit.money)
    await visit.show(text, matches(visit.buttons, offered))


async def _ask(visit: Visit, fixtures: Sequence[Fixture]) -> None:
    """Say how to ask, with the next matches to tap instead."""
    ahead = [each for each in fixtures if each.kick_off > visit.now][:_OFFERED]
    await visit.show(render_which(ahead, voice=visit.voice), matches(visit.buttons, ahead))


async def _show(
    visit: Visit, fixture: Fixture, *, page: int = 0, others: Sequence[Fixture] = ()
) -> None:
    provenance = visit.door.provenance
    async with visit.door.store.reading() as tx:
        found = MatchRefusals(
            fixture=fixture,
            refused=await tx.refusals.of_fixture(fixture.id, provenance),
            picks=await tx.picks.of_fixtures([fixture.id], provenance),
        )
    shown = min(page, found.pages - 1)
    text = render_refusals(found, shown, voice=visit.voice, money=visit.money)
    await visit.show(text, under_reasons(visit.buttons, fixture, shown, found.pages, others))
