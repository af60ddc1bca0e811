"""Looks at matches gone by, with their closes and results: what every fit learns from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.reference.main_odds import MainOdds

PLAYED: Final = timedelta(hours=3)
"""From kick-off to a result that may be learned from."""


class Looked(Protocol):
    """Rows that were looked at, in that order."""

    @property
    def looked_at(self) -> NDArray[np.float64]:
        """When, in POSIX seconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Archive:
    """One row per look at a match, in the order of (looked_at, kick_off, competition, home).

    `competition`, `home` and `away` index `competitions` and `teams`; a team keeps its number in
    every division of its country. `season` is the year it begins in. `kick_off` and `looked_at`
    are POSIX seconds; goals are of 90 minutes, NaN where unknown.

    What is known when: `look` from `looked_at`, `close` from `kick_off`, goals from `kick_off`
    plus `PLAYED`. A fit "until" t uses nothing that is known later than t.
    """

    competitions: tuple[str, ...]
    teams: tuple[str, ...]
    competition: NDArray[np.int64]
    season: NDArray[np.int64]
    home: NDArray[np.int64]
    away: NDArray[np.int64]
    kick_off: NDArray[np.float64]
    looked_at: NDArray[np.float64]
    home_goals: NDArray[np.float64]
    away_goals: NDArray[np.float64]
    look: MainOdds
    close: MainOdds

    def __len__(self) -> int:
        return len(self.kick_off)

    @property
    def played_at(self) -> NDArray[np.float64]:
        """When each result is known."""
        return self.kick_off + PLAYED.total_seconds()

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Archive:
        """Return the rows of a mask, or of indices in their order."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {
            name: column[rows]
            for name, column in columns.items()
            if isinstance(column, np.ndarray)
        }
        odds = {"look": self.look.where(rows), "close": self.close.where(rows)}
        return Archive(**{**columns, **kept, **odds})


def refit_instants(archive: Looked, every: timedelta) -> NDArray[np.float64]:
    """Return the instants at which a walk-forward fits anew: looks, at least `every` apart.

    Rows looked at from one instant up to the next are priced by what was fitted at the former.
    """
    instants: list[float] = []
    for at in np.unique(archive.looked_at).tolist():
        if not instants or at >= instants[-1] + every.total_seconds():
            instants.append(at)
    return np.array(instants, dtype=np.float64)
