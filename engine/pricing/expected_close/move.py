"""One number's expected move to the close, how uncertain it is, and what that does to chances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.expected_close.features import CloseFeatures, Table

    Floats = NDArray[np.float64]

BUCKET_HOURS: Final = (3.0, 12.0, 36.0, 60.0)
"""Where one lead-time bucket ends and the next begins."""
USUAL_HOURS: Final = 24.0
Z80: Final = 1.2815515655446004
"""An 80 % interval reaches so many standard deviations to either side."""


def buckets(lead_hours: Floats) -> NDArray[np.int64]:
    """Return each look's lead-time bucket.

    >>> buckets(np.array([0.5, 24.0, 400.0])).tolist()
    [0, 2, 4]
    """
    return np.searchsorted(np.array(BUCKET_HOURS), lead_hours, side="right").astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Move:
    """A linear model of a move: columns are clipped, standardised, weighed and summed.

    `weights` (buckets, columns) holds for each lead-time bucket the pooled weights plus what the
    bucket was seen to add. The sum is multiplied by (lead / 24 h) ** `fading`: the nearer the
    close, the less is left to move.
    """

    columns: tuple[str, ...]
    low: Floats
    high: Floats
    centre: Floats
    scale: Floats
    weights: Floats
    offset: float
    fading: float

    def standard(self, table: Table) -> Floats:
        """Return a table's columns as the weights take them."""
        clipped = np.clip(table.of(self.columns), self.low, self.high)
        standard: Floats = (clipped - self.centre) / self.scale
        return standard

    def fade(self, lead_hours: Floats) -> Floats:
        """Return how large moves are at each lead, 1 a day before."""
        sizes: Floats = (lead_hours / USUAL_HOURS) ** self.fading
        return sizes

    def expect(self, table: Table, lead_hours: Floats) -> Floats:
        """Return the expected move of each row."""
        weights = self.weights[buckets(lead_hours)]
        told = (self.standard(table) * weights).sum(axis=1) + self.offset
        moves: Floats = told * self.fade(lead_hours)
        return moves


def still() -> Move:
    """Return the move of a number that nothing is known of: none."""
    none = np.empty(0)
    return Move(
        columns=(),
        low=none,
        high=none,
        centre=none,
        scale=none,
        weights=np.empty((len(BUCKET_HOURS) + 1, 0)),
        offset=0.0,
        fading=0.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noise:
    """How far a move lands from what was expected of it.

    The logarithm of the deviation is linear in `noise_columns`; `weights` (5,) include the level.
    """

    weights: Floats

    def deviation(self, features: CloseFeatures, expected: Floats) -> Floats:
        """Return the standard deviation of each row's move."""
        deviations: Floats = np.exp(noise_columns(features, expected) @ self.weights)
        return deviations


def noise_columns(features: CloseFeatures, expected: Floats) -> Floats:
    """Return what uncertainty depends on (n, 5).

    A level, lead, disagreement of the books, size of the expected move, and favourite.
    """
    favourite = np.nan_to_num(np.abs(features.anchor.supremacy))
    return np.stack(
        [
            np.ones(len(favourite)),
            np.log(features.lead_hours / USUAL_HOURS),
            np.clip(np.nan_to_num(features.spread), 0.0, 0.2),
            np.clip(np.nan_to_num(np.abs(expected)), 0.0, 0.5),
            np.clip(favourite, 0.0, 3.0),
        ],
        axis=1,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chances:
    """Probabilities (n, k) with their standard deviations; rows sum to 1 where known."""

    mean: Floats
    deviation: Floats


def match_odds_chances(
    supremacy: Floats, draw: Floats, deviations: tuple[Floats, Floats], correlation: float
) -> Chances:
    """Return E[P(home)], E[P(draw)], E[P(away)] when supremacy and draw are uncertain.

    Averaged on the probability scale to the second order in the deviations.

    >>> zero = np.zeros(1)
    >>> sure = match_odds_chances(zero, zero, (zero, zero), 0.0)
    >>> sure.mean.round(6).tolist(), sure.deviation.tolist()
    ([[0.333333, 0.333333, 0.333333]], [[0.0, 0.0, 0.0]])
    """
    sides = np.stack([supremacy / 2, draw, -supremacy / 2], axis=1)
    raised = np.exp(sides - sides.max(axis=1, keepdims=True))
    chance = raised / raised.sum(axis=1, keepdims=True)
    own = np.array([[0.5, 0.0], [0.0, 1.0], [-0.5, 0.0]])
    slope = own[None] - (chance @ own)[:, None, :]  # of log P by (supremacy, draw)
    one, two = (each[:, None] for each in deviations)
    variance = (
        (slope[:, :, 0] * one) ** 2
        + (slope[:, :, 1] * two) ** 2
        + 2 * correlation * one * two * slope[:, :, 0] * slope[:, :, 1]
    )
    return _chances(chance, variance)


def pair_chances(logit: Floats, deviation: Floats) -> Chances:
    """Return E[P(first)] and E[P(second)] when the logit is uncertain.

    >>> found = pair_chances(np.array([1.0]), np.array([0.5]))
    >>> found.mean.round(4).tolist(), found.deviation.round(4).tolist()
    ([[0.7197, 0.2803]], [[0.0983, 0.0983]])
    """
    first = 1 / (1 + np.exp(-logit))
    chance = np.stack([first, 1 - first], axis=1)
    return _chances(chance, ((1 - chance) * deviation[:, None]) ** 2)


def _chances(chance: Floats, variance: Floats) -> Chances:
    """Return chances whose logarithms have these variances, around their mean over the sides."""
    share = (chance * variance).sum(axis=1, keepdims=True)
    mean = chance * (1 + (variance - share) / 2)
    return Chances(mean=mean, deviation=chance * np.sqrt(np.maximum(variance, 0.0)))
