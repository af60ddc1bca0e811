"""Picks and how their prices fared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.ledger import Bankroll
from engine.domain.numbers import BookmakerKey, Odds, PickId
from engine.domain.pick import OpenPick
from engine.settlement.posting import staked
from storage.ledger import Ledger
from storage.queries import queries
from storage.rows import (
    fixture_from_row,
    pick_from_row,
    pick_to_row,
    settlement_from_row,
    update_from_row,
)
from storage.views import CloseView, PickPage, PickView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    import asyncpg

    from engine.domain.numbers import FixtureId
    from engine.domain.pick import Pick, PickUpdate, Provenance
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceNow:
    """The best price still quoted for a pick at the latest look of its fixture."""

    bookmaker: BookmakerKey
    odds: Odds
    quoted_at: datetime
    captured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """Which picks to read; None means all."""

    provenance: str | None = None
    ids: list[UUID] | None = None
    number: int | None = None
    upcoming_at: datetime | None = None
    unclosed_at: datetime | None = None
    fixtures: list[UUID] | None = None
    begun_by: datetime | None = None
    set_by: datetime | None = None
    settled_since: datetime | None = None
    offset: int = 0
    limit: int | None = None


class Picks:
    """Picks on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, picks: Sequence[Pick]) -> tuple[PickId, ...]:
        """Keep `picks` and take their stakes from the bankroll; return those that were new."""
        new = []
        for pick in picks:
            added = await self._connection.fetchval(queries("picks").add, *pick_to_row(pick))
            if added is not None:
                new.append(pick)
        await Ledger(self._connection).post(
            staked(Bankroll(provenance=pick.provenance), pick.id, pick.stake, pick.taken_at)
            for pick in new
            if pick.stake
        )
        return tuple(pick.id for pick in new)

    async def add_updates(self, updates: Sequence[PickUpdate]) -> None:
        """Append how open picks stand now."""
        rows = [
            (
                u.pick_id,
                u.seen_at,
                u.state.value,
                u.bookmaker,
                u.odds,
                u.fair_odds,
                u.edge,
                u.min_odds,
            )
            for u in updates
        ]
        await self._connection.executemany(queries("picks").add_update, rows)

    async def open(self, now: datetime, provenance: Provenance) -> tuple[OpenPick, ...]:
        """Return the picks before kick-off that are not void, with what people were last shown."""
        return await self._open_picks(_Filter(provenance=provenance.value, upcoming_at=now))

    async def to_close(self, now: datetime, provenance: Provenance) -> tuple[OpenPick, ...]:
        """Return the picks that have kicked off and have no close yet."""
        return await self._open_picks(_Filter(provenance=provenance.value, unclosed_at=now))

    async def to_read(
        self,
        begun_by: datetime,
        settled_since: datetime,
        provenance: Provenance,
        *,
        set_by: datetime | None = None,
    ) -> tuple[PickView, ...]:
        """Return the picks that began by then and are not settled, or were since an instant.

        And those made for a kick-off before `set_by`, wherever it is now: they may be void.
        """
        wanted = _Filter(
            provenance=provenance.value,
            begun_by=begun_by,
            settled_since=settled_since,
            set_by=set_by,
        )
        return await self._views(wanted)

    async def of_fixtures(
        self, fixtures: Iterable[FixtureId], provenance: Provenance
    ) -> tuple[Pick, ...]:
        """Return the picks on these fixtures."""
        wanted = _Filter(provenance=provenance.value, fixtures=list(fixtures))
        return tuple(view.pick for view in await self._views(wanted))

    async def set_for(self, ids: Iterable[PickId]) -> Mapping[PickId, datetime]:
        """Return the kick-off each of these picks was made for, wherever it is now."""
        rows = await self._connection.fetch(queries("picks").set_for, list(ids))
        return {PickId(row["id"]): row["set_for"] for row in rows}

    async def page(
        self, now: datetime, *, offset: int, limit: int, provenance: Provenance
    ) -> PickPage:
        """Return one page of the picks before kick-off, by kick-off."""
        total = await self._connection.fetchval(
            queries("picks").count_upcoming, provenance.value, now
        )
        views = await self._views(
            _Filter(provenance=provenance.value, upcoming_at=now, offset=offset, limit=limit)
        )
        return PickPage(picks=views, offset=offset, total=int(total))

    async def view(
        self, *, number: int | None = None, pick_id: PickId | None = None
    ) -> PickView | None:
        """Return one pick by its number or id."""
        ids: list[UUID] | None = [pick_id] if pick_id is not None else None
        views = await self._views(_Filter(number=number, ids=ids))
        return views[0] if views else None

    async def all_views(
        self, provenance: Provenance | None = None, *, ids: Iterable[PickId] | None = None
    ) -> tuple[PickView, ...]:
        """Return every pick of a provenance (or of all), or those of `ids`, by kick-off."""
        return await self._views(
            _Filter(
                provenance=provenance.value if provenance else None,
                ids=None if ids is None else list(ids),
            )
        )

    async def gone(self) -> frozenset[PickId]:
        """Return the picks seen to lose their value before kick-off."""
        rows = await self._connection.fetch(queries("picks").gone)
        return frozenset(PickId(row["pick_id"]) for row in rows)

    async def price_now(
        self, pick_id: PickId, now: datetime, *, shown: BookmakerKey | None = None
    ) -> PriceNow | None:
        """Return the better of the picked and the last shown book at the latest look."""
        row = await self._connection.fetchrow(queries("picks").price_now, pick_id, now, shown)
        if row is None:
            return None
        return PriceNow(
            bookmaker=BookmakerKey(row["bookmaker"]),
            odds=Odds(row["odds"]),
            quoted_at=row["quoted_at"],
            captured_at=row["captured_at"],
        )

    async def _open_picks(self, wanted: _Filter) -> tuple[OpenPick, ...]:
        return tuple(
            OpenPick(pick=view.pick, kick_off=view.fixture.kick_off, shown=view.update)
            for view in await self._views(wanted)
        )

    async def _views(self, wanted: _Filter) -> tuple[PickView, ...]:
        rows = await self._connection.fetch(
            queries("picks").views,
            wanted.provenance,
            wanted.ids,
            wanted.number,
            wanted.upcoming_at,
            wanted.unclosed_at,
            wanted.begun_by,
            wanted.fixtures,
            wanted.offset,
            wanted.limit,
            wanted.settled_since,
            wanted.set_by,
        )
        return tuple(_view(row) for row in rows)


def _view(row: asyncpg.Record) -> PickView:
    return PickView(
        number=row["number"],
        pick=pick_from_row(row),
        fixture=fixture_from_row(row, prefix="fixture_"),
        update=update_from_row(row),
        close=_close(row),
        settlement=settlement_from_row(row),
    )


def _close(row: asyncpg.Record) -> CloseView | None:
    if row["closed_at"] is None:
        return None
    return CloseView(
        grade=row["grade"],
        source=row["source"],
        closing_odds=row["closing_odds"],
        clv=row["clv"],
        movement=row["movement"],
        alt_grade=row["alt_grade"],
        alt_source=row["alt_source"],
        alt_closing_odds=row["alt_closing_odds"],
        clv_alt=row["clv_alt"],
    )
