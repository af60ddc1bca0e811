"""What bets can become, and the stake that makes a bankroll grow fastest on one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MarketKind, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HALVES: Final = np.array([2, 1, 0, -1, -2])
"""Won, half won, void, half lost, lost: the columns of what a bet becomes."""
_HALF_WON: Final = 1
_HALF_LOST: Final = 3
_STEPS: Final = 60
_TINY: Final = 1e-13


def outcomes(selection: NDArray[np.int64], probability: Floats, refund: Floats) -> Floats:
    """Return the probabilities (n, 5) of what each bet becomes, in the order of `HALVES`.

    `probability` is W/(W+L), half results counted half, `refund` the expected part of the stake
    given back. A quarter line knows one half result only, half won or half lost: its probability
    is twice the refund. On other lines what is given back is a push.

    >>> from engine.domain.market import Selection
    >>> quarter = np.array([Selection.parse("ah_home@-0.25").number])
    >>> outcomes(quarter, np.array([.5]), np.array([.14])).round(9).tolist()
    [[0.43, 0.0, 0.0, 0.28, 0.29]]
    """
    half = _half_result(selection)
    win, loss = probability * (1 - refund), (1 - probability) * (1 - refund)
    halves = np.minimum(2 * refund, 2 * np.where(half == _HALF_WON, win, loss))
    halves = np.where(half, halves, 0.0)
    made = np.zeros((len(selection), len(HALVES)))
    made[:, _HALF_WON] = np.where(half == _HALF_WON, halves, 0.0)
    made[:, _HALF_LOST] = np.where(half == _HALF_LOST, halves, 0.0)
    made[:, 0] = win - made[:, _HALF_WON] / 2
    made[:, 4] = loss - made[:, _HALF_LOST] / 2
    made[:, 2] = refund - halves / 2
    return made


def gains(odds: Floats) -> Floats:
    """Return what one unit gains in each case (n, 5): odds - 1, half of it, 0, -1/2, -1."""
    won = np.maximum(HALVES, 0) / 2 * (odds[:, None] - 1)
    gained: Floats = won - np.maximum(-HALVES, 0) / 2
    return gained


def kelly(odds: Floats, made: Floats) -> Floats:
    """Return the bankroll fraction that maximises E[log(1 + f·gain)]; 0 without an edge.

    `made` (n, 5) as `outcomes` tells it. Newton's method on the first-order condition, which
    falls steadily in f, from its root for bets without half results: (p·odds - 1)/(odds - 1),
    where a push moves nothing.

    >>> won_or_lost = np.array([[.55, 0, 0, 0, .45], [.5, 0, 0, 0, .5]])
    >>> kelly(np.array([2.0, 2.0]), won_or_lost).round(9).tolist()
    [0.1, 0.0]
    """
    fraction = np.zeros(len(odds))
    rows = np.flatnonzero((made * gains(odds)).sum(axis=1) > 0)
    fraction[rows] = _best_fraction(gains(odds[rows]), made[rows])
    return fraction


def _best_fraction(gain: Floats, made: Floats) -> Floats:
    """Return the root of each bet's slope; every bet has an edge."""
    won, back = made[:, 0] + made[:, _HALF_WON] / 2, 1 - np.abs(HALVES) / 2
    chance = won / (1 - made @ back)
    f: Floats = np.clip(chance - (1 - chance) / gain[:, 0], 0.0, 1 - _TINY)
    low, high = np.zeros_like(f), np.full_like(f, 1 - _TINY)  # all of it would divide by zero
    for _ in range(_STEPS):
        wealth = 1 + f[:, None] * gain
        slope = (made * gain / wealth).sum(axis=1)
        bend = (made * gain**2 / wealth**2).sum(axis=1)
        low, high = np.where(slope > 0, f, low), np.where(slope > 0, high, f)
        step = f + slope / bend
        following: Floats = np.where((step > low) & (step < high), step, (low + high) / 2)
        if np.abs(following - f).max(initial=0.0) < _TINY:
            break
        f = following
    return f


def _half_result(selection: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the column of the half result that each selection knows; 0 where it knows none."""
    kind, side, quarters = selection >> 16, selection & 0xF, (selection >> 4 & 0xFFF) - 512
    lower = np.isin(side, (Side.AWAY, Side.UNDER))
    lined = np.isin(kind, (MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP))
    # quarters of a goal that the bet is ahead by, at scores of whole goals: a total is taken away
    ahead = np.where(kind == MarketKind.TOTAL_GOALS, -quarters, quarters)
    rest = (np.where(lower, -ahead, ahead) + 1) % 4 - 1
    column = np.select([lined & (rest == 1), lined & (rest == -1)], [_HALF_WON, _HALF_LOST], 0)
    return column.astype(np.int64)
