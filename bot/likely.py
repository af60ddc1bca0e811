"""Which match somebody means by what they typed: one team or two, in whatever spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from engine.collect.spelling import fold, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from engine.collect.names import Names
    from engine.domain.fixture import Fixture, Team

SURE: Final = 85.0
"""How like a match must be to be shown without asking back."""
WORTH: Final = 55.0
"""How like a match must be to be offered as what may have been meant."""
NEARLY: Final = 5.0
"""How much less like than the likeliest another match may be and still be offered beside it."""
_APART: Final = re.compile(r"\s+(?:[-–—/]|vs?\.?|contre|against)\s+", re.IGNORECASE)
_LONGEST: Final = 80
_MOST_WORDS: Final = 8
_HALF: Final = 0.8
_SOME_WORDS: Final = 92.0
_BEGUN: Final = 88.0
_START: Final = 4


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
    spellings = _Spellings(names)
    found = (
        Likely(
            fixture=each,
            score=max(
                (_score(each, wish, spellings) * surely for wish, surely in wishes), default=0.0
            ),
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


def _wishes(asked: str) -> Iterator[tuple[tuple[str, ...], float]]:
    """Give what may have been meant, and how surely: one team, or two wherever the words may part.

    Two teams that do not play each other may still tell which match of one of them was meant.
    """
    parts = [part for part in _APART.split(asked.strip()) if fold(part)]
    if len(parts) > 1:
        yield (parts[0], parts[1]), 1.0
        yield from (((part,), _HALF) for part in parts[:2])
        return
    words = asked.split()[:_MOST_WORDS]
    if fold(asked):
        yield (" ".join(words),), 1.0
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        if fold(first) and fold(second):
            yield (first, second), 1.0


def _score(fixture: Fixture, wish: tuple[str, ...], spellings: _Spellings) -> float:
    """Return how like a match is: of two teams the one less like, whoever is at home."""

    def like(team: Team, text: str) -> float:
        return spellings.like(fixture.competition, team, text)

    home, away = fixture.home, fixture.away
    if len(wish) == 1:
        return max(like(home, wish[0]), like(away, wish[0]))
    first, second = wish
    return max(
        min(like(home, first), like(away, second)), min(like(away, first), like(home, second))
    )


@dataclass(frozen=True, slots=True)
class _Spellings:
    """How teams are written; what was asked once is remembered."""

    names: Names
    known: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    asked: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def like(self, competition: str, team: Team, text: str) -> float:
        """Return how like a text is to a team by its nearest spelling, 0-100."""
        question = competition, team.key, text
        if question not in self.asked:
            shown = fold(team.name)
            written = [joined(shown), *self._of(competition).get(team.key, ())]
            self.asked[question] = _like(fold(text), shown.split(), written)
        return self.asked[question]

    def _of(self, competition: str) -> dict[str, list[str]]:
        if competition not in self.known:
            scope = self.names.scopes.get(competition)
            by_team = self.known.setdefault(competition, {})
            for spelling, key in scope.exact.items() if scope else ():
                by_team.setdefault(key, []).append(spelling)
        return self.known[competition]


def _like(text: str, words: Sequence[str], written: Sequence[str]) -> float:
    """Return how like a folded text is to a team: as spelled, as some of its words, as a start.

    That a team's name is somewhere within a longer text says nothing: Aris is within Paris.
    """
    whole = joined(text)
    best = max(fuzz.ratio(whole, spelling) for spelling in written)
    if set(text.split()) <= set(words):
        return max(best, _SOME_WORDS)
    if len(whole) >= _START and any(spelling.startswith(whole) for spelling in written):
        return max(best, _BEGUN)
    return round(best, 1)
