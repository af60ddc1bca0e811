"""Settlements worked out again by hand: two half bets on the score, paid in Decimal."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Final

from engine.domain.market import MarketKind, Selection, Side
from jobs.audit_bets import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jobs.audit_bets import Finding

    Row = Mapping[str, Any]

_CENT: Final = Decimal("0.0001")
_QUARTER, _HALF, _ONE, _NOUGHT = Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal(0)
_ON_SCORE: Final = frozenset({"full_time", "decision"})
"""Rules that settle on the score they name; a person's own grade and voids do not."""
_READ: Final = "full_time"
_VOIDS: Final = frozenset({"void", "played_late", "cancelled", "awarded", "reversed"})
_NAMES: Final = {
    Decimal(1): "won",
    Decimal("0.5"): "half_won",
    Decimal(0): "void",
    Decimal("-0.5"): "half_lost",
    Decimal(-1): "lost",
}
_RESULTS: Final = {name: share for share, name in _NAMES.items()}
_COVERS: Final = {
    Side.HOME: "1",
    Side.DRAW: "x",
    Side.AWAY: "2",
    Side.HOME_OR_DRAW: "1x",
    Side.HOME_OR_AWAY: "12",
    Side.DRAW_OR_AWAY: "x2",
}


def profit_of(outcome: str, odds: float, stake: Decimal) -> Decimal:
    """Return what a bet earned: the share that won at the odds, the share that lost whole.

    >>> profit_of("half_won", 1.85, Decimal("0.5")), profit_of("lost", 1.85, Decimal("0.5"))
    (Decimal('0.2125'), Decimal('-0.5000'))
    """
    share = _RESULTS[outcome]
    paid = share * (Decimal(repr(odds)) - _ONE) if share > 0 else share
    return (stake * paid).quantize(_CENT, rounding=ROUND_HALF_EVEN)


def outcome_of(selection: Selection, home: int, away: int) -> str:
    """Return what a score makes of a bet, a quarter line being two half bets beside it.

    >>> outcome_of(Selection.parse("ah_away@+0.25"), 1, 1)
    'half_won'
    >>> outcome_of(Selection.parse("under_2.75"), 2, 1)
    'half_lost'
    """
    side, line = selection.side, selection.market.line
    kind = selection.market.kind
    if kind is MarketKind.BTTS:
        return "won" if (home > 0 and away > 0) is (side is Side.YES) else "lost"
    if kind in {MarketKind.MATCH_ODDS, MarketKind.DOUBLE_CHANCE}:
        result = "1" if home > away else "2" if away > home else "x"
        return "won" if result in _COVERS[side] else "lost"
    if kind is MarketKind.TOTAL_GOALS:
        ahead = [Decimal(home + away) - one for one in _lines(line or _NOUGHT)]
        turned = side is Side.UNDER
    else:
        ahead = [Decimal(home - away) + one for one in _lines(line or _NOUGHT)]
        turned = side is Side.AWAY
    shares = sum((_sign(-one if turned else one) for one in ahead), _NOUGHT)
    return _NAMES[shares / len(ahead)]


def audit_money(settled: Sequence[Row]) -> Iterator[Finding]:
    """Yield every settlement whose place, outcome, score or money is not what it should be."""
    yield from _sequences(settled)
    for row in settled:
        earned = profit_of(row["outcome"], row["odds"], row["stake"])
        if earned != row["profit"]:
            yield finding("profit", row, row["profit"], earned)
        yield from _outcome(row)


def _outcome(row: Row) -> Iterator[Finding]:
    home, away, rule = row["home_goals"], row["away_goals"], row["rule"]
    if rule in _VOIDS and row["outcome"] != "void":
        yield finding("outcome", row, f"{row['outcome']} by {rule}", "void")
    if rule in _ON_SCORE and home is not None:
        should = outcome_of(Selection.from_number(row["selection"]), home, away)
        if should != row["outcome"]:
            yield finding("outcome", row, f"{row['outcome']} at {home}-{away}", should)
    if rule != _READ:
        return
    if home is None:
        yield finding("score", row, "no score", "the score it was settled on")
    elif not row["said"]:
        yield finding("score", row, f"{home}-{away}", "a score that was read before")
    if row["settled_at"] < row["kick_off"]:
        yield finding("settled_early", row, row["settled_at"], f"after {row['kick_off']}")


def _sequences(settled: Iterable[Row]) -> Iterator[Finding]:
    """Yield picks whose settlements are not counted 1, 2, 3 and each once."""
    found: dict[object, list[Row]] = defaultdict(list)
    for row in settled:
        found[row["pick_id"]].append(row)
    for rows in found.values():
        numbers = [row["sequence"] for row in rows]
        if numbers != list(range(1, len(numbers) + 1)):
            yield finding("settled_twice", rows[0], numbers, "each in turn, once")


def _lines(line: Decimal) -> tuple[Decimal, ...]:
    """Return the line, or the two beside it that a quarter line is made of."""
    if line % _HALF == 0:
        return (line,)
    return (line - _QUARTER, line + _QUARTER)


def _sign(value: Decimal) -> Decimal:
    return _ONE if value > 0 else -_ONE if value < 0 else _NOUGHT
