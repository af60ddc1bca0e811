"""Close coverage: of the followed fixtures that began, how many have a close, and why not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from engine.domain.closing import Grade
from jobs.asking import CAPTURED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.settlement.rules import ClosingRules
    from jobs.rules import Rules
    from jobs.run import Report
    from storage.store import Tx
    from storage.views import CloseFact

EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REACH: Final = 24
"""In grade B windows: a price older than a day is no close, not even a poor one."""
_OF_STATE: Final = {
    "missed": "late",
    "abandoned": "late",
    "running": "late",
    "retry": "provider_down",
    "skipped": "no_credits",
    "stopped": "refused",
    "failed": "fault",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes:
    """How closes were caught. `missed` have none at all; both mappings say why, by reason."""

    fixtures: int
    grades: Mapping[Grade, int]
    missed: Mapping[str, int] = field(default_factory=dict)
    below_a: Mapping[str, int] = field(default_factory=dict)

    @property
    def share_a(self) -> float | None:
        """The share with a grade A close; None of nothing."""
        return self.grades.get(Grade.A, 0) / self.fixtures if self.fixtures else None

    def told(self) -> Report:
        """Return the coverage as JSON."""
        return {
            "fixtures": self.fixtures,
            **{f"grade_{grade.lower()}": self.grades.get(grade, 0) for grade in _LIVE},
            "missed": sum(self.missed.values()),
            "share_a": self.share_a,
            "reasons": dict(self.missed),
            "below_a": dict(self.below_a),
        }


_LIVE: Final = (Grade.A, Grade.B, Grade.C)


async def close_coverage(tx: Tx, rules: Rules, now: datetime, since: datetime = EVER) -> Closes:
    """Return how the closes of what began within [since, now] were caught."""
    window = rules.closing.grade_b
    facts = await tx.reports.closes(
        rules.competitions, since, now, window=window, reach=_REACH * window
    )
    return count_closes(facts, rules.closing)


def count_closes(facts: Iterable[CloseFact], rules: ClosingRules) -> Closes:
    """Return the coverage of fixtures that began: each has one grade, or one reason for none."""
    total = 0
    grades: Counter[Grade] = Counter()
    missed: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for fact in facts:
        total += 1
        grade = _grade(fact, rules)
        if grade is None:
            missed[_why(fact)] += 1
            continue
        grades[grade] += 1
        if grade is not Grade.A:
            below[_why(fact)] += 1
    return Closes(fixtures=total, grades=grades, missed=missed, below_a=below)


def _grade(fact: CloseFact, rules: ClosingRules) -> Grade | None:
    """Return the grade of the best close that looks before kick-off make of it."""
    if fact.priced_at is None:
        return None
    if fact.sharp_at is not None and fact.kick_off - fact.sharp_at <= rules.grade_a:
        return Grade.A
    return Grade.B if fact.kick_off - fact.priced_at <= rules.grade_b else Grade.C


def _why(fact: CloseFact) -> str:
    """Return why there is no close of grade A.

    `not_planned`: the plan gave the league's close up to make the credits last. `unpriced`: it
    was looked at in time, and no source we trust quoted it.
    """
    if fact.capture_state is None:
        return "no_credits" if fact.exhausted else "not_planned"
    if fact.capture_state != "done":
        return _OF_STATE.get(fact.capture_state, fact.capture_state)
    if fact.capture_outcome == CAPTURED:
        return "unpriced"
    return fact.capture_outcome or "not_planned"
