"""When a league is swept: a ladder of steps that grow denser towards a kick-off."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from engine.collect.kick_offs import KickOff
    from engine.collect.rules import PlanRules

_START: Final = datetime(2001, 1, 2, tzinfo=UTC)
_BITS: Final = 32


def sweep_instants(
    kick_offs: Sequence[KickOff], rules: PlanRules, since: datetime, until: datetime
) -> Iterator[tuple[datetime, timedelta]]:
    """Yield the instants of the ladder in [since, until) by time, each with its step.

    Every instant lies on the clock's grid of its step, never at a distance from the present: a
    plan made again later has the same ones. Without a kick-off within `sweep_ahead` there is none.
    """
    bands = (
        (rules.sweep_ahead, rules.soon, rules.sweep_every),
        (rules.soon, rules.late, rules.soon_every),
        (rules.late, rules.together, rules.late_every),
    )
    before = since
    for kick_off in kick_offs:
        for begins, ends, step in bands:
            first = max(before, kick_off.at - begins)
            for at in _grid(first, min(kick_off.at - ends, until), step):
                yield at, step
        before = max(kick_off.at, before)


def on_grid(at: datetime, step: timedelta) -> datetime:
    """Return the first multiple of `step` that is not before `at`."""
    return _START - (_START - at) // step * step


def spread(at: datetime, rules: PlanRules) -> int:
    """Return a place in an order of which every beginning is spread evenly over time.

    It is the instant's number with its bits reversed (van der Corput): instants on a coarse grid
    come before those between them, whatever the credits and whenever the plan is made.
    """
    number = (at - _START) // min(rules.sweep_every, rules.soon_every, rules.late_every)
    return int(f"{number % (1 << _BITS):0{_BITS}b}"[::-1], 2)


def _grid(since: datetime, until: datetime, step: timedelta) -> Iterator[datetime]:
    at = on_grid(since, step)
    while at < until:
        yield at
        at += step
