"""The mean closing line value as it became known, week for week, and how sure it was by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from engine.learning.intervals import WEEKS

if TYPE_CHECKING:
    from engine.learning.recorded.columns import Columns

_UPPER = 0.975  # 95 %, two-sided
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The mean CLV of all bets up to the end of each week that had a close, all of one length.

    `at` is the last day of that week with one. `low` and `high` are the ends of its 95 % interval
    by weeks, NaN before there are `WEEKS` of them: fewer do not tell how weeks differ. `of_week`
    is the mean of the week alone, `closes` how many there were until then.
    """

    n: int
    at: tuple[datetime, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    of_week: tuple[float, ...]
    closes: tuple[int, ...]


def clv_course(bets: Columns) -> Course:
    """Return how the mean CLV of settled bets went, each week as one draw (METHOD B4).

    The interval at each week is that of the ratio estimator over the weeks so far
    (`intervals.clustered_ratio`), by running sums.
    """
    known = np.isfinite(bets.clv)
    _, first, week = np.unique(bets.week[known], return_index=True, return_inverse=True)
    size = len(first)
    sums = np.bincount(week, bets.clv[known], size)
    counts = np.bincount(week, minlength=size).astype(np.float64)
    last = np.zeros(size, dtype=np.int64)
    np.maximum.at(last, week, bets.day[known])
    total, closes = np.cumsum(sums), np.cumsum(counts)
    mean = total / closes
    squares = (
        np.cumsum(sums**2) - 2 * mean * np.cumsum(sums * counts) + mean**2 * np.cumsum(counts**2)
    )
    weeks = np.arange(1, size + 1)
    many = weeks >= WEEKS
    spare = np.maximum(weeks - 1, 1)
    error = np.sqrt(np.maximum(squares, 0.0) * weeks / spare) / closes
    reach = np.where(many, stdtrit(spare, _UPPER) * error, np.nan)
    return Course(
        n=len(bets),
        at=tuple(_EPOCH + timedelta(days=day) for day in last.tolist()),
        mean=tuple(mean.tolist()),
        low=tuple((mean - reach).tolist()),
        high=tuple((mean + reach).tolist()),
        of_week=tuple((sums / counts).tolist()),
        closes=tuple(closes.astype(np.int64).tolist()),
    )
