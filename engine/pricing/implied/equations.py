"""A fixture's market as equations in the logs of its goal rates and rho, with derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.grid.score_grid import rho_limits
from engine.pricing.grid.skellam import margin_counts, margins, summed, totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

EQUATIONS: Final = 4
"""log(home/away), logit of the draw, of the over, of the home cover: rows of what follows."""
PARAMETERS: Final = 3
"""log home rate, log away rate, rho."""
_SOME_TOTAL: Final = 2.5


class RhoMode(IntEnum):
    """What holds rho: it is free, given, or at the lowest or highest value of its rates."""

    FREE = 0
    GIVEN = 1
    LOWEST = 2
    HIGHEST = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """What lines make of totals and margins: shares of the stake, one column per fixture.

    `under`, `not_over`: (totals, n) parts lost and not won by the over. `cover`, `fail`:
    (margins, n) parts won and lost by home's handicap, less those of a plain home win and a
    plain away win; outside these margins the differences are 0. There
    are no margins where no fixture has a handicap.
    """

    under: NDArray[np.float64]
    not_over: NDArray[np.float64]
    cover: NDArray[np.float64]
    fail: NDArray[np.float64]

    def where(self, rows: NDArray[np.int64]) -> Lines:
        return Lines(
            under=self.under[:, rows],
            not_over=self.not_over[:, rows],
            cover=self.cover[:, rows],
            fail=self.fail[:, rows],
        )


def read_lines(total: NDArray[np.float64], handicap: NDArray[np.float64]) -> Lines:
    """Return the shares of lines in goals (n,), the handicap home's.

    NaN, no line, is read as one that exists: its equation is for the caller to leave out.

    >>> read_lines(np.array([0.75]), np.array([np.nan])).under[:, 0].tolist()
    [1.0, 0.0, 0.0]
    """
    none = not np.isfinite(handicap).any()
    total, handicap = np.nan_to_num(total, nan=_SOME_TOTAL), np.nan_to_num(handicap)
    most = 2 + int(total.max(initial=0.0))
    behind = 4 * np.arange(most + 1)[:, None] - np.round(4 * total)
    widest = 1 + int(np.ceil(np.abs(handicap).max(initial=0.0)))
    margin = np.arange(0 if none else -widest, 0 if none else widest + 1)[:, None]
    ahead = 4 * margin + np.round(4 * handicap)
    return Lines(
        under=np.clip(-behind / 2, 0, 1),
        not_over=1 - np.clip(behind / 2, 0, 1),
        cover=np.clip(ahead / 2, 0, 1) - (margin > 0),
        fail=np.clip(-ahead / 2, 0, 1) - (margin < 0),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What grids make of the equations: chances won and lost, and their slopes.

    `win`, `loss`: (EQUATIONS, n); `win_slope`, `loss_slope`: (EQUATIONS, PARAMETERS, n).
    """

    win: NDArray[np.float64]
    loss: NDArray[np.float64]
    win_slope: NDArray[np.float64]
    loss_slope: NDArray[np.float64]

    @property
    def logit(self) -> NDArray[np.float64]:
        """The value of each equation (EQUATIONS, n)."""
        value: NDArray[np.float64] = np.log(self.win / self.loss)
        return value

    @property
    def slope(self) -> NDArray[np.float64]:
        """Its derivative by each parameter (EQUATIONS, PARAMETERS, n)."""
        return self.win_slope / self.win[:, None] - self.loss_slope / self.loss[:, None]


def read(parameters: NDArray[np.float64], mode: NDArray[np.int8], lines: Lines) -> Reading:
    """Return the equations at `parameters` (PARAMETERS, n), exact and with exact slopes.

    Plain counts follow the Skellam and Poisson identities of `skellam`; the correction moves a
    probability c = ρλμ·exp(-λ-μ) from each of 0-0 and 1-1 to each of 0-1 and 1-0.

    >>> at = np.log([[1.5], [1.2], [1.0]])
    >>> found = read(at, np.array([RhoMode.GIVEN]), read_lines(np.array([2.5]), np.array([-.5])))
    >>> found.win[:, 0].round(6).tolist()  # home, draw, over 2.5, home by 1 or more
    [0.441465, 0.254817, 0.506376, 0.441465]
    """
    home_rate, away_rate = np.exp(parameters[:2])
    moved = _moved(home_rate, away_rate, parameters[2], mode)
    win, loss = _plain(home_rate, away_rate, lines)
    for side, by_moved in zip((win, loss), _by_moved(lines), strict=True):
        side[:, 1] *= home_rate
        side[:, 2] *= away_rate
        side[:, :3] += by_moved[:, None] * moved[:3]
        side[:, 3] = by_moved * moved[3]
    return Reading(win=win[:, 0], loss=loss[:, 0], win_slope=win[:, 1:], loss_slope=loss[:, 1:])


