"""What the last morning taught: an overview, and each part with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from telegram import InlineKeyboardMarkup

from bot.render.learning import part_name, render_learning, render_no_learning, render_part
from engine.domain.learning_report import LearningReport, PartState

if TYPE_CHECKING:
    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from bot.keyboards import Buttons

_JOB: Final = "learn"
_MORNING: Final = "morning"
_A_ROW: Final = 2


async def learning(visit: Visit) -> None:
    """Show what the last morning's learning came to."""
    report = await _read(visit)
    if report is None:
        await visit.show(render_no_learning(voice=visit.voice), visit.buttons.back())
        return
    text = render_learning(report, voice=visit.voice, money=visit.money)
    await visit.show(text, _under(visit.buttons, report))


async def part(visit: Visit) -> None:
    """Show one part: figures out of sample, and what it tells otherwise than before."""
    report, place = await _read(visit), visit.tap.number
    if report is None or place >= len(report.parts):
        await learning(visit)
        return
    text = render_part(report, place, voice=visit.voice, money=visit.money)
    ways = [visit.buttons.make("learning", "learning"), visit.buttons.home()]
    await visit.show(text, InlineKeyboardMarkup([ways]))


async def _read(visit: Visit) -> LearningReport | None:
    async with visit.door.store.reading() as tx:
        told = await tx.runs.told(_JOB)
    found = None if told is None else told.get(_MORNING)
    return None if found is None else msgspec.convert(found, LearningReport)


def _under(buttons: Buttons, report: LearningReport) -> InlineKeyboardMarkup:
    ways: list[InlineKeyboardButton] = [
        buttons.labelled(part_name(one, buttons.voice), "lpart", number=place)
        for place, one in enumerate(report.parts)
        if one.state is not PartState.WAITS
    ]
    rows = [ways[at : at + _A_ROW] for at in range(0, len(ways), _A_ROW)]
    last = [buttons.make("refresh", "learning"), buttons.make("versions", "versions")]
    return InlineKeyboardMarkup([*rows, [*last, buttons.home()]])
