"""The walk-forward table: every predictor by season and market, all comparisons paired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import Clustered, clustered_mean, clustered_ratio
from engine.learning.evaluation.evaluation import MARKETS
from engine.learning.evaluation.targets import LEAST_SHARE, MEAN
from engine.learning.evaluation.validity import Slope, move_slope
from engine.learning.scores import brier, kl, log_loss, rps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from engine.learning.evaluation.evaluation import Forecast
    from engine.learning.evaluation.targets import Target, Targets

    Floats = NDArray[np.float64]

BASELINE: Final = "baseline"
BEST_BOOK: Final = "best_book"


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A predictor less another, on the matches that both spoke of.

    `kl_change` is relative: -0.06 is six per cent nearer to the close. `way` is how much of the
    other's distance to the close in log-loss of results it goes: noisy, so read it pooled.
    """

    name: str
    log_loss: Clustered
    rps: Clustered
    kl: Clustered
    kl_change: Clustered
    way: Clustered


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One predictor in one market and season (None: all seasons), on what it spoke of.

    Scores of results are per unit of stake decided. `against` holds the season's baseline and
    its best single book, where they are others.
    """

    season: int | None
    market: str
    predictor: str
    log_loss: Clustered
    rps: Clustered
    brier: Clustered
    kl: Clustered
    against: Mapping[str, Against]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The standing test of CLV in one market and season (None: all seasons)."""

    season: int | None
    market: str
    slope: Slope


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """A forecast's scores, row by row; `stake` is NaN where it did not speak."""

    name: str
    book: bool
    stake: Floats
    log_loss: Floats
    rps: Floats
    brier: Floats
    kl: Floats


def scored(name: str, told: Floats, target: Target, *, book: bool = False) -> Scored:
    """Return the row-by-row scores of what was told (n, k) in the target's market."""
    loss = log_loss(told, target.outcome)
    return Scored(
        name=name,
        book=book,
        stake=np.where(np.isfinite(loss), target.stake, np.nan),
        log_loss=loss,
        rps=rps(told, target.outcome),
        brier=brier(told, target.outcome),
        kl=kl(target.close, told),
    )


def score_lines(targets: Targets, forecasts: Sequence[Forecast]) -> tuple[Line, ...]:
    """Return every predictor's line, market by market: all seasons first, then each."""
    lines: list[Line] = []
    for target in targets.markets.values():
        every = [
            scored(one.name, one.of(target.market), target, book=one.book)
            for one in (*forecasts, targets.close())
        ]
        baseline = scored(BASELINE, target.baseline, target)
        close = every[-1]
        for season in (None, *targets.seasons):
            rows = np.flatnonzero(targets.of_season(season))
            span = _Span(target=target, season=season, rows=rows, week=targets.week[rows])
            best = best_book(every, close, rows)
            others = {BASELINE: baseline} | ({} if best is None else {BEST_BOOK: best})
            lines += [span.line(one, others, close) for one in every if span.speaks(one)]
    return tuple(lines)


def best_book(every: Sequence[Scored], close: Scored, rows: NDArray[np.int64]) -> Scored | None:
    """Return the named book nearest to the close, each against the mean of all on common matches.

    A book must have quoted half of the matches that have a close: a few easy ones make no best
    book. The mean is the yardstick because it is nearly always there.
    """
    closed = np.isfinite(close.kl[rows])
    mean = next((one.kl[rows] for one in every if one.name == MEAN), np.zeros(len(rows)))
    found: list[tuple[float, str, Scored]] = []
    for one in every:
        both = closed & np.isfinite(one.kl[rows]) & np.isfinite(mean)
        if one.book and both.sum() >= max(1.0, LEAST_SHARE * closed.sum()):
            found.append((float((one.kl[rows] - mean)[both].mean()), one.name, one))
    return min(found, key=lambda each: each[:2])[2] if found else None


def validity_slopes(targets: Targets) -> tuple[Validity, ...]:
    """Return the slope of results on the move from the baseline to the close."""
    return tuple(
        Validity(
            season=season,
            market=market,
            slope=move_slope(
                target.baseline[rows], target.close[rows], target.outcome[rows], targets.week[rows]
            ),
        )
        for market in MARKETS
        for target in [targets.markets[market]]
        for season in (None, *targets.seasons)
        for rows in [targets.of_season(season)]
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Span:
    """Some rows of one market: those of a season, or all."""

    target: Target
    season: int | None
    rows: NDArray[np.int64]
    week: NDArray[np.int64]

    def speaks(self, one: Scored) -> bool:
        return bool(
            np.isfinite(one.stake[self.rows]).any() or np.isfinite(one.kl[self.rows]).any()
        )

    def line(self, one: Scored, others: Mapping[str, Scored], close: Scored) -> Line:
        """Return the line of a predictor, compared with each of the others."""
        rows, stake = self.rows, one.stake[self.rows]
        return Line(
            season=self.season,
            market=self.target.market,
            predictor=one.name,
            log_loss=clustered_ratio(one.log_loss[rows], stake, self.week),
            rps=clustered_ratio(one.rps[rows], stake, self.week),
            brier=clustered_ratio(one.brier[rows], stake, self.week),
            kl=clustered_mean(one.kl[rows], self.week),
            against={place: self._against(one, other, close) for place, other in others.items()},
        )

    def _against(self, one: Scored, other: Scored, close: Scored) -> Against:
        rows = self.rows
        loss = one.log_loss[rows] - other.log_loss[rows]
        nearer = one.kl[rows] - other.kl[rows]
        left = other.log_loss[rows] - close.log_loss[rows]
        return Against(
            name=self._name(other),
            log_loss=clustered_ratio(loss, one.stake[rows], self.week),
            rps=clustered_ratio(one.rps[rows] - other.rps[rows], one.stake[rows], self.week),
            kl=clustered_mean(nearer, self.week),
            kl_change=clustered_ratio(nearer, other.kl[rows], self.week),
            way=clustered_ratio(-loss, left, self.week),
        )

    def _name(self, other: Scored) -> str:
        """Return who the other is; a baseline is the source of each of its seasons."""
        if other.name != BASELINE:
            return other.name
        sources = self.target.baseline_sources
        here = sources.values() if self.season is None else [sources.get(self.season, "")]
        return " / ".join(dict.fromkeys(here))
