"""Closes of picks on printed prices: what the season file declares afterwards, grade D."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from engine import pipeline
from engine.collect.season_files.columns import Stage
from engine.domain.market import Selection
from engine.settlement.closing import close_pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from engine.domain.closing import PickClose
    from engine.domain.market import Market
    from engine.domain.numbers import FixtureId
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
    tx: Tx, views: Iterable[PickView], now: datetime
) -> tuple[PickClose, ...]:
    """Give picks on printed prices the close that the imported season tells; return those found.

    Only a close that is missing is replaced: one that was seen before kick-off is better. What a
    file declares bears no time: it is grade D, shown as such, and enters no live statistics.
    """
    missing = [
        view
        for view in views
        if view.pick.from_file and (view.close is None or view.close.closing_odds is None)
    ]
    ids = {view.fixture.id for view in missing}
    fixtures = {one.id: one for one in await tx.fixtures.get(ids)}
    declared = _declared(await tx.seasons.odds_of(ids))
    found = []
    for view in missing:
        fixture, pick = fixtures[view.fixture.id], view.pick
        lines = pipeline.close_from_file(fixture, [pick.selection], declared[fixture.id])
        close = close_pick(pick, lines, kick_off=fixture.kick_off, now=now)
        if close.headline is not None:
            await tx.closings.add(lines)
            found.append(close)
    await tx.closings.reopen([close.pick_id for close in found])
    await tx.closings.close_picks(found)
    return tuple(found)


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
