"""Devig kernels over many books at once: one row per outcome, sums run along whole columns.

Each takes `Columns` and returns probabilities (k, n) that sum to the total but for rounding. A
quick kernel makes a fixed, small number of steps; whoever calls it looks at the sums and gives the
few books it left short to the sure one, which converges from any start.

A book's answer does not depend on the books beside it, to the last bit: sums are made in one
order whatever the shape, and a book that is solved stands still while others go on. No test that
the future changes nothing in the past could hold otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from engine.pricing.devig.method import SETTLED, Devig

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]

_MOST_STEPS: Final = 100
_PAIR, _THREE = 2, 3
_ROOT_OF_TWO: Final = 2**0.5
_SMALL_STEP: Final = 2e-4
"""Of an exponent: at odds of 20,000 the series' first missing term is 1e-12 of a probability."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Books of k outcomes: `odds` and `raw` = 1 / odds (k, n), `booksum` (n,), the total."""

    odds: Floats
    raw: Floats
    booksum: Floats
    total: float

    @classmethod
    def of(cls, odds: Floats, total: float) -> Columns:
        """Return the columns of odds (k, n)."""
        raw = 1 / odds
        return cls(odds=odds, raw=raw, booksum=sum_of(raw), total=total)

    def __len__(self) -> int:
        return len(self.odds)


Kernel = Callable[[Columns], Floats]


def multiplicative(books: Columns) -> Floats:
    """Scale every outcome alike."""
    fair: Floats = books.raw * (books.total / books.booksum)
    return fair


def additive(books: Columns) -> Floats:
    """Take the same from every outcome."""
    fair: Floats = books.raw + (books.total - books.booksum) / len(books)
    return fair


def goto(books: Columns) -> Floats:
    """Step every outcome back by as many of its standard errors."""
    error = np.sqrt(1 - books.raw)
    fair: Floats = books.raw - error * ((books.booksum - books.total) / sum_of(error))
    return fair


def balanced_book(books: Columns) -> Floats:
    """Take the insiders out of a book that minimises the bookmaker's risk."""
    insiders = (books.booksum - books.total) / (len(books) - books.total)
    fair: Floats = (books.raw - insiders) / (1 - insiders)
    return fair


def quick_power(books: Columns) -> Floats:
    """Raise to a power: two Halley steps on the log of the sum, the first needs no power yet.

    The last step is small, so its effect on the probabilities is a short series; NaN where the
    step is too large for that.
    """
    logs = np.log(books.raw)
    exponent, fair, sums = 1.0, books.raw, books.booksum
    for last in (False, True):
        weighted = fair * logs
        slope = sum_of(weighted) / sums
        weighted *= logs
        bend = sum_of(weighted) / sums - slope * slope
        newton = (np.log(sums) - np.log(books.total)) / -slope
        step = newton / np.maximum(1 + 0.5 * newton * bend / slope, 0.5)
        if last:
            break
        exponent = exponent + step
        fair = np.exp(logs * exponent)
        sums = sum_of(fair)
    logs *= step
    grown = logs / 6
    grown += 0.5
    grown *= logs
    grown += 1
    grown *= logs
    grown += 1
    fair *= grown
    fair[0, np.abs(step) > _SMALL_STEP] = np.nan
    return fair


def sure_power(books: Columns) -> Floats:
    """Raise to a power, by Newton's method.

    The log of the sum is convex and falling in the exponent, so Newton reaches the root from any
    start, stepping over it once at most.
    """
    logs, exponent = np.log(books.raw), np.ones_like(books.booksum)
    fair, sums, total = books.raw, books.booksum, books.total
    for _ in range(_MOST_STEPS):
        short = _short(sums, total)
        if not short.any():
            break
        exponent = exponent - np.log(sums / total) * sums / sum_of(fair * logs)
        fair = np.where(short, np.exp(logs * exponent), fair)
        sums = sum_of(fair)
    return fair


def quick_shin(books: Columns) -> Floats:
    """Find the insiders' share from a closed start and one step with three derivatives.

    At z = 0 the value, slope and bend of Jullien & Salanié's condition have closed forms in the
    booksum and the sum of the odds; the root of that parabola is within some 1e-5.
    """
    if len(books) == _PAIR:
        return additive(books)
    others, root = len(books) - 2, np.sqrt(books.booksum)
    value, slope = 2 * (root - 1), root + others
    bend = 0.5 * root * (sum_of(books.odds) - 1)
    share = 2 * value / (slope + np.sqrt(np.maximum(slope * slope - 2 * value * bend, 0)))
    doubled = books.raw * (_ROOT_OF_TWO / root)
    doubled *= doubled
    share += _shin_step(_roots(doubled, share), doubled, share)
    return _shin_fair(doubled, share)


