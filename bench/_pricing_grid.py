"""Score grids against penaltyblog: the goals a market implies, and 141 prices of each grid."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from itertools import product
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.domain.market import Selection, Side
from engine.pricing.grid.bets import (
    correct_score,
    every_bet,
    exact_total,
    loss_share,
    odd_total,
    returns,
    win_share,
    win_to_nil,
)
from engine.pricing.grid.operator import MarketOperator
from engine.pricing.grid.score_grid import score_grids
from engine.pricing.implied.goals import implied_goals
from engine.pricing.implied.logits import FairMarkets
from engine.pricing.implied.rates import implied_rates
from engine.pricing.implied.total import split_total

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

IMPLIED: Final = 100_000
"""Matches whose goals are inferred in one batch."""
PRICED: Final = 10_000
"""Matches priced on every market of the list."""
PEER_IMPLIED, PEER_EXTENDED, PEER_PRICED = 40, 12, 100
"""What the peer is given of them, a match a call; its time is scaled up."""
AGREED_RATE: Final = 1e-2
"""How far apart rates may lie: penaltyblog's own search recovers known rates to 3-5e-3."""
AGREED_PRICE: Final = 1e-6
"""How far apart prices may lie: penaltyblog's grid ends at 15 goals."""
_ROUNDS: Final = 7
_RHO: Final = -0.08
_LOW_SCORES, _TOTALS, _TEAM_GOALS, _EXACT_TOTALS = range(6), range(6), range(4), range(7)
_TWO_AND_A_HALF: Final = 2.5
_HANDICAPS: Final = [quarters / 4 for quarters in range(-10, 11)]


def measure_grid() -> dict[str, object]:
    """Return the ratios of penaltyblog's times to ours, once the answers are found to agree.

    Prices are compared at rho 0, since the peer exchanges the cells of 0-1 and 1-0; the
    difference that makes is among the figures.

    Raises:
        ValueError: the peer answers otherwise than we do, beyond its own accuracy.
    """
    return _implied() | _extended() | _priced()


