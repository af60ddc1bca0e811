"""Markets and selections: what can be bet on, with one canonical code each.

Lines are counted in quarters of a goal as integers inside codes, so that -0.25 is exact.
An Asian handicap's line is always the home team's; the away side reads its negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Final


class MarketKind(IntEnum):
    MATCH_ODDS = 1
    DOUBLE_CHANCE = 2
    DRAW_NO_BET = 3
    BTTS = 4
    TOTAL_GOALS = 5
    ASIAN_HANDICAP = 6


class Side(IntEnum):
    HOME = 1
    DRAW = 2
    AWAY = 3
    HOME_OR_DRAW = 4
    HOME_OR_AWAY = 5
    DRAW_OR_AWAY = 6
    YES = 7
    NO = 8
    OVER = 9
    UNDER = 10


SIDES: Final[dict[MarketKind, tuple[Side, ...]]] = {
    MarketKind.MATCH_ODDS: (Side.HOME, Side.DRAW, Side.AWAY),
    MarketKind.DOUBLE_CHANCE: (Side.HOME_OR_DRAW, Side.HOME_OR_AWAY, Side.DRAW_OR_AWAY),
    MarketKind.DRAW_NO_BET: (Side.HOME, Side.AWAY),
    MarketKind.BTTS: (Side.YES, Side.NO),
    MarketKind.TOTAL_GOALS: (Side.OVER, Side.UNDER),
    MarketKind.ASIAN_HANDICAP: (Side.HOME, Side.AWAY),
}
"""The complete book of each kind of market, in order."""

LINED: Final = frozenset({MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP})
_OPPOSITE: Final = {
    Side.HOME: Side.AWAY,
    Side.AWAY: Side.HOME,
    Side.YES: Side.NO,
    Side.NO: Side.YES,
    Side.OVER: Side.UNDER,
    Side.UNDER: Side.OVER,
}
_NAMES: Final = {
    (MarketKind.MATCH_ODDS, Side.HOME): "home",
    (MarketKind.MATCH_ODDS, Side.DRAW): "draw",
    (MarketKind.MATCH_ODDS, Side.AWAY): "away",
    (MarketKind.DOUBLE_CHANCE, Side.HOME_OR_DRAW): "dc_1x",
    (MarketKind.DOUBLE_CHANCE, Side.HOME_OR_AWAY): "dc_12",
    (MarketKind.DOUBLE_CHANCE, Side.DRAW_OR_AWAY): "dc_x2",
    (MarketKind.DRAW_NO_BET, Side.HOME): "dnb_home",
    (MarketKind.DRAW_NO_BET, Side.AWAY): "dnb_away",
    (MarketKind.BTTS, Side.YES): "btts_yes",
    (MarketKind.BTTS, Side.NO): "btts_no",
    (MarketKind.TOTAL_GOALS, Side.OVER): "over",
    (MarketKind.TOTAL_GOALS, Side.UNDER): "under",
    (MarketKind.ASIAN_HANDICAP, Side.HOME): "ah_home",
    (MarketKind.ASIAN_HANDICAP, Side.AWAY): "ah_away",
}
_BY_NAME: Final = {name: key for key, name in _NAMES.items()}
_LINE_OFFSET: Final = 512  # quarters; lines from -128 to +127.75 goals fit twelve bits
_QUARTER: Final = Decimal("0.25")


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What is being bet on over 90 minutes; `line` in goals, or None where there is none."""

    kind: MarketKind
    line: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.line is not None) != (self.kind in LINED):
            msg = f"line was {self.line} for {self.kind.name}"
            raise ValueError(msg)
        if self.line is not None and self.line % _QUARTER != 0:
            msg = f"line was {self.line}: lines come in quarters of a goal"
            raise ValueError(msg)

    @property
    def refundable(self) -> bool:
        """Whether a result exists that gives (part of) the stake back."""
        if self.kind is MarketKind.DRAW_NO_BET:
            return True
        return self.line is not None and abs(self.line) % 1 != Decimal("0.5")

    @property
    def selections(self) -> tuple[Selection, ...]:
        return tuple(Selection(market=self, side=side) for side in SIDES[self.kind])

    @property
    def number(self) -> int:
        """The market as an integer: `Selection.number` without its side."""
        quarters = 0 if self.line is None else int(self.line / _QUARTER)
        return int(self.kind) << 12 | (quarters + _LINE_OFFSET)

    @classmethod
    def from_number(cls, number: int) -> Market:
        """Return the market whose `number` this is."""
        kind = MarketKind(number >> 12)
        quarters = (number & 0xFFF) - _LINE_OFFSET
        return cls(kind=kind, line=quarters * _QUARTER if kind in LINED else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One outcome of a market.

    >>> Selection.parse("ah_away@+0.25").code
    'ah_away@+0.25'
    >>> Selection.parse("over_2.5").opposite.code
    'under_2.5'
    """

    market: Market
    side: Side

    def __post_init__(self) -> None:
        if self.side not in SIDES[self.market.kind]:
            msg = f"side was {self.side.name} for {self.market.kind.name}"
            raise ValueError(msg)

    @property
    def opposite(self) -> Selection | None:
        """The other side of a two-way market; None where there are three."""
        if len(SIDES[self.market.kind]) != 2:  # noqa: PLR2004  # two-way
            return None
        return Selection(market=self.market, side=_OPPOSITE[self.side])

    @property
    def handicap(self) -> Decimal | None:
        """The handicap of the team backed: the market's line, negated for the away side."""
        line = self.market.line
        if line is None or self.market.kind is not MarketKind.ASIAN_HANDICAP:
            return None
        return line if self.side is Side.HOME else -line

    @property
    def market_code(self) -> str:
        """The canonical code of the catalogue: one of the 22, or a total of another line."""
        name = _NAMES[self.market.kind, self.side]
        if self.market.kind is MarketKind.TOTAL_GOALS:
            return f"{name}_{_plain(self.market.line)}"
        return name

    @property
    def code(self) -> str:
        """The canonical code with the line where the catalogue's code has none."""
        handicap = self.handicap
        if handicap is None:
            return self.market_code
        sign = "+" if handicap >= 0 else "-"
        return f"{self.market_code}@{sign}{_plain(abs(handicap))}"

    @property
    def number(self) -> int:
        """The selection as an integer, for columns: kind, line in quarters, side."""
        return self.market.number << 4 | int(self.side)

    @classmethod
    def from_number(cls, number: int) -> Selection:
        """Return the selection whose `number` this is."""
        return cls(market=Market.from_number(number >> 4), side=Side(number & 0xF))

    @classmethod
    def parse(cls, code: str) -> Selection:
        """Return the selection with this code.

        Raises:
            ValueError: no selection has this code.
        """
        name, _, handicap = code.partition("@")
        line: Decimal | None = None
        if name.startswith(("over_", "under_")):
            name, _, total = name.partition("_")
            line = Decimal(total)
        if name not in _BY_NAME:
            msg = f"code was {code!r}: no such selection"
            raise ValueError(msg)
        kind, side = _BY_NAME[name]
        if kind is MarketKind.ASIAN_HANDICAP:
            line = Decimal(handicap or "0") * (1 if side is Side.HOME else -1)
        return cls(market=Market(kind=kind, line=line), side=side)


def _plain(line: Decimal | None) -> str:
    """Write a line as people do: 2.5, 0.25, 1."""
    return f"{(line or Decimal(0)).normalize():f}"


MATCH_ODDS: Final = Market(kind=MarketKind.MATCH_ODDS)
CATALOGUE: Final[tuple[str, ...]] = (
    *("home", "draw", "away"),
    *("dc_1x", "dc_12", "dc_x2"),
    *("dnb_home", "dnb_away"),
    *("btts_yes", "btts_no"),
    *(f"{side}_{goals}.5" for goals in range(5) for side in ("over", "under")),
    *("ah_home", "ah_away"),
)
"""The seed's 22 markets, by canonical code."""


def in_catalogue(selection: Selection) -> bool:
    """Say whether picks may be made on this selection."""
    return selection.market_code in CATALOGUE
