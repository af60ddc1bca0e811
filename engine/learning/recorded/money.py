"""What a record earned, and how bumpy the way was: each figure with its n and interval.

Ratios have intervals by weeks (METHOD B4); figures that are no plain ratio have theirs by drawing
whole weeks anew, and falls by joining the drawn weeks to a path. Beside the fall stands what the
same matchdays would show in another order: a record has but one path. The formulae are in
docs/STATISTICS.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri, stdtrit

from engine.domain.record import Estimate
from engine.learning.clusters import DRAWS, draws_of
from engine.learning.recorded.columns import mean, ratio, share, yield_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BANKROLL: Final = 100.0
"""Units of a bankroll: ROI is profit in shares of it."""
_TWO: Final = 2
_DAYS: Final = 7
_PARTS: Final = 10  # of the draws, each in memory alone
_SEED: Final = 20_261_123
_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """The deepest fall of the running profit from a peak, in units, and how long the longest was.

    Both are of matchdays: what is lost and won back within a day is no fall. `days` are matchdays
    below a former peak. `usual` and `deep` are the median and the 95 % quantile of the deepest
    fall when the same matchdays come in any order.
    """

    units: Estimate
    days: int
    usual: float
    deep: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaks:
    """Runs of won and of lost bets, given-back ones left out; `current` is negative of losses."""

    longest_won: int
    longest_lost: int
    current: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFigures:
    """What n bets earned.

    `yield_` is profit / turnover, `roi` profit / starting bankroll (100 units), never one for the
    other. `profit_factor` is units won / units lost. `sharpe` is the mean of matchdays' profits
    over their standard deviation, `sortino` over their root mean square below 0, neither
    annualised; `calmar` is profit / deepest fall. The last three count matchdays.
    """

    n: int
    matchdays: int
    staked: float
    profit: float
    yield_: Estimate
    roi: Estimate
    strike_rate: Estimate
    mean_odds: Estimate
    profit_factor: Estimate
    sharpe: Estimate
    sortino: Estimate
    calmar: Estimate
    fall: Fall
    streaks: Streaks


def money(bets: Columns) -> MoneyFigures:
    """Return what settled bets earned."""
    days = _by_day(bets)
    won, lost = np.maximum(bets.profit, 0.0), np.maximum(-bets.profit, 0.0)
    fall, calmar = _fall(days)
    return MoneyFigures(
        n=len(bets),
        matchdays=len(days.profit),
        staked=float(bets.stake.sum()),
        profit=float(bets.profit.sum()),
        yield_=yield_of(bets),
        roi=ratio(bets.profit, np.full(len(bets), BANKROLL / max(len(bets), 1)), bets),
        strike_rate=share(bets.won, bets),
        mean_odds=mean(bets.odds, bets),
        profit_factor=_drawn((won, lost), bets.week, _over, len(bets), floor=0.0),
        sharpe=_of_days(days, np.square, _sharpe),
        sortino=_of_days(days, lambda one: np.square(np.minimum(one, 0.0)), _sortino),
        calmar=calmar,
        fall=fall,
        streaks=_streaks(bets.won),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Days:
    """The profit of each matchday in order, and its week."""

    profit: Floats
    week: Ints


def _by_day(bets: Columns) -> _Days:
    days, first, place = np.unique(bets.day, return_index=True, return_inverse=True)
    profit = np.bincount(place, bets.profit, len(days)).astype(np.float64)
    return _Days(profit=profit, week=bets.week[first])


def _over(sums: Floats) -> Floats:
    above, below = sums
    found: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return found


def _sharpe(sums: Floats) -> Floats:
    """Return mean / standard deviation (n - 1) from sums of 1, x and x²."""
    count, total, square = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (square - total**2 / count) / (count - 1)
        found: Floats = np.where(variance > 0, total / count / np.sqrt(variance), np.nan)
    return found


def _sortino(sums: Floats) -> Floats:
    count, total, below = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(below > 0, total / count / np.sqrt(below / count), np.nan)
    return found


def _of_days(
    days: _Days, square: Callable[[Floats], Floats], figure: Callable[[Floats], Floats]
) -> Estimate:
    parts = (np.ones(len(days.profit)), days.profit, square(days.profit))
    return _drawn(parts, days.week, figure, len(days.profit))


def _drawn(
    parts: tuple[Floats, ...],
    week: Ints,
    figure: Callable[[Floats], Floats],
    n: int,
    floor: float = -np.inf,
) -> Estimate:
    """Return a figure of sums, its interval by whole weeks drawn anew."""
    weeks, place = np.unique(week, return_inverse=True)
    sums = np.stack([np.bincount(place, part, len(weeks)) for part in parts])
    value = float(figure(sums.sum(axis=1, keepdims=True))[0]) if n else np.nan
    drawn = figure(sums @ draws_of(len(weeks)).T) if len(weeks) >= _TWO else np.empty(0)
    return _within(value, drawn, n, len(weeks), floor)


def _within(value: float, drawn: Floats, n: int, weeks: int, floor: float = -np.inf) -> Estimate:
    """Return a figure within what 95 % of draws show, and itself.

    Draws of few weeks vary less than such weeks do: both sides are made as much wider as Student's
    quantile is than the normal one, and as the spread of g weeks is than that of their draws.
    """
    if not np.isfinite(value):
        return Estimate(mean=None, n=n, low=None, high=None)
    if not len(drawn):
        return Estimate(mean=value, n=n, low=None, high=None)
    known = drawn[np.isfinite(drawn)]
    low, high = np.quantile(known, [_LOW, _HIGH]).tolist() if len(known) else (value, value)
    wider = float(stdtrit(weeks - 1, _HIGH) / ndtri(_HIGH)) * (weeks / (weeks - 1)) ** 0.5
    return Estimate(
        mean=value,
        n=n,
        low=max(min(value, floor), value - wider * max(value - low, 0.0)),
        high=value + wider * max(high - value, 0.0),
    )


def _fall(days: _Days) -> tuple[Fall, Estimate]:
    """Return the deepest fall, and profit in shares of it."""
    profits, n, weeks = days.profit, len(days.profit), len(np.unique(days.week))
    if not n:
        nothing = Estimate(mean=None, n=0, low=None, high=None)
        return Fall(units=nothing, days=0, usual=0.0, deep=0.0), nothing
    rng = np.random.default_rng(_SEED)
    some = np.broadcast_to(profits, (DRAWS // _PARTS, n))
    shuffled = [_deepest(rng.permuted(some, axis=1)) for _ in range(_PARTS)]
    usual, deep = np.quantile(np.concatenate(shuffled), [0.5, 0.95]).tolist()
    depth, drawn = float(_deepest(profits)), _redrawn(days, rng)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(drawn.fall > 0, drawn.profit / drawn.fall, np.nan)
    fall = Fall(
        units=_within(depth, drawn.fall, n, weeks, floor=0.0),
        days=_longest(_under(profits)),
        usual=usual,
        deep=deep,
    )
    share = float(profits.sum()) / depth if depth > 0 else np.nan
    return fall, _within(share, shares, n, weeks, floor=-1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Paths:
    """Profit and deepest fall of each path."""

    profit: Floats
    fall: Floats


def _redrawn(days: _Days, rng: np.random.Generator) -> _Paths:
    """Return paths of whole weeks drawn anew, one after the other; none of fewer than two."""
    weeks, first, week = np.unique(days.week, return_index=True, return_inverse=True)
    if len(weeks) < _TWO:
        return _Paths(profit=np.empty(0), fall=np.empty(0))
    table = np.zeros((len(weeks), _DAYS))  # a week of fewer matchdays stands still at its end
    table[week, np.arange(len(week)) - first[week]] = days.profit
    drawn = rng.integers(len(weeks), size=(DRAWS, len(weeks)))
    falls = [_deepest(table[some].reshape(len(some), -1)) for some in np.split(drawn, _PARTS)]
    return _Paths(profit=table.sum(axis=1)[drawn].sum(axis=1), fall=np.concatenate(falls))


def _deepest(profits: Floats) -> Floats:
    """Return the deepest fall of running profits (..., days) from a peak, the start among them."""
    running = np.cumsum(profits, axis=-1)
    peak = np.maximum(np.maximum.accumulate(running, axis=-1), 0.0)
    found: Floats = (peak - running).max(axis=-1)
    return found


def _under(profits: Floats) -> NDArray[np.bool_]:
    running = np.cumsum(profits)
    peak = np.maximum(np.maximum.accumulate(running), 0.0)
    found: NDArray[np.bool_] = running < peak
    return found


def _longest(flags: NDArray[np.bool_]) -> int:
    longest = current = 0
    for flag in flags.tolist():
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest


def _streaks(won: Floats) -> Streaks:
    decided = won[np.isfinite(won)] > 0
    last = 0
    for flag in decided[::-1].tolist():
        if last and (last > 0) is not flag:
            break
        last += 1 if flag else -1
    return Streaks(longest_won=_longest(decided), longest_lost=_longest(~decided), current=last)
