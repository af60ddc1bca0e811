"""Who says what of many markets of one kind, and which part each bookmaker has in a reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.board import AGGREGATES
from engine.pricing.devig.book import devig_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.market import MarketKind
    from engine.domain.policy import PricingRules

NOBODY: Final = -1
_AVERAGES: Final = ("fd_avg", "fd_bbav")
_LEAST_CROSSING: Final = -0.02  # back above lay by more is two different moments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roles:
    """Columns of bookmakers by the part they play; `sharp` and `exchange` best first.

    `average`: printed means of many books. `ordinary` (b,) marks all who are neither sharp, nor
    an exchange, nor an aggregate.
    """

    sharp: tuple[int, ...]
    exchange: tuple[int, ...]
    average: tuple[int, ...]
    ordinary: NDArray[np.bool_]

    @classmethod
    def of(cls, books: Sequence[str], rules: PricingRules) -> Roles:
        """Return the parts of `books` under the rules."""
        named = {*rules.sharp_books, *rules.exchanges, *AGGREGATES}
        sharp, exchange, average = (
            tuple(books.index(key) for key in wanted if key in books)
            for wanted in (rules.sharp_books, rules.exchanges, _AVERAGES)
        )
        exchange = tuple(column for column in exchange if column not in sharp)
        ordinary = np.array([key not in named for key in books], dtype=np.bool_)
        return cls(sharp=sharp, exchange=exchange, average=average, ordinary=ordinary)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImpliedBy:
    """Handicap and total of a sharp source per market of match odds (n,), NaN for none.

    `cover` is W/(W+L) of home at `handicap` goals, `over` of the over at `total` goals.
    """

    cover: NDArray[np.float64]
    handicap: NDArray[np.float64]
    over: NDArray[np.float64]
    total: NDArray[np.float64]

    def where(self, rows: NDArray[np.int64]) -> ImpliedBy:
        """Return some rows."""
        return ImpliedBy(
            cover=self.cover[rows],
            handicap=self.handicap[rows],
            over=self.over[rows],
            total=self.total[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Voices:
    """What b books say of n markets of one kind.

    `logs` (n, b, k): logarithms of fair probabilities in the order of `SIDES`, NaN where a book
    is silent. `gap` (n, b, k): how far apart an exchange's back and lay stand, None where nobody
    lays. `days` (n,) to kick-off. `implied` is None but for match odds. `dispersion` (n, k) is
    how far the ordinary books disagree, as `spread` finds it.
    """

    kind: MarketKind
    books: tuple[str, ...]
    roles: Roles
    logs: NDArray[np.float64]
    days: NDArray[np.float64]
    dispersion: NDArray[np.float64]
    gap: NDArray[np.float64] | None = None
    implied: ImpliedBy | None = None

    def __len__(self) -> int:
        return len(self.logs)

    def where(self, rows: NDArray[np.int64]) -> Voices:
        """Return some markets."""
        return replace(
            self,
            logs=self.logs[rows],
            days=self.days[rows],
            dispersion=self.dispersion[rows],
            gap=None if self.gap is None else self.gap[rows],
            implied=None if self.implied is None else self.implied.where(rows),
        )

    def first_of(self, columns: Sequence[int]) -> NDArray[np.int64]:
        """Return the first of `columns` that speaks of each market (n,), or NOBODY."""
        found = np.full(len(self), NOBODY, dtype=np.int64)
        for column in reversed(columns):
            found[np.isfinite(self.logs[:, column, 0])] = column
        return found


def spread(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far books (n, b, k) disagree: (n, k), a standard deviation in logits.

    0 where fewer than two speak.
    """
    there = np.isfinite(logs[:, :, :1])
    count = there.sum(axis=1)
    if not logs.shape[1]:
        return np.zeros((len(logs), logs.shape[2]))
    logit = np.where(there, logs - np.log(-np.expm1(logs)), 0.0)
    mean = logit.sum(axis=1) / np.maximum(count, 1)
    off = np.where(there, logit - mean[:, None], 0.0)
    deviation: NDArray[np.float64] = np.sqrt((off * off).sum(axis=1) / np.maximum(count - 1, 1))
    return deviation


def fair_logs(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithms of the fair probabilities of books (n, b, k), NaN where refused."""
    logs = np.full(odds.shape, np.nan)
    there = np.isfinite(odds[:, :, 0])
    if there.any():
        logs[there] = np.log(devig_rows(odds[there]))
    return logs


def exchange_middle(
    back: NDArray[np.float64], lay: NDArray[np.float64], most: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle of back and lay (n, k), gross, as probabilities, and their gap.

    Commission belongs to a price taken there (METHOD B1). NaN where a side is missing, both are
    further apart than `most` over all outcomes, or they cross: two different moments.
    """
    gap = 1 / back - 1 / lay
    middle = 1 / back - gap / 2
    width = gap.sum(axis=1)
    with np.errstate(invalid="ignore"):
        tight = (width <= most) & (width >= _LEAST_CROSSING)
    middle[~tight] = np.nan
    return middle / middle.sum(axis=1, keepdims=True), gap
