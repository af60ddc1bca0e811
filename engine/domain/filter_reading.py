"""One clause of a filter, read out of what was typed, and what one that says nothing may mean."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from engine.domain.errors import MonPsError
from engine.domain.filter_clauses import NUMBERS, Among, Beyond, Span, When, Within
from engine.domain.filter_words import (
    AGENTS,
    FIELDS,
    GRADES,
    MARKETS,
    PROVENANCES,
    TIERS,
    fold,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.domain.filter_clauses import Clause
    from engine.domain.filter_words import FilterNames

EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "provenance": "provenance=paper",
        "market": "market=btts,ou",
        "league": "league=soccer_epl",
        "book": "book=pinnacle",
        "agent": "agent=C",
        "odds": "odds=1.5-2.5",
        "score": "score>=60",
        "signal": "signal>=60",
        "tier": "tier=gold,diamond",
        "edge": "edge>=2%",
        "grade": "grade=A,B",
        "lead": "lead<6h",
        "since": "since=30d",
        "until": "until=2026-11-01",
        "policy": "policy=v0",
    }
)
"""One clause of each field, in the order filters are written in."""
_CLAUSE: Final = re.compile(r"([^!<>=]*)(!=|>=|<=|=|<|>)(.*)", re.DOTALL)
_BOUND: Final = r"(-?[0-9]{1,6}(?:\.[0-9]{1,4})?)([a-z%]*)"
_NUMBER: Final = re.compile(_BOUND)
_SPAN: Final = re.compile(rf"{_BOUND}(?:-|\.\.){_BOUND}")
_AGO: Final = re.compile(r"([0-9]{1,4})([a-z]+)")
_DAY: Final = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_FRENCH: Final = re.compile(r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>20[0-9]{2})")
_POLICY: Final = re.compile(
    r"v[0-9]{1,4}(?:\.[0-9]{1,6}(?:w[0-9]{1,4})?)?(?:\+[a-z0-9.]{1,24}){0,2}"
)
_UNITS: Final[Mapping[str, Mapping[str, Decimal]]] = {
    "": {"": Decimal(1)},
    "%": {"%": Decimal(1)},
    "h": {
        **dict.fromkeys(("h", "heure", "heures", "hour", "hours"), Decimal(1)),
        **dict.fromkeys(("m", "min", "mn", "minutes"), Decimal(1) / 60),
        **dict.fromkeys(("d", "j", "day", "days", "jour", "jours"), Decimal(24)),
    },
}
_DAYS: Final = {
    **dict.fromkeys(("d", "j", "day", "days", "jour", "jours"), 1),
    **dict.fromkeys(("w", "s", "week", "weeks", "sem", "semaine", "semaines"), 7),
    **dict.fromkeys(("m", "mois", "month", "months"), 30),
}
_FINEST: Final = Decimal("0.0001")
_ALIKE: Final = 0.5
_OFFERED: Final = 3


class Fault(StrEnum):
    """What is wrong with a piece of a filter. FORGOTTEN: it was named by a number nobody knows."""

    FIELD = "field"
    NO_FIELD = "no_field"
    SIGN = "sign"
    WORD = "word"
    NUMBER = "number"
    MOMENT = "moment"
    LONG = "long"
    FORGOTTEN = "forgotten"


class FilterRefused(MonPsError):
    """A filter that says something nobody understands.

    `piece` is what was typed, `word` the part of it at fault, `nearest` the clauses it may have
    meant, the likeliest first, and `fixed` a whole filter that is understood.
    """

    def __init__(
        self,
        fault: Fault,
        piece: str,
        *,
        field: str = "",
        word: str = "",
        nearest: Sequence[str] = (),
        fixed: str = "",
    ) -> None:
        super().__init__(f"filter refused: {fault}")
        self.fault = fault
        self.piece = piece
        self.field = field
        self.word = word
        self.nearest = tuple(nearest)
        self.fixed = fixed


def read_clause(piece: str, now: datetime, names: FilterNames) -> Clause:
    """Return what one piece of a filter says, its signs and commas without spaces around them.

    Raises:
        FilterRefused: it says nothing.
    """
    match = _CLAUSE.fullmatch(piece)
    if match is None:
        raise FilterRefused(Fault.NO_FIELD, piece, word=piece, nearest=_homes(piece, names))
    name, sign, value = match.groups()
    field = FIELDS.get(fold(name))
    if field is None:
        likely = [f"{each}{sign}{value}" for each in _alike(name, FIELDS)]
        raise FilterRefused(Fault.FIELD, piece, word=name, nearest=likely)
    if field in NUMBERS:
        return _number(field, sign, value.casefold(), piece)
    if sign not in ("=", "!=") or (sign == "!=" and field in ("since", "until")):
        raise FilterRefused(
            Fault.SIGN, piece, field=field, word=sign, nearest=[f"{field}={value}"]
        )
    if field in ("since", "until"):
        return _when(field, value.casefold(), piece, now)
    return _among(field, value, piece, names, negated=sign == "!=")


def _among(field: str, value: str, piece: str, names: FilterNames, *, negated: bool) -> Among:
    found: set[str] = set()
    for typed in value.split(","):
        word = _word(field, typed, names)
        if word is None:
            near = _alike(typed, vocabularies(names).get(field, {}))
            sign = "!=" if negated else "="
            likely = [f"{field}{sign}{value.replace(typed, each, 1)}" for each in near if typed]
            raise FilterRefused(Fault.WORD, piece, field=field, word=typed, nearest=likely)
        found.add(word)
    return Among(field=field, words=tuple(sorted(found)), negated=negated)


def _word(field: str, typed: str, names: FilterNames) -> str | None:
    if field == "policy":
        return typed.casefold() if _POLICY.fullmatch(typed.casefold()) else None
    return vocabularies(names)[field].get(fold(typed))


def _number(field: str, sign: str, value: str, piece: str) -> Within | Beyond:
    refused = FilterRefused(Fault.NUMBER, piece, field=field, word=value)
    if sign in ("=", "!="):
        spans = tuple(_span(field, sign, one, refused) for one in value.split(","))
        ordered = sorted(set(spans), key=lambda span: (span.low, span.high))
        return Within(field=field, spans=tuple(ordered), negated=sign == "!=")
    match = _NUMBER.fullmatch(value)
    bound = None if match is None else _amount(field, *match.groups())
    if bound is None:
        raise refused
    return Beyond(field=field, sign=sign, bound=bound)


def _span(field: str, sign: str, value: str, refused: FilterRefused) -> Span:
    match = _SPAN.fullmatch(value)
    if match is None:
        raise refused
    low, unit, high, last = match.groups()
    ends = _amount(field, low, unit or last), _amount(field, high, last)
    if ends[0] is None or ends[1] is None:
        raise refused
    span = Span(low=min(ends[0], ends[1]), high=max(ends[0], ends[1]))
    if ends[0] > ends[1]:
        refused.nearest = (f"{field}{sign}{span.written(NUMBERS[field].unit)}",)
        raise refused
    return span


def _amount(field: str, figure: str, unit: str) -> Decimal | None:
    """Return a number in the unit of its field; None where it was given in none that fits."""
    worth = _UNITS[NUMBERS[field].unit].get(unit)
    if worth is None:
        return None
    exact = (Decimal(figure) * worth).quantize(_FINEST).normalize() + 0
    return Decimal(f"{exact:f}")


def _when(field: str, value: str, piece: str, now: datetime) -> When:
    ago = _AGO.fullmatch(value)
    if ago is not None and ago[2] in _DAYS:
        days = int(ago[1]) * _DAYS[ago[2]]
        return When(field=field, written=f"{days}d", at=now - timedelta(days=days))
    match = _DAY.fullmatch(value) or _FRENCH.fullmatch(value)
    refused = FilterRefused(Fault.MOMENT, piece, field=field, word=value)
    if match is None:
        raise refused
    try:
        begins = datetime(
            int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=now.tzinfo
        )
    except ValueError:
        raise refused from None
    after = timedelta(days=1 if field == "until" else 0)
    return When(field=field, written=f"{begins:%Y-%m-%d}", at=begins + after)


def vocabularies(names: FilterNames) -> Mapping[str, Mapping[str, str]]:
    """Return what each spelling stands for, by the field it is a value of."""
    return {
        "provenance": PROVENANCES,
        "market": MARKETS,
        "league": names.leagues,
        "book": names.books,
        "agent": AGENTS,
        "tier": TIERS,
        "grade": GRADES,
    }


def _homes(typed: str, names: FilterNames) -> list[str]:
    """Return the clauses that a value without its field may be."""
    known = vocabularies(names).items()
    exact = [f"{field}={words[fold(typed)]}" for field, words in known if fold(typed) in words]
    if exact:
        return exact[:_OFFERED]
    near = ((field, each) for field, words in known for each in _alike(typed, words)[:1])
    return [f"{field}={each}" for field, each in near][:_OFFERED]


def _alike(typed: str, words: Mapping[str, str]) -> list[str]:
    """Return the words whose spellings look most like what was typed, the likeliest first."""
    spelled = get_close_matches(fold(typed), words, n=2 * _OFFERED, cutoff=_ALIKE)
    return list(dict.fromkeys(words[each] for each in spelled))[:_OFFERED]
