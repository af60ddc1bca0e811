"""Headings as football-data.co.uk writes them, however a re-saved file has them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OUTCOMES: Final = "HDA"
_OWN: Final = (
    *("Div", "Country", "League", "Season", "Date", "Time", "Referee", "Attendance", "Res"),
    *("HomeTeam", "AwayTeam", "Home", "Away", "AHh", "AHCh", "BbAHh", "BbAH", "BbOU", "Bb1X2"),
)
_SPELLED: Final[Mapping[str, str]] = {heading.casefold(): heading for heading in _OWN}
_AGGREGATES: Final[Mapping[str, str]] = {
    "BBMX": "BbMx",
    "BBAV": "BbAv",
    "MAX": "Max",
    "AVG": "Avg",
}
_AGGREGATE: Final = re.compile("^(?:BBMX|BBAV|MAX|AVG)")


def as_the_site_writes(headings: Sequence[str]) -> tuple[str, ...]:
    """Return the headings with the site's capitals, three neighbours of one name told apart.

    >>> as_the_site_writes(["div", "hometeam", "avgch", "b365ahh", "ahh"])
    ('Div', 'HomeTeam', 'AvgCH', 'B365AHH', 'AHh')
    """
    letters = "".join(headings)
    shouted = len(letters) > 0 and letters in {letters.lower(), letters.upper()}
    return _named([_recased(one) for one in headings] if shouted else headings)


def _recased(heading: str) -> str:
    """Return a heading of a file that has lost its capitals, or its small letters."""
    own = _SPELLED.get(heading.casefold())
    return own or _AGGREGATE.sub(lambda found: _AGGREGATES[found[0]], heading.upper())


def _named(headings: Sequence[str]) -> tuple[str, ...]:
    """Give three neighbours of one name their outcomes: D2 of 2004/05 says "LB" thrice."""
    named = list(headings)
    alike = [left == right != "" for left, right in pairwise(headings)]
    for first, (one, two) in enumerate(pairwise(alike)):
        if one and two:
            for offset, outcome in enumerate(_OUTCOMES):
                named[first + offset] = headings[first] + outcome
    return tuple(named)
