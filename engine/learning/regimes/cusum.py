"""Cumulated sums of standardised weeks: small lasting shifts are seen, single odd weeks are not.

Page (1954): S+ = max(0, S+ + z - k), S- = max(0, S- - z - k), an alarm where either is above h.
With k = 1/2 and h = 5, weeks of a normal distribution raise one false alarm in 465 (Montgomery,
Statistical Quality Control, table 9.3): about one in ten seasons of 45 weeks. A shift of one
standard deviation of a week is seen after 10 weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SLACK: Final = 0.5
LIMIT: Final = 5.0
ODD: Final = 3.0
"""A week counts for three standard deviations at most: one week is no regime."""
_MOST: Final = 2 * LIMIT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """The alarm after each week: `side` 1 above, -1 below, 0 none; `since` the week it began in.

    A regime began where its sum last left 0, and is over when that is 0 again.
    """

    side: Ints
    since: Ints


def watched(z: Floats) -> Watched:
    """Return the alarms of weeks in order; a week that is not known (NaN) changes nothing.

    >>> watched(np.array([0.0, 3.0, 3.0, 3.0])).side.tolist()
    [0, 0, 0, 1]
    """
    sums, began = {1: 0.0, -1: 0.0}, {1: 0, -1: 0}
    side, current = np.zeros(len(z), dtype=np.int64), 0
    since = np.zeros(len(z), dtype=np.int64)
    for week, value in enumerate(np.clip(z, -ODD, ODD).tolist()):
        for one in (1, -1):
            if value == value:  # noqa: PLR0124  # not NaN
                if sums[one] == 0:
                    began[one] = week
                sums[one] = min(max(0.0, sums[one] + one * value - SLACK), _MOST)
        if current and sums[current] == 0:
            current = 0
        if not current:
            current = next((one for one in (1, -1) if sums[one] > LIMIT), 0)
        side[week], since[week] = current, began[current] if current else week
    return Watched(side=side, since=since)
