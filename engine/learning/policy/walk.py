"""Learning of thresholds walked forward: every look chooses by what had settled before it.

Two policies come of it. The *learned* one follows what the inner window asks for, by bounded
steps. The one *in force* keeps the champion until a challenger has the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.evidence import day_of
from engine.learning.policy.challenger import WEEK
from engine.learning.policy.comparison import EMBARGO
from engine.learning.policy.criterion import Tally, choose
from engine.learning.policy.reign import Reign

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.domain.policy_version import Thresholds
    from engine.learning.policy.challenger import Promotion
    from engine.learning.policy.criterion import Choice
    from engine.learning.policy.reign import Event
    from engine.learning.policy.stream import PickStream
    from engine.learning.policy.trials import Grid

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One look: what the inner window asked for, and what served the look's picks."""

    at: float
    choice: Choice
    learned: Thresholds
    in_force: Thresholds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walked:
    """The outer folds, concatenated: every candidate was chosen or left by an earlier look.

    `learned` and `in_force` say which candidates (m,) were within the zone that served. `standing`
    is the last verdict on the challenger that ran at the end, None where none did.
    """

    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    standing: Promotion | None
    learned: Bools
    in_force: Bools

    def moves(self, of: str) -> tuple[tuple[float, Thresholds], ...]:
        """Return the settings of `learned` or `in_force`, each with the look it first served."""
        found: list[tuple[float, Thresholds]] = []
        for step in self.steps:
            setting: Thresholds = getattr(step, of)
            if not found or found[-1][1] != setting:
                found.append((step.at, setting))
        return tuple(found)


def walk_policy(
    stream: PickStream,
    grid: Grid,
    declared: Thresholds,
    *,
    looks: Floats | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Walked:
    """Walk the looks of a stream, or such as are given, from the declared thresholds on.

    Looks of one day are one batch. A look knows picks that had settled two days before it. An
    admin is supposed to confirm what has earned its promotion by the next look.
    """
    instants = batches(stream.issued_at) if looks is None else looks
    tally, reign = Tally(stream, grid, declared), Reign(stream, grid, declared)
    order = np.argsort(stream.settled_at, kind="stable")
    known = np.searchsorted(stream.settled_at[order], instants - EMBARGO, side="right")
    steps: list[Step] = []
    learned, moved_at, before = declared, -np.inf, 0
    for done, (at, until) in enumerate(zip(instants.tolist(), known.tolist(), strict=True), 1):
        tally.add(order[before:until])
        before = until
        choice = choose(tally)
        if at - moved_at >= WEEK and learned != choice.wanted:
            learned, moved_at = grid.step(learned, choice.wanted), at
        in_force = reign.look(at, choice, tally)
        steps.append(Step(at=at, choice=choice, learned=learned, in_force=in_force))
        if progress is not None:
            progress(done, len(instants))
    return Walked(
        steps=tuple(steps),
        events=tuple(reign.events),
        standing=reign.standing,
        learned=_served(stream, steps, "learned"),
        in_force=_served(stream, steps, "in_force"),
    )


def batches(issued_at: Floats) -> Floats:
    """Return the first look of each day (UTC) with any."""
    looks = np.unique(issued_at)
    _, first = np.unique(day_of(looks), return_index=True)
    found: Floats = looks[first]
    return found


def _served(stream: PickStream, steps: list[Step], of: str) -> Bools:
    """Say which candidates were within the zone that served their look."""
    which = np.searchsorted([step.at for step in steps], stream.issued_at, side="right") - 1
    settings = [getattr(step, of) for step in steps]
    number = {setting: place for place, setting in enumerate(dict.fromkeys(settings))}
    codes = np.array([number[setting] for setting in settings], dtype=np.int64)
    mine = np.where(which >= 0, codes[np.maximum(which, 0)], -1)
    found = np.zeros(len(stream), dtype=np.bool_)
    for setting, code in number.items():
        rows = mine == code
        found[rows] = stream.selected(setting)[rows]
    return found
