"""The fit of agent C: means of slices with their errors, shrunk family by family."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from engine.agents.pattern import Ledger, Life, Living, Pattern, members
from engine.agents.slices import FAMILIES, VALUE, Cutter
from engine.learning.agents.ledger import Days, tabled, told
from engine.learning.agents.linear import ENOUGH, learnable
from engine.learning.clusters import week_of
from engine.learning.evidence import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.agents.slices import Cut, Family
    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

LEAST_BETS: Final = 100
LEAST_WEEKS: Final = 10
"""Bets, and weeks with one, below which a slice is not looked at: it could convince nobody."""
_FURTHEST: Final = 0.5
_RANK: Final = 1e-10
_LEAST_SPREAD: Final = 0.01
"""Logits that discovered effects of a family spread by at least, whatever its means say."""


def fit_pattern(past: PastBets, until: float, before: Pattern | None = None) -> Pattern | None:
    """Return the patterns that live by the closes known at an instant; None where too few are.

    Learns from whole days alone: those of `until` are left to the next fit. `before` hands on its
    ledger: what it looked at stays counted, and what it discovered is held to what closed since.
    """
    known = learnable(past, until) & (past.bets.feature("edge_expected") > VALUE)
    today = int(day_of(np.array([until]))[0])
    known &= day_of(past.closed_at) < today
    if known.sum() < ENOUGH:
        return before
    rows = np.flatnonzero(known)
    bets = past.bets
    rows = rows[np.lexsort((bets.side[rows], bets.market[rows], bets.fixture[rows]))]
    closed = _Closed.of(past.where(rows))
    measured = _measured(closed, Cutter(closed.past.bets))
    ledger, place = tabled(
        before.ledger if before else Ledger(), [name for one in measured for name in one.names]
    )
    ledger = _with_means(ledger, place, measured)
    ledger = told(ledger, place, _days(closed, measured), today - 1)
    return Pattern(living=_living(closed, measured, ledger, place), ledger=ledger)


class _Measured(NamedTuple):
    """The slices of one family that were looked at.

    `entry` indexes the entries (bet by slot) of the cut that are in a slice, `row` their bets and
    `slice_of` the slices. `spread` is the variance between the family's slices.
    """

    names: tuple[str, ...]
    row: Ints
    slice_of: Ints
    bets: Ints
    mean: Floats
    shrunk: Floats
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Closed:
    """Past bets with how far beyond the expected close each closed, and in which day and week."""

    past: PastBets
    beyond: Floats
    day: Ints
    days: Ints
    week: Ints
    weeks: int

    @classmethod
    def of(cls, past: PastBets) -> _Closed:
        days, day = np.unique(day_of(past.closed_at), return_inverse=True)
        weeks, week = np.unique(week_of(past.closed_at), return_inverse=True)
        return cls(
            past=past,
            beyond=np.clip(past.moved, -_FURTHEST, _FURTHEST),
            day=day,
            days=days,
            week=week,
            weeks=len(weeks),
        )


def _measured(closed: _Closed, cutter: Cutter) -> list[_Measured]:
    """Return the families in order; each shrinks to what those above it say of its bets."""
    moves: dict[tuple[str, ...], Floats] = {}
    found = []
    for family in FAMILIES:
        one, move = _measure(closed, cutter.cut(family), _above(family, moves, closed))
        moves[family.parts] = move
        found.append(one)
    return found


def _above(family: Family, moves: Mapping[tuple[str, ...], Floats], closed: _Closed) -> Floats:
    total = np.zeros(len(closed.beyond))
    for parts in family.above:
        total += moves[parts]
    return total


def _measure(closed: _Closed, cut: Cut, above: Floats) -> tuple[_Measured, Floats]:
    """Return a family's slices, and what they add to each bet beyond the families above."""
    row, slot = np.nonzero(cut.code >= 0)
    code, width = cut.code[row, slot], len(cut.labels)
    seen = np.bincount(code, minlength=width)
    by_week = np.bincount(code * closed.weeks + closed.week[row], minlength=width * closed.weeks)
    enough = seen >= LEAST_BETS
    enough &= (by_week.reshape(width, closed.weeks) > 0).sum(axis=1) >= LEAST_WEEKS
    number = np.where(enough, np.cumsum(enough) - 1, -1)[code]
    row, number = row[number >= 0], number[number >= 0]
    count = int(enough.sum())
    bets = np.bincount(number, minlength=count)
    mean = np.bincount(number, closed.beyond[row], count) / np.maximum(bets, 1)
    prior = np.bincount(number, above[row], count) / np.maximum(bets, 1)
    error = _errors(closed, row, number, mean, bets)
    spread = _spread(mean - prior, error)
    shrunk = (mean - prior) * spread / (spread + error)
    move: Floats = np.bincount(row, shrunk[number], len(closed.beyond)).astype(np.float64)
    names = tuple(label for label, kept in zip(cut.labels, enough, strict=True) if kept)
    return _Measured(names, row, number, bets, mean, prior + shrunk, spread), move


