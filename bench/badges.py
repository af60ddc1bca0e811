"""Badges of markets where the truth is known: how many are false, and how many are missed.

`python -m bench badges` draws worlds of 22 markets (METHOD B4), with and without picks that depend
on each other, weeks that share shocks and closes that are off, and holds our rules and those in
use elsewhere against the truth; then years without any edge, looked at every day (B5).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bench._badge_rules import WARNING, hold
from bench._badge_worlds import World
from bench._badge_years import Year, alarms, waiting
from engine.learning.evidence import CLV_OTHER, CLV_SHARP
from engine.learning.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench._badge_rules import Held

WORLDS: Final = 2_000
YEARS: Final = 2_000
_YEARS_AT_ONCE: Final = 250
_HARSH: Final = World(match=0.5, week=0.03, bias=0.005)
SCENES: Final[Mapping[str, World]] = {
    "B4": World(),
    "B4, dependent": World(match=0.5),
    "B4, dependent, weeks": World(match=0.5, week=0.03),
    "B4, all three": _HARSH,
    "B4, all three, two references": replace(_HARSH, other=True),
    "all lose 4 %": World(mean=-0.04, spread=0.0),
    "no edge, all three": replace(_HARSH, mean=0.0, spread=0.0),
    "300 bets": World(weeks=75),
    "300 bets, all three": replace(_HARSH, weeks=75),
    "1,000 bets, all three": replace(_HARSH, weeks=250),
}
"""100 bets a market unless said; all three: picks of a match correlate by .5, those of a week by
.03, and every close is off by half a point."""
CALM: Final = Year()
HARSH: Final = Year(match=0.5, week=0.03, bias=0.005)


def measure() -> Mapping[str, object]:
    """Return how often each rule speaks, how often falsely, and how long evidence takes."""
    found: dict[str, object] = {}
    for name, world in SCENES.items():
        found |= _told(name, hold(world, WORLDS))
    for name, year in (("a year", CALM), ("a year, all three", HARSH)):
        found |= _years(name, year)
    for mean in (0.01, 0.02, 0.03):
        after = waiting(mean, WORLDS, np.random.default_rng(1))
        found[f"CLV {mean:.0%}: median picks until 20"] = float(np.median(after))
    return found


def _told(name: str, held: Held) -> Mapping[str, object]:
    found: dict[str, object] = {
        f"{name}: worth betting a table": held.real / held.worlds,
    }
    for rule, tally in held.rules.items():
        told = f"{tally.given / held.worlds:.3f} a table, false {_share(tally.false, tally.given)}"
        if rule != WARNING and held.real:
            told += f", finds {(tally.given - tally.false) / held.real:.1%}"
        found[f"{name}: {rule}"] = told
    return found


def _years(name: str, year: Year) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for hurdle, claim in (("half a point", CLV_SHARP), ("one point", CLV_OTHER)):
        rng = np.random.default_rng(1)
        drawn = [
            alarms(year, claim, _YEARS_AT_ONCE, rng) for _ in range(-(-YEARS // _YEARS_AT_ONCE))
        ]
        worlds = sum(one.worlds for one in drawn)
        for what in ("record", "market", "standing_out"):
            raised = sum(getattr(one, what) for one in drawn)
            label = what.replace("_", " ")
            found[f"{name}, hurdle {hurdle}: {label}"] = _share(raised, worlds)
    return found


def _share(hits: int, n: int) -> str:
    """Write a share with its 95 % interval."""
    rate = wilson(hits, n)
    if rate.mean is None or rate.low is None or rate.high is None:
        return f"{hits} of {n}"
    return f"{hits} of {n} ({rate.mean:.1%}, {max(rate.low, 0):.1%} to {rate.high:.1%})"
