"""Places that are told of picks: groups, topics of groups, channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.alert import AlertKind
from storage.queries import queries

if TYPE_CHECKING:
    from datetime import datetime

    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is told beside private chats; `written` is the filter of its picks.

    `number` is what people close it by; `state` is active or gone.
    """

    number: int = 0
    chat_id: int
    thread_id: int = 0
    chat_type: str
    title: str
    language: str
    kinds: frozenset[AlertKind]
    written: str = ""
    state: str = "active"


class Places:
    """Places on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def all(self) -> tuple[Place, ...]:
        """Return every place that was opened, the first first."""
        return tuple(
            Place(
                number=row["number"],
                chat_id=row["chat_id"],
                thread_id=row["thread_id"],
                chat_type=row["chat_type"],
                title=row["title"],
                language=row["language"],
                kinds=frozenset(AlertKind(kind) for kind in row["kinds"]),
                written=row["written"],
                state=row["state"],
            )
            for row in await self._connection.fetch(queries("places").all)
        )

    async def open(self, place: Place, made_by: int, now: datetime) -> int:
        """Tell a place from now on; again changes what it is told. Return its number."""
        number: int = await self._connection.fetchval(
            queries("places").open,
            place.chat_id,
            place.thread_id,
            place.chat_type,
            place.title,
            place.language,
            sorted(kind.value for kind in place.kinds),
            place.written,
            made_by,
            now,
        )
        return number

    async def close(self, number: int) -> int | None:
        """Tell a place nothing more; return its chat, None where it was closed before."""
        chat: int | None = await self._connection.fetchval(queries("places").close, number)
        return chat

    async def set_state(self, chat_id: int, state: str) -> None:
        """Mark a chat's places gone, or active again."""
        await self._connection.execute(queries("places").set_state, chat_id, state)

    async def migrate(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup."""
        await self._connection.execute(queries("places").migrate, old, new)
