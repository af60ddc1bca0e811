"""Agent D: where the most alike of past situations closed, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from engine.agents.linear import certain, moved
from engine.domain.signal import AgentName, ReasonColumn, Signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Ints = NDArray[np.int64]

COLUMNS: Final = (
    "edge_expected",
    "gap_second",
    "gap_mean",
    "dispersion",
    "log_odds",
    "lead",
    "moved",
    "booksum_best",
)
"""What situations are alike in, within a market: the price and its path; nothing of teams."""
NEAREST: Final = 64
LEAST: Final = 50
"""Situations alike enough below which nothing is said."""
VALUE: Final = -0.02
"""The expected edge (a logarithm) that bets have to exceed to be situations at all."""
_TIES: Final = 4
_LEAF: Final = 32
"""Places compared one by one: for as many neighbours faster than the usual 16."""
_FARTHEST: Final = 4.0
_SURE: Final = 1e-4


class Alike(NamedTuple):
    """The nearest situations of m bets: `near` (m,) of them alike enough.

    `mean` is how far beyond the expected close theirs landed, in logits, and `deviation` how they
    differed in that; `distance` how far they are on average.
    """

    near: Ints
    mean: Floats
    deviation: Floats
    distance: Floats
    won: Floats
    clv: Floats

    def where(self, rows: NDArray[np.bool_]) -> Alike:
        """Return what is known of the bets of a mask."""
        return Alike(
            near=self.near[rows],
            mean=self.mean[rows],
            deviation=self.deviation[rows],
            distance=self.distance[rows],
            won=self.won[rows],
            clv=self.clv[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Situations:
    """Past bets of one market: `place` (n, 8) in features less `center`, over `scale`.

    `beyond` (n,) is how far the close's logit landed from the expected one, `won` the share of the
    decided stake that was won (NaN without a result), `clv` the closing line value. `usual` is the
    distance at which nearest situations usually are; those beyond `limit`, which 1 in 100 exceeds,
    are not alike.
    """

    center: Floats
    scale: Floats
    place: Singles
    beyond: Singles
    won: Singles
    clv: Singles
    usual: float
    limit: float

    def alike(self, bets: Bets) -> Alike:
        """Return what is known of the situations nearest to each bet, of this market."""
        place = standard(bets.features.of(COLUMNS), self.center, self.scale)
        distance, row = nearest(self.place, place)
        kept = distance <= self.limit
        row = np.where(kept, row, 0)
        mean = _mean(self.beyond[row], kept)
        square = _mean((self.beyond[row] - mean[:, None]) ** 2, kept)
        return Alike(
            near=kept.sum(axis=1),
            mean=mean,
            deviation=np.sqrt(square),
            distance=_mean(distance, kept),
            won=_mean(self.won[row], kept & np.isfinite(self.won[row])),
            clv=_mean(self.clv[row], kept),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """What became of situations like these.

    Its probability is the expected close moved by what the nearest situations landed beyond it,
    n / (n + `doubt`) of it; `doubt` is infinite where earlier closes bore nothing of it out.
    Silent where too few situations are alike. `markets` are by the bets' market, None where too
    little is known.
    """

    markets: tuple[Situations | None, ...]
    doubt: float

    @property
    def name(self) -> AgentName:
        return AgentName.BACKTEST

    def judge(self, bets: Bets) -> Signals:
        """Return a signal for each bet."""
        count = len(bets)
        told = {name: np.full(count, np.nan) for name in _TOLD}
        by, deviation = np.zeros(count), np.full(count, np.nan)
        worth = (bets.feature("edge_expected") > VALUE) & ~certain(bets.expected)
        for market, situations in enumerate(self.markets):
            rows = np.flatnonzero(worth & (bets.market == market))
            if situations is None or not len(rows):
                continue
            found = situations.alike(bets.where(rows))
            enough = found.near >= LEAST
            rows, alike = rows[enough], found.where(enough)
            by[rows] = alike.mean * (alike.near / (alike.near + self.doubt)) + 0.0
            deviation[rows] = alike.deviation
            seen = (alike.near, alike.clv, alike.distance / situations.usual, alike.won)
            for name, column in zip(_TOLD, seen, strict=True):
                told[name][rows] = column
        return self._signals(bets, told, by, deviation)

    def _signals(
        self, bets: Bets, told: dict[str, Floats], by: Floats, deviation: Floats
    ) -> Signals:
        spoken = np.isfinite(deviation)
        probability = np.where(spoken, moved(bets.expected, by), np.nan)
        error = probability * (1 - probability) * deviation
        effect = np.where(spoken, by, np.nan)
        return Signals(
            agent=self.name,
            probability=probability,
            std_error=np.maximum(error, np.where(spoken, _SURE, np.nan)),
            direction=np.sign(by).astype(np.int8),
            reasons=tuple(
                ReasonColumn(
                    name=name,
                    value=value,
                    effect=effect if name == _TOLD[0] else np.where(spoken, 0.0, np.nan),
                )
                for name, value in told.items()
            ),
        )


_TOLD: Final = ("alike", "alike_clv", "alike_distance", "alike_won")
"""How many situations are alike, their CLV, how far they are beside what is usual, how many won.

In this order they are told where only the strongest are: but for the first, none has an effect.
"""


def standard(values: Floats, center: Floats, scale: Floats) -> Singles:
    """Return features less their center over their scale; what is far out stops at 4."""
    places = np.clip((values - center) / scale, -_FARTHEST, _FARTHEST)
    return places.astype(np.float32)


def nearest(places: Singles, wanted: Singles) -> tuple[Floats, Ints]:
    """Return the distances (m, k) to the nearest places, nearest first, and whose they are.

    Of equally near ones the first come first. Where there are fewer than k, the distance of the
    missing is infinite and their number is that of all places.
    """
    tree = cKDTree(places, _LEAF, compact_nodes=False, balanced_tree=False)
    found = tree.query(wanted, NEAREST + _TIES)
    distance, row = np.asarray(found[0], dtype=np.float64), np.asarray(found[1], dtype=np.int64)
    order = np.lexsort((row, distance), axis=1)[:, :NEAREST]
    return np.take_along_axis(distance, order, axis=1), np.take_along_axis(row, order, axis=1)


def _mean(values: Floats | Singles, kept: NDArray[np.bool_]) -> Floats:
    """Return the mean of each row's kept values, NaN where there are none."""
    count = kept.sum(axis=1)
    total = np.where(kept, values, 0.0).sum(axis=1, dtype=np.float64)
    found: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found
