"""What forecasts are measured against: results, a close a season, a baseline a season."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.policy import PricingRules
from engine.learning.clusters import week_of
from engine.learning.evaluation.evaluation import CLOSE, MARKETS, Forecast, fair_prices
from engine.learning.outcomes import handicap_outcome, match_odds_outcome, total_outcome
from engine.learning.scores import stake
from engine.pricing.reference.implied import cover_at
from engine.pricing.reference.voices import ImpliedBy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]

MEAN: Final = "fd_avg"
LEAST_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """One market of n looks: shares won, the close and the baseline of each look's season.

    The close is at the look's line: a handicap that moved is read there, at the goals that its
    source's closing handicap and total imply, for keeping the lines that stayed would select by
    what happened (METHOD B2); NaN where nothing tells it. Sources are by season; a season without
    a close, or without a price, is not among them. `stake` is NaN where nothing is
    decided, by a refund or for want of a result.
    """

    market: str
    outcome: Floats
    stake: Floats
    close: Floats
    baseline: Floats
    close_sources: Mapping[int, str]
    baseline_sources: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """The looks that are scored: when, where, and what became of each market."""

    competitions: tuple[str, ...]
    competition: NDArray[np.int64]
    season: NDArray[np.int64]
    week: NDArray[np.int64]
    markets: Mapping[str, Target]

    @property
    def seasons(self) -> tuple[int, ...]:
        return tuple(np.unique(self.season).tolist())

    def of_season(self, season: int | None) -> NDArray[np.bool_]:
        """Return which looks are of a season; None is all of them."""
        return np.full(len(self.season), True) if season is None else self.season == season

    def close(self) -> Forecast:
        """Return the close as if somebody had forecast it: what nobody can do better than."""
        return Forecast(
            name=CLOSE,
            match_odds=self.markets["match_odds"].close,
            total=self.markets["total"].close,
            handicap=self.markets["handicap"].close,
        )


def targets(archive: Archive) -> Targets:
    """Return what the looks of an archive are measured against.

    A season's close is the first of the ladder (sharp books, exchanges, the mean of all) that
    closed at least half of the looks that anybody of the ladder closed; its baseline is chosen
    alike among the prices looked at. One season has one source, so that no source changes with
    what happened.
    """
    outcomes = {
        "match_odds": match_odds_outcome(archive),
        "total": total_outcome(archive, archive.look.total_line),
        "handicap": handicap_outcome(archive, archive.look.handicap_line),
    }
    looked, closed = _ladder(archive.look), _ladder(archive.close)
    chosen = {market: _chosen(closed, market, archive.season) for market in MARKETS}
    closes = _at_looks(archive, {market: close for market, (close, _) in chosen.items()})
    found = {}
    for market in MARKETS:
        baseline, baseline_sources = _chosen(looked, market, archive.season)
        decided = stake(outcomes[market])
        found[market] = Target(
            market=market,
            outcome=outcomes[market],
            stake=np.where(decided > 0, decided, np.nan),
            close=closes[market],
            baseline=baseline,
            close_sources=chosen[market][1],
            baseline_sources=baseline_sources,
        )
    return Targets(
        competitions=archive.competitions,
        competition=archive.competition,
        season=archive.season,
        week=week_of(archive.kick_off),
        markets=found,
    )


def _at_looks(archive: Archive, closes: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """Return closes (n, k) by market, at the lines of the looks."""
    look, close = archive.look, archive.close
    by = ImpliedBy(
        cover=closes["handicap"][:, 0],
        handicap=close.handicap_line,
        over=closes["total"][:, 0],
        total=close.total_line,
    )
    moved = np.flatnonzero(look.handicap_line != close.handicap_line)
    cover = cover_at(by.where(moved), look.handicap_line[moved])
    handicap, total = closes["handicap"].copy(), closes["total"].copy()
    handicap[moved] = np.column_stack([cover, 1 - cover])
    total[look.total_line != close.total_line] = np.nan
    return {**closes, "total": total, "handicap": handicap}


def _ladder(odds: MainOdds) -> tuple[Forecast, ...]:
    """Return the prices of the ladder; where nobody offers one side, an exchange says nothing.

    Such a side stands at the lowest odds there are: its book sums to far more than the best
    offers of a market that is traded, `exchange_max_spread` at most.
    """
    rules = PricingRules()
    traded = _traded(odds, 1 + rules.exchange_max_spread)
    return (
        *(fair_prices(odds, key) for key in rules.sharp_books),
        *(fair_prices(traded, key) for key in rules.exchanges),
        fair_prices(odds, MEAN),
    )


def _traded(odds: MainOdds, most: float) -> MainOdds:
    """Return the odds without the books that sum to more."""

    def below(table: Floats) -> Floats:
        return np.where((1 / table).sum(axis=2, keepdims=True) <= most, table, np.nan)

    return replace(
        odds,
        match_odds=below(odds.match_odds),
        total=below(odds.total),
        handicap=below(odds.handicap),
    )


def _chosen(
    ladder: tuple[Forecast, ...], market: str, season: NDArray[np.int64]
) -> tuple[Floats, dict[int, str]]:
    """Return each look's price by the source of its season, and the sources."""
    said = np.stack([np.isfinite(one.of(market)).all(axis=1) for one in ladder])
    found = np.full(ladder[0].of(market).shape, np.nan)
    sources = {}
    for year in np.unique(season).tolist():
        rows = season == year
        quoted = said[:, rows].sum(axis=1)
        needed = LEAST_SHARE * said[:, rows].any(axis=0).sum()
        if not quoted.any():
            continue
        enough = np.flatnonzero((quoted > 0) & (quoted >= needed))
        source = ladder[int(enough[0] if len(enough) else quoted.argmax())]
        sources[year] = source.name
        found[rows] = source.of(market)[rows]
    return found, sources
