"""Time, as the walks know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from engine.domain.numbers import require_aware


class Clock(Protocol):
    """Says what time it is, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The wall clock: the only place in the house where it is read."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  # the one reader of the wall clock


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedClock:
    """A clock that stands still: a replay gives each instant its own."""

    at: datetime

    def __post_init__(self) -> None:
        require_aware(at=self.at)

    def now(self) -> datetime:
        return self.at
