"""What a change of thresholds would have meant for late picks: who comes in, who goes, their CLV.

It describes and decides nothing: these may be the very picks the change was learned from.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.domain.version_card import Effect, Group
from engine.learning.clusters import clustered_mean, week_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from engine.domain.pick import Provenance
    from engine.domain.policy_version import Thresholds


class Seen(Protocol):
    """What is asked of a pick; its CLV is None without a close of grade A or B."""

    @property
    def signal_score(self) -> float: ...
    @property
    def odds(self) -> float: ...
    @property
    def kick_off(self) -> datetime: ...
    @property
    def clv(self) -> float | None: ...


def effect(
    picks: Sequence[Seen],
    old: Thresholds,
    new: Thresholds,
    *,
    provenance: Provenance,
    window: tuple[datetime, datetime],
) -> Effect:
    """Return what `new` would have changed of what `old` chose."""
    chosen = [(one, _by(old, one), _by(new, one)) for one in picks]
    since, until = window
    return Effect(
        provenance=provenance,
        since=since,
        until=until,
        before=_group(one for one, was, _ in chosen if was),
        after=_group(one for one, _, would in chosen if would),
        entered=_group(one for one, was, would in chosen if would and not was),
        left=_group(one for one, was, would in chosen if was and not would),
    )


def _by(thresholds: Thresholds, one: Seen) -> bool:
    return thresholds.chooses(one.signal_score, one.odds)


def _group(picks: Iterable[Seen]) -> Group:
    """Return the mean CLV of picks; weeks are its clusters (METHOD B4)."""
    found = list(picks)
    clv = np.array([np.nan if one.clv is None else one.clv for one in found], dtype=np.float64)
    at = np.array([one.kick_off.timestamp() for one in found], dtype=np.float64)
    told = clustered_mean(clv, week_of(at))
    return Group(
        picks=len(found),
        closes=told.n,
        clv=_known(told.value),
        low=_known(told.low),
        high=_known(told.high),
    )


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
