"""What owner and admins are told of a morning's learning: once a day, where there is news."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from engine.alerting.compose import PRIORITY
from engine.domain.alert import Alert, AlertKind
from engine.domain.learning_report import LearningReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_LIFE: Final = timedelta(hours=20)
"""The next morning has a report of its own."""
_REPORT: Final = "report"


def compose_learning(
    report: LearningReport, chats: Iterable[int], now: datetime
) -> tuple[Alert, ...]:
    """Return one message for each chat; none where nothing is new."""
    if not report.news:
        return ()
    told = msgspec.json.encode(report).decode()
    return tuple(
        Alert(
            chat_id=chat,
            kind=AlertKind.LEARNING,
            pick_id=None,
            version=f"{report.at:%Y-%m-%d}",
            body=((_REPORT, told),),
            priority=PRIORITY[AlertKind.LEARNING],
            created_at=now,
            not_before=now,
            expires_at=now + _LIFE,
        )
        for chat in sorted(set(chats))
    )


def report_of(body: Mapping[str, str]) -> LearningReport:
    """Return the report that a message was made of."""
    return msgspec.json.decode(body[_REPORT], type=LearningReport)
