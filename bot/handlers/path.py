"""How the odds of a pick moved, as one picture on demand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.callbacks import MAX_NUMBER
from bot.render.path import Told, path_caption, path_labels, path_marks
from charts.odds_path import lines_of, odds_path_chart
from engine.domain.board import AGGREGATES
from engine.domain.numbers import BookmakerKey

if TYPE_CHECKING:
    from bot.context import Visit
    from storage.odds_match import MatchPath
    from storage.views import PickView

log = structlog.get_logger()
DRAWING_SECONDS: Final = 10.0


async def path(visit: Visit) -> None:
    """Send the odds path of the pick's selection; its card stays where it is."""
    number = visit.tap.number
    async with visit.door.store.reading() as tx:
        view = await tx.picks.view(number=number) if 0 < number <= MAX_NUMBER else None
        found = await tx.odds.match_path(view.fixture.id) if view else None
    told = _told(visit, view, found) if view and found else None
    if told is None:
        text = visit.voice.html("path.none", id=f"#P{number}")
        await visit.say(text, visit.buttons.back_to_card(number, visit.tap.args))
        return
    await _draw(visit, told)


def _told(visit: Visit, view: PickView, found: MatchPath) -> Told | None:
    """Return what there is to tell; None where no look ever priced the selection."""
    sharp = visit.door.rules.policy.pricing.sharp_books
    lines = lines_of(
        found.path,
        view.pick.selection,
        ours=view.pick.bookmaker,
        sharp=[BookmakerKey(key) for key in sharp],
        without=AGGREGATES,
    )
    if not lines:
        return None
    return Told(view=view, lines=lines, voice=visit.voice, money=visit.door.money, now=visit.now)


async def _draw(visit: Visit, told: Told) -> None:
    """Draw beside the conversation, one picture at a time; the words come in any case."""
    kick_off = told.view.fixture.kick_off.timestamp()
    try:
        async with visit.door.drawing, asyncio.timeout(DRAWING_SECONDS):
            png = await asyncio.to_thread(
                odds_path_chart, told.lines, path_marks(told), kick_off, path_labels(told)
            )
    except TimeoutError:
        log.warning("chart_too_slow", n=told.changes)
        await visit.say(visit.voice.html("path.slow"))
        return
    await visit.show_picture(png, path_caption(told))
