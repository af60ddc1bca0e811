"""What a backtest knows at each look: everything learned, by nothing later than the look."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.learning.expected_close.drift import advance
from engine.learning.expected_close.walk import walk_close
from engine.learning.reference.walk import walk_weights
from engine.pricing.expected_close.state import empty_state
from engine.pricing.learned import Learned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.learning.archive import Archive
    from engine.learning.expected_close.drift import ClosedMatches
    from engine.pricing.expected_close.model import ExpectedCloseModel
    from engine.pricing.reference.weights import BookWeights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """What was fitted at each refit, by its instant, and the matches that states grow from.

    A model of goals, its blend and the references' own lean are left out: walked forward they
    weigh nothing beside the market.
    """

    weights: Mapping[float, BookWeights]
    close: Mapping[float, ExpectedCloseModel]
    closed: ClosedMatches

    @property
    def refits(self) -> list[float]:
        """The instants of the refits, in order."""
        return sorted(self.close)


def knowledge(archive: Archive, progress: Callable[[int, int], None]) -> Knowledge:
    """Walk an archive and return what was fitted on the way; `progress` is told of the refits."""
    walked = walk_close(archive, progress=progress)
    return Knowledge(weights=walk_weights(archive)[1], close=walked.models, closed=walked.closed)


class Learner:
    """Tells what was known at looks that come in order of time."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._refits = known, known.refits
        self._state = empty_state()

    def at(self, instant: float) -> Learned:
        """Return what was known at an instant (POSIX seconds), not before the last one asked."""
        refit = self._refits[bisect_right(self._refits, instant) - 1]
        self._state = advance(self._state, self._known.closed, instant)
        return Learned(
            weights=self._known.weights[refit],
            expected_close=self._known.close[refit],
            close_state=self._state,
        )
