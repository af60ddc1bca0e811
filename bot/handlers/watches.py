"""Odds people wait for: said by a team or a pick, listed, taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.callbacks import MAX_NUMBER
from bot.finding import find
from bot.handlers.match import best_of
from bot.questions import matches
from bot.render.html import name
from bot.render.refusals import render_meant
from bot.render.watches import render_added, render_side, render_watches
from bot.sentry import MOST, asked_cents, chosen, under_sides, under_watches
from engine.domain.market import MATCH_ODDS
from engine.domain.notation import OddsUnread, read_odds
from engine.domain.numbers import Odds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.context import Visit
    from engine.domain.fixture import Fixture
    from engine.domain.market import Selection

_NUMBER: Final = re.compile(r"#?[pP]?([0-9]{1,18})")
_ODDS: Final = re.compile(r"[0-9]{1,4}[.,/][0-9]{1,4}|[+-][0-9]{3,5}|[2-9]")
"""Of a club called Hannover 96 the number is no odds."""
_MORE: Final = 1.05
"""Where nobody says which odds: five in a hundred above the best of now."""
_LOOK: Final = timedelta(days=1)
_WORD: Final = 24


async def watches(visit: Visit) -> None:
    """List what this person waits for, or begin to wait at a match that was named."""
    if not visit.words:
        await _list(visit)
        return
    words = list(visit.words)
    odds = None
    if len(words) > 1 and _ODDS.fullmatch(words[-1]):
        odds = await _read(visit, words.pop())
        if odds is None:
            return
    asked = " ".join(words)
    meant = await find(visit, asked)
    ahead = [one for one in meant.sure if one.kick_off > visit.now]
    if ahead:
        await _ask_side(visit, ahead[0], odds)
        return
    offered = [one for one in meant.offered if one.kick_off > visit.now]
    text = render_meant(asked, offered, voice=visit.voice, money=visit.money, usage="watch.usage")
    await visit.show(text, matches(visit.buttons, offered, screen="watch"))


async def ask(visit: Visit) -> None:
    """Ask which outcome of the match of a button is waited for."""
    async with visit.door.store.reading() as tx:
        fixture = await tx.slates.keyed(visit.tap.args)
    if fixture is None or fixture.kick_off <= visit.now:
        await _tell(visit, "watch.begun")
        return
    await _ask_side(visit, fixture, None)


async def add(visit: Visit) -> None:
    """Wait for the odds of the outcome that was pressed."""
    selection, odds = chosen(visit.tap.number)
    async with visit.door.store.reading() as tx:
        fixture = await tx.slates.keyed(visit.tap.args)
    if fixture is None or selection is None or fixture.kick_off <= visit.now:
        await _tell(visit, "watch.begun")
        return
    await _add(visit, fixture, selection, odds)


async def threshold(visit: Visit) -> None:
    """Wait for odds on a pick's own bet: /seuil 12 2,10."""
    number = _NUMBER.fullmatch(visit.words[0]) if len(visit.words) > 1 else None
    if number is None or not 0 < int(number[1]) <= MAX_NUMBER:
        await _tell(visit, "watch.usage_threshold")
        return
    odds = await _read(visit, visit.words[1])
    if odds is None:
        return
    async with visit.door.store.reading() as tx:
        view = await tx.picks.view(number=int(number[1]))
    if view is None:
        await _tell(visit, "pick.unknown", id=f"#P{int(number[1])}")
    elif view.fixture.kick_off <= visit.now:
        await _tell(visit, "watch.begun")
    else:
        await _add(visit, view.fixture, view.pick.selection, odds)


async def end(visit: Visit) -> None:
    """Wait no more for what was pressed."""
    async with visit.door.store.transaction() as tx:
        await tx.watches.drop(visit.tap.number, visit.user_id)
    await _list(visit)


async def _list(visit: Visit) -> None:
    async with visit.door.store.reading() as tx:
        mine = await tx.watches.of(visit.user_id, visit.now)
    text = render_watches(mine, most=MOST, voice=visit.voice, money=visit.money)
    await visit.show(text, under_watches(visit.buttons, mine, visit.voice))


async def _ask_side(visit: Visit, fixture: Fixture, odds: Odds | None) -> None:
    """Ask for the outcome; without odds, those a little above the best of now are offered."""
    best = await _best(visit, fixture)
    sides = {
        selection: odds or Odds(round(best[selection.number] * _MORE, 2))
        for selection in MATCH_ODDS.selections
        if odds is not None or selection.number in best
    }
    text = render_side(fixture, sides, best, asked=odds, voice=visit.voice, money=visit.money)
    await visit.show(text, under_sides(visit.buttons, fixture, sides, visit.voice))


async def _best(visit: Visit, fixture: Fixture) -> Mapping[int, float]:
    async with visit.door.store.reading() as tx:
        board = await tx.odds.latest([fixture.id], visit.now - _LOOK, visit.now)
    return {number: best.odds for number, best in best_of(board).items()}


async def _add(visit: Visit, fixture: Fixture, selection: Selection, odds: Odds) -> None:
    async with visit.door.store.transaction() as tx:
        await tx.watches.hold(visit.user_id)
        mine = await tx.watches.of(visit.user_id, visit.now)
        full = len(mine) >= MOST
        if not full:
            await tx.watches.add(visit.user_id, fixture.id, selection, odds, visit.now)
    if full:
        text = visit.voice.html("watch.full", most=MOST)
        await visit.show(text, under_watches(visit.buttons, mine, visit.voice))
        return
    best = await _best(visit, fixture)
    text = render_added(
        fixture,
        selection,
        odds,
        best.get(selection.number),
        voice=visit.voice,
        money=visit.money,
    )
    await visit.show(text, under_watches(visit.buttons, (), visit.voice))


async def _read(visit: Visit, word: str) -> Odds | None:
    """Return the odds that were typed; say so where they are none."""
    try:
        odds = read_odds(word)
    except OddsUnread as unread:
        await _tell(visit, "bets.unread", word=name(str(unread), _WORD))
        return None
    if asked_cents(odds) is None:
        await _tell(visit, "bets.unread", word=name(word, _WORD))
        return None
    return odds


async def _tell(visit: Visit, key: str, **values: object) -> None:
    text = visit.voice.html(key, **values)
    await visit.show(text, under_watches(visit.buttons, (), visit.voice))
