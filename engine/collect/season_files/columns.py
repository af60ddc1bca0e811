"""Which columns of a season file are prices, of whom, on what, and of which moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from engine.collect.season_files.books import KNOWN
from engine.domain.market import MATCH_ODDS, MarketKind, Side
from engine.domain.market import Market as Meant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TOTAL: Final = re.compile(r"^(?P<prefix>.+)(?P<side>[<>])(?P<line>\d{1,2}(?:\.\d{1,2})?)$")
_HANDICAP: Final = re.compile(r"^(?P<prefix>.+)AH(?P<side>[HA])$")
_OUTCOMES: Final = {"H": Side.HOME, "D": Side.DRAW, "A": Side.AWAY}
_TOTALS: Final = {">": Side.OVER, "<": Side.UNDER}
_BETBRAIN: Final = "Bb"  # its "BbAH" counts bookmakers, its line is "BbAHh"


class Stage(IntEnum):
    """Of which moment a price is: some day or two before kick-off, or at it."""

    PRE_MATCH = 1
    CLOSING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceColumn:
    """One column of odds. `market` is its `Market.number`; None where each row has its line.

    `line` is the column that holds the home team's handicap, None where the file has none.
    """

    position: int
    code: str
    stage: Stage
    market: int | None
    side: Side
    line: int | None = None


def price_columns(columns: Mapping[str, int]) -> tuple[PriceColumn, ...]:
    """Return the columns of odds among a file's columns, by position.

    Whoever is quoted counts as a bookmaker: a code nobody has heard of is one more.
    """
    found = tuple(_found(columns))
    first: dict[str, int] = {}
    for position, prefix, _, _ in sorted(found):
        first.setdefault(prefix, position)
    whose = {prefix: _whose(prefix, first) for prefix in first}
    priced = []
    for position, prefix, market, side in found:
        code, stage = whose[prefix]
        line = _line_column(columns, code, stage) if market is None else None
        priced.append(
            PriceColumn(
                position=position, code=code, stage=stage, market=market, side=side, line=line
            )
        )
    return tuple(sorted(priced, key=lambda column: column.position))


def codes_of(columns: Sequence[PriceColumn]) -> tuple[str, ...]:
    """Return the codes in order of first appearance."""
    return tuple(dict.fromkeys(column.code for column in columns))


def _found(columns: Mapping[str, int]) -> Iterator[tuple[int, str, int | None, Side]]:
    """Yield (position, prefix, market, side) of whatever has the form of a price's heading."""
    for heading, position in columns.items():
        if (handicap := _HANDICAP.match(heading)) is not None:
            yield position, handicap["prefix"], None, _OUTCOMES[handicap["side"]]
        elif (total := _TOTAL.match(heading)) is not None:
            if Decimal(total["line"]) % Decimal("0.25") == 0:
                goals = Meant(kind=MarketKind.TOTAL_GOALS, line=Decimal(total["line"]))
                yield position, total["prefix"], goals.number, _TOTALS[total["side"]]
        elif heading[-1] in _OUTCOMES and _is_triple(heading[:-1], columns):
            yield position, heading[:-1], MATCH_ODDS.number, _OUTCOMES[heading[-1]]


def _is_triple(prefix: str, columns: Mapping[str, int]) -> bool:
    return bool(prefix) and all(prefix + outcome in columns for outcome in _OUTCOMES)


def _whose(prefix: str, first: Mapping[str, int]) -> tuple[str, Stage]:
    """Tell a book's code from the C of its closing prices: VC is a book, PSC is not.

    `first` is where each prefix begins. A book nobody has heard of that ends in C and is there
    once stands among the pre-match prices, before the closing ones begin.
    """
    base = prefix.removesuffix("C")
    if prefix in KNOWN or not base or base == prefix:
        return prefix, Stage.PRE_MATCH
    if _is_closing(prefix, first):
        return base, Stage.CLOSING
    if prefix + "C" in first:
        return prefix, Stage.PRE_MATCH
    closing = min((at for one, at in first.items() if _is_closing(one, first)), default=None)
    before = closing is None or first[prefix] < closing
    opening = any(one in KNOWN or not one.endswith("C") for one in first)
    return (prefix, Stage.PRE_MATCH) if before and opening else (base, Stage.CLOSING)


def _is_closing(prefix: str, first: Mapping[str, int]) -> bool:
    """Say whether a prefix is another's with a C after it."""
    base = prefix.removesuffix("C")
    return prefix not in KNOWN and base not in {"", prefix} and (base in KNOWN or base in first)


def _line_column(columns: Mapping[str, int], code: str, stage: Stage) -> int | None:
    """Return where the line of a book's handicap stands: its own column, or the file's."""
    if stage is Stage.CLOSING:
        names = [f"{code}CAHh", f"{code}AHCh", "AHCh"]
    elif code.startswith(_BETBRAIN):
        names = ["BbAHh"]
    else:
        names = [f"{code}AHh", f"{code}AH", "AHh"]
    return next((columns[name] for name in names if name in columns), None)
