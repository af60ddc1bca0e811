"""What visits leave behind: things parked under a number, choices, pictures already sent."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING, Final

import msgspec
import structlog

from engine.domain.preferences import DEFAULT, Preferences
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from storage.pool import Connection

log = structlog.get_logger()
_NUMBERS: Final = 2**62
"""So many numbers there are: none is met by trying."""


class Parked:
    """What buttons and typed answers lead back to, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def keep(
        self, user_id: int, what: str, body: Mapping[str, str], now: datetime, life: timedelta
    ) -> int:
        """Keep `body` for one person until `life` is over; return the number it is found by."""
        number = 1 + randbelow(_NUMBERS)
        await self._connection.execute(
            queries("visits").park, number, user_id, what, dict(body), now, now + life
        )
        return number

    async def read(
        self, number: int, user_id: int, what: str, now: datetime
    ) -> Mapping[str, str] | None:
        """Return what was kept; None where it is too old, somebody else's, or was taken."""
        return await self._body(queries("visits").read, number, user_id, what, now)

    async def take(
        self, number: int, user_id: int, what: str, now: datetime
    ) -> Mapping[str, str] | None:
        """Return what was kept, once: two who ask at once are not both answered."""
        return await self._body(queries("visits").take, number, user_id, what, now)

    async def take_newest(
        self, user_id: int, what: str, now: datetime
    ) -> Mapping[str, str] | None:
        """Return what was kept last of one kind, once, and forget all of that kind."""
        return await self._body(queries("visits").take_newest, user_id, what, now)

    async def forget(self, user_id: int, what: str) -> None:
        """Forget all of one kind that was kept for a person."""
        await self._connection.execute(queries("visits").forget, user_id, what)

    async def tidy(self, before: datetime) -> None:
        """Forget what had its time before an instant."""
        await self._connection.execute(queries("visits").tidy, before)

    async def _body(self, sql: str, *asked: object) -> Mapping[str, str] | None:
        body: Mapping[str, str] | None = await self._connection.fetchval(sql, *asked)
        return body


class Choices:
    """What people chose about how they are spoken to, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, user_id: int) -> Preferences:
        """Return what a person chose, else what everybody begins with."""
        chosen = await self._connection.fetchval(queries("visits").chosen, user_id)
        return preferences_of(user_id, chosen)

    async def of_all(self, user_ids: Iterable[int]) -> Mapping[int, Preferences]:
        """Return what each of these people chose; those who chose nothing are absent."""
        rows = await self._connection.fetch(queries("visits").all_chosen, list(user_ids))
        return {row["user_id"]: preferences_of(row["user_id"], row["chosen"]) for row in rows}

    async def save(self, user_id: int, preferences: Preferences, now: datetime) -> None:
        """Keep what a person chose."""
        chosen = msgspec.to_builtins(preferences)
        await self._connection.execute(queries("visits").choose, user_id, chosen, now)


def preferences_of(user_id: int, chosen: object) -> Preferences:
    """Return what was chosen; the house's where it says nothing that can be understood.

    A zone may leave the tables of zones: that must not shut anybody out.
    """
    if chosen is None:
        return DEFAULT
    try:
        return msgspec.convert(chosen, Preferences)
    except msgspec.ValidationError as error:
        log.warning("preferences_not_understood", user_id=user_id, reason=str(error))
        return DEFAULT


class Pictures:
    """What the platform calls the pictures it has, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def file_id(self, bot_id: int, key: str) -> str | None:
        """Return the platform's name of a picture one bot has sent; None where it has not."""
        found: str | None = await self._connection.fetchval(queries("visits").picture, bot_id, key)
        return found

    async def keep(self, bot_id: int, key: str, file_id: str, now: datetime) -> None:
        """Remember the platform's name of a picture."""
        await self._connection.execute(queries("visits").keep_picture, bot_id, key, file_id, now)

    async def forget(self, bot_id: int, key: str) -> None:
        """Forget a name that the platform no longer knows."""
        await self._connection.execute(queries("visits").forget_picture, bot_id, key)

    async def forget_before(self, before: datetime) -> None:
        """Forget pictures last sent before an instant."""
        await self._connection.execute(queries("visits").forget_pictures, before)
