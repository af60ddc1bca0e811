"""Who may come in and do what: roles that were given, invitations, bans."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.domain.alert import Role
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    import asyncpg

    from storage.pool import Connection

ROLE_OVER: Final = "role over"
"""Why nothing is said to a person whose role has ended."""
_RANKS: Final = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role that a person was given; `until` None has no end."""

    role: Role
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A person who is shut out; `until` None has no end."""

    by: int
    at: datetime
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person as those who keep the house see them; settings may give them a role besides."""

    user_id: int
    name: str
    language: str
    state: str
    since: datetime
    seen_at: datetime | None = None
    grant: Grant | None = None
    ban: Ban | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A code that lets people in; the code itself is kept nowhere.

    `role_lasts` is how long the role stays with whoever uses it, None for good.
    """

    role: Role
    created_by: int
    created_at: datetime
    expires_at: datetime
    uses: int = 1
    role_lasts: timedelta | None = None
    number: int = 0
    used: int = 0


class Redeemed(StrEnum):
    """What became of a code that somebody came with."""

    GRANTED = "granted"
    NOT_NEEDED = "not_needed"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Access:
    """Roles and people, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def granted(self, user_id: int, now: datetime) -> Grant | None:
        """Return the role a person was given, while it lasts, whatever the settings say."""
        row = await self._connection.fetchrow(queries("access").granted, user_id, now)
        return Grant(role=Role(row["role"]), until=row["until"]) if row else None

    async def give(
        self, user_id: int, grant: Grant, *, by: int, now: datetime, by_settings: bool
    ) -> None:
        """Give a role in place of the one given before."""
        await self._connection.execute(
            queries("access").give,
            user_id,
            grant.role.value,
            by,
            now,
            grant.until,
            by_settings,
        )

    async def note_settings(self, user_ids: Iterable[int]) -> None:
        """Remember who has a role by the settings too: it stays when a given one ends."""
        await self._connection.execute(queries("access").note_settings, list(user_ids))

    async def seen(self, user_id: int, now: datetime) -> None:
        """Remember when a person was last here."""
        await self._connection.execute(queries("access").seen, user_id, now)

    async def withheld(
        self, user_id: int, now: datetime, *, for_keepers: bool = False
    ) -> str | None:
        """Return why something may not be said to a person any more; None where it may.

        `for_keepers` is what only those who keep the house may read.
        """
        why: str | None = await self._connection.fetchval(
            queries("access").withheld, user_id, now, for_keepers
        )
        return why

    async def people(
        self, now: datetime, *, offset: int, limit: int
    ) -> tuple[tuple[Known, ...], int]:
        """Return a page of the people, those who came first first, and how many there are."""
        rows = await self._connection.fetch(queries("access").people, now, None, limit, offset)
        return tuple(_known(row) for row in rows), rows[0]["total"] if rows else 0

    async def person(self, user_id: int, now: datetime) -> Known | None:
        """Return one person; None where they never pressed /start."""
        row = await self._connection.fetchrow(queries("access").people, now, user_id, 1, 0)
        return _known(row) if row else None


class Invitations:
    """Invitations, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def make(self, code_hash: str, made: Invitation) -> int:
        """Keep an invitation by the hash of its code; return its number."""
        number: int = await self._connection.fetchval(
            queries("access").invite,
            code_hash,
            made.role.value,
            made.created_by,
            made.created_at,
            made.expires_at,
            made.uses,
            made.role_lasts,
        )
        return number

    async def open(self, now: datetime) -> tuple[Invitation, ...]:
        """Return the invitations that may still be used."""
        rows = await self._connection.fetch(queries("access").invitations, now)
        return tuple(Invitation(**{**dict(row), "role": Role(row["role"])}) for row in rows)

    async def revoke(self, number: int, now: datetime) -> bool:
        """Let nobody in by an invitation any more; False where there is none."""
        role = await self._connection.fetchval(queries("access").revoke, number, now)
        return role is not None

    async def revoke_of(self, user_id: int, now: datetime) -> None:
        """Let nobody in any more by what somebody invited to who may not any longer."""
        await self._connection.execute(queries("access").revoke_of, user_id, now)

    async def redeem(
        self, code_hash: str, user_id: int, now: datetime, *, known: Role | None, by_settings: bool
    ) -> tuple[Redeemed, Grant | None]:
        """Use an invitation, once a person, where it gives more than they have (`known`)."""
        sql = queries("access")
        row = await self._connection.fetchrow(sql.invitation, code_hash)
        if row is None:
            return Redeemed.UNKNOWN, None
        used = await self._connection.fetchrow(sql.used, row["number"], user_id)
        role = Role(row["role"])
        if known is not None and _RANKS[known] >= _RANKS[role]:
            return Redeemed.NOT_NEEDED, None
        refused = _refused(row, used, now)
        if refused is not None:
            return refused, None
        until = now + row["role_lasts"] if row["role_lasts"] else None
        grant = Grant(role=role, until=until)
        await self._connection.execute(sql.use, row["number"], user_id, now)
        await Access(self._connection).give(
            user_id, grant, by=row["created_by"], now=now, by_settings=by_settings
        )
        return Redeemed.GRANTED, grant


class Bans:
    """People who are shut out, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, user_id: int, ban: Ban) -> None:
        """Shut a person out from now on."""
        await self._connection.execute(
            queries("access").ban, user_id, ban.by, ban.at, ban.until, ban.reason
        )

    async def lift(self, user_id: int, now: datetime) -> bool:
        """Let a person in again; False where they were not shut out."""
        found = await self._connection.fetchval(queries("access").unban, user_id, now)
        return found is not None

    async def of(self, user_id: int, now: datetime) -> Ban | None:
        """Return the ban of a person while it lasts."""
        row = await self._connection.fetchrow(queries("access").banned, user_id, now)
        return _ban(row) if row else None

    async def tell(self, user_id: int, now: datetime) -> bool:
        """Say whether a banned person is told so now: True once a day."""
        found = await self._connection.fetchval(queries("access").tell_ban, user_id, now)
        return found is not None


def _refused(row: asyncpg.Record, used: asyncpg.Record | None, now: datetime) -> Redeemed | None:
    if row["revoked_at"] is not None:
        return Redeemed.REVOKED
    if used is not None and (used["mine"] or used["n"] >= row["uses"]):
        return Redeemed.USED
    return Redeemed.EXPIRED if row["expires_at"] <= now else None


def _known(row: asyncpg.Record) -> Known:
    grant = Grant(role=Role(row["role"]), until=row["until"]) if row["role"] else None
    return Known(
        user_id=row["user_id"],
        name=row["name"],
        language=row["language"],
        state=row["state"],
        since=row["started_at"],
        seen_at=row["seen_at"],
        grant=grant,
        ban=_ban(row) if row["banned_at"] else None,
    )


def _ban(row: asyncpg.Record) -> Ban:
    return Ban(
        by=row["banned_by"],
        at=row["banned_at"],
        until=row["ban_until"],
        reason=row["reason"],
    )
