"""Scores as two independent Poisson counts, fitted to a market; payoffs read from the grid.

First form. The grid gives refunds and moved lines; it is not innocent on derived markets
(METHOD C), so no pick is ever made on a price that only the grid supports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.closing import Payoff
from engine.domain.market import MarketKind, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.market import Selection

SIZE: Final = 20  # goals 0-19: at a rate of 6 the tail beyond is below 1e-5
_GOALS: Final = np.arange(SIZE)
_LOG_FACTORIAL: Final = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, SIZE)))])
_HOME, _AWAY = np.indices((SIZE, SIZE))
_MARGIN: Final = _HOME - _AWAY
_TOTAL: Final = _HOME + _AWAY
_LOWEST_RATE, _HIGHEST_RATE = 0.02, 9.0
_TYPICAL_RATE, _TILT = 1.3, 0.32  # a start near the answer: rates of 2.0 and 0.85 at 4 to 1
_LONGEST_STEP: Final = 0.5  # in log rate
_MOST_STEPS: Final = 60
_FITTED: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grids:
    """Goal rates of home and away, one pair per fixture; NaN where no grid fits."""

    home_rate: NDArray[np.float64]
    away_rate: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.home_rate)

    def matrix(self, index: int) -> NDArray[np.float64]:
        """Return the probabilities of fixture `index`'s scores, home goals down."""
        grid: NDArray[np.float64] = self.matrices(slice(index, index + 1))[0]
        return grid

    def matrices(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the matrices of several fixtures (n, SIZE, SIZE)."""
        home, away = _counts(self.home_rate[rows]), _counts(self.away_rate[rows])
        grid = home[:, :, None] * away[:, None, :]
        scores: NDArray[np.float64] = grid / grid.sum(axis=(1, 2), keepdims=True)
        return scores


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Target:
    """A ratio W/(W+L) of the grid and the value the market gives it."""

    win: NDArray[np.float64]
    loss: NDArray[np.float64]
    value: NDArray[np.float64]


def fit_grid(
    match_odds: NDArray[np.float64],
    over: NDArray[np.float64] | None = None,
    line: NDArray[np.float64] | None = None,
) -> Grids:
    """Return the grids of n fixtures that repeat their market.

    `match_odds` (n, 3) are fair probabilities; `over` W/(W+L) of the total `line` in goals, NaN
    where there is none. Reproduced exactly: home against away, and the over, or the draw where
    no total is known.

    >>> grids = fit_grid(np.array([[0.45, 0.28, 0.27]]))
    >>> float(np.trace(grids.matrix(0)).round(6))
    0.28
    """
    count = len(match_odds)
    home, draw, away = match_odds.T
    supremacy = _Target(
        win=np.broadcast_to((_MARGIN > 0).astype(float), (count, SIZE, SIZE)),
        loss=np.broadcast_to((_MARGIN < 0).astype(float), (count, SIZE, SIZE)),
        value=home / (home + away),
    )
    goals = _goals_target(draw, over, line)
    return _solve(supremacy, goals, count)


def _goals_target(
    draw: NDArray[np.float64],
    over: NDArray[np.float64] | None,
    line: NDArray[np.float64] | None,
) -> _Target:
    level = (_MARGIN == 0).astype(float)
    win = np.tile(level, (len(draw), 1, 1))
    loss = 1 - win
    value = draw.copy()
    if over is not None and line is not None:
        known = np.isfinite(over) & np.isfinite(line)
        quarters = np.round(line[known] * 4)[:, None, None]
        ahead = 4 * _TOTAL[None] - quarters
        win[known], loss[known] = np.clip(ahead / 2, 0, 1), np.clip(-ahead / 2, 0, 1)
        value[known] = over[known]
    return _Target(win=win, loss=loss, value=value)


def _solve(first: _Target, second: _Target, count: int) -> Grids:
    fitted = np.zeros(count, dtype=np.bool_)
    with np.errstate(all="ignore"):  # rows without a market stay NaN and are never fitted
        tilt = _TILT * np.log(first.value / (1 - first.value))
        logs = np.log(_TYPICAL_RATE) + np.column_stack([tilt, -tilt])
        for _ in range(_MOST_STEPS):
            miss, slopes = _misses(logs, (first, second))
            fitted = np.abs(miss).max(axis=1) < _FITTED
            if (fitted | ~np.isfinite(miss).all(axis=1)).all():
                break
            determinant = slopes[:, 0, 0] * slopes[:, 1, 1] - slopes[:, 0, 1] * slopes[:, 1, 0]
            step = np.column_stack(
                [
                    slopes[:, 1, 1] * miss[:, 0] - slopes[:, 0, 1] * miss[:, 1],
                    slopes[:, 0, 0] * miss[:, 1] - slopes[:, 1, 0] * miss[:, 0],
                ]
            )
            step = np.clip(step / determinant[:, None], -_LONGEST_STEP, _LONGEST_STEP)
            step[fitted] = 0.0
            logs = np.clip(logs - step, np.log(_LOWEST_RATE), np.log(_HIGHEST_RATE))
    rates = np.where(fitted[:, None], np.exp(logs), np.nan)
    return Grids(home_rate=rates[:, 0], away_rate=rates[:, 1])


def _misses(
    logs: NDArray[np.float64], targets: tuple[_Target, _Target]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the logits by which targets are missed (n, 2) and their slopes (n, 2, 2)."""
    rates = np.exp(logs)
    home, away = _counts(rates[:, 0]), _counts(rates[:, 1])
    # d pmf(k) / d log rate = pmf(k)·(k - rate)
    home_slope, away_slope = home * (_GOALS - rates[:, :1]), away * (_GOALS - rates[:, 1:])
    grids = (
        home[:, :, None] * away[:, None, :],
        home_slope[:, :, None] * away[:, None, :],
        home[:, :, None] * away_slope[:, None, :],
    )
    miss, slopes = np.empty((len(logs), 2)), np.empty((len(logs), 2, 2))
    for row, target in enumerate(targets):
        wins = [(grid * target.win).sum(axis=(1, 2)) for grid in grids]
        losses = [(grid * target.loss).sum(axis=(1, 2)) for grid in grids]
        # On the logit scale the targets are nearly linear in the log rates.
        miss[:, row] = np.log(wins[0] / losses[0]) - np.log(target.value / (1 - target.value))
        for column in (1, 2):
            slopes[:, row, column - 1] = wins[column] / wins[0] - losses[column] / losses[0]
    return miss, slopes


def _counts(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Poisson probabilities of 0 to SIZE-1 goals, one row per rate."""
    counts: NDArray[np.float64] = np.exp(
        np.log(rate)[:, None] * _GOALS - rate[:, None] - _LOG_FACTORIAL
    )
    return counts


def returns(selection: Selection) -> NDArray[np.int8]:
    """Return what each score makes of a bet: 2 won, 1 half won, 0 void, -1, -2 lost."""
    quarters = 0 if selection.market.line is None else int(selection.market.line * 4)
    ahead = _ahead(selection, quarters)
    return np.clip(ahead, -2, 2).astype(np.int8)


def _ahead(selection: Selection, quarters: int) -> NDArray[np.int64]:
    """How far ahead of its line the bet is at each score, in quarters of a goal."""
    side, sign = selection.side, -1 if selection.side in (Side.AWAY, Side.UNDER) else 1
    match selection.market.kind:
        case MarketKind.ASIAN_HANDICAP:
            return sign * (4 * _MARGIN + quarters)
        case MarketKind.DRAW_NO_BET:
            return sign * 4 * _MARGIN
        case MarketKind.TOTAL_GOALS:
            return sign * (4 * _TOTAL - quarters)
        case MarketKind.BTTS:
            both = (_HOME > 0) & (_AWAY > 0)
            return np.where(both == (side is Side.YES), 2, -2)
        case MarketKind.MATCH_ODDS | MarketKind.DOUBLE_CHANCE:
            covered = np.isin(np.sign(_MARGIN), _COVERED[side])
            return np.where(covered, 2, -2)


_COVERED: Final = {
    Side.HOME: (1,),
    Side.DRAW: (0,),
    Side.AWAY: (-1,),
    Side.HOME_OR_DRAW: (1, 0),
    Side.HOME_OR_AWAY: (1, -1),
    Side.DRAW_OR_AWAY: (0, -1),
}


def payoff(grid: NDArray[np.float64], selection: Selection) -> Payoff:
    """Return what a bet on `selection` becomes over the grid's scores.

    >>> from engine.domain.market import Selection
    >>> even = fit_grid(np.array([[0.36, 0.28, 0.36]])).matrix(0)
    >>> round(payoff(even, Selection.parse("dnb_home")).fair, 6)
    0.5
    """
    made = returns(selection)
    return Payoff(
        win=float(grid[made == 2].sum()),  # noqa: PLR2004  # see returns()
        half_win=float(grid[made == 1].sum()),
        push=float(grid[made == 0].sum()),
        half_loss=float(grid[made == -1].sum()),
        loss=float(grid[made == -2].sum()),  # noqa: PLR2004  # see returns()
    )


def at_price(shape: Payoff, fair: float) -> Payoff:
    """Return `shape` tilted so that its fair probability is `fair`; refund and sum unchanged.

    The market prices W/(W+L) of a line and the grid says how much of it comes back: the push and
    the share of half results stay the grid's, the rest follows the price.

    >>> tilted = at_price(Payoff(win=.4, half_win=0, push=.25, half_loss=0, loss=.35), 0.5)
    >>> round(tilted.win, 9), tilted.push
    (0.375, 0.25)
    """
    # W + L = 1 - refund, so W = fair·(1 - refund), half of the half wins included.
    win = fair * (1 - shape.refund) - shape.half_win / 2
    loss = (1 - fair) * (1 - shape.refund) - shape.half_loss / 2
    if win < 0 or loss < 0:  # a price no score grid of this shape can hold
        return shape
    return Payoff(
        win=win,
        half_win=shape.half_win,
        push=shape.push,
        half_loss=shape.half_loss,
        loss=loss,
    )
