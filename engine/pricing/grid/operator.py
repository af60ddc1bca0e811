"""One linear operator from score grids to every price: what a bet makes of each score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from engine.pricing.grid.score_grid import SIZE, Counts
from engine.pricing.grid.sums import Over, Sum, sums

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_BLOCK: Final = 2048  # grids at once: what is worked on stays in the processor's cache
_FAR: Final = SIZE // 2
Terms = tuple[tuple[Sum, float], ...]
"""A column as sums over the grid, each with its factor."""


@dataclass(frozen=True, eq=False)
class MarketOperator:
    """The columns (SIZE·SIZE, k) of k linear functionals of a score grid.

    A functional's value is the sum over scores of its column times the grid: a market's chance
    to win, the stake it loses, the joint payoff of a combination. `apply` takes the columns
    apart into sums that they share, and never builds a grid.
    """

    columns: NDArray[np.float64]

    @classmethod
    def of(cls, tables: Sequence[NDArray[np.float64]]) -> MarketOperator:
        """Return the operator of functionals given as tables (SIZE, SIZE), home goals down."""
        return cls(np.column_stack([table.ravel() for table in tables]).astype(np.float64))

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    @cached_property
    def terms(self) -> tuple[Terms, ...]:
        """Each column as a combination of sums over the grid, exactly."""
        return tuple(taken_apart(column.reshape(SIZE, SIZE)) for column in self.columns.T)

    def apply(self, counts: Counts) -> NDArray[np.float64]:
        """Return the functionals' values (k, n) on n grids, as `columns.T @ grids` to rounding.

        >>> from engine.pricing.grid.score_grid import score_grids
        >>> draw = MarketOperator.of([np.eye(SIZE)])
        >>> grids = score_grids(np.array([1.5]), np.array([1.2]))
        >>> draw.apply(grids.counts()).round(6).tolist()
        [[0.254817]]
        """
        count = len(counts.correction)
        found = np.empty((len(self), count))
        wanted, recipes = self._recipes
        home, away = counts.home.T, counts.away.T
        for first in range(0, count, _BLOCK):
            rows = slice(first, first + _BLOCK)
            values = sums(wanted, home[:, rows], away[:, rows], counts.correction[rows])
            for row, recipe in zip(found[:, rows], recipes, strict=True):
                recipe.write(values, row)
        return found

    @cached_property
    def _recipes(self) -> tuple[tuple[Sum, ...], tuple[_Recipe, ...]]:
        wanted = tuple(dict.fromkeys(one for terms in self.terms for one, _ in terms))
        index = {one: number for number, one in enumerate(wanted)}
        return wanted, tuple(_Recipe.of(terms, index) for terms in self.terms)


class _Recipe(NamedTuple):
    """One functional: `scale` times (sums added, sums taken away, sums times a factor)."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    scaled: tuple[tuple[int, float], ...]
    scale: float

    @classmethod
    def of(cls, terms: Terms, index: Mapping[Sum, int]) -> _Recipe:
        """Return how to add up `terms`; a factor that all share is taken out of the sum."""
        sizes = {abs(factor) for _, factor in terms}
        scale = sizes.pop() if len(sizes) == 1 else 1.0
        by = [(index[one], factor / scale) for one, factor in terms]
        return cls(
            plus=tuple(at for at, factor in by if factor == 1),
            minus=tuple(at for at, factor in by if factor == -1),
            scaled=tuple((at, factor) for at, factor in by if abs(factor) != 1),
            scale=scale,
        )

    def write(self, values: Sequence[NDArray[np.float64]], out: NDArray[np.float64]) -> None:
        """Write the functional's values to `out`."""
        plus, minus = self.plus, self.minus
        if len(plus) > 1:
            np.add(values[plus[0]], values[plus[1]], out=out)
            plus = plus[2:]
        elif plus and minus:
            np.subtract(values[plus[0]], values[minus[0]], out=out)
            plus, minus = (), minus[1:]
        else:
            out[:] = values[plus[0]] if plus else 0.0
            plus = ()
        for at in plus:
            out += values[at]
        for at in minus:
            out -= values[at]
        for at, factor in self.scaled:
            out += factor * values[at]
        if self.scale != 1:
            out *= self.scale


