"""Asking back: what cannot be taken back is done by a second button, good once and not for long.

The number on the button leads to what was asked as it stood then; it opens nothing for anybody
else, twice, or later (RELIABILITY 6).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.context import Visit
    from bot.render.html import Html

CONFIRM_WITHIN: Final = timedelta(seconds=30)


async def ask_back(
    visit: Visit, text: Html, *, what: str, body: Mapping[str, str], back: str
) -> None:
    """Show `text` over a button that does it (screen `what`) and one that does not (`back`)."""
    async with visit.door.store.transaction() as tx:
        number = await tx.parked.keep(visit.user_id, what, body, visit.now, CONFIRM_WITHIN)
    yes = visit.buttons.make("confirm", what, number=number)
    no = visit.buttons.make("cancel", back)
    await visit.show(text, InlineKeyboardMarkup([[yes, no]]))


async def confirmed(visit: Visit, what: str) -> Mapping[str, str] | None:
    """Return what was asked back, once; None where it was too late, which is then said."""
    async with visit.door.store.transaction() as tx:
        body = await tx.parked.take(visit.tap.number, visit.user_id, what, visit.now)
    if body is None:
        await visit.show(visit.voice.html("notice.too_late"), visit.buttons.back())
    return body
