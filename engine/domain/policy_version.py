"""Versions of a policy that were learned: what each changes, why, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final

from engine.domain.numbers import require_aware
from engine.domain.policy import WIDE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.domain.policy import Policy, ScoringRules

BASE: Final = 0
"""The number of what `config/policies.toml` declares, under which every learned version stands."""
THE_HOUSE: Final = -1
"""Who acted, where no person did: no user of Telegram has this id."""
_WHOLE: Final = 100.0
_EVENS: Final = 1.0
_MOST_HURDLE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The thresholds that may be learned; they hold together, a part of them is no version.

    Raises:
        ValueError: one of them is no such threshold, whoever wrote it down.
    """

    zone_low: float
    zone_high: float
    zone_max_odds: float
    hurdle: float

    def __post_init__(self) -> None:
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        for name, value in told.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"{name} was {value!r}: it is a number")
            if not isfinite(value):
                raise ValueError(f"{name} was {value}: it is finite")
        if not 0 <= self.zone_low < self.zone_high <= _WHOLE:
            msg = f"the zone was {self.zone_low}-{self.zone_high}: it lies within 0-100, low first"
            raise ValueError(msg)
        if not self.zone_max_odds > _EVENS:
            raise ValueError(f"zone_max_odds was {self.zone_max_odds}: odds are above 1")
        if not 0 < self.hurdle <= _MOST_HURDLE:
            raise ValueError(f"hurdle was {self.hurdle}: a share of the stake, at most 0.1")

    def chooses(self, signal_score: float, odds: float) -> bool:
        """Say whether the zone holds a pick.

        >>> v0 = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
        >>> v0.chooses(60.0, 2.4), v0.chooses(60.0, 2.5), v0.chooses(59.9, 2.4)
        (True, False, False)
        """
        return self.zone_low <= signal_score <= self.zone_high and odds < self.zone_max_odds


LEARNABLE: Final = tuple(each.name for each in fields(Thresholds))


class VersionState(StrEnum):
    """What became of a version.

    `PROPOSED` runs in the shadow, `READY` has the evidence and waits for a person; both are open.
    `CONFIRMED` was put in force and `SUPERSEDED` gave way to another, with or without having been.
    """

    PROPOSED = "proposed"
    READY = "ready"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"
    SUPERSEDED = "superseded"


OPEN: Final = frozenset({VersionState.PROPOSED, VersionState.READY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One threshold as it was and as it would be."""

    threshold: str
    old: float
    new: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One learned version. `parent` is the number it was learned beside, `base` the declared one.

    `why` are the numbers it was proposed on, `by` who proposed it. `thresholds` is None where what
    was kept is no such thing any more: it never serves.
    """

    number: int
    base: str
    parent: int
    thresholds: Thresholds | None
    why: Mapping[str, object]
    proposed_at: datetime
    by: int
    state: VersionState

    def __post_init__(self) -> None:
        require_aware(proposed_at=self.proposed_at)

    @property
    def name(self) -> str:
        """What people and picks call it, such as v0.3."""
        return name_of(self.base, self.number)


def name_of(base: str, number: int, week: int | None = None) -> str:
    """Return the name of a learned version; what was set elsewhere is named behind it.

    `week` is which week of the way to it this is, where it is not reached yet.

    >>> name_of("v0", 0), name_of("v0", 3), name_of("v0+env.1a2b3c", 3), name_of("v0", 3, 1)
    ('v0', 'v0.3', 'v0.3+env.1a2b3c', 'v0.3w1')
    """
    if number == BASE:
        return base
    declared, plus, elsewhere = base.partition("+")
    way = "" if week is None else f"w{week}"
    return f"{declared}.{number}{way}{plus}{elsewhere}"


def declared(version: str) -> str:
    """Return the version of `config/policies.toml` that a policy is made of.

    >>> declared("v0"), declared("v0+env.1a2b3c+file"), declared("v0.3w1")
    ('v0', 'v0', 'v0')
    """
    return version.partition("+")[0].partition(".")[0]


def number_of(version: str) -> int:
    """Return the number of the learned version that a policy's name says; 0 for a declared one.

    >>> [number_of(one) for one in ("v0", "v0.3", "v0.12w1+env.1a2b3c", "v0+env.1a2b3c+file")]
    [0, 3, 12, 0]
    """
    number = version.partition("+")[0].partition(".")[2].partition("w")[0]
    return int(number) if number.isdecimal() else BASE


def base_of(version: str) -> str:
    """Return the name of what a version stands on, with what was set elsewhere.

    Widened errors leave the caps as they are.

    >>> base_of("v0.3+env.1a2b3c"), base_of("v0+file"), base_of("v0.12+wide")
    ('v0+env.1a2b3c', 'v0+file', 'v0')
    """
    _, plus, elsewhere = version.replace(WIDE, "").partition("+")
    return f"{declared(version)}{plus}{elsewhere}"


def thresholds_of(rules: ScoringRules) -> Thresholds:
    """Return the learnable thresholds of rules."""
    return Thresholds(
        zone_low=rules.zone_low,
        zone_high=rules.zone_high,
        zone_max_odds=rules.zone_max_odds,
        hurdle=rules.hurdle,
    )


def diff(old: Thresholds, new: Thresholds) -> tuple[Change, ...]:
    """Return what changes from `old` to `new`, nothing else.

    >>> v0 = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
    >>> [(c.threshold, c.old, c.new) for c in diff(v0, replace(v0, zone_low=55.0))]
    [('zone_low', 60.0, 55.0)]
    """
    both = ((name, getattr(old, name), getattr(new, name)) for name in LEARNABLE)
    return tuple(Change(threshold=n, old=a, new=b) for n, a, b in both if a != b)


def learned_policy(
    base: Policy, number: int, thresholds: Thresholds, week: int | None = None
) -> Policy:
    """Return `base` with the thresholds of a learned version, which its name says."""
    rules = replace(base.scoring, **{name: getattr(thresholds, name) for name in LEARNABLE})
    return replace(base, version=name_of(base.version, number, week), scoring=rules)
