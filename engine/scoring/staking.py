"""How much to stake: a cautious fraction of Kelly, capped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.domain.numbers import units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.numbers import Units
    from engine.domain.policy import ScoringRules


def kelly(odds: NDArray[np.float64], probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the bankroll fraction that maximises E[log wealth]; 0 without an edge.

    `probability` is W/(W+L): a part of the stake that comes back does not move the maximum,
    since it multiplies both sides of the first-order condition.

    >>> kelly(np.array([2.0, 2.0]), np.array([0.55, 0.5])).round(9).tolist()
    [0.1, 0.0]
    """
    return np.maximum(0.0, (probability * odds - 1) / (odds - 1))


def bankroll_fraction(
    odds: NDArray[np.float64], probability_low: NDArray[np.float64], rules: ScoringRules
) -> NDArray[np.float64]:
    """Return the capped fraction of bankroll to stake, on the cautious probability."""
    fraction: NDArray[np.float64] = np.minimum(
        rules.stake_cap, rules.kelly_fraction * kelly(odds, probability_low)
    )
    return fraction


def in_units(fraction: float) -> Units:
    """Return a fraction of bankroll in units; one unit is one percent of bankroll.

    >>> in_units(0.0025)
    Decimal('0.2500')
    """
    return units(100 * fraction)
