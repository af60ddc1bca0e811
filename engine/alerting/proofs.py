"""The message that swears a day: its root and its hash, to whoever keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.alerting.compose import PRIORITY
from engine.domain.alert import Alert, AlertKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.domain.proof import DayProof

_LIFE: Final = timedelta(days=7)
"""A root said late still swears: it waits longer than news."""


def compose_proof(
    day: DayProof, chats: Iterable[tuple[int, int]], now: datetime
) -> tuple[Alert, ...]:
    """Return the message of a closed day for each chat and topic, of people or not, once."""
    return tuple(
        Alert(
            chat_id=chat,
            thread_id=thread,
            kind=AlertKind.PROOF,
            pick_id=None,
            version=f"{day.provenance}@{day.day.isoformat()}",
            body=(
                ("provenance", day.provenance.value),
                ("day", day.day.isoformat()),
                ("n", str(day.n)),
                ("root", day.root),
                ("chain", day.chain),
            ),
            priority=PRIORITY[AlertKind.PROOF],
            created_at=now,
            not_before=now,
            expires_at=now + _LIFE,
        )
        for chat, thread in sorted(set(chats))
    )