def taken_apart(table: NDArray[np.float64]) -> Terms:
    """Return sums over the grid whose combination is `table` (SIZE, SIZE), exactly.

    >>> home, away = np.indices((SIZE, SIZE))
    >>> [(one.over.name, one.at, by) for one, by in taken_apart((home + away > 2.5) * 1.0)]
    [('ALL', 0, 1.0), ('TOTAL_UP_TO', 2, -1.0)]
    """
    for simple in (_parity, _by_margin, _by_total, _by_home, _by_away):
        terms = simple(table)
        if (rebuilt(terms) == table).all():
            return terms
    return _mixed(table)


def rebuilt(terms: Terms) -> NDArray[np.float64]:
    """Return the table (SIZE, SIZE) that `terms` stand for.

    >>> float(rebuilt(((Sum(Over.SCORE, 1, 1), 0.5),)).sum())
    0.5
    """
    table = np.zeros((SIZE, SIZE))
    for one, factor in terms:
        table += factor * one.cells()
    return table


def _parity(table: NDArray[np.float64]) -> Terms:
    return _kept((Sum(Over.ALL), table[0, 0]), (Sum(Over.ODD_TOTAL), table[0, 1] - table[0, 0]))


def _by_margin(table: NDArray[np.float64]) -> Terms:
    return _from(Over.MARGIN_FROM, 1 - SIZE, np.concatenate([table[0, :0:-1], table[:, 0]]))


def _by_home(table: NDArray[np.float64]) -> Terms:
    return _from(Over.HOME_FROM, 0, table[:, 0])


def _by_away(table: NDArray[np.float64]) -> Terms:
    return _from(Over.AWAY_FROM, 0, table[0])


def _by_total(table: NDArray[np.float64]) -> Terms:
    last = table[-1, -1]
    steps = -np.diff(np.concatenate([table[0], table[1:, -1]]))
    every = [(Sum(Over.TOTAL_UP_TO, total), step) for total, step in enumerate(steps)]
    return _kept((Sum(Over.ALL), last), *every)


def _from(over: Over, first: int, values: NDArray[np.float64]) -> Terms:
    """Return a function of one count as its first value and its steps."""
    steps = enumerate(np.diff(values), start=first + 1)
    return _kept((Sum(Over.ALL), values[0]), *((Sum(over, at), step) for at, step in steps))


def _mixed(table: NDArray[np.float64]) -> Terms:
    """Return a table as what it is far out by margin, by each team's goals, and single scores.

    Combinations differ from such a sum in a few low scores only; whatever is left is exact.
    """
    left, terms = table, dict[Sum, float]()
    for far_out in (_far_margin, _far_home, _far_away):
        part = far_out(left)
        left = left - rebuilt(part)
        for one, factor in part:
            terms[one] = terms.get(one, 0.0) + factor
    scores = ((Sum(Over.SCORE, int(i), int(j)), left[i, j]) for i, j in np.argwhere(left))
    return _kept(*terms.items(), *scores)


def _far_margin(table: NDArray[np.float64]) -> Terms:
    margins = np.clip(np.arange(1 - SIZE, SIZE), -_FAR, _FAR)
    values = table[SIZE - 1 + np.minimum(margins, 0), SIZE - 1 - np.maximum(margins, 0)]
    return _from(Over.MARGIN_FROM, 1 - SIZE, values)


def _far_home(table: NDArray[np.float64]) -> Terms:
    return _from(Over.HOME_FROM, 0, table[np.minimum(np.arange(SIZE), _FAR), -1])


def _far_away(table: NDArray[np.float64]) -> Terms:
    return _from(Over.AWAY_FROM, 0, table[-1, np.minimum(np.arange(SIZE), _FAR)])


def _kept(*terms: tuple[Sum, float]) -> Terms:
    return tuple((one, float(factor)) for one, factor in terms if factor)
