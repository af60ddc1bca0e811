"""Which policy decides at a look: the declared one, or a learned version that a person confirmed.

`config/policies.toml` and `MON_PS_POLICY` stay the base; a learned version sets the learnable
thresholds alone. They hold together: where a person set one of them elsewhere, no learned version
serves, for half of one was never tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from engine.domain.policy_version import (
    BASE,
    LEARNABLE,
    VersionState,
    declared,
    learned_policy,
    thresholds_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.domain.policy import Policy
    from engine.domain.policy_version import PolicyVersion, Thresholds
    from jobs.rules import Rules
    from storage.store import Store, Tx

_log = structlog.get_logger(__name__)
_SCORING: Final = "scoring."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is in force under a base: a version's number and thresholds, the declared one's None.

    `challenger` runs in the shadow of it. `skipped` were put in force and cannot be read: the last
    good one serves in their place.
    """

    number: int = BASE
    thresholds: Thresholds | None = None
    challenger: PolicyVersion | None = None
    skipped: tuple[str, ...] = ()

    def policy(self, base: Policy) -> Policy:
        """Return the policy that decides, whose name says which version it is."""
        if self.thresholds is None:
            return base
        return learned_policy(base, self.number, self.thresholds)


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
    number, skipped = good(await served(tx, base), known)
    return Standing(
        number=number,
        thresholds=None if number == BASE else known[number].thresholds,
        challenger=None if challenger is None or challenger.thresholds is None else challenger,
        skipped=skipped,
    )


async def served(tx: Tx, base: str) -> tuple[int, ...]:
    """Return the numbers that were put in force under a base, the latest first, then the base."""
    return (*(number for number, _ in await tx.policies.served(base)), BASE)


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


def in_force_of(rules: Rules, standing: Standing) -> Thresholds:
    """Return the learnable thresholds that decide."""
    return standing.thresholds or thresholds_of(rules.policy.scoring)
