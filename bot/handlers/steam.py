"""How the odds of upcoming matches moved lately, as far as our looks can tell."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.render.steam import group, render_moves

if TYPE_CHECKING:
    from bot.context import Visit

USUAL_HOURS: Final = 24
MOST_HOURS: Final = 72
_MOST_MOVES: Final = 400
_TYPED: Final = re.compile(r"([0-9]{1,2})\s*h?")
_ARGS: Final = re.compile(r"([0-9]{1,2})x([0-9]{1,3})")


async def steam(visit: Visit) -> None:
    """Show one page of the movements within the window asked for."""
    asked = _asked(visit)
    if asked is None:
        await visit.show(visit.voice.html("steam.usage"), visit.buttons.back())
        return
    hours, number = asked
    async with visit.door.store.reading() as tx:
        moves = await tx.movements.recent(
            visit.now - timedelta(hours=hours), visit.now, limit=_MOST_MOVES
        )
        fixtures = await tx.fixtures.get({move.fixture_id for move in moves})
    page = group(moves, fixtures, hours=hours, page=number)
    text = render_moves(page, voice=visit.voice, money=visit.money)
    await visit.show(text, visit.buttons.movements(hours, page.page, page.pages))


def _asked(visit: Visit) -> tuple[int, int] | None:
    """Return the hours and the page wanted: of a button, as typed, else the usual window."""
    pressed = _ARGS.fullmatch(visit.tap.args)
    typed = _TYPED.fullmatch(" ".join(visit.words).lower())
    if visit.words and typed is None:
        return None
    hours = int(pressed[1]) if pressed else int(typed[1]) if typed else USUAL_HOURS
    return (hours, int(pressed[2]) if pressed else 0) if 1 <= hours <= MOST_HOURS else None
