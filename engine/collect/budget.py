"""What the keys may still do. Keys are known by fingerprint; none is stored or shown."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a provider's headers say is left; None where they are silent or unreadable."""

    remaining: int | None = None
    used: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """One key's standing with its provider.

    `parked_until`: out of credits until then. `disabled`: refused for good, and why; only a
    different key changes that. `slow_until`: asked to slow down, which is no reason to park.
    `renews_at`: when the counts here are out of date, for the provider begins a new period.
    """

    source: str
    fingerprint: str
    remaining: int | None = None
    used: int | None = None
    last: int | None = None
    parked_until: datetime | None = None
    disabled: str | None = None
    slow_until: datetime | None = None
    renews_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(
            parked_until=self.parked_until,
            slow_until=self.slow_until,
            renews_at=self.renews_at,
        )

    def usable(self, now: datetime) -> bool:
        """Say whether a call with this key may succeed at `now`."""
        if self.disabled is not None:
            return False
        return self.parked_until is None or self.parked_until <= now

    def affords(self, price: int, now: datetime) -> bool:
        """Say whether a call at this price may succeed: what is not known may be enough.

        A free call needs no credits, so a parked key may make it.
        """
        if self.disabled is not None or price == 0:
            return self.disabled is None
        left = renewed(self, now).remaining
        return self.usable(now) and (left is None or left >= price)


def fingerprint(key: str) -> str:
    """Return the name under which a key may be stored and shown."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def choose(keys: Iterable[KeyState], now: datetime, price: int = 1) -> KeyState | None:
    """Return the first key in the order declared that can pay: failover, never rotation."""
    able = [key for key in keys if key.affords(price, now)]
    return next((key for key in able if key.usable(now)), able[0] if able else None)


def renewed(state: KeyState, now: datetime) -> KeyState:
    """Return the state in a new period, if one began: the whole allowance is there again."""
    ends = state.renews_at or state.parked_until
    if ends is None or now < ends:
        return state
    whole = None
    if state.remaining is not None and state.used is not None:
        whole = state.remaining + state.used or None  # nothing ever had tells nothing
    return replace(state, remaining=whole, used=0, last=None, parked_until=None, renews_at=None)


def spend(state: KeyState, price: int) -> KeyState:
    """Return the state after a call that came without counts: ours go on."""
    left = None if state.remaining is None else max(0, state.remaining - price)
    return replace(state, remaining=left, used=(state.used or 0) + price, last=price)


def observe(state: KeyState, allowance: Allowance) -> KeyState:
    """Return the state after an answer, keeping what the answer does not mention."""
    return replace(
        state,
        remaining=state.remaining if allowance.remaining is None else allowance.remaining,
        used=state.used if allowance.used is None else allowance.used,
        last=state.last if allowance.last is None else allowance.last,
    )


def park(state: KeyState, until: datetime) -> KeyState:
    """Return the state of a key without credits until the provider's reset."""
    return replace(state, remaining=0, parked_until=until)


def disable(state: KeyState, reason: str) -> KeyState:
    """Return the state of a key its provider refuses for good."""
    return replace(state, disabled=reason)


def slow_down(state: KeyState, until: datetime) -> KeyState:
    """Return the state of a key asked to slow down; it stays the key in use."""
    return replace(state, slow_until=until)


def next_month(now: datetime) -> datetime:
    """Return The Odds API's reset: the first of the next month, 00:00 UTC.

    >>> next_month(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)).isoformat()
    '2027-01-01T00:00:00+00:00'
    """
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def next_day(now: datetime) -> datetime:
    """Return API-Football's reset: the next 00:00 UTC."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def read_count(headers: Mapping[str, str], name: str) -> int | None:
    """Return a header's number, whatever its spelling; None where it is no number.

    >>> read_count({"x-requests-last": "12.0"}, "x-requests-last")
    12
    >>> read_count({"x-requests-remaining": "-3"}, "x-requests-remaining")
    0
    """
    try:
        value = float(headers.get(name, ""))
    except ValueError:
        return None
    return max(0, int(value)) if math.isfinite(value) else None