def held_rho(
    parameters: NDArray[np.float64], mode: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rho (n,) as its mode has it, and its slope (2, n) by the logs of the rates.

    >>> at = np.log([[2.0], [1.0], [1.0]])
    >>> [part.tolist() for part in held_rho(at, np.array([RhoMode.LOWEST]))]
    [[-0.5], [[0.5], [0.0]]]
    """
    home_rate, away_rate = np.exp(parameters[:2])
    low, high = rho_limits(home_rate, away_rate)
    lowest, highest = mode == RhoMode.LOWEST, mode == RhoMode.HIGHEST
    rho = np.where(lowest, low, np.where(highest, high, parameters[2]))
    by_product = np.where(highest & (home_rate * away_rate > 1), -high, 0.0)
    ahead = home_rate >= away_rate
    slope = np.array(
        [
            np.where(lowest & ahead, -low, by_product),
            np.where(lowest & ~ahead, -low, by_product),
        ]
    )
    return rho, slope


def _moved(
    home_rate: NDArray[np.float64],
    away_rate: NDArray[np.float64],
    rho: NDArray[np.float64],
    mode: NDArray[np.int8],
) -> NDArray[np.float64]:
    """Return the probability the correction moves and its three slopes (4, n)."""
    at = np.array([np.log(home_rate), np.log(away_rate), rho])
    held, slope = held_rho(at, mode)
    one = home_rate * away_rate * np.exp(-home_rate - away_rate)
    return np.array(
        [
            held * one,
            one * (held * (1 - home_rate) + slope[0]),
            one * (held * (1 - away_rate) + slope[1]),
            np.where(mode == RhoMode.FREE, one, 0.0),
        ]
    )


def _plain(
    home_rate: NDArray[np.float64], away_rate: NDArray[np.float64], lines: Lines
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return wins and losses without correction (EQUATIONS, 4, n): value, by λ, by μ, unused."""
    win = np.zeros((EQUATIONS, 4, len(home_rate)))
    loss = np.zeros_like(win)
    result = margins(home_rate, away_rate)
    home = (result.home, result.draw, -result.home_by_one)
    away = (result.away, -result.away_by_one, result.draw)
    total = totals(home_rate + away_rate, len(lines.under) - 1)
    by_rate = total[:-1] - total[1:]
    under, not_over = summed(lines.under, total[1:]), summed(lines.not_over, total[1:])
    parts = _margin_parts(home_rate, away_rate, len(lines.cover) // 2)
    for part in range(3):
        win[0, part], loss[0, part] = home[part], away[part]
        loss[1, part] = home[part] + away[part]
        win[1, part] = -loss[1, part]
        win[3, part], loss[3, part] = home[part], away[part]
        if len(lines.cover):
            win[3, part] += summed(lines.cover, parts[part])
            loss[3, part] += summed(lines.fail, parts[part])
    win[1, 0] = result.draw
    win[2, 0], loss[2, 0] = 1 - not_over, under
    win[2, 1:3] = -summed(lines.not_over, by_rate)
    loss[2, 1:3] = summed(lines.under, by_rate)
    return win, loss


def _margin_parts(
    home_rate: NDArray[np.float64], away_rate: NDArray[np.float64], widest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return P(margin) from -`widest` to `widest` and its slopes by λ and by μ."""
    if not widest:
        return (np.empty((0, len(home_rate))),) * 3
    margin = margin_counts(home_rate, away_rate, widest + 1)
    return margin[1:-1], margin[:-2] - margin[1:-1], margin[2:] - margin[1:-1]


def _by_moved(lines: Lines) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each equation's win and loss gain per unit of correction (EQUATIONS, n)."""
    one, middle = np.ones(lines.under.shape[1]), len(lines.cover) // 2
    cover, fail = one, one
    if middle:
        cover, fail = 1 + _bent(lines.cover, middle), 1 + _bent(lines.fail, middle)
    win = (one, -2 * one, _bent(lines.not_over, 1), cover)
    loss = (one, 2 * one, -_bent(lines.under, 1), fail)
    return np.array(win), np.array(loss)


def _bent(share: NDArray[np.float64], at: int) -> NDArray[np.float64]:
    """Return the second difference of the rows of `share` at row `at`."""
    bent: NDArray[np.float64] = share[at - 1] - 2 * share[at] + share[at + 1]
    return bent
