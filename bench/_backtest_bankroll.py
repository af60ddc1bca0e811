"""Settlement and bankroll of 100,000 three-way matches: backtestbuddy in turn with ours."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.domain.market import Selection
from engine.settlement.bankroll import growing_bankroll, level_bankroll
from engine.settlement.columns import returns, settle_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MATCHES: Final = 100_000
START: Final = 100_000.0
LEVEL: Final = 10.0
LEAST_EDGE: Final = 0.02
SHARE: Final = 0.25
MOST: Final = 0.01
CENT: Final = 0.005

_ROUNDS: Final = 3
_TURNS: Final = 9
"""Of ours in each round, the median counts: a peer takes seconds, we take milliseconds."""
_SIDES: Final = np.array([Selection.parse(code).number for code in ("home", "draw", "away")])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Season:
    """Matches with the odds and the probabilities of three outcomes, and their goals."""

    odds: Floats
    probability: Floats
    home: Floats
    away: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One staking plan: ours, and how the peer is told to do the same."""

    plan: str
    ours: Callable[[Season], Floats]
    theirs: Callable[[], Any]


def measure_bankroll() -> Mapping[str, object]:
    """Return the ratios of the peer's times to ours, once every bankroll agrees to the cent.

    Both choose a side, stake, settle and keep the bankroll after each match. The peer's `run`
    keeps a table of every match; its `evaluate` leaves out all that one figure does not need.

    Raises:
        ValueError: a bankroll differs by half a cent or more.
    """
    season = a_season(MATCHES)
    figures: dict[str, object] = {"matches": MATCHES}
    for contest in contests():
        for what, value in _measured(contest, season).items():
            figures[f"{contest.plan}_{what}"] = value
    return figures


def contests() -> tuple[Contest, ...]:
    """Return flat stakes on the highest edge, and a capped quarter of Kelly."""
    return (
        Contest(plan="flat", ours=flat, theirs=_value_bet),
        Contest(plan="kelly", ours=quarter_kelly, theirs=_kelly),
    )


def a_season(matches: int) -> Season:
    """Return matches at fair prices, seen with an error: picks neither gain nor lose for long."""
    generator = np.random.default_rng(3)
    rates = np.exp(generator.normal([0.4, 0.15], 0.25, (matches, 2)))
    goals = generator.poisson(rates).astype(np.float64)
    truth = _three_way(rates)
    odds = np.maximum(np.round(1 / (truth * 0.995), 2), 1.01)
    seen = truth * np.exp(generator.normal(0, 0.05, truth.shape))
    return Season(
        odds=odds,
        probability=seen / seen.sum(axis=1, keepdims=True),
        home=goals[:, 0],
        away=goals[:, 1],
    )


def flat(season: Season) -> Floats:
    """Return the bankroll after each match: one stake on the highest edge, if it is enough."""
    edge = season.odds * season.probability - 1
    side, best = _best(edge)
    earned = _earned(season, side)
    return level_bankroll(earned * (best > LEAST_EDGE), LEVEL, START)


def quarter_kelly(season: Season) -> Floats:
    """Return the bankroll after each match: a capped quarter of the highest Kelly stake."""
    share = (season.odds * season.probability - 1) / (season.odds - 1)
    side, best = _best(np.maximum(share, 0))
    return growing_bankroll(_earned(season, side), np.minimum(SHARE * best, MOST), START)


def _best(value: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the side with the highest value of three, the first of equals, and the value."""
    home, draw, away = value.T
    best = np.maximum(np.maximum(home, draw), away)
    return (home != best) * (1 + (draw != best)), best


def _earned(season: Season, side: NDArray[np.int64]) -> Floats:
    settled = settle_columns(_SIDES[side], season.home, season.away)
    return returns(settled, np.take(season.odds, np.arange(len(side)) * 3 + side))


def _measured(contest: Contest, season: Season) -> dict[str, object]:
    try:
        strategy = contest.theirs()
    except ModuleNotFoundError as absent:
        return {"over_backtestbuddy": f"not measured: {absent.name} is absent"}
    frame = _frame(season)
    apart = float(np.abs(contest.ours(season) - _their_bankroll(frame, strategy)).max())
    if not apart < CENT:
        raise ValueError(f"{contest.plan}: bankrolls lie {apart:.4f} apart")
    rounds = [
        (
            _seconds(lambda: _backtest(frame, strategy).run()),
            _seconds(lambda: _backtest(frame, strategy).evaluate("Total Bets")),
            median(_seconds(lambda: contest.ours(season)) for _ in range(_TURNS)),
        )
        for _ in range(_ROUNDS)
    ]
    return {
        "over_backtestbuddy": median(run / ours for run, _, ours in rounds),
        "over_backtestbuddy_evaluate": median(lean / ours for _, lean, ours in rounds),
        "ms": 1000 * median(ours for _, _, ours in rounds),
        "backtestbuddy_ms": 1000 * median(run for run, _, _ in rounds),
        "backtestbuddy_evaluate_ms": 1000 * median(lean for _, lean, _ in rounds),
        "largest_difference": apart,
        "final_bankroll": float(contest.ours(season)[-1]),
    }


def _frame(season: Season) -> Any:
    won = np.select([season.home > season.away, season.home == season.away], [0, 1], 2)
    columns = {
        **{f"odds_{side}": season.odds[:, side] for side in range(3)},
        **{f"p_{side}": season.probability[:, side] for side in range(3)},
        "outcome": won,
        "said": np.zeros(len(won), dtype=np.int64),
        "at": np.arange(len(won)),
    }
    return import_module("pandas").DataFrame(columns)


def _backtest(frame: Any, strategy: Any) -> Any:
    made = import_module("backtestbuddy.backtest.sport_backtest").PredictionBacktest
    return made(
        frame,
        [f"odds_{side}" for side in range(3)],
        "outcome",
        "at",
        "said",
        initial_bankroll=START,
        strategy=strategy,
        model_prob_columns=[f"p_{side}" for side in range(3)],
    )


def _their_bankroll(frame: Any, strategy: Any) -> Floats:
    backtest = _backtest(frame, strategy)
    backtest.run()
    after: Floats = backtest.get_detailed_results()["bt_ending_bankroll"].to_numpy()
    return after


def _value_bet() -> Any:
    strategies = import_module("backtestbuddy.strategies.sport_strategies")
    return strategies.ValueBet(min_ev=LEAST_EDGE, amount=LEVEL)


def _kelly() -> Any:
    strategies = import_module("backtestbuddy.strategies.sport_strategies")
    return strategies.KellyCriterion(downscaling=SHARE, max_bet=MOST)


def _three_way(rates: Floats) -> Floats:
    """Return the chances of home, draw and away from Poisson goals."""
    counts = np.arange(12)
    factorial = np.cumprod(np.maximum(counts, 1)).astype(np.float64)
    each = np.exp(-rates[..., None]) * rates[..., None] ** counts / factorial
    drawn = (each[:, 0] * each[:, 1]).sum(axis=1)
    under = np.cumsum(each[:, 1], axis=1) - each[:, 1]
    won = (each[:, 0] * under).sum(axis=1)
    return np.stack([won, drawn, 1 - won - drawn], axis=1)


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
