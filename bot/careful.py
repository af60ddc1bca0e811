"""What stands between a person and a bet that passes a limit they set, and a word on tilt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.asked_back import ask_back
from bot.render.care import render_reached
from bot.render.html import paragraphs
from bot.resting import way_out
from engine.alerting.care import reached, suggests
from engine.domain.care import CareEntry, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit
    from engine.domain.bet import TakenBet, TakenBetNow

AT_LIMIT: Final = "takeany"
_HINT_EVERY: Final = timedelta(days=7)


async def asked_at_limit(
    visit: Visit, held: Sequence[TakenBetNow], bet: TakenBet, number: int
) -> bool:
    """Ask back before a bet that passes a limit; say whether it was asked.

    Under a card it is asked beside it: the card stays.
    """
    found = reached(visit.care, held, visit.now, visit.money.time_zone, stake=bet.stake)
    if not found:
        return False
    body = {
        "number": str(number),
        "odds": repr(float(bet.odds)),
        "stake": str(bet.stake),
        "book": str(bet.bookmaker),
    }
    text = paragraphs(
        render_reached(found, money=visit.money, voice=visit.voice),
        visit.voice.html("care.reached_ask"),
    )
    beside = replace(visit, shown_id=None, shown_picture=False)
    await ask_back(beside, text, what=AT_LIMIT, body=body, back="mybets")
    return True


async def kept_at_limit(
    visit: Visit, held: Sequence[TakenBetNow], wrong: TakenBet, right: TakenBet
) -> bool:
    """Leave a bet as it is where more on it would pass a limit; say whether it was left."""
    others = [one for one in held if one.bet.id != wrong.id]
    found = reached(visit.care, others, visit.now, visit.money.time_zone, stake=right.stake)
    if right.stake <= wrong.stake or not found:
        return False
    text = paragraphs(
        render_reached(found, money=visit.money, voice=visit.voice),
        visit.voice.html("care.reached_kept"),
    )
    await visit.show(text, way_out(visit))
    return True


async def hint(visit: Visit) -> None:
    """Suggest a pause where stakes rose after losses, at most once a week."""
    async with visit.door.store.transaction() as tx:
        care, bets = await tx.care.of(visit.user_id), await tx.bets.of(visit.user_id)
        if not suggests(care, bets, visit.now, _HINT_EVERY):
            return
        await tx.care.say(visit.user_id, CareEntry(said=Said.HINT, about="tilt", at=visit.now))
    pause = visit.buttons.make("care_r24h", "carepick", args="r24h")
    rows = [[pause], *way_out(visit).inline_keyboard]
    await visit.say(visit.voice.html("care.tilt"), InlineKeyboardMarkup(rows))
