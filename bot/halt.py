"""Why nothing is sent at the moment, where everybody who must say so can see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Halt:
    """The sender's own word on itself: `reason` is None while alerts go out."""

    reason: str | None = None
