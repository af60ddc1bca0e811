"""Markets derived from 1X2 and over 2.5, corrected by what was learned, with their uncertainty.

A plain grid of scores is biased on BTTS and the outer totals (METHOD C). A correction is a linear
function of a few properties of the match, on the log-odds of the plain grid: six coefficients a
market, each with its variance. Where a market is quoted, quote and grid are pooled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.derived.view import DERIVED, expit, features, logit, market_view, plain_logits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.market import Selection
    from engine.pricing.derived.view import DerivedView

UNLEARNED: Final = 0.025
"""How far a grid's probability is held to be from a sharp quote before anything was learned."""
NORMAL_80: Final = 1.2816
_GAP_SCALE: Final = 0.07
_TYPICAL: Final = np.array([[0.44, 0.27, 0.29]])
_TYPICAL_OVER: Final = np.array([0.5])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarketCorrection:
    """What was learned of one derived market; everything in logits.

    `coefficients` (6,) and `covariance` (6, 6) go with `FEATURES`; `noise` (4,) is the log
    variance of what they leave unexplained, linear in `noise_features`. `widening` (at least 1)
    multiplies the standard error by what predictions out of sample showed it to lack, and
    `reach` is how many standard errors hold four predictions in five. `grid_weight` is the
    grid's share where the market is quoted, `grid_weight_sd` how well that is known. `proven`:
    out of sample the derived price met its aims, so a pick may rest on it alone.
    """

    selection: Selection
    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    noise: NDArray[np.float64]
    widening: float
    reach: float
    grid_weight: float
    grid_weight_sd: float
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DerivedPrices:
    """Fair probabilities (n, m) of the selections, standard errors in logits, 80 % intervals."""

    selections: tuple[Selection, ...]
    probability: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    proven: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledPrices:
    """Quote and grid as one, (n, m) each; the grid alone where there is no quote.

    `disagreement` is the quote's distance from the grid in standard errors, NaN without a quote.
    """

    probability: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    disagreement: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DerivedCorrections:
    """The corrections of every derived market, in the order of `DERIVED`."""

    markets: tuple[MarketCorrection, ...]

    def price(self, view: DerivedView) -> DerivedPrices:
        """Return the corrected prices of n matches; NaN where the market cannot be read."""
        given, unlearned = features(view), noise_features(view)
        logits, error = plain_logits(view), np.empty((len(view), len(self.markets)))
        for column, market in enumerate(self.markets):
            logits[:, column] += given @ market.coefficients
            spread = np.einsum("ni,ij,nj->n", given, market.covariance, given)
            error[:, column] = np.sqrt(spread + np.exp(unlearned @ market.noise)) * market.widening
        reach = error * [market.reach for market in self.markets]
        return DerivedPrices(
            selections=tuple(market.selection for market in self.markets),
            probability=expit(logits),
            standard_error=error,
            low=expit(logits - reach),
            high=expit(logits + reach),
            proven=np.array([market.proven for market in self.markets]),
        )

    def pool(self, derived: DerivedPrices, quotes: NDArray[np.float64]) -> PooledPrices:
        """Pool derived prices with fair quotes (n, m), NaN where a market is not quoted.

        With w the grid's weight and s the standard error of their difference, optimal weights
        mean that the grid's own variance is (1 - w)·s² and the quote's w·s²: together w(1 - w)·s².
        """
        weight = np.array([market.grid_weight for market in self.markets])
        doubt = np.array([market.grid_weight_sd for market in self.markets])
        grid, quoted = logit(derived.probability), np.isfinite(quotes)
        gap = np.where(quoted, grid - logit(np.where(quoted, quotes, 0.5)), np.nan)
        error = derived.standard_error
        variance = weight * (1 - weight) * error**2 + (doubt * gap) ** 2
        return PooledPrices(
            probability=np.where(quoted, expit(grid - (1 - weight) * gap), derived.probability),
            standard_error=np.where(quoted, np.sqrt(variance), error),
            disagreement=-gap / error,
        )


def noise_features(view: DerivedView) -> NDArray[np.float64]:
    """Return what the unexplained variance depends on: (n, 4).

    A level, the favourite's strength, how unusual the goals line is, how little is known of the
    teams.
    """
    return np.column_stack(
        [
            np.ones(len(view)),
            view.imbalance,
            np.minimum(np.abs(view.goals_gap) / _GAP_SCALE, 3.0),
            view.unknown,
        ]
    )


def unlearned() -> DerivedCorrections:
    """Return what stands where nothing was learned: the plain grid, wide and unproven.

    >>> unlearned().markets[0].proven
    False
    """
    # In logits, at a typical match: an error of a probability weighs more towards 0 and 1.
    typical = expit(plain_logits(market_view(_TYPICAL, _TYPICAL_OVER)))[0]
    spread = 2 * np.log(UNLEARNED / (typical * (1 - typical)))
    return DerivedCorrections(
        markets=tuple(
            MarketCorrection(
                selection=selection,
                coefficients=np.zeros(6),
                covariance=np.zeros((6, 6)),
                noise=np.array([level, 0.0, 0.0, 0.0]),
                widening=1.0,
                reach=NORMAL_80,
                grid_weight=0.25,
                grid_weight_sd=0.1,
                proven=False,
            )
            for selection, level in zip(DERIVED, spread.tolist(), strict=True)
        )
    )
