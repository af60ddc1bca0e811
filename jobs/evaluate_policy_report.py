"""What an evaluation of learned thresholds came to, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine.domain.pick import Provenance
from engine.learning.clusters import DRAWS
from engine.learning.policy.trials import named
from jobs.plain import told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.domain.policy_version import Thresholds
    from engine.learning.policy.reign import Event
    from engine.learning.policy.summary import PolicySummary


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicyReport:
    """Everything that is told; `seconds` is where time went.

    `declared` are the thresholds of `version`. `picks_from` is the first season whose picks were
    learned from, `seasons_read` the first and last whose files were.
    """

    version: str
    declared: Thresholds
    registered_on: date
    seasons_read: tuple[int, int]
    picks_from: int
    summary: PolicySummary
    seconds: Mapping[str, float]


def policy_json(report: PolicyReport) -> dict[str, object]:
    """Return the report as plain JSON values; what is not known is null."""
    summary = report.summary
    return told(report) | {
        "provenance": Provenance.BACKTEST.value,
        "close_grade": "D, declared",
        "interval": f"95 %, weeks as clusters; boot: {DRAWS} draws of weeks",
        "summary": told(summary)
        | {
            "beside": [told(one) | {"verdict": one.verdict} for one in summary.beside],
            "events": [_event(one) for one in summary.events],
            "moves": [
                told(one) | {"settings": [[day(at), named(it)] for at, it in one.settings]}
                for one in summary.moves
            ],
        },
    }


def day(at: float) -> str:
    """Return the day of an instant, in UTC.

    >>> day(0.0)
    '1970-01-01'
    """
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _event(event: Event) -> dict[str, object]:
    return told(event) | {"at": day(event.at), "named": named(event.thresholds)}
