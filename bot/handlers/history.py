"""What was settled last, page by page, and the record in force at a glance."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.access import covers
from bot.asking import keep, names_of
from bot.chronicle import under_dashboard, under_history, under_refused
from bot.history import newest_first, read
from bot.paging import page_from
from bot.render.dashboard import Dashboard, render_dashboard
from bot.render.filters import render_refusal
from bot.render.history import render_history
from engine.domain.alert import Role
from engine.domain.filter_reading import FilterRefused
from engine.domain.pick import Provenance
from engine.domain.pick_filter import parse
from engine.learning.record import record
from engine.learning.recorded.columns import columns
from engine.learning.recorded.proof import proven

if TYPE_CHECKING:
    from bot.context import Visit

_NEXT: Final = 3
_RULING: Final = re.compile(r"#?[0-9]{1,15} ([0-9]{1,2}[-x:][0-9]{1,2}|void|annul.{0,2})")


async def results(visit: Visit) -> None:
    """Show what was settled last: how many a page, and through which filter, may be typed."""
    if covers(visit.role, Role.ADMIN) and _RULING.fullmatch(" ".join(visit.words).lower()):
        await visit.show(visit.voice.html("history.moved"), visit.buttons.back())
        return
    try:
        wanted = await read(visit)
    except FilterRefused as refused:
        await _teach(visit, refused)
        return
    records, provenance = visit.door.records, wanted.provenance
    bets = await records.told(provenance, "newest", newest_first, picks=wanted.picks)
    figures = await records.told(
        provenance, "record", partial(record, provenance=provenance), picks=wanted.picks
    )
    page = page_from(bets, wanted.size, wanted.begins)
    async with visit.door.store.reading() as tx:
        views = await tx.picks.all_views(ids=[bet.pick for bet in page.shown])
    text = render_history(page, views, figures, wanted.picks, voice=visit.voice, money=visit.money)
    others = [
        one
        for one in Provenance
        if one is not provenance
        and one in wanted.picks.provenances
        and (await records.of(one)).bets
    ]
    await visit.show(text, under_history(visit.buttons, wanted, page, views, others))


async def dashboard(visit: Visit) -> None:
    """Show the record in force, what is open, and the next kick-offs, in one message."""
    provenance = visit.door.provenance
    async with visit.door.store.reading() as tx:
        page = await tx.picks.page(visit.now, offset=0, limit=_NEXT, provenance=provenance)
        sweet = await tx.slates.sweet(visit.now, provenance)
    records = visit.door.records
    shown = Dashboard(
        record=await records.told(provenance, "record", partial(record, provenance=provenance)),
        proven=await records.told(
            provenance, "proven", lambda bets: proven(columns(bets, provenance))
        ),
        open=page.total,
        sweet=len(sweet),
        upcoming=page.picks,
    )
    text = render_dashboard(shown, voice=visit.voice, money=visit.money)
    await visit.show(text, under_dashboard(visit.buttons, page.picks))


async def _teach(visit: Visit, refused: FilterRefused) -> None:
    """Say what of a filter means nothing, with one that does under a button."""
    now = visit.now.astimezone(visit.money.time_zone)
    number = await keep(visit, parse(refused.fixed, now, names_of(visit.door)))
    text = render_refusal(refused, voice=visit.voice)
    await visit.show(text, under_refused(visit.buttons, refused.fixed, number))
