"""The words of each language, flat by dotted key; every language has every key.

A language is a folder with a file for each part of the product.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from babel import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES: Final = ("fr", "en")
_NO_BREAK: Final = "\u00a0"
_TIED: Final = {
    "fr": re.compile(r"(?<=«) | (?=[:;?!»→%](?:\W|$))|(?<=n) (?==)|(?<==) (?=\{)| (?=u\b)"),
    "en": re.compile(r"(?<=n) (?==)|(?<==) (?=\{)| (?=u\b)"),
}
"""Spaces at which a line must not end: French punctuation, `n = 12`, `3 u`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Templates by language and key; `find` falls back on nothing, so a typo is loud."""

    words: Mapping[str, Mapping[str, str]]

    def find(self, language: str, key: str) -> str:
        """Return the template of `key`.

        Raises:
            KeyError: no text has this key.
        """
        return self.words[language][key]

    def maybe(self, language: str, key: str) -> str | None:
        return self.words[language].get(key)

    def find_for(self, language: str, key: str, n: int) -> str:
        """Return the singular or plural template of `key` for `n`."""
        form = "one" if Locale(language).plural_form(abs(n)) == "one" else "other"
        return self.find(language, f"{key}.{form}")


def load_texts() -> Texts:
    """Return every text of the bot.

    Raises:
        ValueError: a key stands in one language and not in another.
    """
    words = {
        language: {
            key: _TIED[language].sub(_NO_BREAK, text) for key, text in _read(language).items()
        }
        for language in LANGUAGES
    }
    first, *others = LANGUAGES
    for other in others:
        odd = sorted(words[first].keys() ^ words[other].keys())
        if odd:
            raise ValueError(f"{first} and {other} differ in {', '.join(odd)}")
    return Texts(words=words)


def _read(language: str) -> dict[str, str]:
    """Return every text of a language by its dotted key.

    Raises:
        ValueError: two files have the same key.
    """
    told: dict[str, str] = {}
    folder = resources.files("bot.texts").joinpath(language)
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        words = dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
        twice = sorted(told.keys() & words.keys())
        if twice:
            raise ValueError(f"{language}/{file.name} repeats {', '.join(twice)}")
        told |= words
    return told


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value).strip()
