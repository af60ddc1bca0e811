"""Take the margin out of a book: odds in, probabilities that sum to 1 (or another total) out.

Power is the default: on 70,081 closes of a sharp book it has the best log-loss (METHOD C). The
others are kept as cross-checks and for reproducing published tables; `Devig` says what each is.

Two ways to treat books that cannot be priced: `devig` raises and names the first, for callers who
have looked before; `devig_rows` leaves their rows empty (NaN), so that one of them never costs a
board, and `refusals` says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.errors import BookIncomplete, BookInvalid
from engine.pricing.devig.columns import QUICK, SURE, Columns, sum_of
from engine.pricing.devig.method import (
    LARGEST_BOOKSUM,
    LEAST_BOOKSUM,
    SETTLED,
    TAIL,
    UNDERROUND,
    Devig,
    Refusal,
    check_total,
    least_booksum,
)
from engine.pricing.devig.one import devig_one

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int8]
    Mask = NDArray[np.bool_]

__all__ = [
    "Devig",
    "Refusal",
    "devig",
    "devig_one",
    "devig_rows",
    "is_book",
    "is_plausible",
    "refusals",
]

_BLOCK: Final = 36_864
"""Numbers at a time: few enough for the second-level cache, many enough to hide NumPy's calls."""

_REASONS: Final = tuple(Refusal)
_PRICED: Final = -1


def devig(
    odds: NDArray[np.float64], method: Devig = Devig.POWER, *, total: float = 1.0
) -> NDArray[np.float64]:
    """Return the fair probabilities of one book (k,) or of many books of one size (n, k).

    Odds are decimal. Every row sums to `total`: 1, or 2 for the double chance, whose outcomes
    come true in pairs. A row does not depend on the others, to the last bit.

    Raises:
        BookIncomplete: an outcome has no odds (NaN), or there are fewer than two.
        BookInvalid: the odds are no prices, or this method cannot price them; `reason` is a
            `Refusal`, the detail names the row.
        ValueError: a total that no market of this size can have, or not one for Shin.

    >>> devig(np.array([1.30, 5.75, 10.5])).round(4).tolist()
    [0.7583, 0.158, 0.0837]
    >>> devig(np.array([[2.10, 3.40, 3.60]]), Devig.MULTIPLICATIVE).sum().round(12).item()
    1.0
    """
    books = np.asarray(odds, dtype=np.float64)
    if books.ndim == 1:
        return np.array(devig_one(books.tolist(), method, total=total))
    fair, codes = _solved(books, method, total)
    refused = np.flatnonzero(codes != _PRICED)
    if len(refused):
        first = int(refused[0])
        reason = _REASONS[codes[first]]
        error = BookIncomplete if reason is Refusal.BOOK_INCOMPLETE else BookInvalid
        raise error(
            reason, f"row {first} of {len(books)} ({len(refused)} refused): {books[first]}"
        )
    return fair


def devig_rows(
    odds: NDArray[np.float64], method: Devig = Devig.POWER, *, total: float = 1.0
) -> NDArray[np.float64]:
    """Return the fair probabilities of many books (n, k); NaN along each row that is refused.

    Raises:
        BookIncomplete: the table has fewer than two columns.
        ValueError: a total that no market of this size can have, or not one for Shin.

    >>> devig_rows(np.array([[2.0, 2.0], [2.0, 1.0]])).tolist()
    [[0.5, 0.5], [nan, nan]]
    """
    return _solved(np.asarray(odds, dtype=np.float64), method, total)[0]


def refusals(
    odds: NDArray[np.float64], method: Devig = Devig.POWER, *, total: float = 1.0
) -> list[Refusal | None]:
    """Return why each book of (n, k) is refused by the method, None where it is priced.

    >>> [each and each.value for each in refusals(np.array([[2.0, 1.9], [2.0, 1.0]]))]
    [None, 'odds_invalid']
    """
    _, codes = _solved(np.asarray(odds, dtype=np.float64), method, total)
    return [None if code == _PRICED else _REASONS[code] for code in codes.tolist()]


