"""The reference ladder over markets of one kind: sharp, exchange, implied, crowd, or no price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.price import LADDER, Rung
from engine.pricing.reference.error import learned_error, ruled_error
from engine.pricing.reference.pool import pooled
from engine.pricing.reference.voices import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.pricing.reference.pool import Pooled
    from engine.pricing.reference.voices import Voices
    from engine.pricing.reference.weights import BookWeights, PoolWeights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fair:
    """References of some markets on one rung, one row each.

    `row` indexes the markets, `excluded` the column of the book whose quotes took no part,
    NOBODY where the price serves every book. `probability` and `std_error` are (r, k).
    """

    rung: Rung
    row: NDArray[np.int64]
    excluded: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    books: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """Some markets (`rows`) on one rung."""

    rows: NDArray[np.int64]
    voices: Voices
    weights: PoolWeights
    rules: PricingRules
    found: Pooled

    @classmethod
    def of(
        cls, voices: Voices, rows: NDArray[np.int64], weights: PoolWeights, rules: PricingRules
    ) -> Step:
        """Return `rows` of the markets, priced on the rung of the weights."""
        some = voices if len(rows) == len(voices) else voices.where(rows)
        found = pooled(some, weights, rules)
        return cls(rows=rows, voices=some, weights=weights, rules=rules, found=found)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which of `rows` have a price."""
        return self.found.parts.usable

    def whole(self, excluded: NDArray[np.int64] | None = None) -> Fair:
        """Return the prices of all who speak on this rung; `excluded` (rows,) did not."""
        here = np.flatnonzero(self.usable)
        left = np.full(len(here), NOBODY, dtype=np.int64) if excluded is None else excluded[here]
        return self._fair(here, left, self.found.whole[here], self.found.count[here])

    def without(self) -> Fair | None:
        """Return the prices without each book that has a part in them."""
        if self.found.without is None:
            return None
        market, book = np.nonzero(np.isfinite(self.found.without[:, :, 0]))
        chance, count = self.found.without[market, book], self.found.count[market] - 1
        return self._fair(market, book.astype(np.int64), chance, count)

    def _fair(
        self,
        here: NDArray[np.int64],
        excluded: NDArray[np.int64],
        probability: NDArray[np.float64],
        books: NDArray[np.int64],
    ) -> Fair:
        return Fair(
            rung=self.weights.rung,
            row=self.rows[here],
            excluded=excluded,
            probability=probability,
            std_error=self._error(here, probability, books.astype(np.float64)),
            books=books,
        )

    def _error(
        self,
        here: NDArray[np.int64],
        probability: NDArray[np.float64],
        books: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        dispersion, rung = self.voices.dispersion[here], self.weights.rung
        if self.weights.error is not None:
            days = self.voices.days[here]
            return learned_error(
                self.weights.error, probability, books=books, dispersion=dispersion, days=days
            )
        gap = None
        if rung is Rung.EXCHANGE and self.voices.gap is not None:
            gap = self.voices.gap[here, self.found.parts.leader[here]]
        return ruled_error(
            self.rules, rung, probability, books=books, dispersion=dispersion, gap=gap
        )


def climb(voices: Voices, rules: PricingRules, weights: BookWeights) -> Iterator[Fair]:
    """Yield each market's highest rung, and its price without each book that had a part in it.

    Where a pool was learned, its best source too may be bet at: for that bet the price is the
    next rung's (but never one implied by the same source's other markets). Where nothing was
    learned a best source stands for itself: at its own price no bet has value.
    """
    open_rows = np.arange(len(voices))
    led = np.empty(0, dtype=np.int64)
    leader = np.full(len(voices), NOBODY, dtype=np.int64)
    for rung in LADDER:
        pool = weights.of(voices.kind, rung)
        if len(led) and rung is not Rung.IMPLIED:
            step = Step.of(voices, led, pool, rules)
            yield step.whole(leader[led])
            led = led[~step.usable]
        if not len(open_rows):
            continue
        step = Step.of(voices, open_rows, pool, rules)
        yield step.whole()
        without = step.without()
        if without is not None:
            yield without
        leader[open_rows] = step.found.parts.leader
        if pool.learned and rung is Rung.SHARP:  # nobody bets at an exchange
            led = np.concatenate([led, open_rows[step.usable & (leader[open_rows] != NOBODY)]])
        open_rows = open_rows[~step.usable]
