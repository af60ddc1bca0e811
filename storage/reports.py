"""Read models for the bot and the walks: one read each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.domain.pick import Provenance
from storage.fixtures import Fixtures
from storage.outbox import Outbox
from storage.people import People
from storage.picks import Picks
from storage.queries import queries
from storage.runs import Keys, Runs
from storage.views import Health, SnapshotInputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.pool import Connection


_PAST = timedelta(days=15)


class Reports:
    """Read models on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def snapshot_inputs(
        self, now: datetime, horizon: timedelta, provenance: Provenance
    ) -> SnapshotInputs:
        """Return everything one look needs to know, read once."""
        since = now - _PAST
        return SnapshotInputs(
            fixtures=await Fixtures(self._connection).between(since, now + horizon),
            event_ids=await Fixtures(self._connection).event_ids(since),
            open_picks=await Picks(self._connection).open(now, provenance),
            subscribers=await People(self._connection).subscribers(),
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

    async def provenance_counts(self) -> Mapping[Provenance, tuple[int, int]]:
        """Return (picks, settled picks) of each provenance."""
        rows = await self._connection.fetch(queries("reports").provenance_counts)
        return {Provenance(row["provenance"]): (row["picks"], row["settled"]) for row in rows}
