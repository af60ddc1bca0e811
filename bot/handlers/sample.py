"""A sample card, marked as one, and how a card is read: for those who see their first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.render.html import bold, lines, paragraphs
from bot.render.pick import render_card
from bot.render.sample import sample_view

if TYPE_CHECKING:
    from bot.context import Visit
    from bot.render.html import Html

_PARTS: Final = ("head", "match", "bet", "odds", "fair", "stake", "seen", "buttons")


async def sample(visit: Visit) -> None:
    """Show a sample card, marked as one; nothing on it can be bet."""
    how = visit.buttons.make("how_read", "howread")
    keyboard = InlineKeyboardMarkup([[how, visit.buttons.home()]])
    await visit.show(_card(visit), keyboard)


async def how_to_read(visit: Visit) -> None:
    """Show the sample card with what each of its lines says, numbered."""
    voice = visit.voice
    told = [f"{n}\ufe0f\u20e3 " for n in range(1, len(_PARTS) + 1)]
    parts = [voice.html(f"sample.{part}", n=mark) for mark, part in zip(told, _PARTS, strict=True)]
    back = visit.buttons.make("back_sample", "sample")
    text = paragraphs(_card(visit), bold(voice.html("sample.title")), lines(*parts))
    await visit.show(text, InlineKeyboardMarkup([[back, visit.buttons.home()]]))


def _card(visit: Visit) -> Html:
    card = render_card(
        sample_view(visit.now),
        texts=visit.door.texts,
        language=visit.language,
        now=visit.now,
        money=visit.money,
    )
    return paragraphs(bold(visit.voice.html("start.sample_mark")), card)
