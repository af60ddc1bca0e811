"""What past closes say of teams and leagues: how their prices move, and how strong they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DECAYS: Final = (0.6, 0.85, 0.95)
"""How much of a team's mean move the next match leaves: about 2, 6 and 20 matches' memory."""
START_EDGE: Final = 0.4
"""A league's home edge in supremacy until its closes say otherwise."""
_RESTED: Final = 14.0
_DAY: Final = 86_400.0


class TeamColumn(IntEnum):
    """What is known of a team; moves of supremacy are towards the team, all start at 0.

    `RATING` and `GOALS` (logit of over 2.5 in its matches) are NaN until a first close, `LAST`
    (its last kick-off, POSIX seconds) until a first match.
    """

    MOVE_FAST = 0
    MOVE = 1
    MOVE_SLOW = 2
    GOALS_MOVE_FAST = 3
    GOALS_MOVE = 4
    GOALS_MOVE_SLOW = 5
    RATING = 6
    GOALS = 7
    SURPRISE = 8
    LAST = 9


class LeagueColumn(IntEnum):
    """What is known of a league: its mean moves, and its home edge in supremacy."""

    MOVE = 0
    GOALS_MOVE = 1
    DRAW_MOVE = 2
    EDGE = 3


NEW_TEAM: Final = (0.0,) * 6 + (float("nan"), float("nan"), 0.0, float("nan"))
NEW_LEAGUE: Final = (0.0, 0.0, 0.0, START_EDGE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fixtures:
    """Who plays whom in which league, when, and when that was looked at (POSIX seconds)."""

    competition: tuple[str, ...]
    home: tuple[str, ...]
    away: tuple[str, ...]
    kick_off: Floats
    looked_at: Floats

    def __len__(self) -> int:
        return len(self.home)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StateRows:
    """The state as n fixtures see it; home less away, except the sums of goals.

    `moves` (n, 3) and `goals_moves` (n, 3) in the order of `DECAYS`; `expected` is the supremacy
    and `goals` the logit of over 2.5 that past closes let expect, NaN for new teams; `rest` is
    days, capped.
    """

    moves: Floats
    goals_moves: Floats
    league: Floats
    expected: Floats
    goals: Floats
    surprise: Floats
    rest: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseState:
    """What the closes of matches over by `seen_until` say; `team` (t, 10), `league` (l, 4)."""

    teams: tuple[str, ...] = ()
    leagues: tuple[str, ...] = ()
    team: Floats
    league: Floats
    seen_until: float

    def rows(self, fixtures: Fixtures) -> StateRows:
        """Return the state as each fixture sees it; unknown teams and leagues are new ones."""
        home, away = (
            _at(self.team, self.teams, NEW_TEAM, names) for names in (fixtures.home, fixtures.away)
        )
        league = _at(self.league, self.leagues, NEW_LEAGUE, fixtures.competition)
        moves, goals = slice(0, 3), slice(3, 6)
        rating = home[:, TeamColumn.RATING] - away[:, TeamColumn.RATING]
        rests = [
            np.clip(
                np.nan_to_num((fixtures.kick_off - side[:, TeamColumn.LAST]) / _DAY, nan=_RESTED),
                0.0,
                _RESTED,
            )
            for side in (home, away)
        ]
        return StateRows(
            moves=home[:, moves] - away[:, moves],
            goals_moves=home[:, goals] + away[:, goals],
            league=league,
            expected=league[:, LeagueColumn.EDGE] + rating,
            goals=(home[:, TeamColumn.GOALS] + away[:, TeamColumn.GOALS]) / 2,
            surprise=home[:, TeamColumn.SURPRISE] - away[:, TeamColumn.SURPRISE],
            rest=np.stack(rests, axis=1),
        )


def empty_state() -> CloseState:
    """Return the state before any close."""
    return CloseState(
        team=np.empty((0, len(TeamColumn))),
        league=np.empty((0, len(LeagueColumn))),
        seen_until=-np.inf,
    )


def _at(
    table: Floats, names: Sequence[str], new: Sequence[float], wanted: Sequence[str]
) -> Floats:
    place = {name: row for row, name in enumerate(names)}
    with_new = np.vstack([table, np.array(new)])
    rows: Floats = with_new[[place.get(name, len(names)) for name in wanted]]
    return rows
