"""The goal rates and low-score correlation a market implies, with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.grid.score_grid import Grids, rho_limits
from engine.pricing.implied.equations import PARAMETERS, RhoMode, held_rho, read
from engine.pricing.implied.logits import FairMarkets, ask, logit
from engine.pricing.implied.rates import implied_rates
from engine.pricing.implied.search import information, search
from engine.pricing.implied.total import TILT, TYPICAL_TOTAL, split_total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.implied.logits import Asked

_WELL_INSIDE: Final = 0.9
_RATIO: Final = np.array([True, False, False, False])[:, None]
_DRAW: Final = np.array([False, True, False, False])[:, None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImpliedGoals:
    """Grids that repeat n markets, and how well.

    `grids`: NaN where no grid holds the market (`fitted` is False). `covariance` (n, 3, 3) of
    (log home rate, log away rate, rho) by the delta method; NaN where errors were not given.
    `residual` (n, 5): logit of the grid less logit of the market for home, draw, away, over and
    cover. `clamped`: the market asked for a rho that would make a score's probability negative
    and was given the nearest that does not.
    """

    grids: Grids
    covariance: NDArray[np.float64]
    residual: NDArray[np.float64]
    fitted: NDArray[np.bool_]
    clamped: NDArray[np.bool_]


def implied_goals(markets: FairMarkets, *, free_rho: bool = True) -> ImpliedGoals:
    """Return the goals implied by each fixture's markets, to 1e-9 of the true rates.

    - match odds alone: both rates, rho 0; home, draw and away repeated exactly;
    - with a total: rates and rho, repeated exactly while rho is admissible, else rho at its limit
      with home against away and the total exact and the draw missed; `free_rho=False`: rho 0;
    - with a handicap: the weighted least squares of all logits (equal weights without errors).

    A market that no grid can hold gives NaN, never a guess. Far from football, at totals of a goal
    or less and a rho near its limit, two grids may hold a market, or none be found. Source:
    Dixon & Coles (1997), eq. 4.2; Skellam (1946) for the derivatives (see `skellam`).

    >>> market = FairMarkets(
    ...     match_odds=np.array([[0.45, 0.28, 0.27]]), over=np.array([0.5]), total=np.array([2.5])
    ... )
    >>> found = implied_goals(market)
    >>> float(np.trace(found.grids.matrix(0)).round(9)), float(found.grids.rho[0].round(4))
    (0.28, -0.1083)
    """
    asked = ask(markets)
    found = _independent(asked, _direct(asked, free_rho=free_rho))
    if free_rho:
        found = _correlated(asked, found)
    return _result(asked, _weighed(asked, found, free_rho=free_rho))


def fit_grid(
    match_odds: NDArray[np.float64],
    over: NDArray[np.float64] | None = None,
    line: NDArray[np.float64] | None = None,
) -> Grids:
    """Return the grids of n fixtures with independent counts that repeat their market.

    `match_odds` (n, 3) are fair probabilities; `over` W/(W+L) of the total `line` in goals, NaN
    where there is none. Reproduced exactly: home against away, and the over, or the draw where
    no total is known.

    >>> grids = fit_grid(np.array([[0.45, 0.28, 0.27]]))
    >>> float(np.trace(grids.matrix(0)).round(6))
    0.28
    """
    markets = FairMarkets(match_odds=match_odds, over=over, total=line)
    return implied_goals(markets, free_rho=False).grids


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """An answer so far: `parameters` (PARAMETERS, n), what held rho, and what was asked."""

    parameters: NDArray[np.float64]
    mode: NDArray[np.int8]
    used: NDArray[np.bool_]

    def but(
        self,
        rows: NDArray[np.int64],
        parameters: NDArray[np.float64],
        mode: NDArray[np.int8],
        used: NDArray[np.bool_],
    ) -> _Found:
        """Return this with other answers in some rows."""
        merged = _Found(
            parameters=self.parameters.copy(), mode=self.mode.copy(), used=self.used.copy()
        )
        merged.parameters[:, rows] = parameters
        merged.mode[rows] = mode
        merged.used[:, rows] = used
        return merged


def _direct(asked: Asked, *, free_rho: bool) -> _Found:
    """Return what the fast roads find; NaN is for the search."""
    known = asked.known
    used = _RATIO | (_DRAW & ~known[2]) | np.zeros_like(known)
    used[2] = known[2]
    mode = np.full(known.shape[1], RhoMode.GIVEN, dtype=np.int8)
    parameters = np.full((PARAMETERS, known.shape[1]), np.nan)
    plain, counted = np.flatnonzero(known[0] & ~known[2]), np.flatnonzero(known[2])
    parameters[:2, plain] = np.log(implied_rates(asked.chance[:3, plain].T))
    parameters[2, plain] = 0.0
    rates = split_total(
        asked.chance[:3, counted].T,
        asked.chance[3, counted],
        asked.total[counted],
        free_rho=free_rho,
    )
    parameters[:, counted] = np.log(rates[0]), np.log(rates[1]), rates[2]
    if free_rho:
        repeated = counted[np.isfinite(rates[0])]
        mode[repeated], used[1, repeated] = RhoMode.FREE, True
    return _Found(parameters=parameters, mode=mode, used=used)


def _independent(asked: Asked, found: _Found) -> _Found:
    """Return `found` with rates of independent counts wherever there is nothing yet."""
    rows = np.flatnonzero(asked.known[0] & np.isnan(found.parameters[0]))
    if not len(rows):
        return found
    mode, used = found.mode[rows], found.used[:, rows]
    parameters = search(asked.targets.where(rows), _start(asked, rows), mode, used)
    return found.but(rows, parameters, mode, used)


def _start(asked: Asked, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return rates near the answer: a total near the line, and a ratio that follows the odds."""
    over, line = asked.chance[3, rows], asked.total[rows]
    total = np.where(np.isnan(over), TYPICAL_TOTAL, line + 0.2 + 4 * (over - 0.5))
    total = np.clip(total, 0.4, 8.0)
    tilt = TILT * asked.targets.logit[0, rows] * np.sqrt(TYPICAL_TOTAL / total)
    share = 1 / (1 + np.exp(-tilt))
    return np.array([np.log(total * share), np.log(total * (1 - share)), np.zeros(len(rows))])


