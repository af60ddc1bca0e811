"""Read models for the bot and the walks: one read each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.domain.numbers import PickId
from engine.domain.pick import Provenance
from engine.domain.price import Rung
from storage.fixtures import Fixtures
from storage.outbox import Outbox
from storage.picks import Picks
from storage.queries import queries
from storage.readers import Readers
from storage.runs import Keys, Runs
from storage.views import CloseFact, Funnel, Health, SnapshotInputs, StaleFact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from storage.pool import Connection


_PAST = timedelta(days=15)


class Reports:
    """Read models on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def snapshot_inputs(
        self, now: datetime, horizon: timedelta, provenance: Provenance, house: ZoneInfo
    ) -> SnapshotInputs:
        """Return everything one look needs to know, read once; `house` is the house's zone."""
        since = now - _PAST
        return SnapshotInputs(
            fixtures=await Fixtures(self._connection).between(since, now + horizon),
            event_ids=await Fixtures(self._connection).event_ids(since),
            open_picks=await Picks(self._connection).open(now, provenance),
            subscribers=await Readers(self._connection).listening(now, house),
            key_states=await Keys(self._connection).load(),
        )

    async def health(self, now: datetime, provenance: Provenance) -> Health:
        """Return how the service fares."""
        row = await self._connection.fetchrow(queries("reports").health, now, provenance.value)
        if row is None:
            raise AssertionError  # an aggregate without group by has one row
        keys = await Keys(self._connection).load()
        return Health(
            now=now,
            runs=await Runs(self._connection).last_of_each(),
            outbox=await Outbox(self._connection).counts(),
            credits=tuple(
                (provider, fingerprint, str(state.get("remaining", "?")))
                for provider, fingerprint, state in keys
            ),
            **dict(row),
        )

    async def closes(
        self,
        competitions: Sequence[str],
        since: datetime,
        until: datetime,
        *,
        window: timedelta,
        reach: timedelta,
    ) -> tuple[CloseFact, ...]:
        """Return how each followed fixture that began within [since, until] was priced before.

        Nothing earlier than the first run counts, and no price older than `reach`; a capture is
        one of the last `window` before kick-off.
        """
        rows = await self._connection.fetch(
            queries("reports").closes,
            since,
            until,
            list(competitions),
            window,
            reach,
            int(Rung.EXCHANGE),
        )
        return tuple(CloseFact(**dict(row)) for row in rows)

    async def funnel(self, since: datetime, now: datetime) -> Funnel:
        """Return what the looks within [since, now] made of what they were offered."""
        rows = await self._connection.fetch(queries("reports").funnel, since, now)
        totals = rows[0]  # there is one even where no look is
        return Funnel(
            since=since,
            looks=totals["looks"],
            offered=totals["offered"],
            kept=totals["kept"],
            refused={row["gate"]: row["n"] for row in rows if row["gate"] is not None},
            picks=totals["picks"],
        )

    async def stale(self, jobs: Collection[str], since: datetime) -> tuple[StaleFact, ...]:
        """Return what the looks of `jobs` from `since` on found stale, latest first."""
        rows = await self._connection.fetch(queries("reports").stale, since, list(jobs))
        return tuple(StaleFact(**dict(row)) for row in rows)

    async def unread(self, provenance: Provenance, since: datetime, until: datetime) -> int:
        """Return how many matches with picks began within [since, until] and were never read."""
        sql = queries("reports").unread
        return int(await self._connection.fetchval(sql, provenance.value, since, until))

    async def late_picks(
        self, provenance: Provenance, since: datetime, until: datetime, *, limit: int
    ) -> tuple[PickId, ...]:
        """Return at most so many picks made within [since, until), the latest first."""
        sql = queries("reports").late_picks
        rows = await self._connection.fetch(sql, provenance.value, since, until, limit)
        return tuple(PickId(row["id"]) for row in rows)

    async def picks_of_each(self) -> Mapping[Provenance, int]:
        """Return how many picks each provenance has that has any."""
        rows = await self._connection.fetch(queries("reports").picks_of_each)
        return {Provenance(row["provenance"]): row["picks"] for row in rows}

    async def provenance_counts(self) -> Mapping[Provenance, tuple[int, int]]:
        """Return (picks, settled picks) of each provenance."""
        rows = await self._connection.fetch(queries("reports").provenance_counts)
        return {Provenance(row["provenance"]): (row["picks"], row["settled"]) for row in rows}