def _rates(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the goal rates of matches as they are played."""
    generator = np.random.default_rng(4)
    return generator.uniform(0.6, 2.8, count), generator.uniform(0.4, 2.4, count)


def _market(rho: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the match odds and over 2.5 of grids whose rates are known."""
    grids = score_grids(*_rates(IMPLIED), rho)
    codes = ("home", "draw", "away", "over_2.5")
    tables = [win_share(returns(Selection.parse(code))) for code in codes]
    chances = MarketOperator.of(tables).apply(grids.counts())
    return np.ascontiguousarray(chances[:3].T), chances[3]


def _implied() -> dict[str, object]:
    search = import_module("penaltyblog.models").goal_expectancy
    odds, _ = _market(0.0)
    known = np.array(_rates(IMPLIED))
    asked = odds[:PEER_IMPLIED].tolist()

    def theirs() -> list[Any]:
        return [search(*row, dc_adj=False) for row in asked]

    found = np.array([(one["home_exp"], one["away_exp"]) for one in theirs()]).T
    ours = implied_rates(odds)
    apart = float(np.abs(found - ours[:, :PEER_IMPLIED]).max())
    _agree("goal_expectancy", apart, AGREED_RATE)
    peer, mine, ratio = _turns(theirs, partial(implied_rates, odds), IMPLIED / PEER_IMPLIED)
    _, whole, by_whole = _turns(
        theirs, lambda: implied_goals(FairMarkets(match_odds=odds)), IMPLIED / PEER_IMPLIED
    )
    return {
        "implied_goals_over_penaltyblog": ratio,
        "implied_goals_microseconds_a_match": 1e6 * mine / IMPLIED,
        "implied_goals_with_residuals_over_penaltyblog": by_whole,
        "implied_goals_with_residuals_microseconds": 1e6 * whole / IMPLIED,
        "implied_goals_penaltyblog_ms_a_match": 1e3 * peer / IMPLIED,
        "implied_goals_penaltyblog_extrapolated_from": PEER_IMPLIED,
        "implied_goals_largest_difference": apart,
        "implied_goals_our_error": float(np.abs(ours - known).max()),
        "implied_goals_penaltyblog_error": float(np.abs(found - known[:, :PEER_IMPLIED]).max()),
    }


def _extended() -> dict[str, object]:
    """Measure rates and rho from match odds and over 2.5.

    The peer exchanges two cells, so the answers are compared where rho is 0.
    """
    search = import_module("penaltyblog.models").goal_expectancy_extended
    odds, over = _market(0.0)
    asked = [(*row, more, 1 - more) for row, more in zip(odds, over, strict=True)][:PEER_EXTENDED]

    def theirs() -> list[Any]:
        return [search(*row) for row in asked]

    found = np.array([(one["home_exp"], one["away_exp"]) for one in theirs()]).T
    known = np.array(_rates(IMPLIED))
    apart = float(np.abs(found - known[:, :PEER_EXTENDED]).max())
    _agree("goal_expectancy_extended", apart, AGREED_RATE)
    odds, over = _market(_RHO)
    market = FairMarkets(match_odds=odds, over=over, total=np.full(IMPLIED, 2.5))
    grids = implied_goals(market).grids
    error = np.abs([*(np.array([grids.home_rate, grids.away_rate]) - known), grids.rho - _RHO])
    line = np.full(IMPLIED, 2.5)
    fast = partial(split_total, odds, over, line, free_rho=True)
    peer, mine, ratio = _turns(theirs, fast, IMPLIED / PEER_EXTENDED)
    _, whole, by_whole = _turns(theirs, lambda: implied_goals(market), IMPLIED / PEER_EXTENDED)
    return {
        "implied_with_total_over_penaltyblog": ratio,
        "implied_with_total_microseconds_a_match": 1e6 * mine / IMPLIED,
        "implied_with_total_and_residuals_over_penaltyblog": by_whole,
        "implied_with_total_and_residuals_microseconds": 1e6 * whole / IMPLIED,
        "implied_with_total_penaltyblog_ms_a_match": 1e3 * peer / IMPLIED,
        "implied_with_total_penaltyblog_extrapolated_from": PEER_EXTENDED,
        "implied_with_total_penaltyblog_error": apart,
        "implied_with_total_our_error": float(error.max()),
    }


def _priced() -> dict[str, object]:
    make = import_module("penaltyblog.models").create_dixon_coles_grid
    home, away = _rates(PRICED)
    operator = MarketOperator.of(columns())
    few = list(zip(home.tolist(), away.tolist(), strict=True))[:PEER_PRICED]

    def ours() -> NDArray[np.float64]:
        return operator.apply(score_grids(home, away, _RHO).counts())

    def theirs() -> list[list[float]]:
        return [peer_prices(make(*pair, rho=_RHO)) for pair in few]

    plain = operator.apply(score_grids(home[:PEER_PRICED], away[:PEER_PRICED]).counts()).T
    apart = float(np.abs(np.array([peer_prices(make(*pair)) for pair in few]) - plain).max())
    _agree("create_dixon_coles_grid", apart, AGREED_PRICE)
    exchanged = float(np.abs(np.array(theirs()) - ours()[:, :PEER_PRICED].T).max())
    peer, mine, ratio = _turns(theirs, ours, PRICED / PEER_PRICED)
    return {
        "grid_prices_over_penaltyblog": ratio,
        "grid_prices_each": len(operator),
        "grid_prices_matches": PRICED,
        "grid_prices_ms": 1e3 * mine,
        "grid_prices_penaltyblog_ms": 1e3 * peer,
        "grid_prices_penaltyblog_extrapolated_from": PEER_PRICED,
        "grid_prices_largest_difference": apart,
        "grid_prices_difference_by_exchanged_cells": exchanged,
        "grid_prices_whole_catalogue_ms": 1e3 * _whole_catalogue(home, away),
    }


def _whole_catalogue(home: NDArray[np.float64], away: NDArray[np.float64]) -> float:
    tables = every_bet().values()
    operator = MarketOperator.of([share(table) for table in tables for share in _SHARES])
    counts = score_grids(home, away, _RHO).counts()
    return _turns(lambda: operator.apply(counts), int, 1.0)[0]


_SHARES: Final = (win_share, loss_share)


def columns() -> list[NDArray[np.float64]]:
    """Return the 141 functionals: chances to win, and for handicaps the stake lost too."""
    names = ["home", "draw", "away", "dc_1x", "dc_x2", "dc_12", "btts_yes", "btts_no"]
    names += [f"{side}_{goals}.5" for goals in _TOTALS for side in ("over", "under")]
    names += [
        f"{team}_{side}_{goals}.5"
        for goals in _TEAM_GOALS
        for team in ("home", "away")
        for side in ("over", "under")
    ]
    bets = every_bet()
    found = [win_share(bets[name]) for name in names]
    for line in _HANDICAPS:
        found += [share(bets[f"ah_home@{line:+g}"]) for share in _SHARES]
    found += [win_share(correct_score(i, j)) for i, j in product(_LOW_SCORES, _LOW_SCORES)]
    goals = ("over_2.5", "under_2.5", "btts_yes", "btts_no")
    pairs = [*product(("home", "draw", "away"), goals), *product(goals[2:], goals[:2])]
    found += [win_share(bets[one]) * win_share(bets[other]) for one, other in pairs]
    rest = [win_to_nil(Side.HOME), win_to_nil(Side.AWAY), odd_total(odd=True)]
    rest += [odd_total(odd=False), *(exact_total(total) for total in _EXACT_TOTALS)]
    return found + [win_share(table) for table in rest]


def peer_prices(grid: Any) -> list[float]:
    """Return the same 141 figures from penaltyblog's grid, each asked for once."""
    found = [*grid.home_draw_away, grid.double_chance_1x, grid.double_chance_x2]
    found += [grid.double_chance_12, grid.btts_yes, grid.btts_no]
    for goals in _TOTALS:
        under, _, over = grid.totals(goals + 0.5)
        found += [over, under]
    teams = (grid.home_goal_distribution(), grid.away_goal_distribution())
    for goals, team in product(_TEAM_GOALS, teams):
        under = float(team[: goals + 1].sum())
        found += [1 - under, under]
    for line in _HANDICAPS:
        at = grid.asian_handicap_probs("home", line)
        found += [at["win"], at["lose"]]
    found += [grid.exact_score(i, j) for i, j in product(_LOW_SCORES, _LOW_SCORES)]
    found += _peer_combinations(grid.grid)
    totals = grid.total_goals_distribution()
    found += [grid.win_to_nil_home(), grid.win_to_nil_away()]
    found += [float(totals[1::2].sum()), float(totals[::2].sum())]
    return [*found, *totals[: len(_EXACT_TOTALS)].tolist()]


def _peer_combinations(scores: NDArray[np.float64]) -> list[float]:
    """Return the joint chances; the peer has no call for them, so its matrix is masked."""
    home, away = np.indices(scores.shape)
    over, both = home + away > _TWO_AND_A_HALF, (home > 0) & (away > 0)
    goals = (over, ~over, both, ~both)
    pairs = [
        *product((home > away, home == away, home < away), goals),
        *product(goals[2:], goals[:2]),
    ]
    return [float(scores[one & other].sum()) for one, other in pairs]


def _agree(peer: str, apart: float, allowed: float) -> None:
    if not apart < allowed:
        raise ValueError(f"{peer}: answers {apart:.1e} apart")


def _turns(
    theirs: Callable[[], object], ours: Callable[[], object], scale: float
) -> tuple[float, float, float]:
    """Return median seconds of theirs (times `scale`) and ours, taking turns, and of the ratio."""
    ours()
    rounds = [(scale * _seconds(theirs), _seconds(ours)) for _ in range(_ROUNDS)]
    peer, mine = (median(column) for column in zip(*rounds, strict=True))
    return peer, mine, median(their / our for their, our in rounds)


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
