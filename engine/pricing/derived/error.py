"""How far errors of 1X2 and over 2.5 carry into what is derived from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.derived.view import expit, logit, market_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.derived.corrections import DerivedCorrections
    from engine.pricing.derived.view import DerivedView

_STEP: Final = 1e-4
_INPUTS: Final = 3


def carried_error(
    corrections: DerivedCorrections,
    view: DerivedView,
    match_odds: NDArray[np.float64],
    over: NDArray[np.float64],
    errors: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the standard error (n, 5), in logits, that derived prices inherit.

    `errors` (n, 3) are standard errors in logits of home against away, of the draw and of over
    2.5, taken as independent. By central differences through the view and the correction. What a
    correction learned from a feed already holds the errors of that feed's own prices; add this
    (squared) where prices of another source are put in.
    """
    variance = np.zeros((len(view), len(corrections.markets)))
    for which in range(_INPUTS):
        ends = [
            logit(corrections.price(_moved(view, match_odds, over, which, step)).probability)
            for step in (_STEP, -_STEP)
        ]
        slope = (ends[0] - ends[1]) / (2 * _STEP)
        variance += (slope * errors[:, which, None]) ** 2
    return np.sqrt(variance)


def _moved(
    view: DerivedView,
    match_odds: NDArray[np.float64],
    over: NDArray[np.float64],
    which: int,
    step: float,
) -> DerivedView:
    """Return the view if one input stood a step higher, the teams' usual lines as they are."""
    move = np.where(np.arange(_INPUTS) == which, step, 0.0)
    home, draw, away = match_odds.T
    level = expit(logit(draw) + move[1])
    share = expit(logit(home / (home + away)) + move[0])
    main = np.column_stack([(1 - level) * share, level, (1 - level) * (1 - share)])
    moved = market_view(main, expit(logit(over) + move[2]))
    seen = 1 - view.unknown
    return replace(
        moved,
        goals_gap=view.goals_gap - seen * (moved.openness - view.openness),
        unknown=view.unknown,
        league_draw=view.league_draw,
    )
