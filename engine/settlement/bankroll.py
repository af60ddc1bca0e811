"""What a bankroll becomes when bets are settled one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def level_bankroll(returns: Floats, stake: float, start: float) -> Floats:
    """Return the bankroll after each bet of one `stake`, or of what is left where that is less.

    `returns` (n,) are profits of one unit; 0 where nothing is bet.

    >>> level_bankroll(np.array([0.5, -1.0, -1.0, 3.0]), 10.0, 12.0).tolist()
    [17.0, 7.0, 0.0, 0.0]
    """
    left = np.cumsum(np.concatenate([[start], stake * returns]))
    if left.min() < stake:
        _stake_what_is_left(left, returns, stake, int(np.argmax(left < stake)))
    return left[1:]


def _stake_what_is_left(left: Floats, returns: Floats, stake: float, since: int) -> None:
    for bet in range(since, len(returns)):
        left[bet + 1] = left[bet] + min(stake, max(float(left[bet]), 0.0)) * returns[bet]


def growing_bankroll(returns: Floats, fraction: Floats, start: float) -> Floats:
    """Return the bankroll after each bet of a `fraction` of what there was before it.

    >>> growing_bankroll(np.array([1.0, -1.0]), np.array([0.1, 0.5]), 100.0).round(2).tolist()
    [110.0, 55.0]
    """
    grown: Floats = np.multiply.accumulate(1 + fraction * returns)
    return start * grown