def _correlated(asked: Asked, found: _Found) -> _Found:
    """Return `found` with rho wherever a total makes it known, from the grid's missing draws."""
    there = np.isfinite(found.parameters[0]) & (found.mode == RhoMode.GIVEN)
    rows = np.flatnonzero(asked.known[2] & there)
    if not len(rows):
        return found
    start, targets = found.parameters[:, rows], asked.targets.where(rows)
    used = found.used[:, rows] | _DRAW
    home_rate, away_rate = np.exp(start[:2])
    reading = read(start, found.mode[rows], targets.lines)
    one = home_rate * away_rate * np.exp(-home_rate - away_rate)
    low, high = rho_limits(home_rate, away_rate)
    missing = (reading.win[1] - asked.chance[1, rows]) / (2 * one)
    start[2] = np.clip(missing, _WELL_INSIDE * low, _WELL_INSIDE * high)
    free = np.full(len(rows), RhoMode.FREE, dtype=np.int8)
    parameters = search(targets, start, free, used)
    low, high = rho_limits(*np.exp(parameters[:2]))
    with np.errstate(invalid="ignore"):
        inside = (parameters[2] >= low) & (parameters[2] <= high)
    out = np.flatnonzero(~inside)
    limit = np.where(start[2, out] < 0, RhoMode.LOWEST, RhoMode.HIGHEST).astype(np.int8)
    free[out] = limit
    used[1, out] = False
    if len(out):
        parameters[:, out] = search(targets.where(out), start[:, out], limit, used[:, out])
    return found.but(rows, parameters, free, used)


def _weighed(asked: Asked, found: _Found, *, free_rho: bool) -> _Found:
    """Return `found` with the handicap taken in where there is one: least squares of all."""
    rows = np.flatnonzero(asked.known[3] & np.isfinite(found.parameters[0]))
    if not len(rows):
        return found
    targets, start, mode = asked.targets.where(rows), found.parameters[:, rows], found.mode[rows]
    used = asked.known[:, rows]
    mode = np.where(asked.known[2, rows] & free_rho, RhoMode.FREE, mode).astype(np.int8)
    parameters = search(targets, start, mode, used)
    low, high = rho_limits(*np.exp(parameters[:2]))
    with np.errstate(invalid="ignore"):
        inside = (parameters[2] >= low) & (parameters[2] <= high)
    out = np.flatnonzero(~inside & (mode == RhoMode.FREE))
    if len(out):
        lost = np.where(np.isfinite(parameters[2, out]), parameters[2, out], start[2, out])
        limit = np.where(lost < 0, RhoMode.LOWEST, RhoMode.HIGHEST).astype(np.int8)
        mode[out] = limit
        parameters[:, out] = search(targets.where(out), start[:, out], limit, used[:, out])
    return found.but(rows, parameters, mode, used)


def _result(asked: Asked, found: _Found) -> ImpliedGoals:
    rho = held_rho(found.parameters, found.mode)[0]
    fitted = np.isfinite(found.parameters[0])
    grids = Grids(
        home_rate=np.exp(found.parameters[0]),
        away_rate=np.exp(found.parameters[1]),
        rho=np.where(fitted, rho, np.nan),
    )
    covariance = np.full((len(rho), PARAMETERS, PARAMETERS), np.nan)
    rows = np.flatnonzero(fitted & asked.weighed)
    covariance[rows] = information(
        asked.targets.where(rows), found.parameters[:, rows], found.mode[rows], found.used[:, rows]
    )
    return ImpliedGoals(
        grids=grids,
        covariance=covariance,
        residual=_residuals(asked, found),
        fitted=fitted,
        clamped=fitted & (found.mode >= RhoMode.LOWEST),
    )


def _residuals(asked: Asked, found: _Found) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):  # a score of no probability may leave an infinite logit
        reading = read(found.parameters, found.mode, asked.targets.lines)
        ratio = reading.win / (reading.win + reading.loss)
        grid = np.array([reading.win[0], ratio[1], reading.loss[0], ratio[2], ratio[3]])
        return (logit(grid) - logit(asked.chance)).T
