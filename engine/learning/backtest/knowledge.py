"""What a backtest knows at each look: everything learned, by nothing later than the look."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.agents.judges import Judges
from engine.learning.agents.record import past_bets
from engine.learning.agents.walk import Refit, walk_agents
from engine.learning.expected_close.drift import ClosedMatches, advance
from engine.learning.expected_close.walk import walk_close
from engine.learning.reference.walk import walk_weights
from engine.pricing.expected_close.state import empty_state
from engine.pricing.learned import Learned
from engine.scoring.scores import PRIOR_SCORES, Scores

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.domain.policy import Policy
    from engine.learning.archive import Archive
    from engine.pricing.expected_close.model import ExpectedCloseModel
    from engine.pricing.reference.weights import BookWeights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """What prices rest on for looks taken from an instant (POSIX seconds) on."""

    at: float
    weights: BookWeights
    close: ExpectedCloseModel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """What was fitted at each refit, in order, and the matches that states grow from.

    A model of goals, its blend and the references' own lean are left out: walked forward they
    weigh nothing beside the market.
    """

    fitted: tuple[Fitted, ...]
    judged: tuple[Refit, ...]
    closed: ClosedMatches

    @property
    def refits(self) -> list[float]:
        """The instants from which prices rest on something new, in order."""
        return [one.at for one in self.fitted]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownThen:
    """What was known at one look."""

    learned: Learned
    judges: Judges
    scores: Scores


def knowledge(archive: Archive, policy: Policy, progress: Callable[[int, int], None]) -> Knowledge:
    """Walk an archive and return what was fitted on the way.

    Agents and scores are learned from the prices that the policy can bet at. `progress` is told
    how many refits of how many are done, of prices and then of agents.
    """
    walked = walk_close(archive, progress=progress)
    references, weights = walk_weights(archive, policy.pricing)
    past = past_bets(
        archive,
        references,
        walked.forecast,
        walked.states,
        aggregates=bool(policy.bounds),
        rules=policy.pricing,
    )
    judged: tuple[Refit, ...] = ()
    if len(past):
        judged = walk_agents(past, hurdle=policy.scoring.hurdle, progress=progress).refits
    return Knowledge(
        fitted=tuple(
            Fitted(at=at, weights=weights[at], close=model)
            for at, model in sorted(walked.models.items())
        ),
        judged=judged,
        closed=walked.closed,
    )


class Learner:
    """Tells what was known at looks that come in order of time."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._priced_from = [one.at for one in known.fitted]
        self._judged_from = [one.at for one in known.judged]
        self._state = empty_state()

    def at(self, instant: float) -> KnownThen:
        """Return what was known at an instant (POSIX seconds), not before the last one asked.

        Raises:
            ValueError: it is before the first refit.
        """
        if instant < self._priced_from[0]:
            msg = f"instant was {instant}, before the first refit"
            raise ValueError(msg)
        known = self._known
        fitted = known.fitted[bisect_right(self._priced_from, instant) - 1]
        place = bisect_right(self._judged_from, instant) - 1
        self._state = advance(self._state, known.closed, instant)
        return KnownThen(
            learned=Learned(
                weights=fitted.weights, expected_close=fitted.close, close_state=self._state
            ),
            judges=Judges() if place < 0 else known.judged[place].judges,
            scores=PRIOR_SCORES if place < 0 else known.judged[place].scores,
        )
