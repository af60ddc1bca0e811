"""Picks that any trial could have made, as columns, and which of them each setting makes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import week_of
from engine.learning.evidence import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.policy_version import Thresholds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

REFERENCES: Final = ("clv", "clv_alt")
"""What a pick is worth at the close: by the headline, and by a source that took no part."""
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PickStream:
    """m candidates in the order of `issued_at` (POSIX seconds, that of their look).

    Whether a candidate becomes a pick at all depends on the hurdle, since the sweet-spot score
    decides who gets a place: `spot` and `taken` (m, h) have one column for each of `hurdles`. The
    zone is one of the signal score and of odds. `clv` and `clv_alt` are NaN where there is no
    close that counts (grades A and B live; D, as declared, of historical files), `profit` is of
    one unit. `settled_at` is when close and result are known.
    """

    hurdles: tuple[float, ...]
    issued_at: Floats
    kick_off: Floats
    settled_at: Floats
    season: Ints
    odds: Floats
    signal_score: Floats
    spot: Floats
    taken: Bools
    clv: Floats
    clv_alt: Floats
    profit: Floats

    def __post_init__(self) -> None:
        if (np.diff(self.issued_at) < 0).any():
            raise ValueError("picks come in the order in which they were issued")

    def __len__(self) -> int:
        return len(self.issued_at)

    @property
    def week(self) -> Ints:
        """The week of each kick-off; weeks begin on Tuesday."""
        return week_of(self.kick_off)

    @property
    def day(self) -> Ints:
        """The day of each kick-off, in UTC."""
        return day_of(self.kick_off)

    def where(self, rows: Bools | Ints) -> PickStream:
        """Return the candidates of a mask, or of indices in their order."""
        kept = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name != "hurdles"
        }
        return PickStream(hurdles=self.hurdles, **kept)

    def picked(self, hurdle: float) -> Bools:
        """Say which candidates become picks, zone or no zone, at a hurdle.

        Raises:
            ValueError: nobody scored at this hurdle.
        """
        near = np.flatnonzero(np.abs(np.array(self.hurdles) - hurdle) < _SAME)
        if not len(near):
            msg = f"hurdle was {hurdle}: scored at {self.hurdles}"
            raise ValueError(msg)
        found: Bools = self.taken[:, near[0]]
        return found

    def selected(self, by: Thresholds) -> Bools:
        """Say which candidates are picks within a setting's zone."""
        inside = (self.signal_score >= by.zone_low) & (self.signal_score <= by.zone_high)
        found: Bools = self.picked(by.hurdle) & inside & (self.odds < by.zone_max_odds)
        return found

    def members(self, trials: Sequence[Thresholds]) -> Bools:
        """Say which candidates each trial makes its own (m, trials)."""
        return np.stack([self.selected(one) for one in trials], axis=1)

    def values(self, reference: str) -> Floats:
        """Return the CLV by one of `REFERENCES`."""
        found: Floats = getattr(self, reference)
        return found
