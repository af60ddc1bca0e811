"""What is played today and tomorrow, and the picks to come that lie in the zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.paging import page_from
from bot.questions import key_of
from bot.render.slates import Bill, render_bill, render_sweet
from bot.shelves import under_bill, under_sweet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit
    from storage.slates import Billed, Placed

MATCHES_A_PAGE: Final = 8
PICKS_A_PAGE: Final = 5
_FURTHEST: Final = timedelta(days=400)


async def sweet(visit: Visit) -> None:
    """Show the picks to come that lie in the zone, from the one the button says."""
    provenance = visit.door.provenance
    since = (int(visit.tap.args) if visit.tap.args.isdecimal() else 0, visit.tap.number)

    def begins(entry: Placed) -> bool:
        return (int(entry.kick_off.timestamp()), entry.number) >= since

    async with visit.door.store.reading() as tx:
        places = await tx.slates.sweet(visit.now, provenance)
        page = page_from(places, PICKS_A_PAGE, begins)
        views = await tx.picks.all_views(ids=[one.pick_id for one in page.shown])
    text = render_sweet(page, views, provenance, voice=visit.voice, money=visit.money)
    await visit.show(text, under_sweet(visit.buttons, page, views))


async def today(visit: Visit) -> None:
    """Show the matches of today on this person's clock."""
    await _show(visit, _today(visit))


async def tomorrow(visit: Visit) -> None:
    """Show the matches of tomorrow on this person's clock."""
    await _show(visit, _today(visit) + timedelta(days=1))


async def slate(visit: Visit) -> None:
    """Show the matches of the day a button says, from the match it says."""
    wanted, here = visit.tap.number, _today(visit)
    near = abs(wanted - here.toordinal()) <= _FURTHEST.days
    await _show(visit, date.fromordinal(wanted) if near else here)


async def _show(visit: Visit, day: date) -> None:
    zone, provenance = visit.money.time_zone, visit.door.provenance
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    async with visit.door.store.reading() as tx:
        found = await tx.slates.day(begin, end, provenance)
    billed = _by_league(visit, found)
    page = page_from(billed, MATCHES_A_PAGE, lambda one: key_of(one.fixture) == visit.tap.args)
    bill = Bill(
        day=day,
        today=_today(visit),
        page=page,
        picks=sum(one.picks for one in found),
        provenance=provenance,
    )
    text = render_bill(bill, voice=visit.voice, money=visit.money)
    await visit.show(text, under_bill(visit.buttons, bill))


def _today(visit: Visit) -> date:
    return visit.now.astimezone(visit.money.time_zone).date()


def _by_league(visit: Visit, found: Sequence[Billed]) -> list[Billed]:
    """Return the matches league by league: those that are followed first, in their order."""
    followed = {key: place for place, key in enumerate(visit.door.rules.competitions)}
    return sorted(
        found,
        key=lambda one: (
            followed.get(one.fixture.competition, len(followed)),
            visit.voice.competition(one.fixture.competition),
            one.fixture.kick_off,
            one.fixture.id,
        ),
    )
