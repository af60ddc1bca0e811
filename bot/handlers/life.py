"""The tabs of a pick beside its card: what became of it, and how picks like it fared."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.callbacks import MAX_NUMBER, Tap
from bot.handlers.picks import detail, pick
from bot.keyboards import FROM_LIST
from bot.render.life import Likes, render_life, render_likes
from engine.domain.pick import Provenance
from engine.learning.alike import alike
from engine.learning.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.context import Visit
    from engine.domain.pick import Pick
    from engine.domain.record import Record, SettledBet
    from storage.views import PickView

_NUMBER: Final = re.compile(r"#?[pP]?([0-9]{1,18})")


async def why(visit: Visit) -> None:
    """Show what stands behind the pick whose number was typed: its score, its agents' votes."""
    found = _NUMBER.fullmatch(visit.words[0]) if visit.words else None
    if found is None or not 0 < int(found[1]) <= MAX_NUMBER:
        await pick(visit)
        return
    tap = Tap(screen="detail", number=int(found[1]), args=f"{FROM_LIST}0")
    await detail(replace(visit, tap=tap))


async def life(visit: Visit) -> None:
    """Show what became of a pick."""
    view = await _view(visit)
    if view is None:
        return
    async with visit.door.store.reading() as tx:
        found = await tx.lives.of(view.pick.id, visit.chat_id)
    text = render_life(view, found, voice=visit.voice, money=visit.money, now=visit.now)
    await visit.show(text, visit.buttons.tab(view, "life", visit.tap.args))


async def similar(visit: Visit) -> None:
    """Show how settled picks like this one fared, each provenance apart."""
    view = await _view(visit)
    if view is None:
        return
    settled = {one: (await visit.door.records.of(one)).bets for one in Provenance}
    likes = await asyncio.to_thread(_likes, view.pick, settled)
    text = render_likes(view, likes, voice=visit.voice)
    await visit.show(text, visit.buttons.tab(view, "similar", visit.tap.args))


def _likes(wanted: Pick, settled: Mapping[Provenance, Sequence[SettledBet]]) -> Likes:
    found = {one: alike(wanted, bets) for one, bets in settled.items()}
    first = next(iter(found.values()))
    return Likes(
        odds=first.odds,
        score=first.score,
        by_odds=_records({one: each.by_odds for one, each in found.items()}),
        by_score=_records({one: each.by_score for one, each in found.items()}),
    )


def _records(
    bets: Mapping[Provenance, Sequence[SettledBet]],
) -> Mapping[Provenance, Record]:
    return {one: record(kept, one) for one, kept in bets.items() if kept}


async def _view(visit: Visit) -> PickView | None:
    """Return the pick of the button; say so where it is not known."""
    number = visit.tap.number
    async with visit.door.store.reading() as tx:
        view = await tx.picks.view(number=number) if 0 < number <= MAX_NUMBER else None
    if view is None:
        await visit.show(visit.voice.html("pick.unknown", id=f"#P{number}"), visit.buttons.back())
    return view
