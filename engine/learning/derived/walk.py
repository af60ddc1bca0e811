"""Derived markets priced as they would have been: each match by what was known at its look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.derived.fit import (
    Rows,
    fit_grid_weight,
    fit_noise,
    known_rows,
    market_belief,
    open_belief,
    other_feed_belief,
)
from engine.learning.derived.past import outcomes, past_view
from engine.learning.derived.scores import AIMS, FEWEST_PROVEN, score_market
from engine.pricing.derived.corrections import DerivedCorrections, MarketCorrection, unlearned
from engine.pricing.derived.view import DERIVED, expit, logit, plain_logits

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from numpy.typing import NDArray

    from engine.learning.derived.fit import Belief
    from engine.learning.derived.past import DerivedPast
    from engine.pricing.derived.corrections import DerivedPrices, PooledPrices
    from engine.pricing.derived.view import DerivedView, UsualLines

_FEWEST: Final = 500
"""Predictions out of sample before their record is heard."""
_INSIDE: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walked:
    """What was said of each match at its look; columns in the order of `DERIVED`, (n, 5).

    `plain` is the uncorrected grid; `error` the standard error of the corrected price in logits,
    `low` and `high` its 80 % interval; `pooled` the quote pooled with the corrected price;
    `disagreement` the quote's distance in standard errors; `proven` whether a pick could have
    rested on the price by the record of then.
    """

    plain: NDArray[np.float64]
    corrected: NDArray[np.float64]
    error: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    pooled: NDArray[np.float64]
    pooled_error: NDArray[np.float64]
    disagreement: NDArray[np.float64]
    proven: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DerivedWalk:
    """A walk through one feed's matches, and what is known at its end."""

    past: DerivedPast
    view: DerivedView
    walked: Walked
    corrections: DerivedCorrections
    usual: UsualLines


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Course:
    """What a walk reads and writes; `walked` fills up as it goes."""

    past: DerivedPast
    rows: Rows
    outcome: NDArray[np.float64]
    walked: Walked
    start: tuple[Belief, ...]


def walk_derived(
    past: DerivedPast,
    other: DerivedPast | None,
    every: timedelta,
    progress: Callable[[int, int], None] | None = None,
) -> DerivedWalk:
    """Price every match of `past`, fitting anew at looks at least `every` apart.

    `other` is another feed's past: its results before the first look are the start of every
    correction. A match is priced from quotes known and results played before the last fit.
    """
    view, usual = past_view(past)
    course = _Course(
        past=past,
        rows=Rows.of(view),
        outcome=outcomes(past),
        walked=_blank(view),
        start=_start(other, float(past.looked_at[0])),
    )
    instants = _instants(past.looked_at, every)
    for done, (at, until) in enumerate(zip(instants, [*instants[1:], np.inf], strict=True)):
        corrections = _fit(course, at)
        here = np.flatnonzero((past.looked_at >= at) & (past.looked_at < until))
        prices = corrections.price(view.where(here))
        _write(course.walked, here, prices, corrections.pool(prices, past.quotes[here]))
        if progress is not None:
            progress(done + 1, len(instants))
    last = float(max(past.looked_at[-1], past.played_at.max())) + 1
    return DerivedWalk(
        past=past,
        view=view,
        walked=course.walked,
        corrections=_fit(course, last),
        usual=usual,
    )


def _start(other: DerivedPast | None, until: float) -> tuple[Belief, ...]:
    """Return the beliefs that another feed's results give before the first look."""
    if other is None or not (other.played_at < until).any():
        return tuple(open_belief() for _ in DERIVED)
    earlier = other.where(other.played_at < until)
    view, _ = past_view(earlier)
    rows, outcome = Rows.of(view), outcomes(earlier)
    known = np.isfinite(outcome.sum(axis=1))
    return tuple(
        other_feed_belief(rows, outcome, known, market) for market, _ in enumerate(DERIVED)
    )


def _instants(looked_at: NDArray[np.float64], every: timedelta) -> list[float]:
    instants: list[float] = []
    for at in np.unique(looked_at).tolist():
        if not instants or at >= instants[-1] + every.total_seconds():
            instants.append(at)
    return instants


