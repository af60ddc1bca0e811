"""Settled bets of one provenance as columns, in the order in which they were settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.closing import Grade
from engine.domain.market import Side
from engine.domain.record import Estimate
from engine.learning.clusters import week_of
from engine.learning.evidence import day_of
from engine.learning.intervals import by_weeks, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.market import Selection
    from engine.domain.pick import Provenance
    from engine.domain.record import SettledBet

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """n settled bets, in columns.

    `clv` and `clv_alt` are NaN without a close that counts, `movement` where the book that was bet
    had left the line.

    `week` and `day` are those of kick-off: a matchday is a day (UTC), and weeks are the clusters
    of every interval (METHOD B4). `fixture` numbers the matches. `half` says what the result
    between won and lost is: half won (1) or half lost (-1) of a quarter line, all given back (0).
    `sharp` says where `clv_alt` is that of a sharp close, `grade` how the headline's was caught.
    """

    provenance: Provenance
    odds: Floats
    stake: Floats
    profit: Floats
    expected: Floats
    refund: Floats
    clv: Floats
    clv_alt: Floats
    movement: Floats
    won: Floats
    half: Ints
    sharp: Bools
    grade: tuple[Grade | None, ...]
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
        movement=_floats(bet.movement for bet in ordered),
        won=_floats(bet.won for bet in ordered),
        half=np.array([_half(bet.selection) for bet in ordered], dtype=np.int64),
        sharp=np.array([bet.alt_grade is Grade.A for bet in ordered], dtype=np.bool_),
        grade=tuple(bet.grade for bet in ordered),
        week=week_of(begun),
        day=day_of(begun),
        fixture=fixture.astype(np.int64),
    )


def ratio(above: Floats, below: Floats, bets: Columns) -> Estimate:
    """Return Σ above / Σ below of the bets where both are known, with its interval by weeks."""
    known = np.isfinite(above) & np.isfinite(below)
    return by_weeks(above[known], below[known], bets.week[known], bets.fixture[known])


def mean(values: Floats, bets: Columns) -> Estimate:
    """Return the mean of what is known, with its 95 % interval by weeks."""
    return ratio(values, np.ones(len(values)), bets)


def yield_of(bets: Columns) -> Estimate:
    """Return profit over stakes; bets that were all won or all lost do not make it certain.

    They leave no spread to measure: its ends are then those of the chance to win, at their odds.
    """
    found = ratio(bets.profit, bets.stake, bets)
    judged = bets.won[np.isfinite(bets.won)]
    chance = wilson(int(judged.sum()), len(judged))
    if len(np.unique(judged)) != 1 or None in {chance.low, found.low}:
        return found
    odds = float(bets.odds.mean())
    ends = (found.low, found.high, *((end or 0) * odds - 1 for end in (chance.low, chance.high)))
    known = [end for end in ends if end is not None]
    return replace(found, low=min(known), high=max(known))


def share(flags: Floats, bets: Columns) -> Estimate:
    """Return the share of ones among what is known.

    The interval is the wider of that by weeks and Wilson's: bets that all won leave no spread
    between weeks, and that is no certainty.
    """
    known = np.isfinite(flags)
    plain = wilson(int(flags[known].sum()), int(known.sum()))
    weekly = mean(flags, bets)
    if weekly.low is None or weekly.high is None or plain.low is None or plain.high is None:
        return Estimate(mean=plain.mean, n=plain.n, low=None, high=None)
    return Estimate(
        mean=plain.mean,
        n=plain.n,
        low=max(0.0, min(plain.low, weekly.low)),
        high=min(1.0, max(plain.high, weekly.high)),
    )


def earned_at(bets: Columns, odds: Floats) -> Floats:
    """Return what the same bets would have earned at other odds; NaN where those are unknown.

    A bet is paid the share of its stake that won, at those odds in the place of its own.
    """
    won = bets.profit > 0
    paid = np.divide(bets.profit, bets.odds - 1, out=np.zeros(len(bets)), where=won)
    earned = np.where(won, paid * (odds - 1), bets.profit)
    return np.where(np.isfinite(odds), earned, np.nan)


def _half(selection: Selection) -> int:
    """Return which half result a quarter line may have: 1 won, -1 lost; 0 of any other line.

    >>> from engine.domain.market import Selection
    >>> codes = "ah_home@+0.25", "ah_home@-0.25", "over_2.25", "under_2.25", "over_2.5", "home"
    >>> [_half(Selection.parse(code)) for code in codes]
    [1, -1, -1, 1, 0, 0]
    """
    line = selection.market.line
    if line is None:
        return 0
    ahead = -line if selection.side in {Side.AWAY, Side.OVER} else line
    return {1: 1, 3: -1}.get(int(ahead * 4) % 4, 0)


def _floats(values: object) -> Floats:
    """Return values as floats, None as NaN."""
    listed = [np.nan if one is None else float(one) for one in values]  # type: ignore[attr-defined]
    return np.array(listed, dtype=np.float64)
