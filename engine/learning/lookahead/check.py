"""A walk is led through archives whose future is missing, or another, at instants drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.archive import Archive
from engine.learning.lookahead.futures import scrambled, truncated
from engine.learning.lookahead.rows import Rows, cells, differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.learning.lookahead.rows import Difference

Walk = Callable[[Archive], Rows]
"""Whatever says something of an archive's looks; a backtest, or one of its parts."""

_AFTER_THE_RESULT: Final = 3_600.0


class Future(StrEnum):
    """What was made of all that is known later than an instant."""

    MISSING = "missing"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One walk without the future that the first one had; `rows` and `cells` were compared."""

    at: float
    future: Future
    rows: int
    cells: int
    differences: tuple[Difference, ...]


def instants_of(
    archive: Archive, since: float, until: float, count: int, seed: int
) -> tuple[float, ...]:
    """Draw instants, whole seconds, in order: each within the life of a match drawn at random.

    From its look to an hour after its result is known: where what is known changes from one
    match to the next. `since` and `until` bound the looks.
    """
    rows = np.flatnonzero((archive.looked_at >= since) & (archive.looked_at < until))
    if not len(rows):
        return ()
    rng = np.random.default_rng(seed)
    drawn = rng.choice(rows, count)
    begun, over = archive.looked_at[drawn], archive.played_at[drawn] + _AFTER_THE_RESULT
    at = np.floor(begun + rng.random(count) * (over - begun))
    return tuple(np.unique(at).tolist())


def at_refits(drawn: Sequence[float], refits: Sequence[float]) -> tuple[float, ...]:
    """Return the instants, in order, every other one, the first among them, at the nearest refit.

    What a fit knew too early by hours shows only where it is cut between the fit and those hours:
    at an instant drawn, the last fit is likely weeks ago, and all that it knew is known.

    >>> at_refits((10.0, 50.0, 90.0), (12.0, 70.0))
    (12.0, 50.0, 70.0)
    """
    if not len(refits):
        return tuple(drawn)
    known = np.asarray(refits, dtype=np.float64)
    nearest = [float(known[np.abs(known - one).argmin()]) for one in drawn[::2]]
    return tuple(sorted({*nearest, *drawn[1::2]}))


def check(
    walk: Walk,
    archive: Archive,
    instants: Sequence[float],
    *,
    seed: int,
    futures: Sequence[Future] = tuple(Future),
) -> Iterator[Checked]:
    """Walk the archive once, and once more for each instant and future; tell what differs.

    Raises:
        ValueError: the walk said nothing by the first instant that could have differed.
    """
    whole = walk(archive)
    for at in instants:
        said = whole.by(at)
        if not len(said):
            msg = "the walk said nothing by then: nothing can be compared"
            raise ValueError(msg)
        for future in futures:
            other = walk(_with(archive, at, future, seed))
            yield Checked(
                at=at,
                future=future,
                rows=len(said),
                cells=cells(whole, at),
                differences=differences(whole, other, at),
            )


def _with(archive: Archive, at: float, future: Future, seed: int) -> Archive:
    if future is Future.MISSING:
        return truncated(archive, at)
    return scrambled(archive, at, seed)
