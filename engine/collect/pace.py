"""How fast a provider may be asked: so many calls in any window of time."""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic


class Pace:
    """Lets at most `limit` callers through in any `window` seconds; None lets everybody through.

    A provider may count calls of ours that we did not make here: `learn` takes its word.
    """

    def __init__(self, limit: int | None, window: float) -> None:
        self._limit = limit
        self._window = window
        self._passed: deque[float] = deque()
        self._lock = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until one more call is allowed, and count it."""
        async with self._lock:
            while (wait := self._wait()) > 0:  # noqa: ASYNC110  # `learn` may lengthen it
                await asyncio.sleep(wait)
            self._passed.append(monotonic())

    def learn(self, limit: int | None, remaining: int | None) -> None:
        """Take a provider's word on its limit, and on what is left of it in this window."""
        if limit is None or limit < 1:
            return
        self._limit = limit
        self._forget()
        unseen = 0 if remaining is None else limit - remaining - len(self._passed)
        self._passed.extend([monotonic()] * min(unseen, limit))

    def _wait(self) -> float:
        """Return the seconds until the call that stands in the way is a window old."""
        self._forget()
        if self._limit is None or len(self._passed) < self._limit:
            return 0.0
        return self._passed[len(self._passed) - self._limit] + self._window - monotonic()

    def _forget(self) -> None:
        while self._passed and self._passed[0] <= monotonic() - self._window:
            self._passed.popleft()
