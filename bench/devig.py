"""Devig: one batch against a root finder per book, which is how the usual packages do it."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from engine.pricing.devig import Devig, devig

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

BOOKS = 150_000
ALONE = 2_000
_ROUNDS = 5


def measure() -> Mapping[str, object]:
    """Return the time of a batch, and how many times longer book by book takes."""
    odds = _books(BOOKS)
    few = odds[:ALONE]
    figures: dict[str, object] = {"books": len(odds)}
    for method in (Devig.POWER, Devig.SHIN, Devig.MULTIPLICATIVE):
        figures[f"{method}_batch_ms"] = 1000 * _seconds(partial(devig, odds, method))
    peer = _seconds(lambda: [_by_root_finder(book) for book in few]) * len(odds) / ALONE
    alone = _seconds(lambda: [devig(book) for book in few])
    figures["power_against_root_finder"] = 1000 * peer / float(str(figures["power_batch_ms"]))
    figures["power_one_book_microseconds"] = 1e6 * alone / ALONE
    found = np.array([_by_root_finder(book) for book in few])
    figures["power_largest_difference"] = float(np.abs(devig(few) - found).max())
    return figures


def _books(count: int) -> NDArray[np.float64]:
    generator = np.random.default_rng(1)
    fair = np.clip(generator.dirichlet((4.5, 2.8, 3.0), count), 0.02, None)
    margin = generator.uniform(0.015, 0.09, (count, 1))
    odds = 1 / (fair / fair.sum(axis=1, keepdims=True) * (1 + margin))
    offered: NDArray[np.float64] = np.maximum(1.01, odds)
    kept: NDArray[np.float64] = offered[(1 / offered).sum(axis=1) > 1]
    return kept


def _by_root_finder(book: NDArray[np.float64]) -> NDArray[np.float64]:
    raw = 1 / book
    exponent = brentq(lambda k: float((raw**k).sum()) - 1, 0.5, 2.0, xtol=1e-13)
    fair: NDArray[np.float64] = raw**exponent
    return fair


def _seconds(work: Callable[[], object]) -> float:
    """Return the shortest of a few rounds: the machine's noise only ever adds."""
    times = []
    for _ in range(_ROUNDS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)
