"""The words of filters: what people type in French and English, and the one word it stands for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from engine.domain.closing import Grade
from engine.domain.market import CATALOGUE
from engine.domain.pick import Provenance
from engine.domain.signal import AgentName, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEPT: Final = re.compile(r"[^a-z0-9+]")


def fold(word: str) -> str:
    """Return a word without case, accents, spaces and marks: how words are compared.

    >>> fold("Plus de 2.5"), fold("Diamond+"), fold("extérieur")
    ('plusde25', 'diamond+', 'exterieur')
    """
    bare = unicodedata.normalize("NFKD", word).casefold()
    return _KEPT.sub("", bare)


def spelled(words: Mapping[str, Iterable[str]]) -> Mapping[str, str]:
    """Return what each spelling stands for; a spelling of several words stands for none.

    A word always stands for itself, whatever else is spelled like it.

    >>> dict(spelled({"btts": ["LDEM"], "home": ["1", "x"], "draw": ["x"]}))
    {'ldem': 'btts', '1': 'home', 'btts': 'btts', 'home': 'home', 'draw': 'draw'}
    """
    meant: dict[str, set[str]] = {}
    for word, spellings in words.items():
        for spelling in spellings:
            meant.setdefault(fold(spelling), set()).add(word)
    told = {
        spelling: next(iter(found))
        for spelling, found in meant.items()
        if spelling and len(found) == 1
    }
    return MappingProxyType(told | {fold(word): word for word in words})


NO_GRADE: Final = "none"
"""What a close of no grade is called."""

_TOTALS: Final = {
    f"{side}_{goals}.5": [f"{spelling}{goals}.5" for spelling in spellings]
    for goals in range(5)
    for side, spellings in (
        ("over", ["o", "plus", "plus de ", "+"]),
        ("under", ["u", "moins", "moins de "]),
    )
}
_MARKETS: Final[Mapping[str, Iterable[str]]] = {
    "1x2": ["1n2", "match odds", "resultat", "result", "h2h", "moneyline"],
    "dc": ["double chance", "doublechance"],
    "dnb": ["draw no bet", "rembourse si nul", "rsn"],
    "btts": ["les deux marquent", "les 2 marquent", "ldm", "both teams to score", "gg/ng"],
    "ou": ["totals", "total", "totaux", "over under", "plus moins", "buts", "goals", "o/u"],
    "ah": ["asian handicap", "handicap asiatique", "handicap", "asian", "asiatique", "spread"],
    "over": ["plus", "plus de", "overs"],
    "under": ["moins", "moins de", "unders"],
    **{code: [] for code in CATALOGUE},
    "home": ["1", "domicile", "dom", "victoire domicile"],
    "draw": ["x", "n", "nul", "match nul"],
    "away": ["2", "exterieur", "ext", "victoire exterieur"],
    "dc_1x": ["1x", "1n"],
    "dc_12": ["12"],
    "dc_x2": ["x2", "n2"],
    "dnb_home": ["dnb 1", "dnb domicile"],
    "dnb_away": ["dnb 2", "dnb exterieur"],
    "btts_yes": ["btts oui", "gg", "les deux marquent oui", "ldm oui"],
    "btts_no": ["btts non", "ng", "les deux marquent non", "ldm non"],
    "ah_home": ["ah 1", "ah domicile", "handicap domicile"],
    "ah_away": ["ah 2", "ah exterieur", "handicap exterieur"],
    **_TOTALS,
}
MARKETS: Final = spelled(_MARKETS)
AGENTS: Final = spelled(
    {
        AgentName.ANOMALY.value: ["a", "anomalie"],
        AgentName.SPREAD.value: ["b", "ecarts", "ecart"],
        AgentName.PATTERN.value: ["c", "motifs", "motif", "patterns"],
        AgentName.BACKTEST.value: ["d", "precedents", "precedent"],
        AgentName.DRIFT.value: ["e", "derive"],
        AgentName.PATRON.value: ["p", "boss"],
    }
)
TIERS: Final = spelled(
    {
        Tier.STANDARD.value: ["std", "normal"],
        Tier.GOLD.value: ["or"],
        Tier.DIAMOND.value: ["diamant"],
        Tier.DIAMOND_PLUS.value: ["diamond+", "diamant+", "diamant plus"],
    }
)
GRADES: Final = spelled(
    {**{grade.value: [] for grade in Grade}, NO_GRADE: ["aucune", "aucun", "no", "sans"]}
)
PROVENANCES: Final = spelled(
    {
        Provenance.LIVE.value: ["reel", "direct", "vrai", "real"],
        Provenance.PAPER.value: ["papier", "fictif", "simule"],
        Provenance.BACKTEST.value: ["retrotest", "historique", "bt"],
    }
)
FIELDS: Final = spelled(
    {
        "market": ["marche", "markets", "marches", "m"],
        "league": ["ligue", "championnat", "competition", "leagues", "ligues", "l"],
        "book": ["bookmaker", "books", "bookmakers", "site", "bookie"],
        "agent": ["agents"],
        "odds": ["cote", "cotes", "odd"],
        "score": ["sweetspot", "note", "scores"],
        "signal": ["signalscore", "composite"],
        "tier": ["palier", "niveau", "rang"],
        "edge": ["avantage", "valeur", "value", "ev"],
        "grade": ["cloture", "close", "grades"],
        "lead": ["avance", "delai", "timing", "heures"],
        "since": ["depuis", "from", "des"],
        "until": ["jusque", "jusqua", "jusquau", "to", "avant"],
        "provenance": ["prov", "source", "origine"],
        "policy": ["politique", "version"],
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterNames:
    """What leagues and bookmakers are called: each folded spelling, and the key it stands for."""

    leagues: Mapping[str, str]
    books: Mapping[str, str]

    @classmethod
    def of(
        cls, leagues: Mapping[str, Iterable[str]], books: Mapping[str, Iterable[str]]
    ) -> FilterNames:
        """Return the names of these keys with their other spellings."""
        return cls(leagues=spelled(leagues), books=spelled(books))
