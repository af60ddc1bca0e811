"""Bets with what became of them: where they closed, what they earned, how they rank."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.board import selections
from engine.learning.backtest.bankroll import profits, settled
from engine.learning.backtest.closes import (
    NAMES,
    NOBODY,
    alternative,
    declared_closes,
    headline,
    values,
)
from engine.learning.clusters import week_of
from engine.settlement.columns import returns, settle_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.backtest.tried import Tried

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_AVERAGE: Final = NAMES.index("AvgC")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Late:
    """The same sides taken at the close instead: odds and line of the source that closed.

    `clv` is what that source's own margin leaves; NaN where it quotes nothing.
    """

    odds: Floats
    clv: Floats
    profit: Floats

    def where(self, rows: Bools | Ints) -> Late:
        """Return the rows of a mask, or of indices in their order."""
        return Late(odds=self.odds[rows], clv=self.clv[rows], profit=self.profit[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bets:
    """m bets that were tried, with their ends; NaN where something is not known.

    `selection` is `Selection.number`, `competition` one of the archive's, `season` the year it
    began in; `week` numbers weeks that begin on Tuesday. `clv` is against the first source in
    `NAMES` that closed: `source`, whose W/(W+L) is `close` and who expects `refund` of the stake
    back. `clv_alt` is against `source_alt`, which took no part in choosing, `clv_average` against
    the printed average whoever chose. `outcome` is 1 won, .5 half won, 0 void, -.5 half lost, -1
    lost; `profit` is of one unit.
    """

    tried: Tried
    selection: Ints
    season: Ints
    competition: Ints
    kick_off: Floats
    week: Ints
    source: Ints
    close: Floats
    refund: Floats
    clv: Floats
    source_alt: Ints
    clv_alt: Floats
    clv_average: Floats
    outcome: Floats
    profit: Floats
    late: Late

    def __len__(self) -> int:
        return len(self.tried)

    def where(self, rows: Bools | Ints) -> Bets:
        """Return the bets of a mask, or of indices in their order."""
        kept = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name not in {"tried", "late"}
        }
        return Bets(tried=self.tried.where(rows), late=self.late.where(rows), **kept)


def with_ends(archive: Archive, bets: Tried) -> Bets:
    """Return bets with their closes and results."""
    matches, place = np.unique(bets.row, return_inverse=True)
    own = archive.where(matches)
    closes, at = declared_closes(own), (place, slice(None), bets.bet)
    fair, refund = closes.fair[at], closes.refund[at]
    known = np.where(np.isfinite(refund), fair, np.nan)
    each = values(bets.odds[:, None], known, refund)
    books = np.array([str(key) for key in archive.look.books])[bets.book]
    source, other = headline(known, books), alternative(known, bets.rung, books)
    late = late_bets(own, place, bets.bet, source)
    return Bets(
        tried=bets,
        selection=selections(own.look)[place, bets.bet],
        season=archive.season[bets.row],
        competition=archive.competition[bets.row],
        kick_off=archive.kick_off[bets.row],
        week=week_of(archive.kick_off[bets.row]),
        source=source,
        close=_of(known, source),
        refund=_of(refund, source),
        clv=_of(each, source),
        source_alt=other,
        clv_alt=_of(each, other),
        clv_average=each[:, _AVERAGE],
        outcome=settled(archive, bets),
        profit=profits(archive, bets),
        late=late,
    )


def late_bets(archive: Archive, row: Ints, bet: Ints, source: Ints) -> Late:
    """Return what waiting for the close would have given: each source's last odds of each bet."""
    closes = declared_closes(replace(archive, look=archive.close))
    at = row, slice(None), bet
    fair, refund, odds = (
        _of(one[at], source) for one in (closes.fair, closes.refund, closes.odds)
    )
    numbers = selections(archive.close)[row, bet]
    outcome = settle_columns(numbers, archive.home_goals[row], archive.away_goals[row])
    return Late(odds=odds, clv=values(odds, fair, refund), profit=returns(outcome, odds))


def _of(columns: Floats, source: Ints) -> Floats:
    """Return each row's column of its source, NaN of nobody's."""
    found: Floats = np.take_along_axis(columns, np.maximum(source, 0)[:, None], axis=1)[:, 0]
    return np.where(source == NOBODY, np.nan, found)


def best_of_market(bets: Bets, worth: Floats) -> Ints:
    """Return the bet of each (match, market) that is worth the most, in the order of rows.

    Of bets worth the same the first counts; what is worth nothing known (NaN) never does.
    """
    told = np.flatnonzero(np.isfinite(worth))
    where = bets.tried.row[told] * 8 + bets.tried.market[told]
    order = np.lexsort((told, -worth[told], where))
    _, first = np.unique(where[order], return_index=True)
    best: Ints = np.sort(told[order[first]])
    return best


def ranked(bets: Bets, some: Ints, worth: Floats) -> tuple[Ints, Ints]:
    """Return bets `some` by season and falling worth, with each one's rank in its season from 1.

    Of bets worth the same the earlier look comes first.
    """
    order = some[np.lexsort((some, -worth[some], bets.season[some]))]
    seasons = bets.season[order]
    rank: Ints = np.arange(len(order)) - np.searchsorted(seasons, seasons) + 1
    return order, rank
