"""Team identity: which club a spelling means in a competition. Never a guess.

A spelling means the same team whichever provider writes it, within one competition's
countries; where that is not so, the competition's own table decides first.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.domain.fixture import Team

_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
    | {"ð": "d", "ə": "e", "&": " and "}
)
_DIGRAPHS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_APOSTROPHES: Final = re.compile(
    "['`\N{ACUTE ACCENT}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]"
)
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_WORDS: Final = {"utd": "united", "saint": "st", "sint": "st", "sankt": "st"}
_AFFIXES: Final = frozenset({"fc", "cf", "afc", "fk"})
_SUGGESTIONS: Final = 3
_MIN_SCORE: Final = 50.0


@lru_cache(maxsize=8192)
def fold(spelling: str) -> str:
    """Return what is left of a name without case, accents and punctuation.

    >>> fold("Nott'm Forest"), fold("Bodø/Glimt"), fold("1. FC Köln")
    ('nottm forest', 'bodo glimt', '1 fc koln')
    """
    lower = unicodedata.normalize("NFC", spelling).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", lower)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _OTHER.sub(" ", _APOSTROPHES.sub("", bare)).split()
    return " ".join(_WORDS.get(word, word) for word in words)


def _bare(folded: str) -> str:
    """Drop "FC" and its like, at the ends only; everything else tells clubs apart."""
    words = folded.split()
    while len(words) > 1 and words[-1] in _AFFIXES:
        words.pop()
    while len(words) > 1 and words[0] in _AFFIXES:
        words.pop(0)
    return " ".join(words)


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


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
        return self.exact.get(_joined(folded)) or self.bare.get(_joined(_bare(folded)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every team and every spelling it is known by, competition by competition.

    `leagues` finds our competitions by another provider's name for them:
    ("api_football", "39") or ("football_data", "E0").
    """

    teams: Mapping[str, Team]
    scopes: Mapping[str, Scope]
    leagues: Mapping[tuple[str, str], tuple[str, ...]]

    def resolve(self, competition: str, spelling: str) -> Team | None:
        """Return the team, or None where the table does not know the spelling."""
        scope = self.scopes.get(competition)
        key = scope.find(spelling) if scope is not None else None
        return None if key is None else self.teams[key]

    def suggest(self, competition: str, spelling: str) -> tuple[tuple[str, float], ...]:
        """Return the three likeliest teams with scores 0-100, for a person to decide."""
        scope = self.scopes.get(competition)
        if scope is None:
            return ()
        found = process.extract(
            _joined(fold(spelling)), scope.exact.keys(), scorer=fuzz.WRatio, limit=12
        )
        best: dict[str, float] = {}
        for known, score, _ in found:
            key = scope.exact[known]
            best[key] = max(best.get(key, 0.0), round(score, 1))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return tuple(item for item in ranked if item[1] >= _MIN_SCORE)[:_SUGGESTIONS]


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
    bare: dict[str, set[str]] = defaultdict(set)
    for spelling, key in spellings:
        for folded in _variants(spelling):
            exact[_joined(folded)].add(key)
            bare[_joined(_bare(folded))].add(key)
    particular = {_joined(folded): key for name, key in own.items() for folded in _variants(name)}
    vague = {_joined(fold(name)) for name in nobody}
    return Scope(
        exact=_sole(exact, vague) | particular,
        bare=_sole(bare, vague) | particular if affixes else {},
    )


def _variants(spelling: str) -> Iterator[str]:
    """Give a spelling as folded, and as German and Nordic keyboards without umlauts write it."""
    yield fold(spelling)
    yield fold(unicodedata.normalize("NFC", spelling).casefold().translate(_DIGRAPHS))


def _sole(found: Mapping[str, set[str]], vague: set[str]) -> dict[str, str]:
    return {
        spelling: next(iter(keys))
        for spelling, keys in found.items()
        if len(keys) == 1 and spelling not in vague
    }
