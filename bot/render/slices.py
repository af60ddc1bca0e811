"""Slices of bets in words: which league, team, odds or month a pattern holds for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from babel.dates import get_month_names

from bot.render.html import name
from bot.render.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.render.voice import Voice

_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
_BAND: Final = re.compile(rf"(?P<side><|>=|)(?P<low>{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))?")
_LONGEST: Final = 48
_MONTHS: Final = range(1, 13)


def slice_words(told: str, voice: Voice) -> str:
    """Put a slice into words: `league=soccer_epl|market=total|side=under`.

    What nobody named is made readable.
    """
    words = [_trait(*each.partition("=")[::2], voice) for each in told.split("|") if each]
    return ", ".join(words) or "—"


def _trait(dimension: str, value: str, voice: Voice) -> str:
    whole = voice.texts.maybe(voice.language, f"slice.{dimension}_{value}")
    if whole is not None:
        return whole
    template = voice.texts.maybe(voice.language, f"slice.{dimension}")
    if template is None:
        return f"{readable(dimension)} {readable(value)}"
    return template.format(value=_VALUES.get(dimension, _plain)(value, voice))


def readable(raw: str) -> str:
    """Return a name from the code that has no words of its own."""
    return name(raw.replace("_", " "), _LONGEST)


def _plain(value: str, _voice: Voice) -> str:
    return readable(value)


def _league(value: str, voice: Voice) -> str:
    return voice.competition(value)


def _team(value: str, _voice: Voice) -> str:
    return readable(value).title()


def _month(value: str, voice: Voice) -> str:
    number = int(value) if value.isdecimal() else 0
    if number not in _MONTHS:
        return readable(value)
    return str(get_month_names("wide", locale=voice.language)[number])


def _band(value: str, voice: Voice) -> str:
    """Write `<1.4`, `1.4..1.7` or `>=8` as people of the language write numbers."""
    found = _BAND.fullmatch(value)
    if found is None:
        return readable(value)
    low, high = _number(found["low"], voice), found["high"]
    if high is not None:
        return voice.plain("slice.between", low=low, high=_number(high, voice))
    return voice.plain("slice.below" if found["side"] == "<" else "slice.above", value=low)


def _number(written: str, voice: Voice) -> str:
    digits = len(written.partition(".")[2])
    return decimal(float(written), voice.language, digits=min(digits, 2))


_VALUES: Final[Mapping[str, Callable[[str, Voice], str]]] = {
    "league": _league,
    "team": _team,
    "month": _month,
    "odds": _band,
    "rest": _band,
    "moved": _band,
    "timing": _band,
    "score": _band,
}
