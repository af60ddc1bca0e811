"""Which side of a club a spelling means: women, youth and reserves are never the first team."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Squad(StrEnum):
    """A side of a club that is not its first."""

    WOMEN = "women"
    YOUTH = "youth"
    RESERVES = "reserves"


_ANYWHERE: Final[Mapping[Squad, frozenset[str]]] = {
    Squad.WOMEN: frozenset(
        {
            "women",
            "womens",
            "woman",
            "ladies",
            "girls",
            "fem",
            "femenil",
            "femenina",
            "femenino",
            "femeni",
            "feminin",
            "feminine",
            "feminines",
            "feminas",
            "feminina",
            "feminino",
            "femminile",
            "frauen",
            "damen",
            "dames",
            "damer",
            "dam",
            "vrouwen",
            "kvinner",
            "kvinder",
            "kobiet",
            "naiset",
            "zenski",
            "zeny",
            "zene",
            "kobiety",
            "kadin",
            "kadinlar",
            "bayan",
            "noi",
            "femina",
            "wfc",
            "lfc",
            "fcw",
            "γυναικεσ",
            "женщины",
            "жен",
            "ж",
            "女子",
            "女足",
            "女",
        }
    ),
    Squad.YOUTH: frozenset(
        {
            "youth",
            "youths",
            "juvenil",
            "juveniles",
            "primavera",
            "academy",
            "cadete",
            "junioren",
            "jugend",
            "jnr",
            "giovanili",
        }
    ),
    Squad.RESERVES: frozenset(
        {
            "ii",
            "iii",
            "reserve",
            "reserves",
            "reserva",
            "reservas",
            "res",
            "amateure",
            "castilla",
            "promesas",
            "jong",
            "futures",
            "nxt",
            "eds",
            "2",
            "3",
        }
    ),
}
_AT_THE_END: Final[Mapping[Squad, frozenset[str]]] = {
    Squad.WOMEN: frozenset({"w"}),
    Squad.RESERVES: frozenset({"b", "am"}),
}
_END_MARKS: Final = frozenset().union(*_AT_THE_END.values())
_YEARS: Final = re.compile(r"\b(?:u|under|sub|o|onder) ?(?:1[2-9]|2[0-3])s?\b")
_NEXT_GEN: Final = re.compile(r"\bnext gen\b|\bb team\b|\bteam b\b")


def squads(spelling: str) -> frozenset[Squad]:
    """Return what a spelling says of the side; empty for a first team.

    >>> [sorted(map(str, squads(name))) for name in ("Arsenal (W) U-21", "Lyon II", "Aston Villa")]
    [['women', 'youth'], ['reserves'], []]
    """
    folded = fold(spelling)
    words = folded.split()
    rest = set(words[1:]) | ({words[0]} & {"jong"} if words else set())
    found = {squad for squad, marks in _ANYWHERE.items() if rest & marks}
    # "Arsenal W U21": what stands at the end may be followed by another mark
    ends = _end(words)
    if _YEARS.search(folded):
        found.add(Squad.YOUTH)
        ends |= _end(_YEARS.sub("", folded).split())
    if _NEXT_GEN.search(folded):
        found.add(Squad.RESERVES)
    return frozenset(found | {squad for squad, marks in _AT_THE_END.items() if ends & marks})


def _end(words: Sequence[str]) -> set[str]:
    """Return the last words that may be marks: "B", "B W"; half of an "F.C." is none."""
    name = list(words)
    ends: set[str] = set()
    while len(name) > 1 and name[-1] in _END_MARKS:
        ends.add(name.pop())
    before = "".join(name[-1:])
    return set() if len(before) == 1 and before.isalpha() else ends
