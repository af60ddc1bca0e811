"""How the odds of a pick moved, as one picture on demand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.callbacks import MAX_NUMBER
from bot.pictures import Picture, picture_key
from bot.render.html import escape
from bot.render.path import Told, path_caption, path_labels, path_marks
from charts.odds_path import lines_of, odds_path_chart
from engine.domain.board import AGGREGATES
from engine.domain.numbers import BookmakerKey

if TYPE_CHECKING:
    from bot.context import Visit
    from engine.domain.preferences import Shade
    from storage.odds_match import MatchPath
    from storage.views import PickView


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
    await visit.show_picture(_picture(told, visit.preferences.shade), beside=True)


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
    return Told(view=view, lines=lines, voice=visit.voice, money=visit.money, now=visit.now)


def _picture(told: Told, shade: Shade) -> Picture:
    """Return the picture; words in its place say the same."""
    kick_off = told.view.fixture.kick_off.timestamp()
    marks, labels = path_marks(told), path_labels(told)
    caption = escape(path_caption(told))
    return Picture(
        key=picture_key("path", told.lines, marks, kick_off, labels, shade),
        draw=partial(odds_path_chart, told.lines, marks, kick_off, labels, shade),
        caption=caption,
        words=caption,
    )
