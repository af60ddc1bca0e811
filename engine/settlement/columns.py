"""Many bets settled at once: the same results as `grading`, in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MarketKind, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_ZERO_LINE: Final = 512
_WON: Final = {
    Side.HOME: (1,),
    Side.DRAW: (0,),
    Side.AWAY: (-1,),
    Side.HOME_OR_DRAW: (1, 0),
    Side.HOME_OR_AWAY: (1, -1),
    Side.DRAW_OR_AWAY: (0, -1),
}


def _covered() -> Floats:
    """Return what each side makes of an away win, a draw and a home win."""
    table = np.full((len(Side) + 1, 3), -1.0)
    for side, signs in _WON.items():
        table[int(side), [sign + 1 for sign in signs]] = 1.0
    return table


_COVERED: Final = _covered()
_SIGN: Final = np.array([-1.0 if n in (Side.AWAY, Side.UNDER) else 1.0 for n in range(11)])


def settle_columns(selection: Ints, home: Floats, away: Floats) -> Floats:
    """Return what each bet came to: 1 won, .5 half won, 0 void, -.5 half lost, -1 lost.

    `selection` is `Selection.number`; goals are of 90 minutes. NaN where goals are unknown.

    >>> from engine.domain.market import Selection
    >>> bets = [Selection.parse(code).number for code in ("draw", "over_2.75", "ah_home@-0.25")]
    >>> settle_columns(np.array(bets), np.array([1.0, 2.0, 1.0]), np.ones(3)).tolist()
    [1.0, 0.5, -0.5]
    """
    kind, side = selection >> 16, selection & 0xF
    settled = np.empty(len(selection))
    for one in MarketKind:
        rows = kind == one
        if rows.all():
            return _of_kind(one, selection, side, home, away)
        if rows.any():
            settled[rows] = _of_kind(one, selection[rows], side[rows], home[rows], away[rows])
    return settled


def _of_kind(kind: MarketKind, selection: Ints, side: Ints, home: Floats, away: Floats) -> Floats:
    margin = home - away
    match kind:
        case MarketKind.MATCH_ODDS | MarketKind.DOUBLE_CHANCE:
            place = 3 * side + 1 + (margin > 0) - (margin < 0)
            return _COVERED.take(place) + 0 * margin  # unknown stays unknown
        case MarketKind.BTTS:
            both = np.where(np.minimum(home, away) > 0, 1.0, -1.0)
            told = np.where(side == Side.YES, both, -both)
            return np.where(np.isfinite(margin), told, np.nan)
        case MarketKind.TOTAL_GOALS:
            return _by_quarters(_SIGN[side] * (4 * (home + away) - _quarters(selection)))
        case MarketKind.DRAW_NO_BET:
            return _by_quarters(_SIGN[side] * 4 * margin)
        case MarketKind.ASIAN_HANDICAP:
            return _by_quarters(_SIGN[side] * (4 * margin + _quarters(selection)))


def _quarters(selection: Ints) -> Ints:
    return (selection >> 4 & 0xFFF) - _ZERO_LINE


def _by_quarters(ahead: Floats) -> Floats:
    """A quarter of a goal ahead is half won, half a goal and more is won."""
    return np.clip(ahead / 2, -1, 1)


def returns(settled: Floats, odds: Floats) -> Floats:
    """Return the profit of one unit staked on each bet, NaN where it is not settled.

    >>> returns(np.array([1.0, 0.5, 0.0, -0.5, -1.0]), np.full(5, 1.9)).round(4).tolist()
    [0.9, 0.45, 0.0, -0.5, -1.0]
    """
    earned: Floats = np.maximum(settled, 0) * (odds - 1)  # no branch: who wins is a coin
    earned += np.minimum(settled, 0)
    return earned
