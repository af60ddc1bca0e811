"""What a bet can become, read from a grid of scores or moved to a market's price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.closing import Payoff
from engine.pricing.grid.bets import LOST, WON, returns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.market import Selection


def payoff(grid: NDArray[np.float64], selection: Selection) -> Payoff:
    """Return what a bet on `selection` becomes over the scores of `grid` (SIZE, SIZE).

    >>> import numpy as np
    >>> from engine.domain.market import Selection
    >>> from engine.pricing.implied.goals import fit_grid
    >>> even = fit_grid(np.array([[0.36, 0.28, 0.36]])).matrix(0)
    >>> round(payoff(even, Selection.parse("dnb_home")).fair, 6)
    0.5
    """
    made = returns(selection)
    return Payoff(
        win=float(grid[made == WON].sum()),
        half_win=float(grid[made == 1].sum()),
        push=float(grid[made == 0].sum()),
        half_loss=float(grid[made == -1].sum()),
        loss=float(grid[made == LOST].sum()),
    )


def at_price(shape: Payoff, fair: float) -> Payoff:
    """Return `shape` tilted so that its fair probability is `fair`; refund and sum unchanged.

    The market prices W/(W+L) of a line and the grid says how much of it comes back: the push and
    the share of half results stay the grid's, the rest follows the price.

    >>> tilted = at_price(Payoff(win=.4, half_win=0, push=.25, half_loss=0, loss=.35), 0.5)
    >>> round(tilted.win, 9), tilted.push
    (0.375, 0.25)
    """
    # W + L = 1 - refund, so W = fair·(1 - refund), half of the half wins included.
    win = fair * (1 - shape.refund) - shape.half_win / 2
    loss = (1 - fair) * (1 - shape.refund) - shape.half_loss / 2
    if win < 0 or loss < 0:  # a price no score grid of this shape can hold
        return shape
    return Payoff(
        win=win,
        half_win=shape.half_win,
        push=shape.push,
        half_loss=shape.half_loss,
        loss=loss,
    )
