"""Agent A: quotes that look odd beside their book, their market and their path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.linear import certain, moved
from engine.domain.signal import AgentName, ReasonColumn, Signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

COLUMNS: Final = (
    "edge",
    "edge_expected",
    "gap_second",
    "gap_mean",
    "books",
    "dispersion",
    "booksum",
    "booksum_best",
    "log_odds",
    "reference_error",
    "close_error",
    "moved",
)
"""What is looked at: the quote, its book, its market and its path; nothing of teams."""
_MOST: Final = 3
_CHUNK: Final = 256
"""Rows scored at a time: what fits the processor's cache."""
_SURE: Final = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forest:
    """The nodes of isolation trees, one after another.

    At a node, a value of `feature` above `threshold` leads to the node after `left`, any other to
    `left`; a leaf leads to itself. `length` is how many questions a leaf stands for. `roots` are
    the trees' first nodes, `depth` the longest way down, `usual` the length that is usual.
    """

    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    length: Floats
    roots: NDArray[np.int32]
    depth: int
    usual: float

    def oddity(self, values: Floats) -> Floats:
        """Return how odd rows are, from 0 to 1: few questions set the odd ones apart."""
        single = values.astype(np.float32)  # what the trees were grown on
        parts = [
            self._lengths(single[start : start + _CHUNK])
            for start in range(0, len(single), _CHUNK)
        ]
        lengths = np.concatenate(parts) if parts else np.empty(0)
        odd: Floats = 2.0 ** (-lengths / self.usual)
        return odd

    def _lengths(self, values: NDArray[np.float32]) -> Floats:
        count, width = values.shape
        flat, start = values.ravel(), (np.arange(count) * width)[:, None]
        # `take` by whole machine words, out of bounds impossible: half the time of brackets
        feature, left = self.feature.astype(np.intp), self.left.astype(np.intp)
        node = np.tile(self.roots.astype(np.intp), (count, 1))
        for _ in range(self.depth):
            asked = start + feature.take(node, mode="clip")
            above = flat.take(asked, mode="clip") > self.threshold.take(node, mode="clip")
            node = left.take(node, mode="clip") + above
        lengths: Floats = self.length.take(node, mode="clip").mean(axis=1)
        return lengths


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anomaly:
    """How odd a quote is, and where lines closed of which the best price was as odd.

    A warning, never a recommendation: its direction is -1 where closes of bets as odd came out
    worse than expected, else 0. Its probability is the expected close moved by what was learned
    of bets as odd: `shift` and `ratio` (2, levels) hold, for bets without and with an edge against
    the reference, the move in logits and the size of errors beside what was expected of them.
    `cuts` (levels,) are the oddities at which levels begin; silent below the first. The reasons
    are the features whose usual value (`median`) would make the quote least odd.
    """

    forest: Forest
    median: Floats
    cuts: Floats
    shift: Floats
    ratio: Floats

    @property
    def name(self) -> AgentName:
        return AgentName.ANOMALY

    def judge(self, bets: Bets) -> Signals:
        """Return a signal for each bet."""
        values = bets.features.of(COLUMNS)
        odd = self.forest.oddity(values)
        level = np.searchsorted(self.cuts, odd, side="right") - 1
        spoken = np.flatnonzero((level >= 0) & ~certain(bets.expected))
        cell = (bets.feature("edge")[spoken] > 0).astype(np.int64), level[spoken]
        by = self.shift[cell] + 0.0  # no move has no sign
        probability = np.full(len(bets), np.nan)
        probability[spoken] = moved(bets.expected[spoken], by)
        std_error = np.full(len(bets), np.nan)
        std_error[spoken] = np.maximum(bets.expected_error[spoken], _SURE) * self.ratio[cell]
        direction = np.zeros(len(bets), dtype=np.int8)
        direction[spoken] = np.where(by < 0, -1, 0)
        return Signals(
            agent=self.name,
            probability=probability,
            std_error=std_error,
            direction=direction,
            reasons=self._reasons(values, odd, spoken, by),
        )

    def _reasons(
        self, values: Floats, odd: Floats, spoken: Ints, by: Floats
    ) -> tuple[ReasonColumn, ...]:
        """Return what makes bets odd: at most three features each, which share the move."""
        if not len(spoken):
            return ()
        share = _strongest(self._relief(values[spoken], odd[spoken]))
        columns = []
        for column, name in enumerate(COLUMNS):
            value, effect = np.full(len(values), np.nan), np.full(len(values), np.nan)
            told = share[:, column] > 0
            value[spoken[told]] = values[spoken[told], column]
            effect[spoken[told]] = (by * share[:, column])[told]
            columns.append(ReasonColumn(name=name, value=value, effect=effect))
        return tuple(columns)

    def _relief(self, values: Floats, odd: Floats) -> Floats:
        """Return by how much less odd each row were with one feature as usual (m, k)."""
        relief = np.empty_like(values)
        for column, usual in enumerate(self.median):
            with_usual = values.copy()
            with_usual[:, column] = usual
            relief[:, column] = odd - self.forest.oddity(with_usual)
        return relief


def _strongest(relief: Floats) -> Floats:
    """Return the shares (m, k), summing to 1, of the three features that relieve most.

    One that relieves nothing has no share, unless none does: then the first of the largest has
    it all.

    >>> _strongest(np.array([[4.0, 2.0, 1.0, 2.0], [-1.0, 0.0, -2.0, 0.0]])).tolist()
    [[0.5, 0.25, 0.0, 0.25], [0.0, 1.0, 0.0, 0.0]]
    """
    order = np.argsort(-relief, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    kept = np.where(rank < _MOST, np.maximum(relief, 0.0), 0.0)
    none = kept.sum(axis=1) <= 0
    kept[none, order[none, 0]] = 1.0
    shares: Floats = kept / kept.sum(axis=1, keepdims=True)
    return shares
