"""Matches whose derived markets are learned from: their main markets, quotes and results."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.archive import PLAYED
from engine.pricing.derived.view import (
    DERIVED,
    LINE,
    USUAL_DRAW,
    UsualLines,
    market_view,
    with_usual,
)
from engine.pricing.devig.book import devig_rows, is_book

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.derived.view import DerivedView

_TEAM_STEP: Final = 0.2
_LEAGUE_STEP: Final = 0.02
"""How far a team's and a league's usual goals move towards what each look shows."""
_SOUND: Final = (1.0, 1.25)
"""A book whose raw probabilities sum to less or more is mistyped or half withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DerivedPast:
    """One row per match of one feed, in the order of `looked_at`; fair probabilities.

    `match_odds` (n, 3) and `over` (n,), of 2.5 goals, are `readable`; `quotes` (n, 5) of `DERIVED`
    are NaN where the feed quotes none. Known when: prices from `looked_at`, goals from `kick_off`
    plus `PLAYED`. Competitions and teams are numbers of the feed's own.
    """

    competition: NDArray[np.int64]
    home: NDArray[np.int64]
    away: NDArray[np.int64]
    kick_off: NDArray[np.float64]
    looked_at: NDArray[np.float64]
    match_odds: NDArray[np.float64]
    over: NDArray[np.float64]
    quotes: NDArray[np.float64]
    home_goals: NDArray[np.float64]
    away_goals: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kick_off)

    @property
    def played_at(self) -> NDArray[np.float64]:
        """When each result is known."""
        return self.kick_off + PLAYED.total_seconds()

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> DerivedPast:
        """Return the rows of a mask, or of indices in their order."""
        return DerivedPast(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


def outcomes(past: DerivedPast) -> NDArray[np.float64]:
    """Return whether each selection of `DERIVED` won (n, 5); NaN without a result."""
    total = past.home_goals + past.away_goals
    both = (past.home_goals > 0) & (past.away_goals > 0)
    overs = [total > float(one.market.line or 0) for one in DERIVED[1:]]
    won = np.column_stack([both, *overs]).astype(np.float64)
    won[np.isnan(total)] = np.nan
    return won


def fair_book(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fair probabilities (n, k) of books; NaN where a book is incomplete or unsound.

    >>> fair_book(np.array([[2.0, 2.0], [1.9, np.nan]])).tolist()
    [[0.5, 0.5], [nan, nan]]
    """
    sound = is_book(odds)
    raw = (1 / np.where(sound[:, None], odds, 1.0)).sum(axis=1)
    sound &= (raw >= _SOUND[0]) & (raw <= _SOUND[1])
    return devig_rows(np.where(sound[:, None], odds, np.nan))


def readable(match_odds: NDArray[np.float64], over: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each match whether its main markets are complete and some scores could give them.

    >>> main = np.array([[0.45, 0.27, 0.28], [0.97, 0.02, 0.01]])
    >>> readable(main, np.array([0.5, 0.05])).tolist()
    [True, False]
    """
    known: NDArray[np.bool_] = np.isfinite(market_view(match_odds, over).draw_gap)
    return known


def archive_past(archive: Archive, book: str) -> DerivedPast:
    """Return the looks of one book at 1X2 and over 2.5, without quotes of derived markets."""
    place = archive.look.book(book)
    count = len(archive)
    if place is None:
        return _past(archive, np.full((count, 3), np.nan), np.full((count, 2), np.nan))
    total = np.where(
        (archive.look.total_line == LINE)[:, None], archive.look.total[:, place], np.nan
    )
    return _past(archive, fair_book(archive.look.match_odds[:, place]), fair_book(total))


def _past(
    archive: Archive, match_odds: NDArray[np.float64], total: NDArray[np.float64]
) -> DerivedPast:
    return DerivedPast(
        competition=archive.competition,
        home=archive.home,
        away=archive.away,
        kick_off=archive.kick_off,
        looked_at=archive.looked_at,
        match_odds=match_odds,
        over=total[:, 0],
        quotes=np.full((len(archive), len(DERIVED)), np.nan),
        home_goals=archive.home_goals,
        away_goals=archive.away_goals,
    ).where(readable(match_odds, total[:, 0]))


def past_view(past: DerivedPast) -> tuple[DerivedView, UsualLines]:
    """Return the view of every match as it was at its look, and what is usual after the last.

    A team's and a league's usual goals are moved by each of their looks; looks of one instant do
    not see one another.
    """
    view = market_view(past.match_odds, past.over)
    openness, draw_gap = view.openness, view.draw_gap
    leagues: dict[int, float] = {}
    draws: dict[int, float] = {}
    teams: dict[int, float] = {}
    seen: dict[int, int] = {}
    usual = UsualLines(leagues=leagues, draws=draws, teams=teams, seen=seen)
    expected = np.zeros((len(past), 3))
    places = list(
        zip(past.competition.tolist(), past.home.tolist(), past.away.tolist(), strict=True)
    )
    for rows in _looks(past.looked_at):
        for row in rows:
            expected[row] = usual.expect(*places[row])
        for row in rows:
            competition, home, away = places[row]
            surprise = float(openness[row] - expected[row, 0])
            leagues[competition] = leagues.get(competition, 0.0) + _LEAGUE_STEP * surprise
            for team in (home, away):
                teams[team] = teams.get(team, 0.0) + _TEAM_STEP * surprise
                seen[team] = seen.get(team, 0) + 1
            moved = _LEAGUE_STEP * (draw_gap[row] - expected[row, 2])
            draws[competition] = draws.get(competition, USUAL_DRAW) + float(moved)
    return with_usual(view, expected), usual


def _looks(looked_at: NDArray[np.float64]) -> list[range]:
    starts = np.flatnonzero(np.diff(looked_at, prepend=-np.inf) > 0).tolist()
    return [range(a, b) for a, b in zip(starts, [*starts[1:], len(looked_at)], strict=True)]
