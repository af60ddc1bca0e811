"""What results, another feed and past quotes say of a derived market, as one correction.

Three sources, each as strong as it is known: (1) results of another feed's matches, years of
them; (2) past quotes of the same feed, which are precise but have a bias of their own; (3) the
feed's own results. The first two become one normal prior, the third its likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.derived.corrections import noise_features
from engine.pricing.derived.view import expit, features, logit, plain_logits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.derived.past import DerivedPast
    from engine.pricing.derived.view import DerivedView

_PRIOR_SD: Final = 0.1
"""Of every coefficient before anything was seen."""
_FEED_SD: Final = np.array([0.03, 0.02, 0.02, 0.02, _PRIOR_SD, 0.02])
"""How far one feed's coefficients lie from another's: 0.03 of level is 0.75 points at evens.

How unusual goals lines mislead is the feed's own affair: nothing of it is carried over.
"""
_QUOTE_SD: Final = np.array([0.03, 0.01, 0.01, 0.01, 0.01, 0.01])
"""How far quotes lie from the truth in each coefficient: first of all in their level."""
_FEWEST: Final = 100
_MOST_STEPS: Final = 25
_FITTED: Final = 1e-9
_NOISE_PRIOR: Final = 50.0
"""How many matches the unlearned noise counts for."""
_LEAST_RATIO, _MOST_RATIO = 1e-4, 20.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Belief:
    """A normal belief on the six coefficients of one market."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def loosened(self, sd: NDArray[np.float64]) -> Belief:
        """Return the belief of one to whom it applies but for a deviation of this size."""
        return Belief(mean=self.mean, covariance=self.covariance + np.diag(sd**2))

    def joined(self, other: Belief) -> Belief:
        """Return what two independent sources say together."""
        first, second = np.linalg.inv(self.covariance), np.linalg.inv(other.covariance)
        covariance = np.linalg.inv(first + second)
        return Belief(
            mean=covariance @ (first @ self.mean + second @ other.mean), covariance=covariance
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """The columns that fits of one feed share: features (n, 6), plain logits (n, 5)."""

    given: NDArray[np.float64]
    plain: NDArray[np.float64]
    noise: NDArray[np.float64]

    @classmethod
    def of(cls, view: DerivedView) -> Rows:
        return cls(given=features(view), plain=plain_logits(view), noise=noise_features(view))


def open_belief() -> Belief:
    """Return the belief of one who has seen nothing: the plain grid, roughly."""
    return Belief(mean=np.zeros(len(_FEED_SD)), covariance=np.diag(np.full(6, _PRIOR_SD**2)))


def other_feed_belief(
    rows: Rows, outcomes: NDArray[np.float64], known: NDArray[np.bool_], market: int
) -> Belief:
    """Return what another feed's results say of one market of this feed."""
    given = rows.given.copy()
    given[:, 4] = 0.0
    said = _from_results(
        given[known], rows.plain[known, market], outcomes[known, market], open_belief()
    )
    return said.loosened(_FEED_SD)


def market_belief(
    rows: Rows,
    prior: Belief,
    quotes: tuple[NDArray[np.float64], NDArray[np.bool_]],
    results: tuple[NDArray[np.float64], NDArray[np.bool_]],
    market: int,
) -> Belief:
    """Return what is believed of one market; quotes and results each with the rows known."""
    quote, quoted = quotes
    belief = prior
    usable = quoted & np.isfinite(quote[:, market])
    if usable.sum() >= _FEWEST:
        missing = logit(quote[usable, market]) - rows.plain[usable, market]
        said = _from_quotes(rows.given[usable], missing, quote[usable, market])
        belief = belief.joined(said.loosened(_QUOTE_SD))
    outcome, played = results
    played = played & np.isfinite(outcome[:, market])
    return _from_results(
        rows.given[played], rows.plain[played, market], outcome[played, market], belief
    )


def _from_quotes(
    given: NDArray[np.float64], missing: NDArray[np.float64], quote: NDArray[np.float64]
) -> Belief:
    """Least squares in logits, weighed as the log-loss weighs; variance robust to the noise."""
    weighed = given * (quote * (1 - quote))[:, None]
    inverse = np.linalg.inv(weighed.T @ given + np.eye(given.shape[1]) * 1e-3)
    mean = inverse @ (weighed.T @ missing)
    scores = weighed * (missing - given @ mean)[:, None]
    return Belief(mean=mean, covariance=inverse @ (scores.T @ scores) @ inverse)


def _from_results(
    given: NDArray[np.float64],
    plain: NDArray[np.float64],
    outcome: NDArray[np.float64],
    prior: Belief,
) -> Belief:
    """Newton's method on the log posterior; its curvature is the variance."""
    precision = np.linalg.inv(prior.covariance)
    mean = prior.mean
    curvature = precision
    for _ in range(_MOST_STEPS):
        probability = expit(plain + given @ mean)
        curvature = (given * (probability * (1 - probability))[:, None]).T @ given + precision
        slope = given.T @ (outcome - probability) - precision @ (mean - prior.mean)
        step = np.linalg.solve(curvature, slope)
        mean = mean + step
        if np.abs(step).max() < _FITTED:
            break
    return Belief(mean=mean, covariance=np.linalg.inv(curvature))


def fit_noise(
    noise: NDArray[np.float64], missing: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log variance (4,) of what the coefficients left unexplained of past quotes.

    A gamma regression with a logarithmic link, drawn to `start`.
    """
    fitted = start.copy()
    for _ in range(_MOST_STEPS):
        ratio = np.clip(missing**2 / np.exp(noise @ fitted), _LEAST_RATIO, _MOST_RATIO)
        curvature = noise.T @ noise / 2 + np.eye(len(start)) * _NOISE_PRIOR / 2
        slope = noise.T @ (ratio - 1) / 2 - _NOISE_PRIOR / 2 * (fitted - start)
        step = np.linalg.solve(curvature, slope)
        fitted = fitted + np.clip(step, -1, 1)
        if np.abs(step).max() < _FITTED:
            break
    return fitted


def fit_grid_weight(
    grid: NDArray[np.float64], quote: NDArray[np.float64], outcome: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the grid's weight against the quote and its standard error, from results.

    Both are logits made before the match. Drawn to a quarter, as other seasons had it (METHOD C);
    between 0 and 1.
    """
    gap = grid - quote
    weight = _GRID_WEIGHT
    precision = _GRID_WEIGHT_SD**-2
    curvature = precision
    for _ in range(_MOST_STEPS):
        probability = expit(quote + weight * gap)
        curvature = float(((probability * (1 - probability)) * gap**2).sum()) + precision
        slope = float((gap * (outcome - probability)).sum())
        step = (slope - precision * (weight - _GRID_WEIGHT)) / curvature
        weight += step
        if abs(step) < _FITTED:
            break
    return min(max(weight, 0.0), 1.0), float(curvature**-0.5)


_GRID_WEIGHT: Final = 0.25
_GRID_WEIGHT_SD: Final = 0.1


def known_rows(past: DerivedPast, until: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which prices, and which results, are known before `until`."""
    return past.looked_at < until, past.played_at < until