def _fit(course: _Course, at: float) -> DerivedCorrections:
    """Return the corrections in force from `at`."""
    past, outcome = course.past, course.outcome
    quoted, played = known_rows(past, at)
    markets = []
    for number, blank in enumerate(unlearned().markets):
        belief = market_belief(
            course.rows, course.start[number], (past.quotes, quoted), (outcome, played), number
        )
        fitted = replace(blank, coefficients=belief.mean, covariance=belief.covariance)
        compared = quoted & np.isfinite(past.quotes[:, number])
        if compared.sum() >= _FEWEST:
            fitted = _hear_quotes(fitted, course, compared, number)
            settled = compared & played & np.isfinite(outcome[:, number])
            fitted = _hear_results(fitted, course, settled, number)
        markets.append(fitted)
    return DerivedCorrections(markets=tuple(markets))


def _hear_quotes(
    fitted: MarketCorrection, course: _Course, compared: NDArray[np.bool_], number: int
) -> MarketCorrection:
    """Learn the uncertainty from predictions of quotes made before the quotes were known."""
    said = course.walked.corrected[compared, number]
    missing = logit(course.past.quotes[compared, number]) - logit(said)
    given, unexplained = course.rows.given[compared], course.rows.noise[compared]
    noise = fit_noise(unexplained, missing, fitted.noise)
    spread = np.einsum("ni,ij,nj->n", given, fitted.covariance, given)
    ratio = missing / np.sqrt(spread + np.exp(unexplained @ noise))
    widening = max(1.0, float(np.sqrt((ratio**2).mean())))
    reach = float(np.quantile(np.abs(ratio), _INSIDE)) / widening
    return replace(fitted, noise=noise, widening=widening, reach=reach)


def _hear_results(
    fitted: MarketCorrection, course: _Course, settled: NDArray[np.bool_], number: int
) -> MarketCorrection:
    """Learn from results of priced matches how much the grid counts, and whether it is proven."""
    past, walked = course.past, course.walked
    quote, won = past.quotes[settled, number], course.outcome[settled, number]
    grid = walked.corrected[settled, number]
    weight, doubt = fit_grid_weight(logit(grid), logit(quote), won)
    heard = replace(fitted, grid_weight=weight, grid_weight_sd=doubt)
    prices = (walked.plain[settled, number], grid, walked.pooled[settled, number])
    score = score_market(
        (fitted.selection.code, AIMS[number]), quote, prices, won, past.kick_off[settled]
    )
    if score.n >= FEWEST_PROVEN and score.holds:
        return replace(heard, proven=True)
    lost = _deserved(heard, score.corrected.loss.value, won)
    return replace(heard, widening=max(heard.widening, lost))


def _deserved(fitted: MarketCorrection, loss: float, won: NDArray[np.float64]) -> float:
    """Return the widening that a loss in log-loss means for a market that is not proven.

    A price off by v (the variance of its error in logits) loses about v·p(1 - p)/2.
    """
    share = float(won.mean())
    variance = 2 * max(loss, 0.0) / max(share * (1 - share), 1e-3)
    return float(np.sqrt(variance / np.exp(fitted.noise[0])))


def _blank(view: DerivedView) -> Walked:
    shape = (len(view), len(DERIVED))
    columns = {
        name: np.full(shape, np.nan)
        for name in ("corrected", "error", "low", "high", "pooled", "pooled_error", "disagreement")
    }
    return Walked(
        plain=expit(plain_logits(view)), proven=np.zeros(shape, dtype=np.bool_), **columns
    )


def _write(
    walked: Walked, here: NDArray[np.int64], prices: DerivedPrices, pooled: PooledPrices
) -> None:
    walked.corrected[here] = prices.probability
    walked.error[here] = prices.standard_error
    walked.low[here], walked.high[here] = prices.low, prices.high
    walked.pooled[here] = pooled.probability
    walked.pooled_error[here] = pooled.standard_error
    walked.disagreement[here] = pooled.disagreement
    walked.proven[here] = prices.proven
