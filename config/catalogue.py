"""The catalogue files as the values the engine works with."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from engine.collect.names import Names, Scope, build_scope
from engine.collect.squads import squads
from engine.domain.errors import SettingsInvalid
from engine.domain.fixture import Competition, Team

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.collect.squads import Squad

_T = TypeVar("_T")
_HERE: Final = Path(__file__).parent


class _Competition(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    country: str
    tier: int
    teams: list[str]
    api_football: int
    football_data: str | None = None
    open: bool = False


class _Competitions(msgspec.Struct, forbid_unknown_fields=True):
    groups: dict[str, list[str]]
    competitions: dict[str, _Competition]

    def sections(self, key: str) -> list[str]:
        """Return the team tables a competition draws from, its groups spelled out."""
        names = self.competitions[key].teams
        return [section for name in names for section in self.groups.get(name, [name])]


class _Aliases(msgspec.Struct, forbid_unknown_fields=True):
    teams: dict[str, dict[str, list[str]]]
    only: dict[str, dict[str, str]] = {}
    nobody: dict[str, list[str]] = {}
    former: dict[str, list[str]] = {}


class _Bookmaker(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    kind: str


class _Bookmakers(msgspec.Struct, forbid_unknown_fields=True):
    bookmakers: dict[str, _Bookmaker]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmaker:
    """A bookmaker as people read it; `kind` is "sharp", "exchange" or "soft"."""

    key: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Competitions, bookmakers and team names."""

    competitions: Mapping[str, Competition]
    bookmakers: Mapping[str, Bookmaker]
    names: Names


@cache
def load_catalogue(folder: Path = _HERE) -> Catalogue:
    """Read the three files of `folder`.

    Raises:
        SettingsInvalid: a file is missing or says something it cannot; the message names it.
    """
    leagues = _read(folder / "competitions.toml", _Competitions)
    aliases = _read(folder / "team_aliases.toml", _Aliases)
    books = _read(folder / "bookmakers.toml", _Bookmakers)
    return Catalogue(
        competitions={
            key: Competition(key=key, name=each.name, country=each.country, tier=each.tier)
            for key, each in leagues.competitions.items()
        },
        bookmakers={
            key: Bookmaker(key=key, name=each.name, kind=each.kind)
            for key, each in books.bookmakers.items()
        },
        names=_names(leagues, aliases),
    )


def _read(path: Path, kind: type[_T]) -> _T:
    try:
        with path.open("rb") as file:
            return msgspec.convert(tomllib.load(file), kind)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsInvalid(f"{path.name}: {error}") from None


def _names(leagues: _Competitions, aliases: _Aliases) -> Names:
    scopes: dict[str, Scope] = {}
    alike: dict[str, Scope] = {}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for key, league in leagues.competitions.items():
        own, sections = aliases.only.get(key, {}), leagues.sections(key)
        vague = [name for each in league.teams for name in aliases.nobody.get(each, [])]
        like = repr((own, sections, vague, league.open))
        if like not in alike:
            spellings = _spellings(aliases, sections)
            alike[like] = build_scope(spellings, own, nobody=vague, affixes=not league.open)
        scopes[key] = alike[like]
        for place in (("api_football", str(league.api_football)), _division(league)):
            if place is not None:
                found[place] = (*found.get(place, ()), key)
    return Names(
        teams=_teams(aliases),
        scopes=scopes,
        leagues=found,
        former=frozenset(key for keys in aliases.former.values() for key in keys),
        squads=_squads(aliases),
    )


def _squads(aliases: _Aliases) -> dict[str, frozenset[Squad]]:
    """Return the sides that are not a club's first, by what their spellings say."""
    found = {
        key: frozenset(squad for spelling in spellings for squad in squads(spelling))
        for rows in aliases.teams.values()
        for key, spellings in rows.items()
    }
    return {key: kinds for key, kinds in found.items() if kinds}


def _spellings(aliases: _Aliases, sections: list[str]) -> list[tuple[str, str]]:
    for section in sections:
        if section not in aliases.teams:
            raise SettingsInvalid(f"competitions.toml: no teams are listed under {section!r}")
    return [
        (spelling, team)
        for section in sections
        for team, row in aliases.teams[section].items()
        for spelling in row
    ]


def _division(league: _Competition) -> tuple[str, str] | None:
    return None if league.football_data is None else ("football_data", league.football_data)


def _teams(aliases: _Aliases) -> dict[str, Team]:
    teams: dict[str, Team] = {}
    for section, rows in aliases.teams.items():
        for key, spellings in rows.items():
            if key in teams or not spellings:
                raise SettingsInvalid(f"team_aliases.toml: {key!r} in {section!r} is not usable")
            teams[key] = Team(key=key, name=spellings[0])
    named = [(place, own.values()) for place, own in aliases.only.items()]
    for place, keys in (*named, *aliases.former.items()):
        for key in keys:
            if key not in teams:
                raise SettingsInvalid(f"team_aliases.toml: {key!r} in {place!r} is no team")
    return teams
