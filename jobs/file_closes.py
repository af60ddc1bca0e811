"""Closes that nobody caught in time: what the season file declares afterwards, grade D."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from engine import pipeline
from engine.alerting.compose import compose_closes
from engine.collect.season_files.columns import Stage
from engine.domain.closing import BookOffer
from engine.domain.market import Selection
from engine.domain.numbers import Odds
from engine.settlement.closing import close_pick
from jobs.regrade import regrade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from engine.alerting.rules import AlertRules
    from engine.domain.closing import PickClose
    from engine.domain.fixture import Fixture
    from engine.domain.market import Market
    from engine.domain.numbers import BookmakerKey, FixtureId
    from engine.domain.pick import Pick
    from jobs.context import Context
    from storage.seasons import Price
    from storage.store import Tx
    from storage.views import PickView

_COLUMNS: Final[Mapping[str, str]] = {
    "pinnacle": "PSC",
    "betfair_ex_uk": "BFEC",
    "fd_avg": "AvgC",
    "bet365": "B365C",
}
"""A file's references of a close (METHOD B1), by the key their odds are kept under."""

_Declared = dict[str, dict["Market", tuple[float, ...]]]


async def close_by_files(
    tx: Tx, views: Iterable[PickView], rules: AlertRules, now: datetime
) -> tuple[PickClose, ...]:
    """Give picks the closes that the imported season tells where they lack one; return those.

    Only what is missing is filled: a close that was seen before kick-off is better. What a file
    declares bears no time: it is grade D, shown as such, and enters no live statistics. Cards
    that show another close, or none, are edited.
    """
    lacking = [view for view in views if _lacks(view)]
    ids = {view.fixture.id for view in lacking}
    fixtures = {one.id: one for one in await tx.fixtures.get(ids)}
    prices = await tx.seasons.odds_of(ids)
    declared, offered = _declared(prices), _offered(prices)
    for view in lacking:
        fixture, pick = fixtures[view.fixture.id], view.pick
        await tx.closings.add(
            pipeline.close_from_file(fixture, [pick.selection], declared[fixture.id])
        )
        odds = offered.get((fixture.id, pick.selection.number, pick.bookmaker))
        if odds is not None:
            await tx.closings.add_offers([_at_close(fixture, pick, odds)])
    first = await _close_first(tx, [view for view in lacking if view.close is None], rules, now)
    again = await regrade(tx, [view for view in lacking if view.close is not None], rules, now)
    return (*first, *again)


async def close_by_imported(ctx: Context) -> int:
    """Give picks of matches that have begun the closes that season files tell; return how many.

    What is better known after an import counts from then on, like a close that came late.
    """
    now = ctx.clock.now()
    async with ctx.judging, ctx.store.transaction() as tx:
        views = await tx.picks.all_views(ctx.rules.provenance)
        begun = [view for view in views if view.fixture.kick_off <= now]
        return len(await close_by_files(tx, begun, ctx.rules.alerts, now))


def _lacks(view: PickView) -> bool:
    return view.close is None or None in {view.close.grade, view.close.alt_grade}


async def _close_first(
    tx: Tx, views: Sequence[PickView], rules: AlertRules, now: datetime
) -> tuple[PickClose, ...]:
    """Close the picks of which a close is known by now; the others keep waiting for theirs."""
    lines = await tx.closings.of_fixtures({view.fixture.id for view in views})
    offers = await tx.closings.offers_of({view.fixture.id for view in views})
    closes = (
        close_pick(view.pick, lines, kick_off=view.fixture.kick_off, now=now, offers=offers)
        for view in views
    )
    found = tuple(close for close in closes if close.headline is not None)
    await tx.closings.close_picks(found)
    await tx.outbox.add(compose_closes(found, rules, now))
    return found


def _at_close(fixture: Fixture, pick: Pick, odds: Odds) -> BookOffer:
    """Return what a file says the pick's own book closed at: it bears no time but kick-off."""
    return BookOffer(
        fixture_id=fixture.id,
        selection=pick.selection,
        bookmaker=pick.bookmaker,
        odds=odds,
        captured_at=fixture.kick_off,
        kick_off=fixture.kick_off,
    )


def _offered(
    prices: Sequence[Price],
) -> Mapping[tuple[FixtureId, int, BookmakerKey], Odds]:
    """Return what each book closed at, by fixture, selection and book."""
    return {
        (price.fixture_id, price.selection, price.bookmaker): Odds(price.odds)
        for price in prices
        if price.stage == Stage.CLOSING
    }


def _declared(prices: Sequence[Price]) -> Mapping[FixtureId, _Declared]:
    """Return each fixture's closing odds by source and market, those of whole markets alone."""
    odds: dict[FixtureId, dict[str, dict[Selection, float]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for price in prices:
        source = _COLUMNS.get(price.bookmaker)
        if source is not None and price.stage == Stage.CLOSING:
            odds[price.fixture_id][source][Selection.from_number(price.selection)] = price.odds
    found: dict[FixtureId, _Declared] = defaultdict(dict)
    for fixture_id, sources in odds.items():
        for source in _COLUMNS.values():
            found[fixture_id][source] = _whole(sources.get(source, {}))
    return found


def _whole(odds: Mapping[Selection, float]) -> dict[Market, tuple[float, ...]]:
    markets = dict.fromkeys(selection.market for selection in odds)
    return {
        market: tuple(odds[one] for one in market.selections)
        for market in markets
        if all(one in odds for one in market.selections)
    }
