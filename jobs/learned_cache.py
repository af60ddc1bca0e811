"""What was learned last and is good, for whoever decides: read once, and again when it is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from engine.agents.judges import NO_JUDGES, Judges
from engine.pricing.learned import NOTHING, Learned
from engine.scoring.scores import PRIOR_SCORES, Scores
from jobs.learn_kinds import AGENTS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.learning.agents.walk import Refit
    from storage.artifacts import Latest
    from storage.store import Store

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InForce:
    """What pricing, agents and scores have learned, as far as there is a good version of it.

    Agents and scores were learned of what the expected close had said: without it they are silent.
    """

    learned: Learned = NOTHING
    judges: Judges = NO_JUDGES
    scores: Scores = PRIOR_SCORES


NOTHING_LEARNED: Final = InForce()


class LearnedCache:
    """The newest good version of every part; asking costs one small query while nothing is new."""

    def __init__(self) -> None:
        self._versions: Mapping[str, int] | None = None
        self._found = NOTHING_LEARNED
        self._parts: frozenset[str] = frozenset()
        self.skipped: tuple[str, ...] = ()
        """Versions that are no good, such as "goals 12": an older one serves, if any does."""

    async def load(self, store: Store) -> InForce:
        """Return what is in force; a part without any good version is None.

        A version that is no good is told in the log, once, and the last good one serves; so is a
        part of which none is left.
        """
        async with store.reading() as tx:
            versions = await tx.artifacts.newest()
            if versions == self._versions:
                return self._found
            latest: dict[str, Latest[Any]] = {
                name: await tx.artifacts.latest(name, kind) for name, kind in KINDS.items()
            }
        for name, one in latest.items():
            _warn(name, one)
        self.skipped = tuple(
            f"{name} {version}" for name, one in latest.items() for version, _ in one.skipped
        )
        good = {name: one.good.value for name, one in latest.items() if one.good}
        for name in sorted(self._parts - good.keys()):
            _log.warning("artifact_gone", part=name)
        self._parts = frozenset(good)
        agents: Refit | None = good.pop(AGENTS, None)
        self._found = _in_force(Learned(**good), agents)
        self._versions = versions
        return self._found


def _in_force(learned: Learned, agents: Refit | None) -> InForce:
    if agents is None:
        return InForce(learned=learned)
    if learned.expected_close is None:
        _log.warning("agents_silent", reason="nothing says where closes are expected")
        return InForce(learned=learned)
    return InForce(learned=learned, judges=agents.judges, scores=agents.scores)


def _warn(name: str, latest: Latest[Any]) -> None:
    for version, reason in latest.skipped:
        _log.warning("artifact_skipped", part=name, version=version, reason=reason)
