"""What those who run the bot say to many, and what a person is told of their own access."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.alerting.compose import PRIORITY
from engine.domain.alert import Alert, AlertKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.alert import Subscriber

APART: Final = timedelta(seconds=0.1)
"""Between two people: less than half of the platform's pace, which alerts need more."""
LIFE: Final = timedelta(days=2)
"""Longer than anybody's quiet hours; later than that it is no news."""
ROLE_OVER: Final = "over"
ROLE_CHANGED: Final = "changed"


def compose_announcement(
    readers: Sequence[Subscriber], texts: Mapping[str, str], version: str, now: datetime
) -> tuple[Alert, ...]:
    """Return what each reader is sent: in their language, or in the one it was written in."""
    (fallback, *_) = texts.values()
    return tuple(
        Alert(
            chat_id=reader.chat_id,
            kind=AlertKind.ANNOUNCEMENT,
            pick_id=None,
            version=version,
            body=(("text", texts.get(reader.language, fallback)),),
            priority=PRIORITY[AlertKind.ANNOUNCEMENT],
            created_at=now,
            not_before=now + APART * place,
            expires_at=now + APART * place + LIFE,
        )
        for place, reader in enumerate(readers)
    )


def compose_access(
    chat_id: int, what: str, role: str, *, at: datetime, now: datetime, life: timedelta = LIFE
) -> Alert:
    """Return what a person is told, `at` an instant, of a role they get or had."""
    return Alert(
        chat_id=chat_id,
        kind=AlertKind.ACCESS,
        pick_id=None,
        version=f"{what}/{role}/{at.isoformat()}",
        body=(("what", what), ("role", role)),
        priority=PRIORITY[AlertKind.ACCESS],
        created_at=now,
        not_before=at,
        expires_at=at + life,
    )
