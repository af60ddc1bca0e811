"""How collection behaves; filled from settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectRules:
    """Ages and limits of what is accepted from the wire (METHOD B1.3).

    A kick-off that changes by less than `drift` has not moved; one that changes by at most
    `delay` after its hour belongs to a match in play; one within `max_move` of a stored fixture
    of the same two teams is that fixture, put off or brought forward.
    """

    regions: str = "eu"
    markets: tuple[str, ...] = ("h2h", "totals", "spreads")
    timeout: timedelta = timedelta(seconds=20)
    stale: timedelta = timedelta(minutes=30)
    stale_late: timedelta = timedelta(minutes=10)
    late: timedelta = timedelta(hours=2)
    palp_ratio: float = 1.25
    palp_books: int = 5
    max_move: timedelta = timedelta(days=10)
    retry_wait: timedelta = timedelta(seconds=2)
    attempts: int = 3
    concurrency: int = 4
    max_body: int = 32 * 1024 * 1024
    drift: timedelta = timedelta(minutes=1)
    delay: timedelta = timedelta(minutes=10)
