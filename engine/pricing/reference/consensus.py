"""The reference of every market on a board: sharp book, exchange, implied, consensus, or none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.price import Rung
from engine.pricing.reference.board import speaking
from engine.pricing.reference.books import WIDTH
from engine.pricing.reference.ladder import Step, climb
from engine.pricing.reference.voices import NOBODY
from engine.pricing.reference.weights import NOTHING_LEARNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import PricingRules
    from engine.pricing.reference.board import Speaking
    from engine.pricing.reference.ladder import Fair
    from engine.pricing.reference.weights import BookWeights

EVERY_BOOK: Final = -1
"""`excluded` of a reference that serves every book."""

ALONE: Final = (Rung.SHARP, Rung.EXCHANGE, Rung.CONSENSUS)
"""The rungs that quote: each can tell a close without the others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class References:
    """Fair probabilities per (fixture, market), for the bets of every book but `excluded`.

    In no order. `probability`, `std_error` and `dispersion` are (n, 3) in the order of `SIDES`,
    NaN beyond the market's size. `dispersion` is the standard deviation across the ordinary books
    of the logit of their devigged probability; 0 where fewer than two quote.
    """

    fixture: NDArray[np.int64]
    market: NDArray[np.int64]
    excluded: NDArray[np.int64]
    rung: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    dispersion: NDArray[np.float64]
    books: NDArray[np.int64]
    quoted_at: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.fixture)

    def where(self, mask: NDArray[np.bool_] | NDArray[np.int64]) -> References:
        """Return the rows of a mask, or of indices in their order."""
        return References(**{name: getattr(self, name)[mask] for name in self.__slots__})


_WHOLE: Final = np.empty(0, dtype=np.int64)
_SIDES: Final = np.empty((0, WIDTH))
NO_REFERENCES: Final = References(
    fixture=_WHOLE,
    market=_WHOLE,
    excluded=_WHOLE,
    rung=_WHOLE,
    probability=_SIDES,
    std_error=_SIDES,
    dispersion=_SIDES,
    books=_WHOLE,
    quoted_at=np.empty(0),
)


def ladder(
    board: Board, rules: PricingRules, now: datetime, weights: BookWeights = NOTHING_LEARNED
) -> References:
    """Return the highest rung that each (fixture, market) has, and that rung only."""
    found = speaking(board, rules, now)
    return _references(
        chain.from_iterable(
            ((one, fair) for fair in climb(one.voices, rules, weights)) for one in found
        )
    )


def all_rungs(board: Board, rules: PricingRules, now: datetime) -> dict[Rung, References]:
    """Return the references of every rung that quotes, made without the sources of the others."""
    found = speaking(board, rules, now)
    return {rung: _references(_on_rung(found, rung, rules)) for rung in ALONE}


def _on_rung(
    found: Iterable[Speaking], rung: Rung, rules: PricingRules
) -> Iterator[tuple[Speaking, Fair]]:
    for one in found:
        every = np.arange(len(one.voices))
        step = Step.of(one.voices, every, NOTHING_LEARNED.of(one.voices.kind, rung), rules)
        yield one, step.whole()
        without = step.without()
        if without is not None:
            yield one, without


def _references(parts: Iterable[tuple[Speaking, Fair]]) -> References:
    """Return every part's rows."""
    tables = [_table(one, fair) for one, fair in parts]
    if not tables:
        return NO_REFERENCES
    return References(
        **{
            name: np.concatenate([getattr(table, name) for table in tables])
            for name in References.__slots__
        }
    )


def _table(one: Speaking, fair: Fair) -> References:
    return References(
        fixture=one.fixture[fair.row],
        market=one.market[fair.row],
        excluded=np.where(fair.excluded == NOBODY, EVERY_BOOK, one.code[fair.excluded]),
        rung=np.full(len(fair.row), fair.rung, dtype=np.int64),
        probability=_wide(fair.probability),
        std_error=_wide(fair.std_error),
        dispersion=_wide(one.voices.dispersion[fair.row]),
        books=fair.books,
        quoted_at=one.oldest(fair.rung)[fair.row],
    )


def _wide(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, 3), NaN beyond the market's size."""
    wide = np.full((len(values), WIDTH), np.nan)
    wide[:, : values.shape[1]] = values
    return wide
