"""The ledger of slices: evidence once a day for each ever looked at, discoveries by e-BH over all.

Whoever looks at thousands of slices finds some that did well. Here each is a bet against the
hypothesis that it is nothing (METHOD B5.4), every slice ever looked at stays in the count, and a
discovery has to convince against all of them (Wang & Ramdas 2022: valid however slices depend on
each other). A discovery is then held to what closes after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.pattern import Discovery, Ledger, Life
from engine.learning.evidence import CONVINCING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

RATE: Final = 3.0
"""The share of the wealth bet on each logit of a day's mean; fixed, for slices of any size."""
CEILING: Final = 0.20
FLOOR: Final = -0.30
"""The best and the worst that a day's mean counts for: clipping hurts the claim more."""
FALSE_SHARE: Final = 0.10
"""The share of discoveries that may be false (METHOD B4)."""
FORWARD_BETS: Final = 30
"""Bets that closed after a discovery before their mean says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A claim registered before it is tested: nothing learns from it until it has passed."""

    name: str
    statement: str
    registered_on: date
    test: str


HYPOTHESES: Final = (
    Hypothesis(
        name="H1",
        statement=(
            "Picks of 25-35 % stated confidence do better than those of more than 50 % (found by "
            "slicing 77 settled picks, 70 of them a backtest)."
        ),
        registered_on=date(2026, 8, 1),
        test=(
            "Mean log-CLV of picks made after registration, by bins of the stated probability, "
            "in a model with the interaction of bin and odds; week-clustered; refused unless the "
            "e-value of the difference (low bin less high bin) reaches 20."
        ),
    ),
)
"""Claims to be tested on later picks only; none is an input of any agent, score or gate."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Days:
    """What closed in k slices on d days: sums of logits beyond the expected (k, d), and counts.

    `day` (d,) counts from 1 January 1970; all bets of a day are known.
    """

    day: Ints
    sums: Floats
    counts: Floats

    def gains(self, since: Ints) -> tuple[Floats, Floats]:
        """Return by how much wealth grew after `since` (k,), as logarithms: bet up, bet down."""
        fresh = (self.counts > 0) & (self.day > since[:, None])
        mean = np.where(fresh, self.sums / np.maximum(self.counts, 1), 0.0)
        up, down = (
            np.log1p(RATE * np.clip(sign * mean, FLOOR, CEILING)).sum(axis=1) for sign in (1, -1)
        )
        return up, down


def tabled(before: Ledger, names: Sequence[str]) -> tuple[Ledger, Ints]:
    """Return the ledger with room for the names it had not, and the place of each."""
    known = {name: place for place, name in enumerate(before.names)}
    fresh = [name for name in names if name not in known]
    known |= {name: len(before) + at for at, name in enumerate(fresh)}
    room, nothing = len(fresh), np.full(len(fresh), np.nan, dtype=np.float32)
    ledger = replace(
        before,
        names=(*before.names, *fresh),
        bets=np.append(before.bets, np.zeros(room, dtype=np.int32)),
        mean=np.append(before.mean, nothing),
        shrunk=np.append(before.shrunk, nothing),
        up=np.append(before.up, np.zeros(room)),
        down=np.append(before.down, np.zeros(room)),
        day=np.append(before.day, np.full(room, np.iinfo(np.int32).min, dtype=np.int32)),
    )
    return ledger, np.array([known[name] for name in names], dtype=np.int64)


def told(ledger: Ledger, place: Ints, days: Days, until: int) -> Ledger:
    """Return the ledger after the days up to `until`, for the slices at `place`.

    Days that a slice's wealth has seen are not bet on again. What was discovered before is held
    to the new days; what all evidence now convinces of is discovered.
    """
    since = ledger.day[place].astype(np.int64)
    gains = days.gains(since)
    up, down = ledger.up.copy(), ledger.down.copy()
    up[place] += gains[0]
    down[place] += gains[1]
    day = ledger.day.copy()
    day[place] = until
    heard = _held(ledger.discoveries, place, days, since, gains)
    after = replace(ledger, up=up, down=down, day=day, looks=ledger.looks + 1)
    return replace(after, discoveries=(*heard, *_discovered(after, place, until)))


def convincing(e_values: Floats, share: float = FALSE_SHARE) -> Bools:
    """Say which e-values e-BH finds: of k, the largest number n that are at least k / (share n).

    >>> convincing(np.array([30.0, 1.0, 15.0])).tolist()
    [True, False, True]
    >>> convincing(np.array([29.0, 1.0, 14.0])).tolist()
    [False, False, False]
    """
    order = np.sort(e_values)[::-1]
    enough = order * np.arange(1, len(order) + 1) * share >= len(order)
    if not enough.any():
        return np.zeros(len(order), dtype=np.bool_)
    found: Bools = e_values >= order[np.flatnonzero(enough)[-1]]
    return found


def _discovered(ledger: Ledger, place: Ints, until: int) -> tuple[Discovery, ...]:
    """Return what is convincing for the first time, of slices that were seen at this look."""
    known = {one.place for one in ledger.discoveries}
    here = np.zeros(len(ledger), dtype=np.bool_)
    here[place] = True
    return tuple(
        Discovery(
            place=at,
            sign=1 if ledger.up[at] > ledger.down[at] else -1,
            day=until,
            forward=0,
            mean=0.0,
            against=0.0,
            life=Life.LIVING,
        )
        for at in np.flatnonzero(convincing(ledger.e_values) & here).tolist()
        if at not in known
    )


def _held(
    discoveries: Sequence[Discovery],
    place: Ints,
    days: Days,
    since: Ints,
    gains: tuple[Floats, Floats],
) -> tuple[Discovery, ...]:
    """Return discoveries with what closed after each of them."""
    row = {at: number for number, at in enumerate(place.tolist())}
    heard = []
    for one in discoveries:
        at = row.get(one.place)
        if at is None:
            heard.append(one)
            continue
        fresh = days.day > since[at]
        counts, sums = days.counts[at, fresh].sum(), days.sums[at, fresh].sum()
        bets = one.forward + int(counts)
        mean = (one.mean * one.forward + float(sums)) / bets if bets else 0.0
        against = one.against + float(gains[1 if one.sign > 0 else 0][at])
        changed = replace(one, forward=bets, mean=mean, against=against)
        heard.append(replace(changed, life=_life(changed)))
    return tuple(heard)


def _life(one: Discovery) -> Life:
    """Return what became of a discovery by what closed after it.

    DEAD for good once the evidence against it convinces; benched while its bets' mean goes the
    other way.
    """
    if one.life is Life.DEAD or one.against >= np.log(CONVINCING):
        return Life.DEAD
    turned = one.forward >= FORWARD_BETS and one.sign * one.mean < 0
    return Life.BENCHED if turned else Life.LIVING
