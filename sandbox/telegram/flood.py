"""Telegram's unpublished flood limits, roughly as observed from outside."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from sandbox.telegram.refusal import too_many


@dataclass(frozen=True, kw_only=True, slots=True)
class FloodLimits:
    """Requests allowed; ``None`` in place of the whole turns flood control off."""

    per_second: int = 30
    private_burst: int = 5
    private_per_second: float = 1.0
    group_per_minute: int = 20


class FloodControl:
    """Refuses with 429 and ``retry_after`` what arrives faster than the limits.

    Sends and edits are counted apart in each chat, and together overall.
    """

    def __init__(self, limits: FloodLimits | None) -> None:
        self.limits = limits
        self._overall: deque[float] = deque()
        self._groups: defaultdict[tuple[int, str], deque[float]] = defaultdict(deque)
        self._tokens: dict[tuple[int, str], tuple[float, float]] = {}

    def admit(self, chat_id: int, kind: str, now: float) -> None:
        if self.limits is None:
            return
        waits = [_window_wait(self._overall, self.limits.per_second, 1.0, now)]
        group = self._groups[chat_id, kind] if chat_id < 0 else None
        if group is None:
            waits.append(self._private_wait(chat_id, kind, now))
        else:
            waits.append(_window_wait(group, self.limits.group_per_minute, 60.0, now))
        if max(waits) > 0:
            raise too_many(max(1, math.ceil(max(waits))))
        self._overall.append(now)
        if group is not None:
            group.append(now)
            return
        level, _ = self._tokens[chat_id, kind]
        self._tokens[chat_id, kind] = (level - 1.0, now)

    def _private_wait(self, chat_id: int, kind: str, now: float) -> float:
        assert self.limits is not None  # noqa: S101  # admit returned otherwise
        burst, rate = float(self.limits.private_burst), self.limits.private_per_second
        level, since = self._tokens.get((chat_id, kind), (burst, now))
        level = min(burst, level + (now - since) * rate)
        self._tokens[chat_id, kind] = (level, now)
        return 0.0 if level >= 1.0 else (1.0 - level) / rate


def _window_wait(seen: deque[float], allowed: int, seconds: float, now: float) -> float:
    while seen and seen[0] <= now - seconds:
        seen.popleft()
    return seen[0] + seconds - now if len(seen) >= allowed else 0.0
