"""A regime: since when something that everything else rests on is not as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # a regime is read back by its types
from enum import StrEnum
from typing import Final

from engine.domain.numbers import require_aware


class Watch(StrEnum):
    """What is watched.

    Goals a match, the home side's share of a win, a book's margin and its share of the feed, and
    how much of the feed has a sharp reference.
    """

    GOALS = "goals"
    HOME = "home"
    MARGIN = "margin"
    FEED = "feed"
    SHARP = "sharp"


DOUBTED: Final = frozenset({Watch.GOALS, Watch.HOME, Watch.SHARP})
"""What fair prices rest on: while it is not as it was, they are believed less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """An alarm that is open: `of` names the book where a book is watched, else it is empty.

    `usual` is what was normal before, `now` the mean since, within `low` and `high` (95 %), of n
    matches.
    """

    watch: Watch
    of: str
    since: datetime
    usual: float
    now: float
    low: float
    high: float
    n: int

    def __post_init__(self) -> None:
        require_aware(since=self.since)

    @property
    def name(self) -> str:
        """What tells it apart from other alarms."""
        return f"{self.watch}.{self.of}" if self.of else self.watch.value

    @property
    def up(self) -> bool:
        return self.now > self.usual
