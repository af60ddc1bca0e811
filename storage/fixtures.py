"""Fixtures, their event ids at each provider, and the names nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.numbers import FixtureId
from storage.queries import queries
from storage.rows import fixture_from_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from engine.collect.normalise import EventId, UnmatchedName
    from engine.domain.fixture import Fixture
    from storage.pool import Connection


class Fixtures:
    """Fixtures on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def save(self, fixtures: Sequence[Fixture], now: datetime) -> None:
        """Keep `fixtures`; a known one takes its new kick-off, unless a later look wrote it."""
        rows = [
            (
                f.id,
                f.competition,
                f.home.key,
                f.home.name,
                f.away.key,
                f.away.name,
                f.kick_off,
                f.status.value,
                now,
            )
            for f in sorted(fixtures, key=lambda f: f.id)
        ]
        await self._connection.executemany(queries("fixtures").save, rows)

    async def link(self, event_ids: Sequence[EventId]) -> None:
        """Remember which fixture each provider's event id is."""
        rows = [
            (e.provider, e.event_id, e.fixture_id, e.kick_off, e.seen_at)
            for e in sorted(event_ids, key=lambda e: (e.provider, e.event_id))
        ]
        await self._connection.executemany(queries("fixtures").link, rows)

    async def queue_unmatched(self, unmatched: Sequence[UnmatchedName], now: datetime) -> None:
        """Put unknown names in front of the owner; never guess."""
        rows = [
            (
                u.provider,
                u.competition,
                u.name,
                u.opponent,
                u.kick_off,
                [[key, score] for key, score in u.suggestions],
                now,
            )
            for u in sorted(unmatched, key=lambda u: (u.provider, u.competition, u.name))
        ]
        await self._connection.executemany(queries("fixtures").queue_unmatched, rows)

    async def between(self, since: datetime, until: datetime) -> tuple[Fixture, ...]:
        """Return the fixtures that kick off in [since, until)."""
        rows = await self._connection.fetch(queries("fixtures").between, since, until)
        return tuple(fixture_from_row(row) for row in rows)

    async def get(self, ids: Iterable[FixtureId]) -> tuple[Fixture, ...]:
        """Return the fixtures with these ids."""
        rows = await self._connection.fetch(queries("fixtures").get, list(ids))
        return tuple(fixture_from_row(row) for row in rows)

    async def original_kick_offs(self, ids: Iterable[FixtureId]) -> Mapping[FixtureId, datetime]:
        """Return the kick-offs the fixtures were first set for."""
        rows = await self._connection.fetch(queries("fixtures").original_kick_offs, list(ids))
        return {FixtureId(row["id"]): row["original_kick_off"] for row in rows}

    async def event_ids(self, since: datetime) -> Mapping[tuple[str, str], FixtureId]:
        """Return the fixture of each (provider, event id) that kicks off from `since` on."""
        rows = await self._connection.fetch(queries("fixtures").event_ids, since)
        return {(row["provider"], row["event_id"]): FixtureId(row["fixture_id"]) for row in rows}

    async def first_seen(self, since: datetime) -> Mapping[tuple[str, str], datetime]:
        """Return when each (provider, event id) that kicks off from `since` on was first met."""
        rows = await self._connection.fetch(queries("fixtures").first_seen, since)
        return {(row["provider"], row["event_id"]): row["first_seen_at"] for row in rows}

    async def count(self) -> int:
        """Return how many fixtures are known."""
        return int(await self._connection.fetchval(queries("fixtures").count))

    async def events_of(self, ids: Iterable[FixtureId]) -> Mapping[tuple[FixtureId, str], str]:
        """Return the latest event id of each (fixture, provider)."""
        rows = await self._connection.fetch(queries("fixtures").events_of, list(ids))
        events: dict[tuple[FixtureId, str], str] = {}
        for row in rows:
            events.setdefault((FixtureId(row["fixture_id"]), row["provider"]), row["event_id"])
        return events

    async def unmatched(self) -> tuple[Mapping[str, object], ...]:
        """Return the names waiting to be resolved, latest first."""
        return tuple(
            dict(row) for row in await self._connection.fetch(queries("fixtures").unmatched)
        )
