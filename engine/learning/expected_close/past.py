"""An archive as the model of the close sees it: who moved how far, from which anchor to where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.expected_close.drift import ClosedMatches
from engine.pricing.expected_close.lines import at_usual_line
from engine.pricing.expected_close.state import Fixtures, StateRows
from engine.pricing.expected_close.views import (
    Anchor,
    Sources,
    View,
    Views,
    views,
    with_aggregates,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive

    Floats = NDArray[np.float64]

_RECORD_HOURS: Final = 48.0
"""Of several looks at a match, the one nearest this lead tells how its teams' prices move."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Past:
    """An archive's looks and closes as views; closes are read at the looks' lines."""

    look: Views
    close: Views
    fixtures: Fixtures
    sources: Sources

    def closes(self, anchor: Anchor) -> View:
        """Return where each look's market closed, by an anchor or the next below it."""
        return self._at_look(self.close.best(anchor, self.sources))

    def moved(self) -> View:
        """Return each look's move to the close of the same source, the sharpest there is."""
        found = self.look.silent
        for anchor in Anchor:
            close = self._at_look(self.close.anchor(anchor, self.sources))
            found = found.otherwise(close.less(self.look.anchor(anchor, self.sources)))
        return found

    def _at_look(self, close: View) -> View:
        return self.close.at_lines(close, self.look.total_line, self.look.handicap_line)


def past(archive: Archive, sources: Sources) -> Past:
    """Return an archive as views."""
    return Past(
        look=views(with_aggregates(archive.look, sources), sources),
        close=views(with_aggregates(archive.close, sources), sources),
        fixtures=fixtures_of(archive),
        sources=sources,
    )


def fixtures_of(archive: Archive) -> Fixtures:
    """Return who plays whom, by name."""
    return Fixtures(
        competition=tuple(archive.competitions[each] for each in archive.competition.tolist()),
        home=tuple(archive.teams[each] for each in archive.home.tolist()),
        away=tuple(archive.teams[each] for each in archive.away.tolist()),
        kick_off=archive.kick_off,
        looked_at=archive.looked_at,
    )


def closed_matches(archive: Archive, seen: Past) -> ClosedMatches:
    """Return each match once, in the order in which they were over."""
    rows = _one_look_each(archive)
    rows = rows[np.lexsort((rows, archive.played_at[rows]))]
    moved, close = seen.moved(), seen.closes(Anchor.SHARP)
    moves = np.stack([moved.supremacy, moved.draw, moved.total], axis=1)
    names = seen.fixtures
    return ClosedMatches(
        competition=tuple(names.competition[row] for row in rows.tolist()),
        home=tuple(names.home[row] for row in rows.tolist()),
        away=tuple(names.away[row] for row in rows.tolist()),
        kick_off=archive.kick_off[rows],
        over_at=archive.played_at[rows],
        moves=moves[rows],
        supremacy=close.supremacy[rows],
        total=at_usual_line(close.total, seen.look.total_line)[rows],
        lead=(archive.home_goals - archive.away_goals)[rows],
    )


def stacked(rows: list[StateRows]) -> StateRows:
    """Return states of several batches as one."""
    return StateRows(
        **{
            name: np.concatenate([getattr(each, name) for each in rows])
            for name in StateRows.__dataclass_fields__
        }
    )


def some(fixtures: Fixtures, start: int, end: int) -> Fixtures:
    """Return the fixtures of a range."""
    return Fixtures(
        competition=fixtures.competition[start:end],
        home=fixtures.home[start:end],
        away=fixtures.away[start:end],
        kick_off=fixtures.kick_off[start:end],
        looked_at=fixtures.looked_at[start:end],
    )


def _one_look_each(archive: Archive) -> NDArray[np.int64]:
    distance = np.abs((archive.kick_off - archive.looked_at) / 3600 - _RECORD_HOURS)
    match = np.stack(
        [archive.competition, archive.home, archive.away, archive.kick_off.astype(np.int64)],
        axis=1,
    )
    _, number = np.unique(match, axis=0, return_inverse=True)
    order = np.lexsort((distance, number))
    first = np.r_[True, np.diff(number[order]) > 0] if len(order) else np.empty(0, dtype=np.bool_)
    return order[first]