def _errors(closed: _Closed, row: Ints, number: Ints, mean: Floats, bets: Ints) -> Floats:
    """Return the variance of each slice's mean: by weeks, and not below that of single bets."""
    left = closed.beyond[row] - mean[number]
    count, weeks = len(bets), closed.weeks
    sums = np.bincount(number * weeks + closed.week[row], left, count * weeks)
    by_week = (sums.reshape(count, weeks) ** 2).sum(axis=1)
    single = np.bincount(number, left**2, count)
    floor = np.finfo(np.float64).tiny
    found: Floats = np.maximum(np.maximum(by_week, single) / bets.astype(np.float64) ** 2, floor)
    return found


def _spread(beside: Floats, error: Floats) -> float:
    """Return the variance between slices by the method of moments (DerSimonian & Laird).

    >>> _spread(np.array([1.0, -1.0]), np.array([0.25, 0.25]))
    0.75
    """
    if not len(beside):
        return 0.0
    weight = 1 / error
    return max(0.0, float((weight * beside**2).sum() - len(beside)) / float(weight.sum()))


def _with_means(ledger: Ledger, place: Ints, measured: list[_Measured]) -> Ledger:
    bets, mean, shrunk = ledger.bets.copy(), ledger.mean.copy(), ledger.shrunk.copy()
    bets[place] = np.concatenate([one.bets for one in measured])
    mean[place] = np.concatenate([one.mean for one in measured])
    shrunk[place] = np.concatenate([one.shrunk for one in measured])
    return replace(ledger, bets=bets, mean=mean, shrunk=shrunk)


def _days(closed: _Closed, measured: list[_Measured]) -> Days:
    """Return every slice's days, in the order of the families."""
    width = len(closed.days)
    sums, counts = [], []
    for one in measured:
        key, size = one.slice_of * width + closed.day[one.row], len(one.names) * width
        sums.append(np.bincount(key, closed.beyond[one.row], size).reshape(-1, width))
        counts.append(np.bincount(key, minlength=size).astype(np.float64).reshape(-1, width))
    return Days(day=closed.days, sums=np.concatenate(sums), counts=np.concatenate(counts))


def _living(closed: _Closed, measured: list[_Measured], ledger: Ledger, place: Ints) -> Living:
    """Return what each living pattern adds to the others that hold for the same bets.

    Their means are explained together: what a league's pattern says is not said again by one of
    its teams. Effects are normal around 0, spread as in their family.
    """
    family = np.repeat(np.arange(len(measured)), [len(one.names) for one in measured])
    home = {at: number for number, at in enumerate(place.tolist())}
    at = [
        (one.place, int(family[home[one.place]]))
        for one in ledger.discoveries
        if one.life is Life.LIVING and one.place in home
    ]
    if not at:
        return Living()
    names = tuple(ledger.names[each] for each, _ in at)
    families = tuple(number for _, number in at)
    effect, covariance = _together(
        closed,
        members(closed.past.bets, names, families),
        np.array([max(measured[number].spread, _LEAST_SPREAD**2) for number in families]),
    )
    return Living(
        names=names,
        family=families,
        bets=tuple(int(ledger.bets[each]) for each, _ in at),
        effect=effect,
        covariance=covariance,
    )


def _together(closed: _Closed, holds: Bools, spread: Floats) -> tuple[Floats, Floats]:
    """Return the effects (l,) of slices with their covariance, given the means of their bets.

    The mean of a slice is the sum of effects, each as far as it holds there; means err together
    where weeks do.
    """
    inside = holds.astype(np.float64)
    bets = inside.sum(axis=0)
    share = (inside.T @ inside) / bets[:, None]
    mean = (closed.beyond @ inside) / bets
    left = np.where(holds, closed.beyond[:, None] - mean, 0.0)
    sums = np.stack([np.bincount(closed.week, column, closed.weeks) for column in left.T], axis=1)
    error = sums.T @ sums / np.outer(bets, bets)
    single = (left**2).sum(axis=0) / bets**2
    error += np.diag(np.maximum(single - np.diag(error), 0.0))
    prior = np.diag(spread)
    # slices of the very same bets tell one thing, not two: there the matrix has no inverse
    inverse = np.linalg.pinv(share @ prior @ share.T + error, rcond=_RANK, hermitian=True)
    gain = (inverse @ share @ prior).T
    return gain @ mean, prior - gain @ share @ prior