def is_book(odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each row whether every outcome has odds above 1.

    >>> is_book(np.array([[2.0, 1.9], [2.0, np.nan], [2.0, 1.0]])).tolist()
    [True, False, False]
    """
    usable: NDArray[np.bool_] = np.all(np.isfinite(odds) & (odds > 1), axis=1)
    return usable


def is_plausible(odds: NDArray[np.float64], *, total: float = 1.0) -> NDArray[np.bool_]:
    """Say of each row whether its booksum can be that of one market; inf is no outcome.

    >>> is_plausible(np.array([[2.0, 1.9, np.inf], [9.0, 9.0, np.inf], [1.2, 1.2, 1.2]])).tolist()
    [True, False, False]
    """
    with np.errstate(all="ignore"):
        booksum = (1 / odds).sum(axis=1) / total
    plausible: NDArray[np.bool_] = (booksum >= LEAST_BOOKSUM) & (booksum <= LARGEST_BOOKSUM)
    return plausible


def _solved(books: Floats, method: Devig, total: float) -> tuple[Floats, Codes]:
    """Return the probabilities, and per row the place of its `Refusal` or `_PRICED`."""
    if books.ndim != 2 or books.shape[1] < 2:  # noqa: PLR2004  # a market has two sides
        raise BookIncomplete(Refusal.BOOK_INCOMPLETE, f"shape was {books.shape}")
    check_total(method, total, books.shape[1])
    method = method.computed_as
    fair, codes = np.empty(books.shape), np.full(len(books), _PRICED, dtype=np.int8)
    size = _BLOCK // books.shape[1] + 1
    late: list[NDArray[np.int64]] = []
    with np.errstate(all="ignore"):
        for start in range(0, len(books), size):
            rows = slice(start, start + size)
            short = _solve_block(books[rows], method, total, fair[rows], codes[rows])
            late.append(short + start)
        rows_late = np.concatenate(late) if late else np.empty(0, np.int64)
        if len(rows_late):
            fair[rows_late], codes[rows_late] = _solve_surely(books[rows_late], method, total)
    return fair, codes


def _solve_block(
    books: Floats, method: Devig, total: float, fair: Floats, codes: Codes
) -> NDArray[np.int64]:
    """Fill in the block's probabilities and codes; return the rows still to be solved surely."""
    columns = Columns.of(np.ascontiguousarray(books.T), total)
    if not _all_usable(columns, method):
        _mark_unusable(columns, method, codes)
        odds = books.T.copy()
        odds[:, codes != _PRICED] = len(odds) / total  # any book that costs the solver nothing
        columns = Columns.of(np.ascontiguousarray(odds), total)
    found = QUICK[method](columns)
    off = _scale(found, total)
    short = np.empty(0, np.int64) if off.max() < SETTLED else np.flatnonzero(~(off < SETTLED))
    _mark_unfair(found, method, total, codes)
    if codes.max() != _PRICED:
        found[:, codes != _PRICED] = np.nan
    fair[:] = found.T
    return short


def _solve_surely(books: Floats, method: Devig, total: float) -> tuple[Floats, Codes]:
    codes = np.full(len(books), _PRICED, dtype=np.int8)
    found = SURE[method](Columns.of(np.ascontiguousarray(books.T), total))
    unsettled = ~(_scale(found, total) < SETTLED)
    codes[unsettled] = _REASONS.index(Refusal.UNSETTLED)
    _mark_unfair(found, method, total, codes)
    found[:, codes != _PRICED] = np.nan
    return found.T, codes


def _scale(found: Floats, total: float) -> Floats:
    """Make the columns sum to the total to the last bit; return how far off they were."""
    sums = sum_of(found)
    sums /= total
    found /= sums
    sums -= 1
    return np.abs(sums, out=sums)


def _all_usable(columns: Columns, method: Devig) -> bool:
    raw, booksum, total = columns.raw, columns.booksum, columns.total
    prices = raw.min() > 0 and raw.max() < 1  # NaN fails each comparison
    least, largest = least_booksum(method, total), LARGEST_BOOKSUM * total
    return bool(prices and booksum.min() >= least and booksum.max() <= largest)


def _mark_unusable(columns: Columns, method: Devig, codes: Codes) -> None:
    raw, total = columns.raw, columns.total
    share = columns.booksum / total
    _mark(codes, np.any(np.isnan(raw), axis=0), Refusal.BOOK_INCOMPLETE)
    _mark(codes, np.any(~((raw > 0) & (raw < 1)), axis=0), Refusal.ODDS_INVALID)
    plausible = (share >= LEAST_BOOKSUM) & (share <= LARGEST_BOOKSUM)
    _mark(codes, ~plausible, Refusal.MARGIN_ABSURD)
    if method in UNDERROUND:
        _mark(codes, columns.booksum < least_booksum(method, total), UNDERROUND[method])


def _mark_unfair(found: Floats, method: Devig, total: float, codes: Codes) -> None:
    if method in TAIL:
        least, reason = TAIL[method]
        _mark(codes, found.min(axis=0) < least, reason)
    if total > 1:
        _mark(codes, found.max(axis=0) >= 1, Refusal.PROBABILITY_BEYOND_ONE)


def _mark(codes: Codes, where: Mask, reason: Refusal) -> None:
    codes[where & (codes == _PRICED)] = _REASONS.index(reason)
