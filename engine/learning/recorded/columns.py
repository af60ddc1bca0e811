"""Settled bets of one provenance as columns, in the order in which they were settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.record import Estimate
from engine.learning.clusters import clustered_ratio, week_of
from engine.learning.evidence import day_of
from engine.learning.record import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.pick import Provenance
    from engine.domain.record import SettledBet
    from engine.learning.clusters import Estimate as Clustered

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """n settled bets; `clv` and `clv_alt` are NaN without a close that counts.

    `week` and `day` are those of kick-off: a matchday is a day (UTC), and weeks are the clusters
    of every interval (METHOD B4). `fixture` numbers the matches.
    """

    provenance: Provenance
    odds: Floats
    stake: Floats
    profit: Floats
    expected: Floats
    refund: Floats
    clv: Floats
    clv_alt: Floats
    won: Floats
    week: Ints
    day: Ints
    fixture: Ints

    def __len__(self) -> int:
        return len(self.odds)


def columns(bets: Sequence[SettledBet], provenance: Provenance) -> Columns:
    """Return the bets as columns.

    Raises:
        ValueError: a bet is of another provenance: records are never summed.
    """
    if any(bet.provenance is not provenance for bet in bets):
        raise ValueError(f"bets of other provenances than {provenance}: they are never summed")
    ordered = sorted(bets, key=lambda bet: (bet.settled_at, bet.pick))
    begun = _floats(bet.kick_off.timestamp() for bet in ordered)
    _, fixture = np.unique([bet.fixture for bet in ordered], return_inverse=True)
    return Columns(
        provenance=provenance,
        odds=_floats(bet.odds for bet in ordered),
        stake=_floats(bet.stake for bet in ordered),
        profit=_floats(bet.profit for bet in ordered),
        expected=_floats(bet.expected_at_alert for bet in ordered),
        refund=_floats(bet.refund for bet in ordered),
        clv=_floats(bet.clv for bet in ordered),
        clv_alt=_floats(bet.clv_alt for bet in ordered),
        won=_floats(bet.won for bet in ordered),
        week=week_of(begun),
        day=day_of(begun),
        fixture=fixture.astype(np.int64),
    )


def ratio(above: Floats, below: Floats, week: Ints) -> Estimate:
    """Return Σ above / Σ below of what is known, with its 95 % interval by weeks.

    Of one week there is no interval, however many bets it has.
    """
    return told(clustered_ratio(above, below, week))


def mean(values: Floats, week: Ints) -> Estimate:
    """Return the mean of what is known, with its 95 % interval by weeks."""
    return ratio(values, np.ones(len(values)), week)


def share(flags: Floats, week: Ints) -> Estimate:
    """Return the share of ones among what is known.

    The interval is the wider of that by weeks and Wilson's: bets that all won leave no spread
    between weeks, and that is no certainty.

    >>> round(share(np.array([1.0, 1.0, np.nan]), np.array([1, 2, 3])).low or 0, 3)
    0.342
    """
    known = np.isfinite(flags)
    plain = wilson(int(flags[known].sum()), int(known.sum()))
    weekly = mean(flags, week)
    if weekly.low is None or weekly.high is None or plain.low is None or plain.high is None:
        return Estimate(mean=plain.mean, n=plain.n, low=None, high=None)
    return Estimate(
        mean=plain.mean,
        n=plain.n,
        low=max(0.0, min(plain.low, weekly.low)),
        high=min(1.0, max(plain.high, weekly.high)),
    )


def told(found: Clustered) -> Estimate:
    """Return an estimate as people are told it: without what cannot be said."""
    whole = bool(np.isfinite(found.low) and np.isfinite(found.high))
    return Estimate(
        mean=found.value if np.isfinite(found.value) else None,
        n=found.n,
        low=found.low if whole else None,
        high=found.high if whole else None,
    )


def _floats(values: object) -> Floats:
    """Return values as floats, None as NaN."""
    listed = [np.nan if one is None else float(one) for one in values]  # type: ignore[attr-defined]
    return np.array(listed, dtype=np.float64)
