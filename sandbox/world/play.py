"""How a match is played: its goals, and where it stands at any moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from sandbox.world.schedule import Match, Plan
from sandbox.world.truth import Truth

HALF: Final = timedelta(minutes=45)
BREAK: Final = timedelta(minutes=15)
FULL: Final = timedelta(minutes=105)
EXTRA: Final = timedelta(minutes=33)
POSTPONED_BEFORE: Final = timedelta(minutes=15)
LONG: Final = {
    "NS": "Not Started",
    "1H": "First Half",
    "HT": "Halftime",
    "2H": "Second Half",
    "ET": "Extra Time",
    "FT": "Match Finished",
    "AET": "Match Finished",
    "PST": "Match Postponed",
    "SUSP": "Match Suspended",
    "ABD": "Match Abandoned",
    "AWD": "Technical Loss",
    "WO": "WalkOver",
}
FINAL: Final = frozenset({"FT", "AET"})
OVER: Final = FINAL | {"PST", "ABD", "AWD", "WO"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that will happen: goals by minute of play, extra time, postponement."""

    home: tuple[float, ...]
    away: tuple[float, ...]
    extra: tuple[int, int] | None
    postponed: bool

    def score(self, minutes: float) -> tuple[int, int]:
        """Return the goals of the first `minutes` of play."""
        return sum(m <= minutes for m in self.home), sum(m <= minutes for m in self.away)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a match stands: its status, minute, and the scores known so far."""

    status: str
    elapsed: int | None
    goals: tuple[int, int] | None
    halftime: tuple[int, int] | None = None
    fulltime: tuple[int, int] | None = None
    extratime: tuple[int, int] | None = None

    @property
    def final(self) -> bool:
        """Say whether it was played to its end."""
        return self.status in FINAL

    @property
    def over(self) -> bool:
        """Say whether no more of it will be played on this day."""
        return self.status in OVER


def story_of(plan: Plan, match: Match, truth: Truth) -> Story:
    """Draw what will happen from the closing truth."""
    random = np.random.default_rng([plan.seed, match.number, 3])
    grid = truth.outlook(match.kick_off).grid[0]
    home, away = np.unravel_index(random.choice(grid.size, p=grid.ravel()), grid.shape)
    minutes = [tuple(sorted(random.uniform(1, 90, int(n)).tolist())) for n in (home, away)]
    level = bool(home == away)
    extra: tuple[int, int] | None = None
    if level and random.random() < plan.extra_time_rate * 4:  # a match in four is level
        winner = int(random.integers(2))
        extra = (1 + winner, 2 - winner) if random.random() < 0.3 else (winner, 1 - winner)  # noqa: PLR2004  # a share
    postponed = bool(random.random() < plan.postponed_rate)
    return Story(home=minutes[0], away=minutes[1], extra=extra, postponed=postponed)


def standing(plan: Plan, match: Match, story: Story, at: datetime) -> Standing:
    """Return where the match stands at `at`."""
    played = (at - match.kick_off) * plan.scale
    if story.postponed and played >= -POSTPONED_BEFORE:
        return Standing(status="PST", elapsed=None, goals=None)
    if played < timedelta(0):
        return Standing(status="NS", elapsed=None, goals=None)
    if played >= FULL:
        return _after(story, played)
    return _during(story, played)


def _during(story: Story, played: timedelta) -> Standing:
    if played < HALF:
        goals = story.score(played / timedelta(minutes=1))
        return Standing(status="1H", elapsed=_minute(played), goals=goals, halftime=goals)
    break_score = story.score(45)
    if played < HALF + BREAK:
        return Standing(status="HT", elapsed=45, goals=break_score, halftime=break_score)
    minutes = (played - BREAK) / timedelta(minutes=1)
    return Standing(
        status="2H",
        elapsed=_minute(played - BREAK),
        goals=story.score(minutes),
        halftime=break_score,
    )


def _after(story: Story, played: timedelta) -> Standing:
    regular = story.score(90)
    halftime = story.score(45)
    if story.extra is None:
        return Standing(
            status="FT", elapsed=90, goals=regular, halftime=halftime, fulltime=regular
        )
    if played < FULL + EXTRA:
        elapsed = 90 + min(30, _minute(played - FULL))
        return Standing(status="ET", elapsed=elapsed, goals=regular, halftime=halftime)
    return Standing(
        status="AET",
        elapsed=120,
        goals=(regular[0] + story.extra[0], regular[1] + story.extra[1]),
        halftime=halftime,
        fulltime=regular,
        extratime=story.extra,
    )


def _minute(played: timedelta) -> int:
    return 1 + int(played / timedelta(minutes=1))
