"""Versions of the policy that were learned, and what the one in the shadow would have chosen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engine.domain.numbers import PickId
from engine.domain.policy_version import (
    OPEN,
    THE_HOUSE,
    PolicyVersion,
    Thresholds,
    VersionState,
)
from storage.people import Audit
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    import asyncpg

    from engine.domain.pick import Provenance
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEvent:
    """What happened to a version, when, by whom; `serves` is the number in force from then on."""

    state: VersionState
    at: datetime
    by: int
    serves: int | None
    evidence: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a version in the shadow says of a pick at the look that makes it."""

    pick_id: PickId
    signal_score: float
    odds: float
    edge: float
    by_champion: bool
    by_challenger: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pick as the search for a better zone reads it; `profit` is of one unit.

    Closes are those of grade A and B, and `known_at` is when close and result were both known:
    None without.
    """

    pick_id: PickId
    policy_version: str
    signal_score: float
    sweet_spot_score: float
    odds: float
    looked_at: datetime
    kick_off: datetime
    known_at: datetime | None
    profit: float | None
    clv: float | None
    clv_alt: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A number put in force at an instant, and what was written down then."""

    number: int
    at: datetime
    evidence: Mapping[str, object]


class Policies:
    """Versions on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = Audit(connection)

    async def hold(self) -> None:
        """Let nobody else do anything about versions until the transaction ends."""
        await self._connection.execute(queries("policies").hold)

    async def propose(
        self,
        base: str,
        parent: int,
        thresholds: Thresholds,
        *,
        why: Mapping[str, object],
        by: int,
        now: datetime,
    ) -> PolicyVersion | None:
        """Append a version that runs in the shadow; None while another of its base is open.

        Of two that propose at once the second waits for the first, and proposes nothing.
        """
        sql = queries("policies")
        await self.hold()
        if await self.challenger(base) is not None:
            return None
        told = asdict(thresholds)
        number = await self._connection.fetchval(sql.add, base, parent, told, dict(why), now, by)
        await self._connection.execute(
            sql.add_event, base, number, VersionState.PROPOSED.value, now, by, None, dict(why)
        )
        return await self.version(number)

    async def turn(
        self,
        number: int,
        state: VersionState,
        *,
        only: Collection[VersionState],
        by: int,
        now: datetime,
        serves: int | None = None,
        evidence: Mapping[str, object] | None = None,
    ) -> PolicyVersion | None:
        """Turn a version to a state; None, and nothing done, where it is in none of `only`.

        What a person does is audited first. Of two at once the second finds it done.
        """
        sql, told = queries("policies"), dict(evidence or {})
        await self.hold()
        found = await self.version(number)
        if found is None or found.state not in only:
            return None
        if by != THE_HOUSE:
            detail = {"version": found.name, "serves": serves}
            await self._audit.add(by, f"policy_{state}", detail, now)
        await self._connection.execute(
            sql.add_event, found.base, number, state.value, now, by, serves, told
        )
        return await self.version(number)

    async def version(self, number: int) -> PolicyVersion | None:
        """Return a version by its number."""
        row = await self._connection.fetchrow(queries("policies").versions, None, number)
        return None if row is None else _version(row)

    async def versions(self, base: str | None = None) -> tuple[PolicyVersion, ...]:
        """Return every version, of a base or of all, newest first."""
        rows = await self._connection.fetch(queries("policies").versions, base, None)
        return tuple(map(_version, rows))

    async def challenger(self, base: str) -> PolicyVersion | None:
        """Return the version of a base that runs in the shadow, if one does."""
        return next((one for one in await self.versions(base) if one.state in OPEN), None)

    async def events(self, number: int) -> tuple[PolicyEvent, ...]:
        """Return what happened to a version, oldest first."""
        rows = await self._connection.fetch(queries("policies").events, number)
        return tuple(
            PolicyEvent(
                state=VersionState(row["event"]),
                at=row["at"],
                by=row["by_user"],
                serves=row["serves"],
                evidence=row["evidence"],
            )
            for row in rows
        )

    async def newest(self) -> int:
        """Return a number that grows with everything that happens to a version."""
        return int(await self._connection.fetchval(queries("policies").newest))

    async def served(self, base: str) -> tuple[Served, ...]:
        """Return what was put in force under a base, the latest first."""
        rows = await self._connection.fetch(queries("policies").served, base)
        return tuple(
            Served(number=row["serves"], at=row["at"], evidence=row["evidence"]) for row in rows
        )

    async def in_force_since(self) -> Mapping[tuple[str, int], datetime]:
        """Return when each version was first put in force, by its base and number."""
        rows = await self._connection.fetch(queries("policies").in_force)
        return {(row["base"], row["serves"]): row["at"] for row in rows}

    async def strays(self) -> tuple[Mapping[str, Any], ...]:
        """Return the marks of the shadow that cannot have been made with their picks."""
        return tuple(dict(row) for row in await self._connection.fetch(queries("policies").strays))

    async def add_shadow(
        self, number: int, champion: int, marked: Sequence[Marked], at: datetime
    ) -> None:
        """Keep what a version in the shadow says of new picks; what it said first stands."""
        if not marked:
            return
        await self._connection.execute(
            queries("policies").add_shadow,
            number,
            at,
            champion,
            [one.pick_id for one in marked],
            [one.signal_score for one in marked],
            [one.odds for one in marked],
            [one.edge for one in marked],
            [one.by_champion for one in marked],
            [one.by_challenger for one in marked],
        )

    async def shadow(self, number: int) -> tuple[Marked, ...]:
        """Return what a version in the shadow said of picks, in the order of their looks."""
        rows = await self._connection.fetch(queries("policies").shadow, number)
        return tuple(Marked(**{**dict(row), "pick_id": PickId(row["pick_id"])}) for row in rows)

    async def candidates(
        self, provenance: Provenance, since: datetime, until: datetime
    ) -> tuple[Candidate, ...]:
        """Return the picks of one provenance whose match began in [since, until)."""
        rows = await self._connection.fetch(
            queries("policies").candidates, provenance.value, since, until
        )
        return tuple(Candidate(**{**dict(row), "pick_id": PickId(row["pick_id"])}) for row in rows)


def _version(row: asyncpg.Record) -> PolicyVersion:
    try:
        thresholds = Thresholds(**row["thresholds"])
    except (TypeError, ValueError):
        thresholds = None
    return PolicyVersion(
        number=row["number"],
        base=row["base"],
        parent=row["parent"],
        thresholds=thresholds,
        why=row["why"],
        proposed_at=row["proposed_at"],
        by=row["proposed_by"],
        state=VersionState(row["state"]),
    )
