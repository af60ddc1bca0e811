"""What a morning's learning came to: what is new, on which figures, and what it does to picks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # a report is read back by its types
from enum import StrEnum

from engine.domain.pick import Provenance  # noqa: TC001  # a report is read back by its types


class PartState(StrEnum):
    """What became of a part. REFUSED: it would do harm, and the version before it serves."""

    LEARNED = "learned"
    UNCHANGED = "unchanged"
    WAITS = "waits"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigure:
    """One figure of a fit out of sample, with its 95 % interval; `was` is the version before's."""

    name: str
    n: int
    mean: float | None
    low: float | None
    high: float | None
    was: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """A named number, or word, that the new fit tells otherwise."""

    what: str
    old: float | str | None
    new: float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """How little there is to learn from: it needs so many `of` something, and has fewer."""

    needs: int
    has: int
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """One part of what is learned; `changed` counts all changes, `changes` are the greatest.

    `why` is the figure for which it was refused, or the fault that it failed by.
    """

    name: str
    state: PartState
    version: int | None = None
    why: str = ""
    missing: Missing | None = None
    figures: tuple[PartFigure, ...] = ()
    changes: tuple[PartChange, ...] = ()
    changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repriced:
    """Late picks judged again as of their own looks, by what was in force and by what is new.

    Of `picks` of one provenance made in [since, until), `n` could be judged both ways. `before`
    and `after` of them would be picks; `mean` is how much the expected edge changes, with its 95 %
    interval by weeks.
    """

    provenance: Provenance
    since: datetime
    until: datetime
    picks: int
    n: int
    before: int
    after: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningReport:
    """One morning. `effect` is None where nothing new came into force."""

    at: datetime
    parts: tuple[PartReport, ...]
    effect: Repriced | None = None

    @property
    def news(self) -> tuple[PartReport, ...]:
        """The parts that a person wants to hear of."""
        quiet = {PartState.UNCHANGED, PartState.WAITS}
        return tuple(part for part in self.parts if part.state not in quiet)
