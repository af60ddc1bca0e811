"""The pace of everything the bot sends: overall, per private chat, per group, and holds.

The platform's own figures are about 30 messages a second overall, one a second to a chat and
20 a minute to a group. Time is monotonic: a jump of the wall clock
neither opens nor closes a gate, and a hold is a deadline, never an event somebody else may set.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from telegram.ext import BaseRateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from engine.alerting.rules import AlertRules

ALREADY_PACED = "already paced"
"""The rate limit argument of a caller that has waited for its turn itself."""

_MINUTE = 60.0
_PARK_WINDOW = 10.0  # RELIABILITY §2: three chats told to slow down within 10 s park everyone
_PARK_CHATS = 3
_SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup"})


@dataclass(slots=True)
class _Bucket:
    """Tokens that refill at `rate` a second up to `burst`."""

    rate: float
    burst: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Return the seconds until one token is there."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate

    def take(self) -> None:
        self.tokens -= 1


class Limiter:
    """Turns for chats; `take` must follow a `wait` of zero without an await in between."""

    def __init__(self, rules: AlertRules, now: Callable[[], float] = monotonic) -> None:
        self._rules = rules
        self._now = now
        self._overall = _Bucket(rules.overall_per_second, 1.0, 1.0, now())
        self._chats: dict[int, _Bucket] = {}
        self._held: dict[int, float] = {}
        self._held_everyone = 0.0
        self._slowed: deque[tuple[float, int]] = deque()

    def wait(self, chat_id: int) -> float:
        """Return the seconds until something may be sent to this chat."""
        now = self._now()
        held = max(self._held.get(chat_id, 0.0), self._held_everyone) - now
        return max(held, self._bucket(chat_id, now).wait(now), self._overall.wait(now), 0.0)

    def take(self, chat_id: int) -> None:
        """Use this chat's turn."""
        self._bucket(chat_id, self._now()).take()
        self._overall.take()

    async def turn(self, chat_id: int) -> float:
        """Wait for this chat's turn and use it; return how long that took."""
        begun = self._now()
        while (seconds := self.wait(chat_id)) > 0:  # noqa: ASYNC110  # a deadline, not an event
            await asyncio.sleep(seconds)
        self.take(chat_id)
        return self._now() - begun

    def busy(self) -> list[int]:
        """Return the chats that would have to wait for more than the overall pace."""
        now = self._now()
        return [chat for chat in self._chats if self._chat_wait(chat, now) > 0]

    def hold(self, chat_id: int, seconds: float) -> None:
        """Send nothing to this chat for so long; to nobody when several chats were slowed."""
        now = self._now()
        self._held[chat_id] = max(self._held.get(chat_id, 0.0), now + seconds)
        self._bucket(chat_id, now)
        self._slowed.append((now, chat_id))
        while self._slowed and self._slowed[0][0] < now - _PARK_WINDOW:
            self._slowed.popleft()
        if len({chat for _, chat in self._slowed}) >= _PARK_CHATS:
            self._held_everyone = max(self._held_everyone, now + seconds)

    def _chat_wait(self, chat_id: int, now: float) -> float:
        held = max(self._held.get(chat_id, 0.0), self._held_everyone) - now
        return max(held, self._chats[chat_id].wait(now))

    def _bucket(self, chat_id: int, now: float) -> _Bucket:
        bucket = self._chats.get(chat_id)
        if bucket is None:
            if chat_id < 0:  # groups, supergroups and channels have negative ids
                rate, burst = self._rules.group_per_minute / _MINUTE, 1.0
            else:
                rate, burst = self._rules.private_per_second, float(self._rules.private_burst)
            bucket = self._chats[chat_id] = _Bucket(rate, burst, burst, now)
        return bucket


class PacedRequests(BaseRateLimiter[str]):
    """Every request of the bot library goes through one `Limiter`."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0917  # the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        """Wait for the chat's turn where the request sends something to a chat."""
        chat_id = data.get("chat_id")
        paced = rate_limit_args == ALREADY_PACED
        if endpoint in _SENDS and isinstance(chat_id, int) and not paced:
            await self._limiter.turn(chat_id)
        return await callback(*args, **kwargs)
