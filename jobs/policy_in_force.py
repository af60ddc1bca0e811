"""Which policy decides at a look: the declared one, or a learned version that a person confirmed.

`config/policies.toml` and `MON_PS_POLICY` stay the base; a learned version sets the learnable
thresholds alone. They hold together: where a person set one of them elsewhere, no learned version
serves, for half of one was never tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec
import structlog

from engine.domain.policy_version import (
    BASE,
    LEARNABLE,
    Thresholds,
    VersionState,
    declared,
    learned_policy,
    thresholds_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.domain.policy import Policy
    from engine.domain.policy_version import PolicyVersion
    from jobs.rules import Rules
    from storage.store import Store, Tx

_log = structlog.get_logger(__name__)
_SCORING: Final = "scoring."
WEEK: Final = timedelta(days=7)
PATH: Final = "path"
"""In what is written down when a version is put in force: its thresholds week by week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is in force under a base: a version's number, 0 for the declared one.

    `path` are the thresholds of each week since `since`, the version's own last; none for the
    declared one. `challenger` runs in the shadow of it. `skipped` were put in force and cannot be
    read: the last good one serves in their place.
    """

    number: int = BASE
    path: tuple[Thresholds, ...] = ()
    since: datetime | None = None
    challenger: PolicyVersion | None = None
    skipped: tuple[str, ...] = ()

    def week(self, now: datetime) -> int:
        """Return which week of the path it is, from 0 on."""
        if self.since is None or not self.path:
            return 0
        return max(0, min((now - self.since) // WEEK, len(self.path) - 1))

    def policy(self, base: Policy, now: datetime) -> Policy:
        """Return the policy that decides, whose name says which version it is."""
        if not self.path:
            return base
        week = self.week(now)
        way = None if week == len(self.path) - 1 else week + 1
        return learned_policy(base, self.number, self.path[week], way)

    def thresholds(self, rules: Rules, now: datetime) -> Thresholds:
        """Return the learnable thresholds that decide."""
        return thresholds_of(self.policy(rules.policy, now).scoring)


DECLARED: Final = Standing()
"""Nothing was learned, or nothing of it may serve."""


class PolicyCache:
    """What is in force; asking costs one small query while nothing happened to any version."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._base = ""
        self._found = DECLARED

    async def load(self, store: Store, rules: Rules) -> Standing:
        """Return what is in force now; a version that cannot be read is told in the log, once."""
        base = declared(rules.policy.version)
        if set_elsewhere(rules):
            return DECLARED
        async with store.reading() as tx:
            newest = await tx.policies.newest()
            if (newest, base) == (self._newest, self._base):
                return self._found
            found = await standing(tx, base)
        for name in found.skipped:
            _log.error("policy_version_refused", version=name, serves=found.number)
        self._newest, self._base, self._found = newest, base, found
        return found


async def standing(tx: Tx, base: str) -> Standing:
    """Return what is in force under a base, as the store says now."""
    known = {one.number: one for one in await tx.policies.versions(base)}
    challenger = await tx.policies.challenger(base)
    served = await tx.policies.served(base)
    number, skipped = good((one.number for one in served), known)
    whole = None if challenger is None or challenger.thresholds is None else challenger
    last = next((one for one in served if one.number == number), None)
    target = known[number].thresholds if number != BASE else None
    if last is None or target is None:
        return Standing(challenger=whole, skipped=skipped)
    return Standing(
        number=number,
        path=path_of(last.evidence, target),
        since=last.at,
        challenger=whole,
        skipped=skipped,
    )


def path_of(evidence: Mapping[str, object], target: Thresholds) -> tuple[Thresholds, ...]:
    """Return the thresholds of each week from when a version was put in force, its own last."""
    try:
        told = msgspec.convert(evidence.get(PATH, ()), tuple[Thresholds, ...])
    except msgspec.ValidationError:
        told = ()
    return told if told and told[-1] == target else (target,)


def good(
    numbers: Iterable[int], known: Mapping[int, PolicyVersion]
) -> tuple[int, tuple[str, ...]]:
    """Return the first number that is whole and not rolled back, and the names of bad ones."""
    skipped: dict[str, None] = {}
    for number in numbers:
        if number == BASE:
            break
        one = known[number]
        if one.state is VersionState.ROLLED_BACK:
            continue
        if one.thresholds is not None:
            return number, tuple(skipped)
        skipped[one.name] = None
    return BASE, tuple(skipped)


def set_elsewhere(rules: Rules) -> tuple[str, ...]:
    """Return the learnable thresholds that a person set outside of `policies.toml`."""
    return tuple(name for name in LEARNABLE if f"{_SCORING}{name}" in rules.policy_set)
