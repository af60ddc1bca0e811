"""From picks to the market table: 22 rows, whatever was picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import CATALOGUE
from engine.domain.record import Estimate
from engine.learning.clusters import clustered_ratio, week_of
from engine.learning.evidence import day_of
from engine.learning.intervals import wilson
from engine.learning.markets.badges import ASKED, Badge, given, met
from engine.learning.markets.rows import Belief, Chances, MarketRow, MarketTable, Verdict
from engine.learning.markets.standing import Judged, Streams, judge
from engine.learning.markets.streams import TYPICAL_CLV, TYPICAL_RETURN, Cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.learning.markets.badges import Condition
    from engine.learning.markets.bets import MarketBets
    from engine.learning.markets.shrink import Shrunk

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

MARKETS: Final = len(CATALOGUE)
_QUANTILES: Final = (0.1, 0.9, 0.025, 0.975)


def table(bets: MarketBets, *, now: float, segments: int = MARKETS) -> MarketTable:
    """Return the table of all picks that began before `now`; `segments` were ever tabled.

    The badges are those of the whole record: whoever chooses a window after the fact can find
    evidence anywhere. Picks of the day that `now` is in are counted, but are no evidence yet.
    """
    here = (bets.market >= 0) & (bets.kick_off < now)
    begun = bets.kick_off[bets.kick_off < now]
    picks = _Picks.of(bets, np.flatnonzero(here), now)
    yields = [picks.estimate(picks.profit, picks.stake, at) for at in range(MARKETS)]
    judged = judge(picks.streams(yields), max(segments - MARKETS, 0))
    view = _View.of(judged)
    return MarketTable(
        provenance=bets.provenance,
        rows=tuple(_row(picks, view, at, yields[at]) for at in range(MARKETS)),
        since=float(begun.min()) if len(begun) else None,
        until=float(begun.max()) if len(begun) else None,
        segments=max(segments, MARKETS),
        outside=len(begun) - len(picks.market),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Picks:
    """The columns of the picks in the table, and the cells they fall in."""

    market: Ints
    cells: Cells
    week: Ints
    odds: Floats
    stake: Floats
    profit: Floats
    won: Floats
    clv: Floats
    clv_alt: Floats
    alt_sharp: Bools

    @classmethod
    def of(cls, bets: MarketBets, rows: Ints, now: float) -> _Picks:
        kick_off, market = bets.kick_off[rows], bets.market[rows]
        week, day = week_of(kick_off), day_of(kick_off)
        over = day < day_of(np.array([now]))[0]
        of_day = np.full(len(day), -1, dtype=np.int64)
        of_day[over] = np.unique(day[over], return_inverse=True)[1]
        cells = Cells(
            markets=MARKETS,
            market=market,
            week=np.unique(week, return_inverse=True)[1].astype(np.int64),
            day=of_day,
        )
        return cls(
            market=market,
            cells=cells,
            week=week,
            odds=bets.odds[rows],
            stake=bets.stake[rows],
            profit=bets.profit[rows],
            won=bets.won[rows],
            clv=bets.clv[rows],
            clv_alt=bets.clv_alt[rows],
            alt_sharp=bets.alt_sharp[rows],
        )

    def streams(self, yields: list[Estimate]) -> Streams:
        settled = np.isfinite(self.profit)
        one = np.ones(len(self.market))
        other = np.isfinite(self.clv_alt)
        blunt = np.bincount(self.market[other & ~self.alt_sharp], minlength=MARKETS)
        return Streams(
            headline=self.cells.stream(self.clv, one, TYPICAL_CLV),
            alternative=self.cells.stream(self.clv_alt, one, TYPICAL_CLV),
            sharp=blunt == 0,
            returns=self.cells.stream(self.profit / self.stake, self.stake, TYPICAL_RETURN),
            most=self.cells.highest(np.where(settled, self.odds - 1, np.nan)),
            yield_high=np.array([np.nan if one.high is None else one.high for one in yields]),
        )

    def estimate(self, above: Floats, below: Floats, at: int) -> Estimate:
        """Return Σ above / Σ below of one market where both are known, clustered by weeks."""
        mine = (self.market == at) & np.isfinite(above)
        found = clustered_ratio(above[mine], below[mine], self.week[mine])
        return Estimate(
            mean=_known(found.value), n=found.n, low=_known(found.low), high=_known(found.high)
        )

    def mean(self, values: Floats, at: int) -> Estimate:
        return self.estimate(values, np.ones(len(values)), at)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _View:
    """Everything judged, worked out once for all markets."""

    judged: Judged
    clv: tuple[Floats, ...]
    roi: tuple[Floats, ...]
    figures: Mapping[Condition, Floats]
    met: Mapping[Condition, Bools]
    badges: Mapping[Badge, Bools]
    above_zero: Floats

    @classmethod
    def of(cls, judged: Judged) -> _View:
        conditions = met(judged.standing)
        return cls(
            judged=judged,
            clv=_summed(judged.clv),
            roi=_summed(judged.yields),
            figures=judged.standing.figures(),
            met=conditions,
            badges=given(conditions),
            above_zero=judged.clv.above(0.0),
        )

    def verdicts(self, at: int) -> tuple[Verdict, ...]:
        return tuple(
            Verdict(
                badge=badge,
                condition=each,
                met=bool(self.met[each][at]),
                figure=_known(self.figures[each][at]),
            )
            for badge, asked in ASKED.items()
            for each in asked
        )

    def chances(self, at: int) -> Chances | None:
        standing = self.judged.standing
        if not np.isfinite(standing.below_zero[at]):
            return None
        return Chances(
            above_hurdle=float(standing.above_hurdle[at]),
            above_zero=float(self.above_zero[at]),
            below_zero=float(standing.below_zero[at]),
        )


def _row(picks: _Picks, view: _View, at: int, yielded: Estimate) -> MarketRow:
    mine, standing = picks.market == at, view.judged.standing
    judged = picks.won[mine & np.isfinite(picks.won)]
    settled = int((mine & np.isfinite(picks.profit)).sum())
    return MarketRow(
        code=CATALOGUE[at],
        badge=next(badge for badge, those in view.badges.items() if those[at]),
        conditions=view.verdicts(at),
        picks=int(mine.sum()),
        settled=settled,
        closes=int(standing.closes[at]),
        clv=picks.mean(picks.clv, at),
        clv_alt=picks.mean(picks.clv_alt, at),
        by_other=bool(view.judged.by_other[at]),
        wins=wilson(int(judged.sum()), len(judged)),
        yield_=yielded,
        true_clv=_belief(view.clv, at),
        true_yield=_belief(view.roi, at),
        chances=view.chances(at),
        e_value=float(standing.e_value[at]),
        discovered=bool(standing.discovered[at]),
        yield_floor=float(view.judged.yield_floor[at]) if settled else None,
        yield_ceiling=float(standing.yield_ceiling[at]) if settled else None,
    )


def _summed(beliefs: Shrunk) -> tuple[Floats, ...]:
    return beliefs.mean, *(beliefs.quantile(share) for share in _QUANTILES)


def _belief(summed: tuple[Floats, ...], at: int) -> Belief | None:
    mean, low80, high80, low95, high95 = (float(column[at]) for column in summed)
    if not np.isfinite(mean):
        return None
    return Belief(mean=mean, low80=low80, high80=high80, low95=low95, high95=high95)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
