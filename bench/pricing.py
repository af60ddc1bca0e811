"""Prices side by side with the peers, in one run: devig, score grids, goal models.

The same answers are checked first. A ratio is the median over rounds of a peer's time over ours,
the contenders taking turns in one process: machines are noisy, so ratios are quoted, not times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PEERS: Final = ("penaltyblog", "shin", "goto-conversion")

_SECTIONS: Final = {
    "bench._pricing_devig": "measure_devig",
    "bench._pricing_grid": "measure_grid",
    "bench._pricing_goals": "measure_goals",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """How many times as fast as the peer we want to be, and wish to be."""

    least: float
    moonshot: float


GOALS: Final[Mapping[str, Goal]] = {
    "devig_shin_over_shin": Goal(least=130, moonshot=500),
    "devig_power_over_penaltyblog": Goal(least=600, moonshot=3_000),
    "devig_odds_ratio_over_penaltyblog": Goal(least=600, moonshot=3_000),
    "devig_logarithmic_over_penaltyblog": Goal(least=600, moonshot=3_000),
    "implied_goals_over_penaltyblog": Goal(least=30_000, moonshot=60_000),
    "grid_prices_over_penaltyblog": Goal(least=350, moonshot=1_400),
    "dixon_coles_fit_over_penaltyblog": Goal(least=37, moonshot=150),
    "walk_over_penaltyblog": Goal(least=40, moonshot=200),
}
"""The goals of the figures by those names."""


def measure() -> Mapping[str, object]:
    """Return the versions of the peers, every figure, and of each goal whether it is reached."""
    figures: dict[str, object] = {f"{peer}_version": _version(peer) for peer in PEERS}
    for module, function in _SECTIONS.items():
        try:
            figures |= getattr(import_module(module), function)()
        except ModuleNotFoundError as absent:
            figures[function] = f"not measured: {absent.name} is absent; `make bench` installs it"
    return figures | {f"goal_{name}": verdict(figures.get(name), name) for name in GOALS}


def verdict(ratio: object, name: str) -> str:
    """Say of a ratio whether its goal and its moonshot are reached."""
    goal = GOALS[name]
    aims = f"goal {goal.least:,.0f}x, moonshot {goal.moonshot:,.0f}x"
    if not isinstance(ratio, float):
        return f"not measured ({aims})"
    if ratio >= goal.moonshot:
        reached = "moonshot reached"
    else:
        reached = "goal reached" if ratio >= goal.least else "goal NOT reached"
    return f"{math.floor(ratio):,}x: {reached} ({aims})"


def _version(peer: str) -> str:
    try:
        return version(peer)
    except PackageNotFoundError:
        return "absent"
