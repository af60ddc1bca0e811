"""Providers' answers, verbatim."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.collect.payload import Payload
    from storage.pool import Connection

_NAMESPACE = UUID("5f0d7a62-8f0f-5b0c-9a55-8ddfe1b4d3a1")


class Payloads:
    """Payloads on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, payloads: Sequence[Payload]) -> int:
        """Keep `payloads` before anything is parsed; return how many were given."""
        sql = queries("payloads")
        for month in sorted({_month(p.fetched_at) for p in payloads}):
            await self._connection.execute(sql.ensure_month, month)
        rows = [
            (
                p.fetched_at,
                uuid5(_NAMESPACE, f"{p.source}|{p.ask.path}|{p.ask.params}|{p.key}"),
                p.source,
                p.ask.path,
                dict(p.ask.params),
                p.ask.purpose,
                p.status,
                dict(p.headers),
                p.body,
            )
            for p in payloads
        ]
        await self._connection.executemany(sql.add, rows)
        return len(rows)

    async def answered(
        self, source: str, since: datetime
    ) -> tuple[tuple[datetime, str, Mapping[str, str], str], ...]:
        """Return (instant, path, params, purpose) of each ask answered from `since` on."""
        rows = await self._connection.fetch(queries("payloads").answered, source, since)
        return tuple(
            (row["fetched_at"], row["path"], row["params"], row["purpose"]) for row in rows
        )


def _month(moment: datetime) -> datetime:
    """Return the first instant of a moment's month where partitions begin and end: in UTC."""
    start = moment.astimezone(UTC).replace(day=1)
    return start.replace(hour=0, minute=0, second=0, microsecond=0)
