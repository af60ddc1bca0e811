"""How much a model adds to the market, learned from results: usually nothing.

    b ~ N(0, 0.2²),  b_market ~ N(b, τ²),  b_league ~ N(b_market, τ²)

(METHOD B2). Each weight is one number, so everything is summed on a grid of weights: the
likelihood of a league at every weight of the grid adds up as results come in, and the posterior of
all levels is exact up to the grid's step. What is used is the posterior mean cut at 0: exactly 0,
and the market untouched, where results speak against the model. (Levels cut at 0 each by itself
would push one another up: a model that misleads would keep a weight of some hundredths.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.blend import Blend, blend

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP: Final = 0.02
_WEIGHTS: Final = np.arange(-0.8, 1.2 + _STEP / 2, _STEP)
_LEAST: Final = _STEP / 4
"""What the grid cannot tell from 0 is 0."""
_SHARED_SD: Final = 0.2
"""Of b, over all markets (METHOD B2)."""
_MARKET_SD: Final = 0.1
_LEAGUE_SD: Final = 0.1
_SHIFT_SD: Final = 0.03
"""Of each a_k: 0.03 is 0.75 points at evens."""
_STEPS: Final = 8
_FITTED: Final = 1e-10
_CHUNK: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecasts:
    """What the market and a model said of one market of n looks, and what became of it.

    `reference` and `model` (n, k) are fair probabilities, NaN where there are none. `outcome`
    (n, k) are the shares won of each side: 0 and 1, halves where a line was, NaN before a result.
    """

    market: str
    reference: NDArray[np.float64]
    model: NDArray[np.float64]
    outcome: NDArray[np.float64]

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which rows teach something once their result is known."""
        finite = np.isfinite(np.hstack([self.reference, self.model, self.outcome]))
        told: NDArray[np.bool_] = np.logical_and.reduce(finite, axis=1)
        return told


class BlendLearner:
    """Sums what results say of each weight, league by league, and gives their posterior."""

    def __init__(
        self,
        forecasts: tuple[Forecasts, ...],
        competition: NDArray[np.int64],
        names: tuple[str, ...],
    ) -> None:
        self._forecasts = forecasts
        self._competition = competition
        self._names = names
        self._said = np.zeros((len(forecasts), len(names), len(_WEIGHTS)))
        self._known: list[list[NDArray[np.int64]]] = [[] for _ in forecasts]

    def learn(self, rows: NDArray[np.int64]) -> None:
        """Take in the results of some rows; each row is to be given once."""
        for place, one in enumerate(self._forecasts):
            told = rows[one.told[rows]]
            if len(told):
                self._known[place].append(told)
            for start in range(0, len(told), _CHUNK):
                part = told[start : start + _CHUNK]
                np.add.at(self._said[place], self._competition[part], _log_likelihood(one, part))

    def fit(self, seen_until: float) -> Blend:
        """Return the weights that the results learned so far speak for."""
        weight, error = _posterior(self._said)
        sides = max((one.reference.shape[1] for one in self._forecasts), default=0)
        shift = np.zeros((len(self._forecasts), sides))
        for place, one in enumerate(self._forecasts):
            if weight[place, -1] > 0:
                shift[place, : one.reference.shape[1]] = self._shift(place, weight[place])
        return Blend(
            markets=tuple(one.market for one in self._forecasts),
            competitions=self._names,
            weight=weight,
            error=error,
            shift=shift,
            seen_until=seen_until,
        )

    def _shift(self, place: int, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a_k given the weights: Newton's method, drawn to 0.

        Leagues without weight are not shifted, so their leans say nothing of what it should be.
        """
        one, rows = self._forecasts[place], np.concatenate(self._known[place])
        rows = rows[weight[self._competition[rows]] > 0]
        mixed = (one.reference[rows], one.model[rows], weight[self._competition[rows]])
        outcome = one.outcome[rows]
        stake = outcome.sum(axis=1, keepdims=True)
        found = np.zeros(outcome.shape[1])
        for _ in range(_STEPS):
            said = blend(*mixed, found)
            slope = (outcome - stake * said).sum(axis=0) - found / _SHIFT_SD**2
            curve = np.diag((stake * said).sum(axis=0)) - (stake * said).T @ said
            step = np.linalg.solve(curve + np.eye(len(found)) / _SHIFT_SD**2, slope)
            found += step
            if np.abs(step).max() < _FITTED:
                break
        centred: NDArray[np.float64] = found - found.mean()
        return centred


def _log_likelihood(one: Forecasts, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each row's log-likelihood at each weight of the grid."""
    outcome = one.outcome[rows]
    gap = np.log(one.model[rows]) - np.log(one.reference[rows])
    base = np.log(one.reference[rows])[:, None, :]
    lean = base + _WEIGHTS[None, :, None] * gap[:, None, :]
    top = lean.max(axis=2, keepdims=True)
    total = top[..., 0] + np.log(np.exp(lean - top).sum(axis=2))
    won: NDArray[np.float64] = np.einsum("nk,ngk->ng", outcome, lean)
    won -= outcome.sum(axis=1, keepdims=True) * total
    return won


def _posterior(said: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean, cut at 0, and deviation of every league's weight, and of another's.

    `said` (markets, leagues, grid) are log-likelihoods. What a level hears from below is summed
    over the weights of that level; what it passes down leaves the listener's own word out.
    """
    markets, leagues, _ = said.shape
    league_of = _about(_LEAGUE_SD)  # (market's weight, league's weight)
    market_of = _about(_MARKET_SD)
    up = _heard(said, league_of)  # (markets, leagues, market's weight)
    from_leagues = up.sum(axis=1)
    to_shared = _heard(from_leagues[:, None, :], market_of)[:, 0, :]
    shared = -(_WEIGHTS**2) / (2 * _SHARED_SD**2) + to_shared.sum(axis=0)
    weight, error = np.zeros((markets, leagues + 1)), np.zeros((markets, leagues + 1))
    for market in range(markets):
        down = _told(shared - to_shared[market], market_of)
        for league in range(leagues + 1):
            others = from_leagues[market] - (up[market, league] if league < leagues else 0.0)
            own = said[market, league] if league < leagues else np.zeros(len(_WEIGHTS))
            belief = _told(down + others, league_of) + own
            weight[market, league], error[market, league] = _summary(belief)
    return weight, error


def _about(sd: float) -> NDArray[np.float64]:
    """Return the log probability of each weight (columns) about each other (rows)."""
    log = -((_WEIGHTS[:, None] - _WEIGHTS[None, :]) ** 2) / (2 * sd**2)
    found: NDArray[np.float64] = log - np.log(np.exp(log).sum(axis=1, keepdims=True))
    return found


def _heard(said: NDArray[np.float64], of: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log Σ_w exp(said(w))·P(w | v) for every v above."""
    top = said.max(axis=-1, keepdims=True)
    found: NDArray[np.float64] = top + np.log(np.exp(said - top) @ np.exp(of).T)
    return found


def _told(belief: NDArray[np.float64], of: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log Σ_v exp(belief(v))·P(w | v) for every w below."""
    found: NDArray[np.float64] = np.log(np.exp(belief - belief.max()) @ np.exp(of))
    return found


def _summary(belief: NDArray[np.float64]) -> tuple[float, float]:
    mass = np.exp(belief - belief.max())
    mass /= mass.sum()
    mean = float(mass @ _WEIGHTS)
    return mean if mean > _LEAST else 0.0, float(np.sqrt(mass @ (_WEIGHTS - mean) ** 2))
