"""Versions of the policy that were learned, and what happened to them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

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
    from collections.abc import Collection, Mapping
    from datetime import datetime

    import asyncpg

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
