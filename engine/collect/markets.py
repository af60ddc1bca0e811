"""The Odds API's market keys and outcome names as our markets and sides."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Final

from engine.collect.spelling import fold
from engine.domain.market import MarketKind, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARKETS: Final[Mapping[str, tuple[MarketKind, bool]]] = {
    "h2h": (MarketKind.MATCH_ODDS, False),
    "h2h_lay": (MarketKind.MATCH_ODDS, True),
    "h2h_3_way": (MarketKind.MATCH_ODDS, False),
    "double_chance": (MarketKind.DOUBLE_CHANCE, False),
    "draw_no_bet": (MarketKind.DRAW_NO_BET, False),
    "btts": (MarketKind.BTTS, False),
    "totals": (MarketKind.TOTAL_GOALS, False),
    "alternate_totals": (MarketKind.TOTAL_GOALS, False),
    "spreads": (MarketKind.ASIAN_HANDICAP, False),
    "alternate_spreads": (MarketKind.ASIAN_HANDICAP, False),
}
"""Kind of market, and whether it is the lay side."""

EVERY_LINE: Final = frozenset({"alternate_totals", "alternate_spreads"})
"""Answered for one match alone: all its lines, of which `totals` and `spreads` name the main."""

UNKNOWN: Final = 0
"""Stands where an outcome's name says nothing: no `Side` is 0."""

_PAIRS: Final = {
    Side.HOME_OR_DRAW: ("home", "draw"),
    Side.HOME_OR_AWAY: ("home", "away"),
    Side.DRAW_OR_AWAY: ("draw", "away"),
}


def double_chances(home: str, away: str) -> Mapping[str, int]:
    """Return every way to write two of three outcomes of a match, by `plain`.

    The two come in any order and with any joint; what could mean either of two is UNKNOWN.
    """
    ways = {
        "home": ("home", "1", home),
        "draw": ("draw", "x", "tie"),
        "away": ("away", "2", away),
    }
    read: dict[str, int] = {}
    for side, pair in _PAIRS.items():
        for one, other in permutations(pair):
            for parts in product(ways[one], (" or ", "/", " and "), ways[other]):
                name = plain("".join(parts))
                read[name] = side if read.get(name, side) == side else UNKNOWN
    return read


def events_told_whole(
    answered: Iterable[tuple[object, str, Mapping[str, str], str]],
) -> frozenset[str]:
    """Return the event ids of the answers, by (instant, path, params, purpose), on all lines."""
    found: set[str] = set()
    for _, path, params, _ in answered:
        steps = path.strip("/").split("/")
        if "events" in steps[:-2] and EVERY_LINE & set(params.get("markets", "").split(",")):
            found.add(steps[steps.index("events") + 1])
    return frozenset(found)


def plain(name: str) -> str:
    """Return a name without what spellings differ in: case, accents, points, spaces."""
    return fold(name).replace(" ", "")
