"""What owner and admins are told of learned versions: one may be put in force, one was left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from engine.alerting.compose import PRIORITY
from engine.domain.alert import Alert, AlertKind
from engine.domain.version_card import VersionCard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_LIFE: Final = timedelta(days=7)
"""A version that waits for a person is put in force by nobody else: there is time."""
_CARD: Final = "card"


def compose_version(card: VersionCard, chats: Iterable[int], now: datetime) -> tuple[Alert, ...]:
    """Return one message for each chat that says how a version stands, once a state."""
    told = msgspec.json.encode(card).decode()
    return tuple(
        Alert(
            chat_id=chat,
            kind=AlertKind.POLICY,
            pick_id=None,
            version=f"{card.name}|{card.state}",
            body=((_CARD, told),),
            priority=PRIORITY[AlertKind.POLICY],
            created_at=now,
            not_before=now,
            expires_at=now + _LIFE,
        )
        for chat in sorted(set(chats))
    )


def card_of(body: Mapping[str, str]) -> VersionCard:
    """Return the card that a message was made of."""
    return msgspec.json.decode(body[_CARD], type=VersionCard)