def sure_shin(books: Columns) -> Floats:
    """Find the insiders' share, by Newton's method.

    The condition is convex in z and starts above 0, so Newton rises from z = 0 to the root and
    never passes it.
    """
    if len(books) == _PAIR:
        return additive(books)
    doubled, others = 2 * books.raw * books.raw / books.booksum, len(books) - 2
    root = np.sqrt(books.booksum)
    share = np.maximum(2 * (root - 1) / (root + others), 0)  # the step from 0 has a closed form
    fair = _shin_fair(doubled, share)
    for _ in range(_MOST_STEPS):
        short = _short(sum_of(fair), books.total)
        if not short.any():
            break
        roots = _roots(doubled, share)
        excess = sum_of(roots) - 2 - others * share
        slope = sum_of((share - doubled) / roots) - others
        share = np.where(short, share - excess / slope, share)
        fair = _shin_fair(doubled, share)
    return fair


def quick_odds_ratio(books: Columns) -> Floats:
    """Divide every outcome's odds for it by one ratio: closed for two, a cubic for three."""
    if books.total != 1 or len(books) > _THREE:
        return sure_odds_ratio(books)
    against = books.odds - 1
    if len(books) == _PAIR:
        ratio = 1 / np.sqrt(against[0] * against[1])
    else:
        ratio = _cubic_ratio(books, against)
    against *= ratio
    against += 1
    fair: Floats = np.divide(1, against, out=against)
    return fair


def sure_odds_ratio(books: Columns) -> Floats:
    """Divide every outcome's odds for it by one ratio, by Newton's method.

    The sum is convex and falling in the ratio, so Newton steps over the root once at most; the
    ratio is kept positive when it does.
    """
    against, ratio = books.odds - 1, np.ones_like(books.booksum)
    fair, sums, total = books.raw, books.booksum, books.total
    for _ in range(_MOST_STEPS):
        short = _short(sums, total)
        if not short.any():
            break
        step = (sums - total) / sum_of(against * fair * fair)
        ratio = np.maximum(ratio + step, ratio / 8)
        fair = np.where(short, 1 / (1 + ratio * against), fair)
        sums = sum_of(fair)
    return fair


def sum_of(rows: Floats) -> Floats:
    """Return the sum over outcomes, added in their order: NumPy's own order varies with n."""
    sums: Floats = rows[0] + rows[1]
    for row in rows[2:]:
        sums += row
    return sums


def _cubic_ratio(books: Columns, against: Floats) -> Floats:
    """Return the root c of w₁w₂w₃c³ - (w₁ + w₂ + w₃)c - 2, w the odds against: Σ1/(1 + cw) = 1.

    One root is positive, and it alone is a ratio; NaN where the steps left for another.
    """
    sums = sum_of(against)
    product = against[0] * against[1] * against[2]
    start = (books.booksum - 1) / (books.booksum - sum_of(books.raw * books.raw))
    ratio: Floats = 1 + start * (1 + 0.5 * start)
    for _ in range(2):
        square = product * ratio * ratio
        value, slope = ratio * (square - sums) - 2, 3 * square - sums
        newton = value / slope
        # Halley: half the second derivative over the slope is 3·product·ratio / slope
        ratio = ratio - newton / (1 - newton * 3 * product * ratio / slope)
    ratio[ratio <= 0] = np.nan
    return ratio


def _roots(doubled: Floats, share: Floats) -> Floats:
    """Return r = √(z² + 4(1 - z)a) of `doubled` = 2a, where a = q² / B."""
    under = doubled * (2 * (1 - share))
    under += share * share
    roots: Floats = np.sqrt(under, out=under)
    return roots


def _shin_fair(doubled: Floats, share: Floats) -> Floats:
    # 2a / (r + z) is (r - z) / (2(1 - z)) without the cancellation that long shots suffer.
    fair = _roots(doubled, share)
    fair += share
    np.divide(doubled, fair, out=fair)
    return fair


def _shin_step(roots: Floats, doubled: Floats, share: Floats) -> Floats:
    """Return the step to the root of f(z) = Σr - 2 - (k - 2)z by its first three derivatives.

    r' = (z - 2a) / r, r'' = (1 - r'²) / r, r''' = -3 r' r'' / r.
    """
    others = len(roots) - 2
    value = sum_of(roots) - 2 - others * share
    inverse = np.divide(1, roots, out=roots)
    first = share - doubled
    first *= inverse
    slope = sum_of(first) - others
    over_root = first * inverse
    first *= over_root
    second = np.subtract(inverse, first, out=first)
    bend = sum_of(second)
    second *= over_root
    twist = -3 * sum_of(second)
    newton = -value / slope
    halley = newton / (1 + 0.5 * newton * bend / slope)
    step: Floats = -value / (slope + halley * (0.5 * bend + halley * twist / 6))
    return step


def _short(sums: Floats, total: float) -> NDArray[np.bool_]:
    return ~(np.abs(sums / total - 1) < SETTLED)


QUICK: Final[Mapping[Devig, Kernel]] = {
    Devig.POWER: quick_power,
    Devig.MULTIPLICATIVE: multiplicative,
    Devig.ADDITIVE: additive,
    Devig.SHIN: quick_shin,
    Devig.ODDS_RATIO: quick_odds_ratio,
    Devig.GOTO: goto,
    Devig.BALANCED_BOOK: balanced_book,
}
SURE: Final[Mapping[Devig, Kernel]] = {
    **QUICK,
    Devig.POWER: sure_power,
    Devig.SHIN: sure_shin,
    Devig.ODDS_RATIO: sure_odds_ratio,
}
