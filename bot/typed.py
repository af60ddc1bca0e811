"""Words a person was asked to type: they go to the screen that asked, and to no other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import InlineKeyboardMarkup

    from bot.context import Visit
    from bot.render.html import Html

WORDS: Final = "words"
SCREEN: Final = "screen"
_PATIENCE: Final = timedelta(minutes=10)


async def expect_words(
    visit: Visit,
    prompt: Html,
    *,
    screen: str,
    body: Mapping[str, str] | None = None,
    keyboard: InlineKeyboardMarkup | None = None,
) -> None:
    """Ask for something to be typed: this person's next plain words in private open `screen`.

    A command typed instead forgets the question, and so does a newer question.
    """
    kept = {**(body or {}), SCREEN: screen}
    async with visit.door.store.transaction() as tx:
        await tx.parked.forget(visit.user_id, WORDS)
        await tx.parked.keep(visit.user_id, WORDS, kept, visit.now, _PATIENCE)
    await visit.show(prompt, keyboard or visit.buttons.back())


def expected(visit: Visit, screen: str) -> Mapping[str, str] | None:
    """Return what was kept with the question that these words answer; None where they are none."""
    return visit.kept if visit.kept is not None and visit.kept[SCREEN] == screen else None
