"""The Odds API's market keys and outcome names as our markets and sides."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Final

from engine.collect.names import fold
from engine.domain.market import MarketKind, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

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

UNKNOWN: Final = 0
"""Stands where an outcome's name says nothing: no `Side` is 0."""

_TOTALS: Final = {"Over": int(Side.OVER), "Under": int(Side.UNDER)}
_BTTS: Final = {"Yes": int(Side.YES), "No": int(Side.NO)}
_PAIRS: Final = {
    Side.HOME_OR_DRAW: ("home", "draw"),
    Side.HOME_OR_AWAY: ("home", "away"),
    Side.DRAW_OR_AWAY: ("draw", "away"),
}


class Sides:
    """How one event names its outcomes: by name, never by position."""

    def __init__(self, home: str, away: str) -> None:
        self._home = home
        self._away = away
        two_way = {home: int(Side.HOME), away: int(Side.AWAY)}
        self._by_kind: dict[MarketKind, Mapping[str, int]] = {
            MarketKind.MATCH_ODDS: {**two_way, "Draw": int(Side.DRAW)},
            MarketKind.DRAW_NO_BET: two_way,
            MarketKind.ASIAN_HANDICAP: two_way,
            MarketKind.TOTAL_GOALS: _TOTALS,
            MarketKind.BTTS: _BTTS,
        }

    def read(self, kind: MarketKind, names: list[str]) -> list[int]:
        """Return the side each name stands for, UNKNOWN where it stands for none."""
        if kind is MarketKind.DOUBLE_CHANCE:
            return [self._double_chance().get(_plain(name), UNKNOWN) for name in names]
        known = self._by_kind[kind]
        return [known.get(name, UNKNOWN) for name in names]

    def _double_chance(self) -> Mapping[str, int]:
        """Every way to write two of three outcomes, in any order and with any joint."""
        found = self._by_kind.get(MarketKind.DOUBLE_CHANCE)
        if found is None:
            ways = {
                "home": ("home", "1", self._home),
                "draw": ("draw", "x", "tie"),
                "away": ("away", "2", self._away),
            }
            read: dict[str, int] = {}
            for side, pair in _PAIRS.items():
                for one, other in permutations(pair):
                    for parts in product(ways[one], (" or ", "/", " and "), ways[other]):
                        name = _plain("".join(parts))
                        read[name] = side if read.get(name, side) == side else UNKNOWN
            found = read
            self._by_kind[MarketKind.DOUBLE_CHANCE] = found
        return found


def _plain(name: str) -> str:
    return fold(name).replace(" ", "")
