"""Team identity: which club a spelling means in a competition. Never a guess.

A spelling means the same team whichever provider writes it, within one competition's
countries; where that is not so, the competition's own table decides first.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from engine.collect.spelling import bare, fold, joined, variants
from engine.collect.squads import squads
from engine.domain.errors import Unmatched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.collect.squads import Squad
    from engine.domain.fixture import Team

_SUGGESTIONS: Final = 3
_MIN_SCORE: Final = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The spellings of one competition.

    `exact` and `bare` map a folded spelling to a team's key; `bare` lacks "FC" and its like
    and is empty where such a word can be all that tells two clubs apart (open cups).
    """

    exact: Mapping[str, str]
    bare: Mapping[str, str]

    def find(self, spelling: str) -> str | None:
        """Return the key of the team this spelling stands for, or None."""
        folded = fold(spelling)
        return self.exact.get(joined(folded)) or self.bare.get(joined(bare(folded)))

    def teams(self) -> frozenset[str]:
        """Return every team that has a spelling here."""
        return frozenset(self.exact.values())

    def with_spellings(self, own: Mapping[str, str]) -> Scope:
        """Return the scope with further spellings, which win over those it has."""
        particular = {
            joined(folded): key for name, key in own.items() for folded in variants(name)
        }
        return Scope(
            exact={**self.exact, **particular},
            bare={**self.bare, **particular} if self.bare else {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A spelling a person has said the meaning of, in one competition."""

    competition: str
    spelling: str
    team: Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every team and every spelling it is known by, competition by competition.

    `leagues` finds our competitions by another provider's name for them: ("api_football", "39")
    or ("football_data", "E0"). `former` clubs play no more: season files mean them, no feed of
    today does. `squads` are the sides that are not a club's first, by what their names say.
    """

    teams: Mapping[str, Team]
    scopes: Mapping[str, Scope]
    leagues: Mapping[tuple[str, str], tuple[str, ...]]
    former: frozenset[str] = frozenset()
    squads: Mapping[str, frozenset[Squad]] = field(default_factory=dict)

    def resolve(self, competition: str, spelling: str) -> Team | None:
        """Return the team, or None where the table does not know the spelling."""
        scope = self.scopes.get(competition)
        key = scope.find(spelling) if scope is not None else None
        return None if key is None else self.teams[key]

    def playing(self, competition: str, spelling: str) -> Team | None:
        """Return the team a feed of today means: never a club that plays no more."""
        team = self.resolve(competition, spelling)
        return None if team is None or team.key in self.former else team

    def may_mean(self, spelling: str, key: str) -> bool:
        """Say whether a spelling can stand for a team: a women's side is never the men's."""
        return squads(spelling) <= self.squads.get(key, frozenset())

    def suggest(self, competition: str, spelling: str) -> tuple[tuple[str, float], ...]:
        """Return the three likeliest teams with scores 0-100, for a person to decide."""
        ranked = sorted(self.scores(competition, spelling).items(), key=lambda one: (-one[1], one))
        return tuple(item for item in ranked if item[1] >= _MIN_SCORE)[:_SUGGESTIONS]

    def scores(self, competition: str, spelling: str) -> dict[str, float]:
        """Return how like each team's nearest spelling is, 0-100; impossible teams left out."""
        scope = self.scopes.get(competition)
        if scope is None:
            return {}
        found = process.extract(
            joined(fold(spelling)), scope.exact.keys(), scorer=fuzz.WRatio, limit=None
        )
        best: dict[str, float] = {}
        for known, score, _ in found:
            key = scope.exact[known]
            best[key] = max(best.get(key, 0.0), round(score, 1))
        return {
            key: score
            for key, score in best.items()
            if key not in self.former and self.may_mean(spelling, key)
        }

    def acceptable(self, competition: str, spelling: str, key: str, opponent: str) -> Team:
        """Return the team a person says a spelling means.

        Raises:
            Unmatched: there is no such team, it plays no more, it is another side of its club,
                or it would play itself.
        """
        team = self.teams.get(key)
        if team is None or competition not in self.scopes:
            raise Unmatched("unknown_team", f"there is no team {key!r} in {competition}")
        if key in self.former:
            raise Unmatched("former_team", f"{team.name} plays no more")
        if not self.may_mean(spelling, key):
            kinds = ", ".join(sorted(squads(spelling)))
            raise Unmatched("another_squad", f"{spelling!r} ({kinds}) is not {team.name}")
        if self.playing(competition, opponent) == team:
            raise Unmatched("plays_itself", f"{team.name} is the opponent {opponent!r} already")
        return team

    def with_aliases(self, aliases: Iterable[Alias]) -> Names:
        """Return these names with spellings that people have accepted, in force at once."""
        spelled: dict[str, dict[str, str]] = defaultdict(dict)
        teams = dict(self.teams)
        sides = dict(self.squads)
        for alias in aliases:
            key = alias.team.key
            if key not in teams:
                teams[key] = alias.team
                sides[key] = squads(alias.spelling) | squads(alias.team.name)
            if squads(alias.spelling) <= sides.get(key, frozenset()):
                spelled[alias.competition][alias.spelling] = key
        scopes = {
            competition: self.scopes[competition].with_spellings(own)
            for competition, own in spelled.items()
            if competition in self.scopes
        }
        return replace(self, teams=teams, scopes={**self.scopes, **scopes}, squads=sides)


def build_scope(
    spellings: Iterable[tuple[str, str]],
    own: Mapping[str, str],
    *,
    nobody: Iterable[str] = (),
    affixes: bool = True,
) -> Scope:
    """Return the scope of (spelling, key) pairs.

    A spelling two teams share stands for neither. `own` are the competition's particular
    spellings: they win over the shared ones.
    """
    exact: dict[str, set[str]] = defaultdict(set)
    loose: dict[str, set[str]] = defaultdict(set)
    for spelling, key in spellings:
        for folded in variants(spelling):
            exact[joined(folded)].add(key)
            loose[joined(bare(folded))].add(key)
    vague = {joined(fold(name)) for name in nobody}
    found = Scope(exact=_sole(exact, vague), bare=_sole(loose, vague) if affixes else {})
    return found.with_spellings(own)


def _sole(found: Mapping[str, set[str]], vague: set[str]) -> dict[str, str]:
    return {
        spelling: next(iter(keys))
        for spelling, keys in found.items()
        if len(keys) == 1 and spelling not in vague
    }
