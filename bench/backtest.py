"""A backtest's own arithmetic: bets settled and banked, and what may become of a bankroll.

The same answers are checked first. A ratio is the median over rounds of a peer's time over ours,
the contenders taking turns in one process.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from bench._backtest_bankroll import measure_bankroll
from bench._backtest_paths import measure_paths
from bench.pricing import Goal

if TYPE_CHECKING:
    from collections.abc import Mapping

PEER: Final = "backtestbuddy"

GOALS: Final[Mapping[str, Goal]] = {
    "flat_over_backtestbuddy": Goal(least=400, moonshot=1_000),
    "kelly_over_backtestbuddy": Goal(least=400, moonshot=1_000),
    "paths_over_numpy_block": Goal(least=5, moonshot=35),
}


def measure() -> Mapping[str, object]:
    """Return the version of the peer, every figure, and of each goal whether it is reached."""
    figures: dict[str, object] = {f"{PEER}_version": _version()}
    figures |= measure_bankroll()
    figures |= measure_paths()
    return figures | {f"goal_{name}": verdict(figures.get(name), name) for name in GOALS}


def verdict(ratio: object, name: str) -> str:
    """Say of a ratio whether its goal and its moonshot are reached."""
    goal = GOALS[name]
    aims = f"goal {goal.least:,.0f}x, moonshot {goal.moonshot:,.0f}x"
    if not isinstance(ratio, float):
        return f"not measured ({aims})"
    if ratio >= goal.moonshot:
        return f"{ratio:,.1f}x: moonshot reached ({aims})"
    return (
        f"{ratio:,.1f}x: {'goal reached' if ratio >= goal.least else 'goal NOT reached'} ({aims})"
    )


def _version() -> str:
    try:
        return version(PEER)
    except PackageNotFoundError:
        return "absent"
