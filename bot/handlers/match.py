"""The sheet of one match, found by a team's name in whatever spelling, or tapped."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from bot.access import covers
from bot.finding import find, next_matches
from bot.questions import matches
from bot.render.match import Best, MatchSheet, render_sheet
from bot.render.refusals import render_meant, render_which
from bot.sheets import under_sheet
from engine.domain.alert import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.context import Visit
    from engine.domain.board import Board
    from engine.domain.fixture import Fixture

_LOOK: Final = timedelta(days=1)
_USAGE: Final = "match.usage"


async def match(visit: Visit) -> None:
    """Show the sheet of a match; of several that may be meant, ask which."""
    if visit.tap.args:
        async with visit.door.store.reading() as tx:
            pressed = await tx.slates.keyed(visit.tap.args)
        if pressed is not None:
            await _show(visit, pressed, page=visit.tap.number)
            return
    if not visit.words:
        ahead = await next_matches(visit)
        text = render_which(ahead, voice=visit.voice, usage=_USAGE)
        await visit.show(text, matches(visit.buttons, ahead, screen="match"))
        return
    asked = " ".join(visit.words)
    meant = await find(visit, asked)
    if meant.sure:
        await _show(visit, meant.sure[0], others=meant.sure[1:])
        return
    text = render_meant(asked, meant.offered, voice=visit.voice, money=visit.money, usage=_USAGE)
    await visit.show(text, matches(visit.buttons, meant.offered, screen="match"))


async def _show(
    visit: Visit, fixture: Fixture, *, page: int = 0, others: Sequence[Fixture] = ()
) -> None:
    sheet = await read_sheet(visit, fixture)
    shown = min(page, sheet.pages - 1)
    text = render_sheet(sheet, shown, voice=visit.voice, money=visit.money, now=visit.now)
    asking = covers(visit.role, Role.MEMBER)
    watching = asking and visit.private and fixture.kick_off > visit.now
    day = fixture.kick_off.astimezone(visit.money.time_zone).date()
    keyboard = under_sheet(
        visit.buttons, sheet, shown, day, others=others, asking=asking, watching=watching
    )
    await visit.show(text, keyboard)


async def read_sheet(visit: Visit, fixture: Fixture) -> MatchSheet:
    """Read what the sheet of a match tells."""
    provenance, until = visit.door.provenance, min(visit.now, fixture.kick_off)
    async with visit.door.store.reading() as tx:
        board = await tx.odds.latest([fixture.id], until - _LOOK, until)
        picks = await tx.picks.of_fixtures([fixture.id], provenance)
        return MatchSheet(
            fixture=fixture,
            fair=await tx.prices.last(fixture.id),
            best=await asyncio.to_thread(best_of, board),
            picks=await tx.picks.all_views(ids=[pick.id for pick in picks]),
            refused=len(await tx.refusals.of_fixture(fixture.id, provenance)),
            provenance=provenance,
        )


def best_of(board: Board) -> Mapping[int, Best]:
    """Return the best odds of each selection that somebody offers to those who back it."""
    offered = board.where(~board.lay & ~board.is_aggregate & ~np.isnan(board.odds))
    found: dict[int, Best] = {}
    for row in np.argsort(offered.odds, kind="stable").tolist():
        found[int(offered.selection[row])] = Best(
            odds=float(offered.odds[row]),
            bookmaker=offered.bookmakers[int(offered.bookmaker[row])],
        )
    return found
