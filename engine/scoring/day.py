"""Stakes on many matches at once: what makes the bankroll grow fastest, all bets together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.scoring.match_outcomes import MatchOutcomes

    Floats = NDArray[np.float64]

_SWEEPS: Final = 200
_TOLERANCE: Final = 1e-9
_NEARER: Final = 0.5
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Day:
    """G matches side by side, padded: `probability` (G, s), `gain` (G, s, m), 0 where padded."""

    probability: Floats
    gain: Floats

    @classmethod
    def of(cls, matches: Sequence[MatchOutcomes]) -> _Day:
        ways = max(len(one.probability) for one in matches)
        bets = max(one.gain.shape[1] for one in matches)
        probability, gain = np.zeros((len(matches), ways)), np.zeros((len(matches), ways, bets))
        for row, one in enumerate(matches):
            probability[row, : len(one.probability)] = one.probability
            gain[row, : one.gain.shape[0], : one.gain.shape[1]] = one.gain
        return cls(probability=probability, gain=gain)

    def rest(self, stakes: Floats) -> tuple[Floats, Floats]:
        """Return what all other matches may gain, as two values (G, 2) and their weights.

        Cumulants of independent matches add up. The two points of Gauss's quadrature have the
        mean, variance and skewness of the others together, and lie within what they can gain.
        """
        made = np.einsum("gsm,gm->gs", self.gain, stakes)
        mean = (self.probability * made).sum(axis=1)
        centred = made - mean[:, None]
        variance = (self.probability * centred**2).sum(axis=1)
        third = (self.probability * centred**3).sum(axis=1)
        left = [each.sum() - each for each in (mean, variance, third)]
        deviation = np.sqrt(np.maximum(left[1], 0.0))
        skew = np.where(deviation > 0, left[2] / np.maximum(deviation**3, _TINY), 0.0)
        half, root = skew / 2, np.sqrt(1 + skew**2 / 4)
        points = left[0][:, None] + deviation[:, None] * np.stack([half - root, half + root], 1)
        upper = 0.5 * (1 - half / root)
        return points, np.stack([1 - upper, upper], axis=1)


def together(matches: Sequence[MatchOutcomes], alone: Sequence[Floats]) -> list[Floats]:
    """Return the stakes, shares of bankroll, that maximise E[log wealth] over all matches at once.

    `alone` are the stakes of each match's bets were each the only one: no bet gets any without an
    edge, and where they add up to more than the bankroll, they are its shares in proportion. Else
    each bet's stake is raised to its best given all others, in turn, until none changes. Exact
    within a match; what the other matches gain enters by its mean, variance and skewness.
    """
    if not matches:
        return []
    day = _Day.of(matches)
    stakes = np.zeros((len(matches), day.gain.shape[2]))
    for row, each in enumerate(alone):
        stakes[row, : len(each)] = each
    wanted = stakes > 0
    total = float(stakes.sum())
    stakes = stakes / total if total >= 1 else _climbed(day, stakes, wanted)
    return [stakes[row, : len(each)] for row, each in enumerate(alone)]


def _climbed(day: _Day, stakes: Floats, wanted: NDArray[np.bool_]) -> Floats:
    for _ in range(_SWEEPS):
        before = stakes
        points, weights = day.rest(stakes)
        for bet in range(stakes.shape[1]):
            raised = _raised(day, stakes, bet, points, weights)
            stakes = stakes.copy()
            stakes[:, bet] = np.where(wanted[:, bet], raised, 0.0)
        if np.abs(stakes - before).max() < _TOLERANCE:
            break
    return stakes


def _raised(day: _Day, stakes: Floats, bet: int, points: Floats, weights: Floats) -> Floats:
    """Return each match's stake on its bet after one Newton step, never below 0.

    A step goes at most half of the way to where a possible loss would take all.
    """
    gain = day.gain[:, None, :, bet]
    made = np.einsum("gsm,gm->gs", day.gain, stakes)
    wealth = 1 + points[:, :, None] + made[:, None, :]
    mass = weights[:, :, None] * day.probability[:, None, :]
    share = gain / wealth
    slope = (mass * share).sum(axis=(1, 2))
    bend = (mass * share**2).sum(axis=(1, 2))
    room = (wealth / np.maximum(-gain, _TINY)).min(axis=(1, 2))
    step = np.minimum(slope / np.maximum(bend, _TINY), _NEARER * room)
    raised: Floats = np.maximum(stakes[:, bet] + step, 0.0)
    return raised
