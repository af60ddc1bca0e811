"""Weights of the books, learned by how near their pool comes to the close.

Kullback-Leibler divergence of a pool from the close is, to second order, a weighted sum of squares
of logarithms: its sums add up match by match and fade with time, so that learning is exact,
incremental and quick. Terms are held to where they stood before anything was learned.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.price import Rung
from engine.learning.reference.errors import ErrorLearner
from engine.pricing.reference.weights import PoolWeights, unlearned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.market import MarketKind
    from engine.pricing.reference.ladder import Step

DAY: Final = 86_400.0
FADE: Final = 730 * DAY
"""A match counts 1/e after two years. With `HELD` chosen on 1X2 of 2014/15 to 2018/19."""
HELD: Final = 3.0
"""How firmly every term is held to its start: as by three closes a unit of its square."""
ENOUGH: Final = 300.0
"""Closes, faded, from which on a pool is learned."""
_ABSURD: Final = 1.0
"""A close further than this from the pool, in logits, is another market or a misprint."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """Pools priced at n looks, with the closes that came.

    `terms` (n, k, j) are what the pool is a sum of; `pooled` and `close` (n, k) logs of
    probabilities; `books`, `days` (n,) and `dispersion` (n, k) as pricing saw them.
    """

    known_from: NDArray[np.float64]
    terms: NDArray[np.float64]
    pooled: NDArray[np.float64]
    close: NDArray[np.float64]
    books: NDArray[np.float64]
    days: NDArray[np.float64]
    dispersion: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.known_from)

    def where(self, rows: NDArray[np.bool_]) -> Examples:
        """Return some of them."""
        return Examples(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    @classmethod
    def joined(cls, parts: Sequence[Examples]) -> Examples:
        """Return all of several."""
        return cls(
            **{
                one.name: np.concatenate([getattr(part, one.name) for part in parts])
                for one in fields(cls)
            }
        )


def examples(step: Step, close: NDArray[np.float64], known_from: NDArray[np.float64]) -> Examples:
    """Return the examples of markets priced on one rung whose close (n, k), logs, is known.

    `known_from` (n,) is when the close is known.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = np.log(step.found.whole)
        apart = np.abs(_logit(close) - _logit(pooled)).max(axis=1)
    rows = np.flatnonzero(step.usable & (apart < _ABSURD))
    return Examples(
        known_from=known_from[rows],
        terms=_terms(step)[rows],
        pooled=pooled[rows],
        close=close[rows],
        books=step.found.count[rows].astype(np.float64),
        days=step.voices.days[rows],
        dispersion=step.voices.dispersion[rows],
    )


class PoolLearner:
    """The pool of one kind of market on one rung, as closes become known."""

    def __init__(self, kind: MarketKind, rung: Rung, books: tuple[str, ...]) -> None:
        self._start = unlearned(kind, rung)
        self._books = books
        size = 2 + len(books)
        self._squares = np.zeros((size, size))
        self._moments = np.zeros(size)
        self._count = 0.0
        self._at = -np.inf
        self._errors = ErrorLearner(rung)

    def learn(self, known: Examples, at: float) -> None:
        """Take in closes that are known at `at`; what was known before fades until then."""
        faded = float(np.exp((self._at - at) / FADE))  # nothing was seen before the first
        weight = np.exp((known.known_from - at) / FADE)
        chance = np.exp(known.close)
        terms = known.terms - np.einsum("nk,nkj->nj", chance, known.terms)[:, None]
        aim = known.close - (chance * known.close).sum(axis=1)[:, None]
        heavy = terms * (chance * weight[:, None])[:, :, None]
        flat = heavy.reshape(-1, terms.shape[2])
        self._squares = faded * self._squares + flat.T @ terms.reshape(-1, terms.shape[2])
        self._moments = faded * self._moments + flat.T @ aim.ravel()
        self._count = faded * self._count + weight.sum()
        self._at = at
        self._errors.fade(faded)
        self._errors.learn(
            _logit(known.close) - _logit(known.pooled),
            np.exp(known.pooled),
            books=known.books,
            dispersion=known.dispersion,
            days=known.days,
            weight=weight,
        )

    def weights(self) -> PoolWeights:
        """Return the weights as of now; the start where too few closes are known."""
        if self._count < ENOUGH:
            return self._start
        return self.practised()

    def practised(self) -> PoolWeights:
        """Return the weights as of now, however little is known: what is learned on."""
        start = np.zeros(len(self._moments))
        start[:2] = self._start.lead, self._start.crowd
        held = HELD * np.eye(len(start))
        solved = np.linalg.solve(self._squares + held, self._moments + HELD * start)
        if self._start.rung is Rung.CONSENSUS:
            solved[0] = 0.0
        own = zip(self._books, solved[2:].tolist(), strict=True)
        return PoolWeights(
            kind=self._start.kind,
            rung=self._start.rung,
            lead=float(solved[0]),
            crowd=float(solved[1]),
            books={book: value for book, value in own if value != 0},
            error=self._errors.weights(),
            learned=True,
        )


def _terms(step: Step) -> NDArray[np.float64]:
    """Return what the pool is a sum of (n, k, 2 + books): source, crowd, each book's distance."""
    parts, logs = step.found.parts, step.voices.logs
    own = np.where(parts.others[:, :, None], logs - parts.crowd[:, None], 0.0)
    lead = np.nan_to_num(parts.lead)
    return np.concatenate(
        [lead[:, :, None], parts.crowd[:, :, None], np.moveaxis(own, 1, 2)], axis=2
    )


def _logit(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log-odds of probabilities given by their logs."""
    odds: NDArray[np.float64] = logs - np.log(-np.expm1(logs))
    return odds
