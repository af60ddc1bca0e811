"""Totals at whole and quarter goals, from corrected totals at half goals: one set of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MarketKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_FIRST: Final = (int(MarketKind.TOTAL_GOALS) << 12) + 512
_HALF, _QUARTERS = 2, 4


def halves_beside(markets: Ints) -> Ints:
    """Return the totals at half goals that those of `markets` at other lines are made of.

    >>> from engine.domain.market import Market
    >>> wanted = halves_beside(np.array([_FIRST + 5]))  # 1.25
    >>> [str(Market.from_number(number).line) for number in wanted.tolist()]
    ['0.50', '1.50']
    """
    mine = _others(markets)
    below, above = _beside(markets[mine])
    return np.unique(np.concatenate([below, above]))


def coherent_totals(markets: Ints, over: Floats, refund: Floats) -> tuple[Floats, Floats]:
    """Return W/(W+L) of over and the refund with totals at other lines made of half lines.

    `markets` (k,) are rising numbers that hold what `halves_beside` names; `over` and `refund` are
    (n, k). A whole line wins above and loses below, a quarter line is the mean of its neighbours.
    Where a half line is not told the rest stays.
    """
    mine = np.flatnonzero(_others(markets))
    if not len(mine):
        return over, refund
    below, above = (over[:, np.searchsorted(markets, each)] for each in _beside(markets[mine]))
    above = np.minimum(above, below)
    rest = (markets[mine] - _FIRST) % _QUARTERS
    won = np.where(rest == _HALF + 1, (below + above) / 2, above)
    lost = 1 - np.where(rest == 1, (below + above) / 2, below)
    told = np.isfinite(won) & np.isfinite(lost) & (won + lost > 0)
    made, back = over.copy(), refund.copy()
    share = won / np.where(told, won + lost, 1.0)
    made[:, mine] = np.where(told, share, over[:, mine])
    back[:, mine] = np.where(told, 1 - won - lost, refund[:, mine])
    return made, back


def _others(markets: Ints) -> NDArray[np.bool_]:
    """Mark the totals whose line is not at half a goal, from 0.75 on."""
    total = markets >> 12 == MarketKind.TOTAL_GOALS
    quarters = markets - _FIRST
    others: NDArray[np.bool_] = total & (quarters % _QUARTERS != _HALF) & (quarters > _HALF)
    return others


def _beside(markets: Ints) -> tuple[Ints, Ints]:
    """Return the half lines next below and next above each line.

    At three quarters, such as 1.75, they are 1.5 and 2.5; at one quarter, 0.5 and 1.5 for 1.25.
    """
    quarters = markets - _FIRST
    below = (quarters - _HALF) // _QUARTERS * _QUARTERS + _HALF
    return below + _FIRST, below + _QUARTERS + _FIRST
