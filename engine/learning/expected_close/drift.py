"""The state of teams and leagues carried forward over matches whose close is known."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.expected_close.ratings import be_surprised, rate, rate_goals
from engine.pricing.expected_close.state import (
    DECAYS,
    NEW_LEAGUE,
    NEW_TEAM,
    CloseState,
    LeagueColumn,
    TeamColumn,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEAGUE_STEP: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClosedMatches:
    """Matches that are over, sorted by `over_at` (POSIX seconds, as `kick_off`).

    `moves` (n, 3) are those of supremacy, draw and total from look to close; `supremacy` and
    `total` (logit of over 2.5) are the close's; `lead` is home goals less away goals. NaN where
    unknown.
    """

    competition: tuple[str, ...]
    home: tuple[str, ...]
    away: tuple[str, ...]
    kick_off: Floats
    over_at: Floats
    moves: Floats
    supremacy: Floats
    total: Floats
    lead: Floats

    def __len__(self) -> int:
        return len(self.home)


def advance(state: CloseState, closed: ClosedMatches, until: float) -> CloseState:
    """Return the state at `until`: with the matches over since it was last carried forward.

    The same matches in one step or in many give the same state, bit for bit.
    """
    start, end = np.searchsorted(closed.over_at, [state.seen_until, until], side="right")
    teams, leagues = (
        _Ledger(state.teams, state.team, NEW_TEAM),
        _Ledger(state.leagues, state.league, NEW_LEAGUE),
    )
    moves = closed.moves[start:end].tolist()
    columns = zip(
        closed.competition[start:end],
        closed.home[start:end],
        closed.away[start:end],
        closed.kick_off[start:end].tolist(),
        closed.supremacy[start:end].tolist(),
        closed.total[start:end].tolist(),
        closed.lead[start:end].tolist(),
        strict=True,
    )
    for moved, (name, one, other, kick_off, supremacy, total, lead) in zip(
        moves, columns, strict=True
    ):
        league, home, away = leagues.of(name), teams.of(one), teams.of(other)
        _drift(home, away, league, moved)
        rate(home, away, league, supremacy)
        rate_goals(home, away, total)
        be_surprised(home, away, supremacy, lead)
        home[TeamColumn.LAST] = away[TeamColumn.LAST] = kick_off
    return CloseState(
        teams=teams.names,
        leagues=leagues.names,
        team=teams.table,
        league=leagues.table,
        seen_until=max(state.seen_until, until),
    )


class _Ledger:
    """Rows by name that are written to; new names begin as `new`."""

    def __init__(self, names: Sequence[str], table: Floats, new: Sequence[float]) -> None:
        self._rows: dict[str, list[float]] = dict(zip(names, table.tolist(), strict=True))
        self._new = new

    def of(self, name: str) -> list[float]:
        row = self._rows.get(name)
        if row is None:
            row = self._rows[name] = list(self._new)
        return row

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._rows)

    @property
    def table(self) -> Floats:
        return np.array(list(self._rows.values())).reshape(-1, len(self._new))


def _drift(
    home: list[float], away: list[float], league: list[float], moves: Sequence[float]
) -> None:
    """Remember a match's moves; supremacy is drawn towards one team and away from the other."""
    supremacy, draw, total = moves
    for first, moved, mirrored in (
        (TeamColumn.MOVE_FAST, supremacy, -supremacy),
        (TeamColumn.GOALS_MOVE_FAST, total, total),
    ):
        if isnan(moved):
            continue
        for column, decay in enumerate(DECAYS, start=first):
            home[column] = decay * home[column] + (1 - decay) * moved
            away[column] = decay * away[column] + (1 - decay) * mirrored
    for place, moved in (
        (LeagueColumn.MOVE, supremacy),
        (LeagueColumn.GOALS_MOVE, total),
        (LeagueColumn.DRAW_MOVE, draw),
    ):
        if not isnan(moved):
            league[place] += _LEAGUE_STEP * (moved - league[place])
