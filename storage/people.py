"""People: who may do what, in which language; invites; updates already handled; the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.alert import Role, Subscriber
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.pool import Connection


_PUSHED = [role.value for role in Role if role is not Role.VIEWER]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who pressed /start; `state` is active, blocked or unreachable."""

    user_id: int
    chat_id: int
    role: Role
    language: str
    wants_picks: bool
    state: str = "active"
    name: str = ""


class People:
    """People on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, user_id: int) -> Person | None:
        """Return the person, or None when they never pressed /start."""
        row = await self._connection.fetchrow(queries("people").get, user_id)
        if row is None:
            return None
        return Person(**{**dict(row), "role": Role(row["role"])})

    async def save(self, person: Person, now: datetime) -> None:
        """Keep the person as they are now."""
        await self._connection.execute(
            queries("people").save,
            person.user_id,
            person.chat_id,
            person.role.value,
            person.language,
            person.wants_picks,
            person.state,
            person.name,
            now,
        )

    async def subscribers(self) -> tuple[Subscriber, ...]:
        """Return the people picks are pushed to: active members and above who want them."""
        rows = await self._connection.fetch(queries("people").subscribers, _PUSHED)
        return tuple(Subscriber(**{**dict(row), "role": Role(row["role"])}) for row in rows)

    async def owners(self) -> tuple[Subscriber, ...]:
        """Return the owners to be told what a person must do, whether they want picks or not."""
        rows = await self._connection.fetch(queries("people").owners, Role.OWNER.value)
        return tuple(Subscriber(**{**dict(row), "role": Role(row["role"])}) for row in rows)

    async def keepers(self) -> tuple[Subscriber, ...]:
        """Return the owners and admins, whether they want picks or not."""
        roles = [Role.OWNER.value, Role.ADMIN.value]
        rows = await self._connection.fetch(queries("people").keepers, roles)
        return tuple(Subscriber(**{**dict(row), "role": Role(row["role"])}) for row in rows)

    async def set_language(self, user_id: int, language: str, now: datetime) -> None:
        """Change a person's language."""
        await self._connection.execute(queries("people").set_language, user_id, language, now)

    async def set_wants_picks(self, user_id: int, wants: bool, now: datetime) -> None:  # noqa: FBT001  # a column's value
        """Turn a person's picks on or off."""
        await self._connection.execute(queries("people").set_wants_picks, user_id, wants, now)

    async def set_role(
        self, user_id: int, role: Role, now: datetime, *, wants_picks: bool | None
    ) -> None:
        """Change what a person may do; `wants_picks` None leaves that as they chose."""
        await self._connection.execute(
            queries("people").set_role, user_id, role.value, now, wants_picks
        )

    async def set_state(self, chat_id: int, state: str, now: datetime) -> None:
        """Mark a chat active, blocked or unreachable."""
        await self._connection.execute(queries("people").set_state, chat_id, state, now)

    async def migrate_chat(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup."""
        await self._connection.execute(queries("people").migrate_chat, old, new)


class Updates:
    """What Telegram has told us already, on one connection: each update is handled once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def first_seen(self, update_id: int, now: datetime) -> bool:
        """Remember an update; True the first time only."""
        first = await self._connection.fetchval(queries("people").seen_update, update_id, now)
        return first is not None

    async def forget(self, before: datetime) -> None:
        """Forget handled updates from before an instant."""
        await self._connection.execute(queries("people").forget_updates, before)


class Audit:
    """The audit on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(
        self, user_id: int, action: str, detail: Mapping[str, object], now: datetime
    ) -> None:
        """Say who does what, before it is done."""
        await self._connection.execute(queries("people").audit, now, user_id, action, dict(detail))
