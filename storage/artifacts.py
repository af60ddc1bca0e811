"""What was learned, kept version by version: a bad one is skipped and the last good one serves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from storage.artifact_codec import FORMAT, Undecodable, decode
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import asyncpg

    from storage.pool import Connection

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A fitted value as bytes of `storage.artifact_codec`, and what its fit said of itself.

    `seen_until` is the last instant that it learned from.
    """

    name: str
    fitted_at: datetime
    seen_until: datetime
    body: bytes
    metrics: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """What tells two fitted values apart."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored(Generic[_T]):
    """A fitted value read back."""

    version: int
    fitted_at: datetime
    seen_until: datetime
    metrics: Mapping[str, Any]
    value: _T


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest(Generic[_T]):
    """The newest good version, if there is one; `skipped` are newer bad ones, with the reason."""

    good: Stored[_T] | None
    skipped: tuple[tuple[int, str], ...]


class Artifacts:
    """What was learned, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, artifact: Artifact) -> int | None:
        """Append the next version and return it; None where the last one has the same bytes.

        A last version whose bytes have gone bad is no reason to leave a good one out.
        """
        sql = queries("artifacts")
        await self._connection.execute(sql.hold)
        last = await self._connection.fetchrow(sql.last, artifact.name)
        told = (artifact.sha256, artifact.sha256, FORMAT)
        if last is not None and (last["sha256"], last["found"], last["format"]) == told:
            return None
        version: int = await self._connection.fetchval(
            sql.add,
            artifact.name,
            artifact.fitted_at,
            artifact.seen_until,
            artifact.sha256,
            FORMAT,
            artifact.body,
            dict(artifact.metrics),
        )
        return version

    async def latest(self, name: str, kind: type[_T]) -> Latest[_T]:
        """Return the newest version that is whole and still is a value of `kind`."""
        skipped: list[tuple[int, str]] = []
        for row in await self._connection.fetch(queries("artifacts").versions, name):
            read = await self._connection.fetchrow(queries("artifacts").read, name, row["version"])
            if read is None:
                continue
            try:
                return Latest(good=_stored(read, kind), skipped=tuple(skipped))
            except Undecodable as bad:
                skipped.append((row["version"], str(bad)))
        return Latest(good=None, skipped=tuple(skipped))

    async def newest(self) -> Mapping[str, int]:
        """Return the newest version of every artifact, good or bad, by name."""
        rows = await self._connection.fetch(queries("artifacts").newest)
        return {row["name"]: row["version"] for row in rows}


def _stored(row: asyncpg.Record, kind: type[_T]) -> Stored[_T]:
    """Return a version whose bytes are what was written.

    Raises:
        Undecodable: they are not, or are nothing this code can read.
    """
    if hashlib.sha256(row["body"]).hexdigest() != row["sha256"]:
        raise Undecodable("checksum")
    if row["format"] != FORMAT:
        raise Undecodable(f"unknown format {row['format']!r}")
    return Stored(
        version=row["version"],
        fitted_at=row["fitted_at"],
        seen_until=row["seen_until"],
        metrics=row["metrics"],
        value=decode(kind, row["body"]),
    )
