"""What is left of a spelling when what tells no clubs apart is taken away."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_OTHER: Final = re.compile(r"[\W_]+")  # letters of other alphabets stay: they may tell sides apart
_WORDS: Final = {"utd": "united", "saint": "st", "sint": "st", "sankt": "st"}
_AFFIXES: Final = frozenset({"fc", "cf", "afc", "fk"})


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


def bare(folded: str) -> str:
    """Drop "FC" and its like, at the ends only; everything else tells clubs apart."""
    words = folded.split()
    while len(words) > 1 and words[-1] in _AFFIXES:
        words.pop()
    while len(words) > 1 and words[0] in _AFFIXES:
        words.pop(0)
    return " ".join(words)


def joined(folded: str) -> str:
    """Drop the spaces of a folded name: "Bodo Glimt" and "BodoGlimt" are one spelling."""
    return folded.replace(" ", "")


def variants(spelling: str) -> Iterator[str]:
    """Give a spelling as folded, and as German and Nordic keyboards without umlauts write it."""
    yield fold(spelling)
    yield fold(unicodedata.normalize("NFC", spelling).casefold().translate(_DIGRAPHS))


def slug(name: str) -> str:
    """Return the key a team of this name is kept under.

    >>> slug("FC Zürich"), slug("Bodø/Glimt")
    ('fc_zurich', 'bodo_glimt')
    """
    return fold(name).replace(" ", "_")
