"""A walk in figures: each policy's picks by season and all together, beside the declared zone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import clustered_mean
from engine.learning.policy.challenger import WEEK
from engine.learning.policy.overfitting import Deflated, deflated_sharpe, overfit_chance
from engine.learning.policy.trials import largest_move

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from engine.domain.policy_version import Thresholds
    from engine.learning.clusters import Clustered
    from engine.learning.policy.challenger import Promotion
    from engine.learning.policy.reign import Event
    from engine.learning.policy.stream import PickStream
    from engine.learning.policy.trials import Grid
    from engine.learning.policy.walk import Walked

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

DECLARED, LEARNED, IN_FORCE, NO_ZONE = "declared", "learned", "in_force", "no_zone"
WHO: Final = (DECLARED, LEARNED, IN_FORCE, NO_ZONE)
CLV, ALT, RETURN = "clv", "clv_alt", "profit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Somebody's picks of a season, of all together where `season` is None; one unit each.

    `beat` is the share whose close showed value. Every estimate has its own n.
    """

    who: str
    season: int | None
    n: int
    clv: Clustered
    clv_alt: Clustered
    beat: Clustered
    roi: Clustered
    profit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """By how much somebody's mean differs from the declared zone's, by CLV, clv_alt or profit.

    `same` where both are the same picks: then nothing was learned, and nothing lost.
    """

    who: str
    season: int | None
    of: str
    same: bool
    difference: Clustered

    @property
    def verdict(self) -> str:
        """What the interval leaves: better, worse, not told apart, or the same picks."""
        if self.same:
            return "same picks"
        if self.difference.low > 0:
            return "better"
        if self.difference.high < 0:
            return "worse"
        return "not told apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """How often a policy's thresholds moved, and the furthest a bound did within seven days."""

    who: str
    steps: int
    furthest: float
    settings: tuple[tuple[float, Thresholds], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySummary:
    """All figures of the outer folds; provenance: backtest.

    `overfit` is PBO over all trials, `deflated` each one's Sharpe ratio by matchdays. `looks` is
    how often the trials were looked at, `standing` the last verdict on who still runs.
    """

    seasons: tuple[int, ...]
    trials: int
    looks: int
    candidates: int
    lines: tuple[Line, ...]
    beside: tuple[Beside, ...]
    moves: tuple[Moves, ...]
    events: tuple[Event, ...]
    standing: Promotion | None
    overfit: float
    deflated: Mapping[str, Deflated]


def summarise(
    stream: PickStream,
    walked: Walked,
    grid: Grid,
    declared: Thresholds,
    since: float,
) -> PolicySummary:
    """Return the figures of all that was issued from `since` on; what came before is burn-in."""
    outer = stream.issued_at >= since
    own = stream.where(outer)
    masks = {
        DECLARED: own.selected(declared),
        LEARNED: walked.learned[outer],
        IN_FORCE: walked.in_force[outer],
        NO_ZONE: own.picked(declared.hurdle),
    }
    seasons = tuple(np.unique(own.season).tolist())
    members = own.members(grid.trials)
    return PolicySummary(
        seasons=seasons,
        trials=len(grid),
        looks=sum(step.at >= since for step in walked.steps),
        candidates=len(own),
        lines=tuple(
            _line(own, masks[who] & _of(own, season), who, season)
            for season in (*seasons, None)
            for who in WHO
        ),
        beside=tuple(
            one
            for season in (*seasons, None)
            for who in (LEARNED, IN_FORCE, NO_ZONE)
            for one in _beside(own, masks, who, season)
        ),
        moves=tuple(_moves(walked, who, since) for who in (LEARNED, IN_FORCE)),
        events=tuple(one for one in walked.events if one.at >= since),
        standing=walked.standing,
        overfit=overfit_chance(*_by_week(own, members)),
        deflated=deflated(own, masks, members, len(grid)),
    )


def difference_of_means(values: Floats, week: Ints, mine: Bools, theirs: Bools) -> Clustered:
    """Return the mean of `mine` less that of `theirs`, whose rows may be the same ones.

    Linearised, so that picks of both and weeks of both are one draw for both.
    """
    known = np.isfinite(values)
    rows = known & (mine | theirs)
    value = values[rows]
    found, effect = 0.0, np.zeros(len(value))
    for mask, sign in ((mine[rows], 1.0), (theirs[rows], -1.0)):
        count = max(int(mask.sum()), 1)
        mean = float(value[mask].sum()) / count if mask.any() else float("nan")
        found += sign * mean
        effect += np.where(mask, sign * (value - mean) * len(value) / count, 0.0)
    return clustered_mean(effect + found, week[rows])


def _line(stream: PickStream, mask: Bools, who: str, season: int | None) -> Line:
    own = stream.where(mask)
    week = own.week
    beaten = np.where(np.isfinite(own.clv), (own.clv > 0) * 1.0, np.nan)
    return Line(
        who=who,
        season=season,
        n=len(own),
        clv=clustered_mean(own.clv, week),
        clv_alt=clustered_mean(own.clv_alt, week),
        beat=clustered_mean(beaten, week),
        roi=clustered_mean(own.profit, week),
        profit=float(np.nansum(own.profit)),
    )


def _beside(
    stream: PickStream, masks: Mapping[str, Bools], who: str, season: int | None
) -> Iterator[Beside]:
    own = _of(stream, season)
    mine, theirs = masks[who] & own, masks[DECLARED] & own
    for of in (CLV, ALT, RETURN):
        values: Floats = getattr(stream, of)
        yield Beside(
            who=who,
            season=season,
            of=of,
            same=bool((mine == theirs).all()),
            difference=difference_of_means(values, stream.week, mine, theirs),
        )


def _moves(walked: Walked, who: str, since: float) -> Moves:
    """Return a policy's steps; the first setting is the one it began the outer folds with."""
    every = walked.moves(who)
    before = [one for one in every if one[0] <= since][-1:]
    settings = (*before, *(one for one in every if one[0] > since))
    return Moves(
        who=who,
        steps=max(len(settings) - 1, 0),
        furthest=furthest_in_a_week(settings),
        settings=settings,
    )


def furthest_in_a_week(settings: Iterable[tuple[float, Thresholds]]) -> float:
    """Return the furthest that a bound moved between settings that served within seven days.

    `settings` tells since when each served, in order of time.
    """
    every = list(settings)
    far = [largest_move(one, other) for (_, one), (_, other) in pairwise(every)]
    for first, (_, one) in enumerate(every[:-2]):
        left_at = every[first + 1][0]
        far += [largest_move(one, it) for at, it in every[first + 2 :] if at - left_at < WEEK]
    return max(far, default=0.0)


def _by_week(stream: PickStream, members: Bools) -> tuple[Floats, Floats]:
    """Return each trial's sums and counts of CLV (trials, weeks)."""
    weeks, place = np.unique(stream.week, return_inverse=True)
    known = np.isfinite(stream.clv)
    sums, counts = np.zeros((2, members.shape[1], len(weeks)))
    for trial, mask in enumerate(members.T):
        rows = known & mask
        sums[trial] = np.bincount(place[rows], stream.clv[rows], len(weeks))
        counts[trial] = np.bincount(place[rows], minlength=len(weeks))
    return sums, counts


def deflated(
    stream: PickStream, masks: Mapping[str, Bools], members: Bools, trials: int
) -> dict[str, Deflated]:
    """Return the Sharpe ratios of matchdays' units, each deflated by all trials'."""
    ratios = np.array([_ratio(_daily(stream, mask)) for mask in members.T])
    return {
        who: deflated_sharpe(_daily(stream, mask), ratios, trials) for who, mask in masks.items()
    }


def _daily(stream: PickStream, mask: Bools) -> Floats:
    rows = mask & np.isfinite(stream.profit)
    days, place = np.unique(stream.day[rows], return_inverse=True)
    found: Floats = np.bincount(place, stream.profit[rows], len(days)).astype(np.float64)
    return found


def _ratio(returns: Floats) -> float:
    spread = float(returns.std(ddof=1)) if len(returns) > 1 else 0.0
    return float(returns.mean()) / spread if spread > 0 else float("nan")


def _of(stream: PickStream, season: int | None) -> Bools:
    if season is None:
        return np.ones(len(stream), dtype=np.bool_)
    found: Bools = stream.season == season
    return found
