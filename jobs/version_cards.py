"""Learned versions as people judge them: what changes, on which figures, to which late effect."""

from __future__ import annotations

from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING, Final

from engine.domain.policy_version import BASE, diff, name_of, thresholds_of
from engine.domain.version_card import VersionCard
from engine.learning.zone_effect import effect
from jobs.policy_in_force import standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.domain.policy_version import Change, PolicyVersion, Thresholds
    from engine.domain.version_card import Effect
    from jobs.rules import Rules
    from storage.store import Tx

LATE: Final = timedelta(days=30)
"""Over which matches the effect of a version is told."""


async def version_card(tx: Tx, rules: Rules, version: PolicyVersion, now: datetime) -> VersionCard:
    """Return a version beside the one it was learned beside."""
    beside = await thresholds_under(tx, rules, version.parent)
    changes: tuple[Change, ...] = ()
    told = None
    if version.thresholds is not None and beside is not None:
        changes = diff(beside, version.thresholds)
        told = await late_effect(tx, rules, beside, version.thresholds, now)
    events = await tx.policies.events(version.number)
    figures = [numbers(event.evidence) for event in events]
    return VersionCard(
        number=version.number,
        name=version.name,
        state=version.state,
        beside=name_of(version.base, version.parent),
        serves=name_of(version.base, (await standing(tx, version.base)).number),
        changes=changes,
        evidence=next((one for one in reversed(figures) if one), {}),
        effect=told,
    )


async def late_effect(
    tx: Tx, rules: Rules, old: Thresholds, new: Thresholds, now: datetime
) -> Effect:
    """Return what `new` would have changed of the picks of the last 30 days."""
    window = now - LATE, now
    picks = await tx.shadows.candidates(rules.provenance, *window)
    return effect(picks, old, new, provenance=rules.provenance, window=window)


async def thresholds_under(tx: Tx, rules: Rules, number: int) -> Thresholds | None:
    """Return the thresholds of a version by its number; None where they cannot be read."""
    if number == BASE:
        return thresholds_of(rules.policy.scoring)
    found = await tx.policies.version(number)
    return None if found is None else found.thresholds


def numbers(evidence: Mapping[str, object]) -> dict[str, float]:
    """Return the figures of an event that are numbers."""
    return {
        name: float(value)
        for name, value in evidence.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    }
