"""Values of matches as standardised weeks, each by nothing but the weeks before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import week_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MEMORY: Final = 104
"""Weeks that say what is usual: two years, so that every part of a season is in it."""
_LEAST: Final = 20
_ENOUGH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weeks:
    """Weeks with a value, in order.

    `number` is that of `week_of`, n how many matches, `usual` what was to be expected of them and
    `mean` what was; `z` is their difference in standard deviations of such weeks, NaN until
    enough weeks went before; `error` the standard error of `mean`.
    """

    number: Ints
    n: Ints
    usual: Floats
    mean: Floats
    error: Floats
    z: Floats


def standardised(values: Floats, at: Floats, group: Ints, *, floor: float = 0.0) -> Weeks:
    """Return the weeks of values known `at` (POSIX seconds); groups are leagues or the like.

    Usual is each group's mean over the `MEMORY` weeks before or, of fewer than a hundred matches,
    that of all. A week's spread is that of the weeks before around what was usual for them, which
    holds what the matches of a week share; of a single match it is `floor` at least.
    """
    known = np.isfinite(values)
    value, group = values[known], group[known]
    number, place = np.unique(week_of(at[known]), return_inverse=True)
    n = np.bincount(place, minlength=len(number)).astype(np.int64)
    groups = int(group.max(initial=0)) + 1
    sums, counts = (
        np.bincount(place * groups + group, part, len(number) * groups).reshape(-1, groups)
        for part in (value, None)
    )
    usual = np.full(len(number), np.nan)
    for week in range(len(number)):
        before = slice(int(np.searchsorted(number, number[week] - MEMORY)), week)
        usual[week] = _usual(sums[before].sum(axis=0), counts[before].sum(axis=0), counts[week])
    mean = np.divide(sums.sum(axis=1), n, out=np.full(len(number), np.nan), where=n > 0)
    off = (mean - usual) * np.sqrt(n)
    spread = np.maximum(_spread_before(off), floor)
    return Weeks(
        number=number,
        n=n,
        usual=usual,
        mean=mean,
        error=spread / np.sqrt(n),
        z=np.divide(off, spread, out=np.full(len(off), np.nan), where=spread > 0),
    )


def _usual(sums: Floats, counts: Floats, now: Floats) -> float:
    """Return what is usual of a week's matches; NaN before anything is."""
    total = counts.sum()
    if total < _ENOUGH:
        return np.nan
    own = np.divide(sums, counts, out=np.full(len(sums), sums.sum() / total), where=counts > 0)
    own = np.where(counts < _ENOUGH, sums.sum() / total, own)
    return float(now @ own / now.sum())


def _spread_before(off: Floats) -> Floats:
    """Return the root mean square of the weeks before each, NaN of fewer than twenty."""
    known = np.isfinite(off)
    square = np.concatenate([[0.0], np.cumsum(np.where(known, off, 0.0) ** 2)[:-1]])
    count = np.concatenate([[0.0], np.cumsum(known)[:-1]])
    enough = count >= _LEAST
    found: Floats = np.sqrt(np.divide(square, count, out=np.full(len(off), np.nan), where=enough))
    return found
