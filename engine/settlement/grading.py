"""What a score makes of a bet: outcome and profit, on the goals of 90 minutes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.domain.market import MarketKind, Selection, Side
from engine.domain.numbers import Units, units
from engine.domain.settlement import Outcome

if TYPE_CHECKING:
    from engine.domain.settlement import Score

_COVERED: Final = {
    Side.HOME: (1,),
    Side.DRAW: (0,),
    Side.AWAY: (-1,),
    Side.HOME_OR_DRAW: (1, 0),
    Side.HOME_OR_AWAY: (1, -1),
    Side.DRAW_OR_AWAY: (0, -1),
}
_RETURNED: Final = {
    Outcome.WON: (Decimal(1), Decimal(0)),
    Outcome.HALF_WON: (Decimal("0.5"), Decimal("0.5")),
    Outcome.VOID: (Decimal(0), Decimal(1)),
    Outcome.HALF_LOST: (Decimal(0), Decimal("0.5")),
    Outcome.LOST: (Decimal(0), Decimal(0)),
}
"""The parts of the stake that are paid at the odds, and given back."""


def settle(selection: Selection, full_time: Score) -> Outcome:
    """Return what the score after 90 minutes makes of a bet on `selection`.

    >>> from engine.domain.settlement import Score
    >>> settle(Selection.parse("ah_home@-0.25"), Score(home=1, away=1)).value
    'half_lost'
    >>> settle(Selection.parse("over_2.75"), Score(home=2, away=1)).value
    'half_won'
    """
    margin = full_time.home - full_time.away
    sign = -1 if selection.side in (Side.AWAY, Side.UNDER) else 1
    match selection.market.kind:
        case MarketKind.ASIAN_HANDICAP:
            return _by_quarters(sign * (4 * margin + _quarters(selection)))
        case MarketKind.DRAW_NO_BET:
            return _by_quarters(sign * 4 * margin)
        case MarketKind.TOTAL_GOALS:
            total = full_time.home + full_time.away
            return _by_quarters(sign * (4 * total - _quarters(selection)))
        case MarketKind.BTTS:
            both = full_time.home > 0 and full_time.away > 0
            return _won(both == (selection.side is Side.YES))
        case MarketKind.MATCH_ODDS | MarketKind.DOUBLE_CHANCE:
            return _won((margin > 0) - (margin < 0) in _COVERED[selection.side])


def _quarters(selection: Selection) -> int:
    return int((selection.market.line or 0) * 4)


def _won(won: bool) -> Outcome:  # noqa: FBT001  # the one thing there is to say
    return Outcome.WON if won else Outcome.LOST


def _by_quarters(ahead: int) -> Outcome:
    """Return the outcome of a bet that many quarters of a goal ahead of its line."""
    if ahead == 0:
        return Outcome.VOID
    if abs(ahead) == 1:  # one half of a quarter line pushes, the other is decided
        return Outcome.HALF_WON if ahead > 0 else Outcome.HALF_LOST
    return _won(ahead > 0)


def returned(outcome: Outcome, odds: Decimal) -> Decimal:
    """Return what one unit staked gives back, not rounded.

    >>> returned(Outcome.HALF_WON, Decimal("1.85")), returned(Outcome.VOID, Decimal("1.85"))
    (Decimal('1.425'), Decimal('1.00'))
    """
    paid, back = _RETURNED[outcome]
    return paid * odds + back


def profit(outcome: Outcome, odds: float, stake: Units) -> Units:
    """Return what the bet earned, rounded once; the odds count as people read them.

    >>> profit(Outcome.WON, 1.85, units("0.5")), profit(Outcome.HALF_WON, 1.85, units("0.5"))
    (Decimal('0.4250'), Decimal('0.2125'))
    >>> profit(Outcome.VOID, 1.85, units("0.5")), profit(Outcome.HALF_LOST, 1.85, units("0.5"))
    (Decimal('0.0000'), Decimal('-0.2500'))
    """
    return units(stake * (returned(outcome, Decimal(str(odds))) - 1))


def decided(selection: Selection, reached: Score, *, in_part: bool = True) -> Outcome:
    """Return what an abandoned game had already decided at the score it reached, else void.

    Only goals markets are decided early. Of a quarter line decided in part that half settles,
    and the other is void; both are where its bookmaker settles nothing `in_part`.

    >>> from engine.domain.settlement import Score
    >>> decided(Selection.parse("over_2.75"), Score(home=2, away=1)).value
    'half_won'
    >>> decided(Selection.parse("over_2.75"), Score(home=2, away=1), in_part=False).value
    'void'
    >>> decided(Selection.parse("under_3.5"), Score(home=2, away=1)).value
    'void'
    """
    side = selection.side
    if selection.market.kind is MarketKind.BTTS and min(reached.home, reached.away) > 0:
        return _won(side is Side.YES)
    if selection.market.kind is not MarketKind.TOTAL_GOALS:
        return Outcome.VOID
    ahead = 4 * (reached.home + reached.away) - _quarters(selection)
    if ahead <= 0 or (ahead == 1 and not in_part):
        return Outcome.VOID
    return _by_quarters(ahead if side is Side.OVER else -ahead)
