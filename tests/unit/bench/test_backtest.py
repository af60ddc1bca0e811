from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bench import _backtest_bankroll, _backtest_paths, backtest
from bench._backtest_bankroll import (
    LEAST_EDGE,
    LEVEL,
    MOST,
    SHARE,
    START,
    Contest,
    a_season,
    flat,
    measure_bankroll,
    quarter_kelly,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_backtest_bankroll, "MATCHES", 300)
    monkeypatch.setattr(_backtest_bankroll, "_ROUNDS", 1)
    monkeypatch.setattr(_backtest_paths, "PATHS", 400)
    monkeypatch.setattr(_backtest_paths, "BETS", 50)
    monkeypatch.setattr(_backtest_paths, "_ROUNDS", 1)


def one_by_one(plan: Callable[[float, float, float], float]) -> np.ndarray:
    """Bet match by match, as anybody would write it; `plan` stakes on (left, odds, p)."""
    season, left, after = a_season(300), START, []
    for odds, probability, home, away in zip(
        season.odds.tolist(),
        season.probability.tolist(),
        season.home.tolist(),
        season.away.tolist(),
        strict=True,
    ):
        won = 0 if home > away else 1 if home == away else 2
        side, stake = chosen(odds, probability, plan, left)
        if stake:
            left += stake * (odds[side] - 1) if side == won else -stake
        after.append(left)
    return np.array(after)


def chosen(
    odds: list[float],
    probability: list[float],
    plan: Callable[[float, float, float], float],
    left: float,
) -> tuple[int, float]:
    values = [
        o * p - 1 if plan is level else (o * p - 1) / (o - 1)
        for o, p in zip(odds, probability, strict=True)
    ]
    side = values.index(max(values))
    return side, plan(left, odds[side], probability[side])


def level(left: float, odds: float, probability: float) -> float:
    return min(LEVEL, left) if odds * probability - 1 > LEAST_EDGE else 0.0


def capped(left: float, odds: float, probability: float) -> float:
    return left * min(max(SHARE * (odds * probability - 1) / (odds - 1), 0.0), MOST)


def test_columns_bank_what_one_bet_after_the_other_does() -> None:
    season = a_season(300)
    for ours, plan in ((flat, level), (quarter_kelly, capped)):
        expected = one_by_one(plan)
        assert np.ptp(expected) > 10, "something must have been bet"
        assert np.abs(ours(season) - expected).max() < 1e-8


@dataclass
class Peer:
    """A peer that banks what it is told to."""

    after: np.ndarray

    def run(self) -> None: ...

    def evaluate(self, _: str) -> None: ...

    def get_detailed_results(self) -> dict[str, Any]:
        return {"bt_ending_bankroll": Column(self.after)}


@dataclass
class Column:
    values: np.ndarray

    def to_numpy(self) -> np.ndarray:
        return self.values


@pytest.mark.parametrize(("cents", "agrees"), [(0.004, True), (0.006, False)])
def test_a_peer_counts_only_if_its_bankroll_is_the_same_to_the_cent(
    monkeypatch: pytest.MonkeyPatch,
    cents: float,
    agrees: bool,  # noqa: FBT001  # a case
) -> None:
    after = flat(a_season(300)) + cents
    monkeypatch.setattr(_backtest_bankroll, "_frame", lambda season: season)
    monkeypatch.setattr(_backtest_bankroll, "_backtest", lambda *_: Peer(after))
    contest = Contest(plan="flat", ours=flat, theirs=lambda: None)
    monkeypatch.setattr(_backtest_bankroll, "contests", lambda: (contest,))
    if agrees:
        assert measure_bankroll()["flat_over_backtestbuddy"]
        return
    with pytest.raises(ValueError, match=r"flat: bankrolls lie 0\.0060 apart"):
        measure_bankroll()


def test_without_the_peer_the_rest_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> None:
        raise ModuleNotFoundError(name="backtestbuddy")

    monkeypatch.setattr(_backtest_bankroll, "import_module", absent)
    figures = backtest.measure()
    assert figures["flat_over_backtestbuddy"] == "not measured: backtestbuddy is absent"
    assert figures["goal_kelly_over_backtestbuddy"] == (
        "not measured (goal 400x, moonshot 1,000x)"
    )
    assert isinstance(figures["paths_over_numpy_block"], float)
    assert figures["largest_difference"] < _backtest_paths.AGREED  # type: ignore[operator]


@pytest.mark.parametrize(
    ("ratio", "told"),
    [
        (399.9, "399.9x: goal NOT reached (goal 400x, moonshot 1,000x)"),
        (400.0, "400.0x: goal reached (goal 400x, moonshot 1,000x)"),
        (1_000.0, "1,000.0x: moonshot reached (goal 400x, moonshot 1,000x)"),
    ],
)
def test_a_goal_is_reached_or_not(ratio: float, told: str) -> None:
    assert backtest.verdict(ratio, "flat_over_backtestbuddy") == told
