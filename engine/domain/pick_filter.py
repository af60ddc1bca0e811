"""The filter people type: `market=btts,ou odds=1.5-2.5 since=30d`, for records and for alerts.

Spaces mean and, commas or. What is not understood is an error that teaches, never left out: a
filter without what it does not know answers another question than the one that was asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.domain.filter_clauses import Among
from engine.domain.filter_reading import EXAMPLES, Fault, FilterRefused, read_clause
from engine.domain.filter_words import FilterNames
from engine.domain.numbers import require_aware
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.filter_clauses import Clause, Filterable

LONGEST: Final = 240
"""Characters of a filter, as it is typed and as it is written."""
_ORDER: Final = tuple(EXAMPLES)
_AROUND: Final = re.compile(r"\s*(!=|>=|<=|=|<|>|,)\s*")
_SIGNS: Final = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", "\u2212": "-", "\u2013": "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PickFilter:
    """Clauses that all hold of the picks kept, each once, in one order; without any, all are."""

    clauses: tuple[Clause, ...] = ()

    def __str__(self) -> str:
        return " ".join(str(clause) for clause in self.clauses)

    def __bool__(self) -> bool:
        return bool(self.clauses)

    def keeps(self, pick: Filterable) -> bool:
        """Say whether every clause holds of a pick."""
        return all(clause.keeps(pick) for clause in self.clauses)

    @property
    def provenances(self) -> frozenset[Provenance]:
        """The provenances whose picks it may keep."""
        asked = [
            each for each in self.clauses if isinstance(each, Among) and each.field == "provenance"
        ]
        return frozenset(
            one
            for one in Provenance
            if all((one.value in each.words) is not each.negated for each in asked)
        )


EVERYTHING: Final = PickFilter()
"""The filter that keeps all."""
NO_NAMES: Final = FilterNames.of({}, {})
"""No league and no bookmaker has a name."""


def parse(text: str, now: datetime, names: FilterNames = NO_NAMES) -> PickFilter:
    """Return the filter that `text` says at `now`; days are those of `now`'s time zone.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 11, 23, tzinfo=UTC)
    >>> str(parse("cote = 1.5-2.5  marche=plus_2.5, les_deux_marquent agent=C", now))
    'market=btts,over_2.5 agent=pattern odds=1.5-2.5'

    Raises:
        FilterRefused: some of it says nothing.
    """
    require_aware(now=now)
    if len(text) > LONGEST:
        raise FilterRefused(Fault.LONG, text, fixed=EXAMPLES["market"])
    pieces = _AROUND.sub(r"\1", text.translate(_SIGNS)).split()
    clauses: set[Clause] = set()
    for place, piece in enumerate(pieces):
        try:
            clauses.add(read_clause(piece, now, names))
        except FilterRefused as refused:
            refused.fixed = _mended(refused, pieces, place, now, names)
            raise
    ordered = sorted(clauses, key=lambda each: (_ORDER.index(each.field), str(each)))
    found = PickFilter(clauses=tuple(ordered))
    if len(str(found)) > LONGEST:
        raise FilterRefused(Fault.LONG, text, fixed=EXAMPLES["market"])
    return found


def reread(written: str, now: datetime) -> PickFilter:
    """Return a filter from its written form, whatever names of leagues and books it has.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 11, 23, tzinfo=UTC)
    >>> str(reread("market=btts league=soccer_epl book=pinnacle", now))
    'market=btts league=soccer_epl book=pinnacle'

    Raises:
        FilterRefused: it is no written form.
    """
    words: dict[str, dict[str, list[str]]] = {"league": {}, "book": {}}
    for piece in written.split():
        field, _, value = piece.replace("!=", "=").partition("=")
        if field in words:
            words[field] |= {word: [] for word in value.split(",")}
    return parse(written, now, FilterNames.of(words["league"], words["book"]))


def _mended(
    refused: FilterRefused, pieces: Sequence[str], place: int, now: datetime, names: FilterNames
) -> str:
    """Return a filter that is understood: the one typed, if one change to it is enough."""
    field = refused.field or "market"
    for instead in (*refused.nearest, EXAMPLES[field]):
        whole = " ".join([*pieces[:place], instead, *pieces[place + 1 :]])
        for offered in (whole, instead):
            if _understood(offered, now, names):
                return offered
    return EXAMPLES["market"]


def _understood(text: str, now: datetime, names: FilterNames) -> bool:
    try:
        for piece in text.split():
            read_clause(piece, now, names)
    except FilterRefused:
        return False
    return len(text) <= LONGEST
