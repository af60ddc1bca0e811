"""How fast an edge goes: its share left by minutes since the alert, and the half-life of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import week_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from engine.domain.numbers import PickId
    from engine.domain.record import EdgeSeen, SettledBet

    Floats = NDArray[np.float64]

MINUTES: Final = (5, 15, 30, 60, 120, 240, 480, 960, 1440)
FEW: Final = 30
"""Picks below which there is no half-life."""
_WEEKS: Final = 5
"""Weeks below which a drawn interval would be made of too few different draws."""
_DRAWS: Final = 1_000
_SEED: Final = 20_260_801
_HALF: Final = 0.5
_ENDS: Final = (0.025, 0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left so many minutes after the alert, over picks whose match has not begun.

    `share` is the sum of their edges over the sum of what they were. Its bounds come by drawing
    weeks anew; None with too few of them.
    """

    minutes: int
    share: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """The way of an edge after its alert, and the minutes by which half of it is gone.

    `half_life` is None while half is left at the last minute told, and with too few picks;
    `low` is None where the interval is unknown, `high` also where it has no end.
    """

    points: tuple[Left, ...]
    half_life: float | None
    low: float | None
    high: float | None
    n: int


def decay(bets: Sequence[SettledBet], seen: Mapping[PickId, Sequence[EdgeSeen]]) -> Decay:
    """Return how the edges of picks went, by what later looks said of them.

    Between looks an edge stands as it was last told; a look that changed nothing worth telling
    left no trace. Picks without an edge at alert have nothing to lose and are left out.
    """
    had = [bet for bet in bets if bet.expected_at_alert > 0]
    weeks = week_of(np.array([bet.kick_off.timestamp() for bet in had], dtype=np.float64))
    left = np.array([_way(bet, seen.get(bet.pick, ())) for bet in had]).reshape(
        len(had), len(MINUTES)
    )
    first = np.array([bet.expected_at_alert for bet in had])
    over, under = _by_week(left, first, weeks)
    there = np.isfinite(left).sum(axis=0)
    shares = _shares(over.sum(axis=0), under.sum(axis=0))
    drawn = _drawn(over, under)
    low, high = _bounds(drawn)
    points = tuple(
        Left(
            minutes=minutes, share=float(shares[at]), low=low[at], high=high[at], n=int(there[at])
        )
        for at, minutes in enumerate(MINUTES)
        if there[at]
    )
    half = half_life(shares) if len(had) >= FEW else None
    ends = _half_bounds(drawn) if half is not None else (None, None)
    return Decay(points=points, half_life=half, low=ends[0], high=ends[1], n=len(had))


def half_life(shares: Floats) -> float | None:
    """Return the minute at which half is left, straight between the minutes told.

    >>> half_life(np.array([0.8, 0.4, 0.4, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1]))
    12.5
    >>> half_life(np.full(len(MINUTES), 0.9)) is None
    True
    """
    before, share = 0.0, 1.0
    for minutes, now in zip(MINUTES, shares.tolist(), strict=True):
        if np.isnan(now):
            return None
        if now <= _HALF:
            return float(before + (minutes - before) * (share - _HALF) / (share - now))
        before, share = float(minutes), now
    return None


def _way(bet: SettledBet, seen: Sequence[EdgeSeen]) -> list[float]:
    """Return the edge at each minute told; NaN from kick-off on."""
    found = []
    for minutes in MINUTES:
        passed = [one.edge for one in seen if _minutes(bet, one) <= minutes]
        edge = passed[-1] if passed else bet.expected_at_alert
        found.append(edge if minutes < 60 * bet.lead_hours else np.nan)
    return found


def _minutes(bet: SettledBet, one: EdgeSeen) -> float:
    return (one.at - bet.issued_at).total_seconds() / 60


def _by_week(left: Floats, first: Floats, weeks: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return by week and minute the edges left, and what those picks had at their alert."""
    names, place = np.unique(weeks, return_inverse=True)
    over, under = np.zeros((2, len(names), len(MINUTES)))
    np.add.at(over, place, np.nan_to_num(left, nan=0.0))
    np.add.at(under, place, np.where(np.isfinite(left), first[:, None], 0.0))
    return over, under


def _shares(over: Floats, under: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(under > 0, over / under, np.nan)
    return found


def _drawn(over: Floats, under: Floats) -> Floats | None:
    """Return the shares with weeks drawn anew; None with too few weeks."""
    weeks = len(over)
    if weeks < _WEEKS:
        return None
    times = np.random.default_rng(_SEED).multinomial(weeks, np.full(weeks, 1 / weeks), _DRAWS)
    return _shares(times @ over, times @ under)


def _bounds(drawn: Floats | None) -> tuple[list[float | None], list[float | None]]:
    if drawn is None:
        return [None] * len(MINUTES), [None] * len(MINUTES)
    ends = np.full((2, len(MINUTES)), np.nan)
    told = np.isfinite(drawn).any(axis=0)
    ends[:, told] = np.nanquantile(drawn[:, told], _ENDS, axis=0)
    low, high = ([None if np.isnan(end) else float(end) for end in row.tolist()] for row in ends)
    return low, high


def _half_bounds(drawn: Floats | None) -> tuple[float | None, float | None]:
    """Return the interval of the half-life; a draw in which half is left has none: no end."""
    if drawn is None:
        return None, None
    lives = [half_life(row) for row in drawn]
    ordered = np.sort([np.inf if life is None else life for life in lives])
    low, high = (float(ordered[int(end * (_DRAWS - 1))]) for end in _ENDS)
    return (low if np.isfinite(low) else None), (high if np.isfinite(high) else None)
