"""How old a price is for a person who reads it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from datetime import datetime


class Freshness(StrEnum):
    """How long ago a price was confirmed: up to 5, 30 or 60 minutes, or longer."""

    NEW = "new"
    RECENT = "recent"
    AGEING = "ageing"
    OLD = "old"


_LIMITS: Final = (
    (timedelta(minutes=5), Freshness.NEW),
    (timedelta(minutes=30), Freshness.RECENT),
    (timedelta(minutes=60), Freshness.AGEING),
)


def freshness(quoted_at: datetime, changed_at: datetime, now: datetime) -> Freshness:
    """Return how fresh a price is at `now`: a change confirms it as the book's own stamp does.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 8, 1, 12, tzinfo=UTC)
    >>> freshness(now - timedelta(minutes=40), now - timedelta(minutes=5), now).value
    'new'
    >>> freshness(now - timedelta(minutes=40), now - timedelta(hours=5), now).value
    'ageing'
    """
    require_aware(quoted_at=quoted_at, changed_at=changed_at, now=now)
    age = now - max(quoted_at, changed_at)
    return next((name for limit, name in _LIMITS if age <= limit), Freshness.OLD)
