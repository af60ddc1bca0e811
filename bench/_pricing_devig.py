"""Devig of 150,000 three-way books: `shin`, penaltyblog and goto_conversion in turn with ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.pricing.devig.book import Devig, devig, devig_one, devig_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    Peer = Callable[[list[float]], Any]

BOOKS: Final = 150_000
ALONE: Final = 2_000
"""Books priced one by one with our scalar path, as a calculator does."""
AGREED: Final = 1e-11
"""How far apart two answers may lie; the peers stop at 1e-12 of their own parameter."""

_ROUNDS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One method of one peer; `books` of the 150,000 are given to it, its time is scaled up."""

    peer: str
    method: Devig
    books: int
    make: Callable[[], Peer]


def measure_devig() -> Mapping[str, object]:
    """Return the ratios of the peers' times to ours, once the answers are found to agree.

    Ours is one call on all books, checks included; a peer prices one book a call. The scalar path
    is compared book by book.

    Raises:
        ValueError: a peer answers otherwise than we do.
    """
    figures: dict[str, object] = {"devig_books": BOOKS}
    for contest in contests():
        name = f"devig_{contest.method}"
        try:
            price = contest.make()
        except ModuleNotFoundError as absent:
            figures[f"{name}_over_{contest.peer}"] = f"not measured: {absent.name} is absent"
            continue
        for what, value in _measured(contest, price):
            figures[f"{name}_{what}"] = value
    return figures


def contests() -> tuple[Contest, ...]:
    """Return every method that a peer has too; the peers' slow ones get fewer books."""
    penaltyblog = {
        Devig.POWER: ("power", 1_500),
        Devig.ODDS_RATIO: ("odds_ratio", 1_500),
        Devig.LOGARITHMIC: ("logarithmic", 1_500),
        Devig.MULTIPLICATIVE: ("multiplicative", 10_000),
        Devig.ADDITIVE: ("additive", 10_000),
        Devig.DIFFERENTIAL_MARGIN: ("differential_margin_weighting", 10_000),
    }
    return (
        Contest(peer="shin", method=Devig.SHIN, books=20_000, make=_shin),
        *(
            Contest(peer="penaltyblog", method=method, books=books, make=partial(_blog, name))
            for method, (name, books) in penaltyblog.items()
        ),
        Contest(peer="goto_conversion", method=Devig.GOTO, books=10_000, make=_goto),
    )


def markets(count: int) -> NDArray[np.float64]:
    """Return three-way books as they are quoted: margins of 1.5 to 9 %, tails from .02 up."""
    generator = np.random.default_rng(1)
    fair = np.clip(generator.dirichlet((4.5, 2.8, 3.0), count), 0.04, None)
    fair /= fair.sum(axis=1, keepdims=True)
    shaded = fair ** generator.uniform(0.95, 1.0, (count, 1))
    margin = generator.uniform(0.015, 0.09, (count, 1))
    odds: NDArray[np.float64] = shaded.sum(axis=1, keepdims=True) / (shaded * (1 + margin))
    return np.maximum(odds.round(3), 1.01)


def _measured(contest: Contest, price: Peer) -> Iterator[tuple[str, object]]:
    odds = markets(BOOKS)
    odds = odds[np.isfinite(devig_rows(odds, contest.method)).all(axis=1)]
    few = odds[: contest.books].tolist()
    apart = _apart(contest, price, odds)
    if not apart < AGREED:
        raise ValueError(f"{contest.peer}, {contest.method}: answers {apart:.1e} apart")
    rounds = [
        (
            _seconds(lambda: [price(book) for book in few]) * len(odds) / len(few),
            _seconds(lambda: devig(odds, contest.method)),
            _seconds(lambda: [devig_one(book, contest.method) for book in few[:ALONE]]) / ALONE,
        )
        for _ in range(_ROUNDS)
    ]
    theirs, ours, alone = (median(column) for column in zip(*rounds, strict=True))
    yield f"over_{contest.peer}", median(their / our for their, our, _ in rounds)
    yield f"one_over_{contest.peer}", median(t / len(odds) / a for t, _, a in rounds)
    yield "ms", 1000 * ours
    yield "one_microseconds", 1e6 * alone
    yield f"{contest.peer}_ms", 1000 * theirs
    yield f"{contest.peer}_ms_extrapolated_from", len(few)
    yield "largest_difference", apart


def _apart(contest: Contest, price: Peer, odds: NDArray[np.float64]) -> float:
    few = odds[: contest.books]
    theirs = np.array([price(book) for book in few.tolist()])
    batch = np.abs(devig(few, contest.method) - theirs)
    alone = [devig_one(book, contest.method) for book in few[:ALONE].tolist()]
    return float(max(batch.max(), np.abs(np.array(alone) - theirs[:ALONE]).max()))


def _shin() -> Peer:
    price: Peer = import_module("shin").calculate_implied_probabilities
    return price


def _blog(method: str) -> Peer:
    implied = import_module("penaltyblog").implied
    known = implied.models.ImpliedMethod(method)

    def price(book: list[float]) -> Any:
        return implied.calculate_implied(book, method=known).probabilities

    return price


def _goto() -> Peer:
    convert = import_module("goto_conversion").goto_conversion

    def price(book: list[float]) -> Any:
        return convert(np.array(book))

    return price


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
