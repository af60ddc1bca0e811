"""What was learned last and is good, for whoever prices: read once, and again when it is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from engine.pricing.learned import NOTHING, Learned
from jobs.learn_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.artifacts import Latest
    from storage.store import Store

_log = structlog.get_logger(__name__)


class LearnedCache:
    """The newest good version of every part; asking costs one small query while nothing is new."""

    def __init__(self) -> None:
        self._versions: Mapping[str, int] | None = None
        self._found: Learned = NOTHING

    async def load(self, store: Store) -> Learned:
        """Return what is in force; a part without any good version is None.

        A version that is no good is told in the log, once, and the last good one serves.
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
        self._found = Learned(**{name: one.good.value for name, one in latest.items() if one.good})
        self._versions = versions
        return self._found


def _warn(name: str, latest: Latest[Any]) -> None:
    for version, reason in latest.skipped:
        _log.warning("artifact_skipped", part=name, version=version, reason=reason)
