"""Two settings beside each other on the same days: what differs, and evidence for it.

Whoever bets every kick-off day that the challenger's picks are worth no more than the champion's
ones can't expect to gain: their wealth may be looked at daily (METHOD B5.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import clustered_mean
from engine.learning.evidence import Claim, wealth
from engine.learning.markets.streams import TYPICAL_CLV
from engine.learning.policy.stream import REFERENCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.domain.policy_version import Thresholds
    from engine.learning.clusters import Clustered
    from engine.learning.policy.stream import PickStream

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

EMBARGO: Final = 2 * 86_400.0
"""For how long after its settlement a pick is not learned from: late results and corrections."""
DIFFERENCE: Final = (
    Claim(rate=0.1, hurdle=0.0, ceiling=3.0),
    Claim(rate=0.2, hurdle=0.0, ceiling=3.0),
)
"""Stakes on a day's difference, in its own standard deviations: half of the wealth on each.

What two references are wrong by stands on both sides and cancels: no hurdle, where a single
stream has half a point (METHOD B5.4)."""
DOUBT: Final = 0.005
"""By how much a lone reference may overstate what the challenger alone picks: it took part in
choosing, and the keener the price the more so. METHOD B5.4 has the same half a point between a
source that chose and one that did not."""
_DAY: Final = 86_400.0
BELOW_ZERO: Final = Claim(rate=2.0, hurdle=0.0, ceiling=0.10)
"""That picks are worth less than nothing; claimed of values with their sign turned.

A quarter of the stake of other claims: who bets so loses by the long tail, surprises for the
better, and what is cut off there grants the claim more than its due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The wealth of who bet on a claim, by one reference, over `days` of kick-off."""

    wealth: float
    highest: float
    days: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Days:
    """Kick-off days on which both had picks with a close: what differs, and its usual size.

    `standard` is the difference, less what is doubted of it, in standard deviations of a day with
    as many picks, as many of them shared: both are known before any of them closes.
    """

    day: Ints
    difference: Floats
    standard: Floats

    def wealth(self) -> Floats:
        """Return the wealth after each day of who bets on the difference, half on each claim."""
        once = np.ones(len(self.day))
        found: Floats = np.mean([wealth(self.standard, once, one) for one in DIFFERENCE], axis=0)
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """A challenger beside its champion, on picks issued since a moment and settled by another.

    `n` are the challenger's picks that have a close, `n_champion` the champion's, `n_shared` those
    of both. `days` are those on which they differ by the headline. `evidence` has one entry for
    each reference by which they do.
    """

    n: int
    n_champion: int
    n_shared: int
    days: Days
    evidence: Mapping[str, Evidence]

    @property
    def difference(self) -> Clustered:
        """The mean of the days' differences in CLV, challenger less champion, by weeks."""
        return clustered_mean(self.days.difference, _weeks(self.days.day))

    @property
    def e_value(self) -> float:
        """The evidence by the reference that grants less; 1 before the first day.

        One that closed on fewer than half of the days has no say.
        """
        heard = has_say({name: one.days for name, one in self.evidence.items()})
        return min((self.evidence[name].wealth for name in heard), default=1.0)


def has_say(days: Mapping[str, int]) -> frozenset[str]:
    """Return the references that closed on at least half of the days, and on one at all.

    >>> sorted(has_say({"clv": 100, "clv_alt": 49}))
    ['clv']
    """
    most = max(days.values(), default=0)
    return frozenset(name for name, count in days.items() if count and 2 * count >= most)


def complete(stream: PickStream, since: float, at: float) -> Bools:
    """Say which candidates, issued from `since` on, kicked off on a day that counts at `at`.

    A day counts once, when all of its matches began longer ago than the embargo.
    """
    over = stream.day < np.floor((at - EMBARGO) / _DAY)
    found: Bools = (stream.issued_at >= since) & over
    return found


def paired_days(
    values: Floats, day: Ints, challenger: Bools, champion: Bools, *, doubt: float = 0.0
) -> Days:
    """Return the days on which both picked something, and not the same.

    `doubt` is taken off the value of what the challenger alone picked.
    """
    known = np.isfinite(values) & (challenger | champion)
    days, place = np.unique(day[known], return_inverse=True)
    value, mine, theirs = values[known], challenger[known], champion[known]

    def counted(rows: Bools, weights: Floats | None = None) -> Floats:
        own = None if weights is None else weights[rows]
        return np.bincount(place[rows], own, len(days)).astype(np.float64)

    n_mine, n_theirs, shared = counted(mine), counted(theirs), counted(mine & theirs)
    both = (n_mine > 0) & (n_theirs > 0)
    above, below = np.where(both, n_mine, 1.0), np.where(both, n_theirs, 1.0)
    scale = 1 / above + 1 / below - 2 * shared / (above * below)
    differ = both & (scale > 0)
    gain = counted(mine, value) / above - counted(theirs, value) / below
    sure = gain - doubt * (1 - shared / above)
    return Days(
        day=days[differ],
        difference=gain[differ],
        standard=sure[differ] / (TYPICAL_CLV * np.sqrt(scale[differ])),
    )


def compare(
    stream: PickStream, champion: Thresholds, challenger: Thresholds, since: float, at: float
) -> Comparison:
    """Return what a challenger came to beside its champion, by all that is known at `at`.

    Where one reference alone has a say, half a point is doubted of what only the challenger picks.
    """
    rows = np.flatnonzero(complete(stream, since, at))
    own = stream.where(rows)
    mine, theirs = own.selected(challenger), own.selected(champion)
    days = {name: paired_days(own.values(name), own.day, mine, theirs) for name in REFERENCES}
    heard = has_say({name: len(one.day) for name, one in days.items()})
    if len(heard) == 1:
        days = {
            name: paired_days(own.values(name), own.day, mine, theirs, doubt=DOUBT)
            for name in REFERENCES
        }
    told = np.isfinite(own.clv)
    return Comparison(
        n=int((told & mine).sum()),
        n_champion=int((told & theirs).sum()),
        n_shared=int((told & mine & theirs).sum()),
        days=days["clv"],
        evidence={name: _told(one.wealth()) for name, one in days.items() if len(one.day)},
    )


def against_value(
    stream: PickStream, champion: Thresholds, since: float, at: float
) -> Mapping[str, Evidence]:
    """Return the evidence that a champion's picks are worth less than nothing, by reference."""
    own = stream.where(np.flatnonzero(complete(stream, since, at)))
    own = own.where(own.selected(champion))
    found = {}
    for name in REFERENCES:
        values = own.values(name)
        known = np.isfinite(values)
        days, place = np.unique(own.day[known], return_inverse=True)
        if not len(days):
            continue
        sums = np.bincount(place, -values[known], len(days)).astype(np.float64)
        counts = np.bincount(place, minlength=len(days)).astype(np.float64)
        found[name] = _told(wealth(sums, counts, BELOW_ZERO))
    return found


def _told(path: Floats) -> Evidence:
    return Evidence(wealth=float(path[-1]), highest=float(path.max(initial=1.0)), days=len(path))


def _weeks(day: Ints) -> Ints:
    """Return the week of each day; weeks begin on Tuesday, as in `clusters.week_of`."""
    found: Ints = (day - 5) // 7
    return found
