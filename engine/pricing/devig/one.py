"""One book at a time, in plain numbers: for calculators, where an array costs more than the sum.

The same methods and the same answers as `devig_columns`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from engine.domain.errors import BookIncomplete, BookInvalid
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

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kernel = Callable[[list[float], float, float], list[float]]

_MOST_STEPS: Final = 100
_PAIR: Final = 2


def devig_one(
    odds: Sequence[float], method: Devig = Devig.POWER, *, total: float = 1.0
) -> list[float]:
    """Return the fair probabilities of one book, in the order of its decimal odds.

    They sum to `total`: 1, or 2 for the double chance, whose outcomes come true in pairs.

    Raises:
        BookIncomplete: an outcome has no odds (NaN), or there are fewer than two.
        BookInvalid: the odds are no prices, or this method cannot price them; `reason` is a
            `Refusal`.
        ValueError: a total that no market of this size can have, or not one for Shin.

    >>> [round(each, 4) for each in devig_one([1.30, 5.75, 10.5])]
    [0.7583, 0.158, 0.0837]
    >>> [round(each, 4) for each in devig_one([1.14, 1.40, 2.20], total=2)]
    [0.8697, 0.6987, 0.4316]
    """
    method = method.computed_as
    _refuse_unusable(odds)
    check_total(method, total, len(odds))
    raw = [1 / value for value in odds]
    booksum = math.fsum(raw)
    _refuse_booksum(booksum, method, total)
    fair = _KERNELS[method](raw, booksum, total)
    scale = total / math.fsum(fair)
    if not abs(scale - 1) < SETTLED:
        raise BookInvalid(Refusal.UNSETTLED, f"the sum is {1 / scale} of the total")
    fair = [value * scale for value in fair]
    _refuse_fair(fair, method)
    return fair


def _refuse_unusable(odds: Sequence[float]) -> None:
    if len(odds) < _PAIR or any(math.isnan(value) for value in odds):
        raise BookIncomplete(Refusal.BOOK_INCOMPLETE, f"odds were {list(odds)}")
    if min(odds) <= 1 or math.isinf(max(odds)):
        raise BookInvalid(Refusal.ODDS_INVALID, f"odds were {list(odds)}")


def _refuse_booksum(booksum: float, method: Devig, total: float) -> None:
    if not LEAST_BOOKSUM <= booksum / total <= LARGEST_BOOKSUM:
        raise BookInvalid(Refusal.MARGIN_ABSURD, f"the booksum was {booksum:.4f}")
    if booksum < least_booksum(method, total):
        raise BookInvalid(UNDERROUND[method], f"the booksum was {booksum:.4f}")


def _refuse_fair(fair: list[float], method: Devig) -> None:
    if method in TAIL:
        least, reason = TAIL[method]
        if min(fair) < least:
            raise BookInvalid(reason, f"lowest probability was {min(fair):.4f}")
    if max(fair) >= 1:
        raise BookInvalid(Refusal.PROBABILITY_BEYOND_ONE, f"highest was {max(fair):.4f}")


def _multiplicative(raw: list[float], booksum: float, total: float) -> list[float]:
    scale = total / booksum
    return [value * scale for value in raw]


def _additive(raw: list[float], booksum: float, total: float) -> list[float]:
    each = (booksum - total) / len(raw)
    return [value - each for value in raw]


def _goto(raw: list[float], booksum: float, total: float) -> list[float]:
    errors = [math.sqrt(1 - value) for value in raw]
    steps = (booksum - total) / math.fsum(errors)
    return [value - error * steps for value, error in zip(raw, errors, strict=True)]


def _balanced_book(raw: list[float], booksum: float, total: float) -> list[float]:
    insiders = (booksum - total) / (len(raw) - total)
    return [(value - insiders) / (1 - insiders) for value in raw]


def _power(raw: list[float], booksum: float, total: float) -> list[float]:
    # Convex and falling in the exponent: see devig_columns.sure_power.
    logs = [math.log(value) for value in raw]
    exponent, fair = 1.0, raw
    for _ in range(_MOST_STEPS):
        excess = booksum / total
        if abs(excess - 1) < SETTLED:
            break
        slope = math.fsum([value * log for value, log in zip(fair, logs, strict=True)])
        exponent -= math.log(excess) * booksum / slope
        fair = [math.exp(log * exponent) for log in logs]
        booksum = math.fsum(fair)
    return fair


def _shin(raw: list[float], booksum: float, total: float) -> list[float]:
    if len(raw) == _PAIR:
        return _additive(raw, booksum, total)
    # Convex in the insiders' share, so Newton's method rises to the root from no insiders, whose
    # step has a closed form: see devig_columns. The excess is 2(1 - share)(Σp - 1).
    root = math.sqrt(booksum)
    others, share = len(raw) - 2, max(2 * (root - 1) / (root + len(raw) - 2), 0.0)
    squared = [value * value / booksum for value in raw]
    for _ in range(_MOST_STEPS):
        under, four = share * share, 4 * (1 - share)
        roots = [math.sqrt(under + four * value) for value in squared]
        excess = math.fsum(roots) - 2 - others * share
        if abs(excess) < SETTLED * (1 - share):
            break
        slopes = [(share - 2 * v) / root for v, root in zip(squared, roots, strict=True)]
        share -= excess / (math.fsum(slopes) - others)
    return [2 * value / (root + share) for value, root in zip(squared, roots, strict=True)]


def _odds_ratio(raw: list[float], booksum: float, total: float) -> list[float]:
    against, ratio, fair = [1 / value - 1 for value in raw], 1.0, raw
    if len(raw) == _PAIR and total == 1:
        ratio = 1 / math.sqrt(against[0] * against[1])
        return [1 / (1 + ratio * value) for value in against]
    # Convex and falling in the ratio: see devig_columns.sure_odds_ratio.
    for _ in range(_MOST_STEPS):
        excess = booksum - total
        if abs(excess) < SETTLED * total:
            break
        slope = math.fsum([w * p * p for w, p in zip(against, fair, strict=True)])
        ratio = max(ratio + excess / slope, ratio / 8)
        fair = [1 / (1 + ratio * value) for value in against]
        booksum = math.fsum(fair)
    return fair


_KERNELS: Final[Mapping[Devig, Kernel]] = {
    Devig.POWER: _power,
    Devig.MULTIPLICATIVE: _multiplicative,
    Devig.ADDITIVE: _additive,
    Devig.SHIN: _shin,
    Devig.ODDS_RATIO: _odds_ratio,
    Devig.GOTO: _goto,
    Devig.BALANCED_BOOK: _balanced_book,
}
