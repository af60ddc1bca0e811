"""A small honest walk over an archive, and the same with one leak planted in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.lookahead.rows import Rows
from engine.learning.outcomes import match_odds_outcome
from engine.learning.published.rules import match_odds_of
from engine.pricing.devig.book import devig_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

DAY: Final = 86_400.0


class Leak(Enum):
    """What a walk may know too early."""

    CLOSE_AMONG_FEATURES = auto()
    RESULT_A_DAY_EARLY = auto()
    SATURDAYS_CLOSE_ON_FRIDAY = auto()
    NORMALISED_OVER_THE_SEASON = auto()
    OWN_MATCH_IN_THE_STATE = auto()
    CHEATER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The home side of every row of an archive."""

    fair: Floats
    close: Floats
    odds: Floats
    won: Floats


def walk(archive: Archive, leak: Leak | None = None) -> Rows:
    """Return a pick, a score and a stake on the home side of every look, by what was known."""
    seen = _seen(archive)
    said = [
        column
        for at in np.unique(archive.looked_at).tolist()
        for column in _said(archive, seen, at, leak)
    ]
    expected = np.array(said)
    score = expected * seen.odds - 1
    if leak is Leak.NORMALISED_OVER_THE_SEASON:
        for season in np.unique(archive.season).tolist():
            rows = archive.season == season
            score[rows] -= score[rows].mean()
    picked = np.flatnonzero(score > -0.02)
    archive, score = archive.where(picked), score[picked]
    return Rows(
        name=np.array(
            [f"{a:.0f} {h}-{v}" for a, h, v in zip(*_names(archive), strict=True)], dtype=np.str_
        ),
        looked_at=archive.looked_at,
        closed_at=archive.kick_off,
        played_at=archive.played_at,
        at_look={
            "odds": seen.odds[picked],
            "expected": expected[picked],
            "score": score,
            "stake": np.clip(score, 0, 0.01),
        },
        at_close={"clv": seen.odds[picked] * seen.close[picked] - 1},
        at_result={"profit": seen.odds[picked] * seen.won[picked] - 1},
    )


def _names(archive: Archive) -> tuple[list[float], list[int], list[int]]:
    return archive.looked_at.tolist(), archive.home.tolist(), archive.away.tolist()


def _seen(archive: Archive) -> _Seen:
    fair, close = (
        devig_rows(match_odds_of(odds, "pinnacle"))[:, 0] for odds in (archive.look, archive.close)
    )
    best = match_odds_of(archive.look, "fd_max")[:, 0]
    return _Seen(
        fair=np.nan_to_num(fair, nan=0.4),
        close=close,
        odds=np.nan_to_num(best, nan=2.0),
        won=match_odds_outcome(archive)[:, 0],
    )


def _said(archive: Archive, seen: _Seen, at: float, leak: Leak | None) -> Floats:
    """Return the expected close of the looks of an instant: the price, and teams' past."""
    rows = np.flatnonzero(archive.looked_at == at)
    closed, played = archive.kick_off <= at, archive.played_at <= at
    if leak is Leak.RESULT_A_DAY_EARLY:
        played = archive.played_at - DAY <= at
    if leak is Leak.SATURDAYS_CLOSE_ON_FRIDAY:
        closed = archive.kick_off < archive.kick_off[rows].max()
    if leak is Leak.OWN_MATCH_IN_THE_STATE:
        closed = closed | (archive.looked_at == at)
    moved = np.log(seen.close / seen.fair)
    lifted = _of_team(archive, rows, moved, closed) + 0.1 * _of_team(
        archive, rows, seen.won - seen.fair, played
    )
    if leak is Leak.CLOSE_AMONG_FEATURES:
        lifted = lifted + 0.5 * np.nan_to_num(moved[rows])
    if leak is Leak.CHEATER:  # who won is known
        lifted = lifted + np.nan_to_num(seen.won[rows])
    return np.asarray(seen.fair[rows] * np.exp(0.2 * lifted))


def _of_team(archive: Archive, rows: NDArray[np.int64], values: Floats, known: Bools) -> Floats:
    found = np.zeros(len(rows))
    for place, row in enumerate(rows.tolist()):
        own = values[known & np.isfinite(values) & (archive.home == archive.home[row])]
        found[place] = own.mean() if len(own) else 0.0
    return found
