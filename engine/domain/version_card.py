"""A learned version as a person judges it: what changes, on which figures, to which effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  # a card is read back by its types

from engine.domain.pick import Provenance  # noqa: TC001  # a card is read back by its types
from engine.domain.policy_version import Change, VersionState  # noqa: TC001  # the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """So many picks, and the mean CLV of those that have a close, with its 95 % interval."""

    picks: int
    closes: int
    clv: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Picks of one provenance whose match began in [since, until): in the zone before and after.

    `entered` and `left` are those on which the two differ.
    """

    provenance: Provenance
    since: datetime
    until: datetime
    before: Group
    after: Group
    entered: Group
    left: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCard:
    """One version. `beside` names what it is held against, `serves` what is in force now.

    `evidence` are the figures by name, as they were when they were written down.
    """

    number: int
    name: str
    state: VersionState
    beside: str
    serves: str
    changes: tuple[Change, ...]
    evidence: dict[str, float] = field(default_factory=dict)
    effect: Effect | None = None
