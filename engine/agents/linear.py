"""What agents of plain weights share: from a reference to where a line will close, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from engine.domain.signal import ReasonColumn
from engine.pricing.expected_close.move import USUAL_HOURS, Move, buckets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.agents.bets import Bets
    from engine.pricing.expected_close.features import Table

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

GROUPS: Final = 4
"""Bets that are judged alike: winners, totals, handicaps, and draws."""
DRAWS: Final = 3
_TYPICAL_EDGE: Final = 0.15
_LONGEST: Final = 3.0


class Told(NamedTuple):
    """What was told of m bets, NaN where nothing is: `effects` (m, k) and `usual` add up.

    `probability` is the base moved by their sum in logits, `deviation` how far closes land.
    """

    probability: Floats
    std_error: Floats
    effects: Floats
    usual: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """How a group's lines move to the close, by named columns, and how far closes land from it.

    The logarithm of the deviation, in logits, is linear in `noise_columns`.
    """

    move: Move
    noise: Floats

    def effects(self, table: Table, lead_hours: Floats) -> Floats:
        """Return what each column adds to each bet's logit (m, k), the offset apart."""
        weights = self.move.weights[buckets(lead_hours)]
        told: Floats = self.move.standard(table) * weights
        return told * self.move.fade(lead_hours)[:, None]

    def deviation(self, bets: Bets) -> Floats:
        """Return how far closes land from what is told, in logits."""
        logs = (noise_columns(bets) * self.noise).sum(axis=1)
        deviations: Floats = np.exp(logs)
        return deviations


def group_of(bets: Bets) -> NDArray[np.int64]:
    """Return the group of each bet: its market, or `DRAWS`."""
    return np.where((bets.market == 0) & (bets.side == 1), DRAWS, bets.market)


def certain(probability: Floats) -> Bools:
    """Say which numbers are no probabilities to lean on: 0, 1, and none at all."""
    return ~((probability > 0) & (probability < 1))


def noise_columns(bets: Bets) -> Floats:
    """Return what the size of an error depends on (m, 5): a level, lead, edge and odds."""
    edge = np.clip(bets.feature("edge"), -_TYPICAL_EDGE, _TYPICAL_EDGE)
    return np.stack(
        [
            np.ones(len(bets)),
            np.log(bets.lead_hours / USUAL_HOURS),
            np.maximum(edge, 0.0),
            np.maximum(-edge, 0.0),
            np.clip(bets.feature("log_odds"), 0.0, _LONGEST),
        ],
        axis=1,
    )


def tell(lines: Sequence[Line | None], width: int, bets: Bets, spoken: Bools) -> Told:
    """Return what the lines of the groups, of `width` columns, tell of bets that are `spoken` of.

    Every row is summed on its own, so that who else is looked at changes no bit.
    """
    nothing = np.full(len(bets), np.nan)
    told = Told(nothing, nothing.copy(), np.full((len(bets), width), np.nan), nothing.copy())
    group = group_of(bets)
    for number, line in enumerate(lines):
        rows = np.flatnonzero(spoken & (group == number) & ~certain(bets.fair))
        if line is None or not len(rows):
            continue
        these = bets.where(rows)
        effects = line.effects(these.features, these.lead_hours)
        usual = line.move.offset * line.move.fade(these.lead_hours)
        probability = moved(these.fair, effects.sum(axis=1) + usual)
        told.probability[rows] = probability
        told.std_error[rows] = probability * (1 - probability) * line.deviation(these)
        told.effects[rows], told.usual[rows] = effects, usual
    return told


def moved(probability: Floats, by: Floats) -> Floats:
    """Return probabilities moved in logits.

    >>> moved(np.array([0.5, 0.5]), np.array([0.0, np.log(3)])).round(4).tolist()
    [0.5, 0.75]
    """
    found: Floats = 1 / (1 + (1 / probability - 1) * np.exp(-by))
    return found


def reasons(names: Sequence[str], told: Told, bets: Bets) -> tuple[ReasonColumn, ...]:
    """Return each column's value and effect, where it was told of."""
    spoken = np.isfinite(told.probability)
    return tuple(
        ReasonColumn(
            name=name,
            value=np.where(spoken, bets.feature(name), np.nan),
            effect=told.effects[:, column],
        )
        for column, name in enumerate(names)
    )
