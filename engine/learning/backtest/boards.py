"""An archive's looks as boards: what a live look would have held at that instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from engine.agents.board import selections
from engine.domain.board import Board
from engine.domain.fixture import Fixture, Team, fixture_id

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds

    Ints = NDArray[np.int64]


def looks(archive: Archive, since: float, until: float) -> list[Ints]:
    """Return the rows of each instant from `since` on and before `until`, in order of time."""
    rows = np.flatnonzero((archive.looked_at >= since) & (archive.looked_at < until))
    if not len(rows):
        return []
    turns = np.flatnonzero(np.diff(archive.looked_at[rows]) > 0) + 1
    return np.split(rows, turns)


def board_of(archive: Archive, rows: Ints) -> Board:
    """Return the board of rows looked at in one instant; every price was confirmed at it.

    Each price counts as its book's own, with a fixture for each row. Nothing of a close or a
    result is on it.
    """
    at = float(archive.looked_at[rows[0]])
    odds = archive.look.where(rows)
    wide = wide_odds(odds)
    number = selections(odds)
    fixture, book, bet = np.nonzero(np.isfinite(wide) & (number >= 0)[:, None])
    return Board(
        as_of=datetime.fromtimestamp(at, UTC),
        fixtures=tuple(fixture_of(archive, row) for row in rows.tolist()),
        bookmakers=odds.books,
        fixture=fixture.astype(np.int32),
        bookmaker=book.astype(np.int16),
        selection=number[fixture, bet].astype(np.int32),
        odds=wide[fixture, book, bet],
        quoted_at=np.full(len(fixture), at),
        lay=np.zeros(len(fixture), dtype=np.bool_),
    )


def wide_odds(odds: MainOdds) -> NDArray[np.float64]:
    """Return the odds of the seven bets on the main markets (n, b, 7), NaN where none."""
    wide = np.concatenate([odds.match_odds, odds.total, odds.handicap], axis=2)
    return np.where((wide > 1) & (wide < np.inf), wide, np.nan)


def fixture_of(archive: Archive, row: int) -> Fixture:
    """Return a match under the names that what was learned knows; its identity is its own."""
    competition = archive.competitions[archive.competition[row]]
    home, away = (archive.teams[team] for team in (archive.home[row], archive.away[row]))
    kick_off = datetime.fromtimestamp(float(archive.kick_off[row]), UTC)
    return Fixture(
        id=fixture_id(competition, home, away, kick_off.date()),
        competition=competition,
        home=Team(key=home, name=home.partition(":")[2]),
        away=Team(key=away, name=away.partition(":")[2]),
        kick_off=kick_off,
    )
