"""Which match somebody means by what they typed: one team or two, in whatever spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from engine.collect.names import Names
    from engine.domain.fixture import Fixture, Team

    Likeness = Callable[[str, Team, str], float]

SURE: Final = 85.0
"""How like a match must be to be shown without asking back."""
WORTH: Final = 55.0
"""How like a match must be to be offered as what may have been meant."""
NEARLY: Final = 5.0
"""How much less like than the likeliest another match may be and still be offered beside it."""
_APART: Final = re.compile(r"\s+(?:[-–—/]|vs?\.?|contre|against)\s+", re.IGNORECASE)
_LONGEST: Final = 80
_MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """A match and how like what was typed it is, 0-100."""

    fixture: Fixture
    score: float


def likely(
    asked: str, fixtures: Sequence[Fixture], names: Names, now: datetime
) -> tuple[Likely, ...]:
    """Return the matches worth offering: the likeliest first, of those the next to kick off."""
    wishes = tuple(_wishes(asked[:_LONGEST]))
    likeness = _likeness(names)
    found = (
        Likely(
            fixture=each,
            score=max((_score(each, wish, likeness) for wish in wishes), default=0.0),
        )
        for each in fixtures
    )
    return tuple(
        sorted(
            (one for one in found if one.score >= WORTH),
            key=lambda one: (
                -one.score,
                one.fixture.kick_off < now,
                abs((one.fixture.kick_off - now).total_seconds()),
            ),
        )
    )


def _wishes(asked: str) -> Iterator[tuple[str, ...]]:
    """Give what may have been meant: one team, or two wherever the words may part."""
    parts = [part for part in _APART.split(asked.strip()) if fold(part)]
    if len(parts) > 1:
        yield parts[0], parts[1]
        return
    words = asked.split()[:_MOST_WORDS]
    if fold(asked):
        yield (" ".join(words),)
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        if fold(first) and fold(second):
            yield first, second


def _score(fixture: Fixture, wish: tuple[str, ...], likeness: Likeness) -> float:
    """Return how like a match is: of two teams the one less like, whoever is at home."""

    def like(team: Team, text: str) -> float:
        return likeness(fixture.competition, team, text)

    home, away = fixture.home, fixture.away
    if len(wish) == 1:
        return max(like(home, wish[0]), like(away, wish[0]))
    first, second = wish
    return max(
        min(like(home, first), like(away, second)), min(like(away, first), like(home, second))
    )


def _likeness(names: Names) -> Likeness:
    """Return how like a spelling is to a team by its nearest spelling, asked once each."""

    @cache
    def scores(competition: str, text: str) -> dict[str, float]:
        return names.scores(competition, text)

    def like(competition: str, team: Team, text: str) -> float:
        shown = round(fuzz.ratio(fold(text), fold(team.name)), 1)
        return max(scores(competition, text).get(team.key, 0.0), shown)

    return like
