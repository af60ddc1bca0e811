"""Which stored fixture a person means, by names as they write them; a guess is shown as one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from engine.collect.names import Names
    from engine.domain.fixture import Fixture, Team

_BETWEEN: Final = re.compile(r"\s+(?:[-–—/x]|vs?\.?|contre|against)\s+", re.IGNORECASE)
_ANYWHERE: Final = re.compile(r"[\s-]+")
_LIKELY: Final = 60.0
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The fixtures meant, the next to be played first.

    Where there are none, `suggestions` may have been meant: scores 0-100, best first.
    """

    found: tuple[Fixture, ...]
    suggestions: tuple[tuple[Fixture, float], ...]


def look_up(text: str, fixtures: Sequence[Fixture], names: Names, now: datetime) -> Lookup:
    """Return the fixtures that `text` names by one team or by two, in either order."""

    def urgency(fixture: Fixture) -> tuple[bool, float, str]:
        away = (fixture.kick_off - now).total_seconds()
        return away < 0, abs(away), str(fixture.id)

    for sides in _readings(text):
        met = [fixture for fixture in fixtures if _is_meant(sides, fixture, names)]
        if met:
            return Lookup(found=tuple(sorted(met, key=urgency)), suggestions=())
    scorer = _Likeness(names)
    sides = _sides(text)
    scored = [(fixture, scorer.of(sides, fixture)) for fixture in fixtures]
    likely = [one for one in scored if one[1] >= _LIKELY]
    likely.sort(key=lambda one: (-one[1], urgency(one[0])))
    return Lookup(found=(), suggestions=tuple(likely[:_SHOWN]))


def _sides(text: str) -> tuple[str, ...]:
    """Return the two names written with a sign between them, or all as one name."""
    parts = tuple(part.strip() for part in _BETWEEN.split(f" {text.strip()} ", maxsplit=1))
    return parts if all(parts) else (text.strip(),)


def _readings(text: str) -> Iterator[tuple[str, ...]]:
    """Give the ways to read a text, the plainest first: "PSG Marseille" may be two names."""
    sides = _sides(text)
    yield sides
    if len(sides) == 1:
        for gap in _ANYWHERE.finditer(sides[0]):
            yield sides[0][: gap.start()], sides[0][gap.end() :]


def _is_meant(sides: tuple[str, ...], fixture: Fixture, names: Names) -> bool:
    def means(name: str, team: Team) -> bool:
        known = names.resolve(fixture.competition, name)
        return fold(name) == fold(team.name) if known is None else known.key == team.key

    home, away = fixture.home, fixture.away
    if len(sides) == 1:
        return means(sides[0], home) or means(sides[0], away)
    one, other = sides
    return (means(one, home) and means(other, away)) or (means(one, away) and means(other, home))


class _Likeness:
    """How like what a person wrote a fixture is; each name is compared with a league once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._scores: dict[tuple[str, str], dict[str, float]] = {}

    def of(self, sides: tuple[str, ...], fixture: Fixture) -> float:
        home = [self._score(name, fixture.competition, fixture.home) for name in sides]
        away = [self._score(name, fixture.competition, fixture.away) for name in sides]
        if len(sides) == 1:
            return max(*home, *away)
        return max(home[0] + away[1], home[1] + away[0]) / 2

    def _score(self, name: str, competition: str, team: Team) -> float:
        place = (competition, name)
        if place not in self._scores:
            self._scores[place] = self._names.scores(competition, name)
        return self._scores[place].get(team.key, 0.0)
