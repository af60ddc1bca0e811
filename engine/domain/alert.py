"""What to say to whom; the words are chosen by `bot/render`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.numbers import PickId
    from engine.domain.wish import Wish


class AlertKind(StrEnum):
    """`PICK` opens a card; others edit it; `OPS` speaks to the owner, `PROOF` swears a day.

    `POLICY` tells owner and admins how a learned version stands, `LEARNING` what a morning taught.
    `DIGEST` sums up a day or a week. `LAST` and `OUTCOME` are short words under a card: its match
    is near, or over, and so is `BETTER`: its value has reached a higher rung. `WATCH` tells one
    person that odds they wait for are offered.
    `ACCESS` tells a person what became of their role, `ANNOUNCEMENT` is what those who run the
    bot say to many.
    """

    PICK = "pick"
    PRICE = "price"
    CLOSE = "close"
    RESULT = "result"
    OPS = "ops"
    PROOF = "proof"
    POLICY = "policy"
    LEARNING = "learning"
    DIGEST = "digest"
    LAST = "last"
    OUTCOME = "outcome"
    BETTER = "better"
    WATCH = "watch"
    ACCESS = "access"
    ANNOUNCEMENT = "announcement"


EDITS: Final = frozenset({AlertKind.PRICE, AlertKind.CLOSE, AlertKind.RESULT})
"""What changes a card in place."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Role(StrEnum):
    """Who may do what, weakest first; nobody without a role gets more than a refusal."""

    VIEWER = "viewer"
    MEMBER = "member"
    ANALYST = "analyst"
    ADMIN = "admin"
    OWNER = "owner"


HOLDERS: Final = 0
"""No chat: all those that were sent the card of the alert's pick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who may be written to: a person who pressed /start, or a place that an admin opened.

    `thread_id` is a topic of a group, 0 elsewhere. Without a `wish` every pick is wanted.
    """

    user_id: int
    chat_id: int
    role: Role
    language: str
    wants_picks: bool
    thread_id: int = 0
    wish: Wish | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to say in one chat, waiting in the outbox.

    `version` tells states of the same card apart; together with kind, chat and pick it makes
    the dedup key, so that saying the same thing twice is impossible. Lower `priority` first.
    """

    chat_id: int
    thread_id: int = 0
    kind: AlertKind
    pick_id: PickId | None
    version: str
    body: tuple[tuple[str, str], ...] = ()
    priority: int
    created_at: datetime
    not_before: datetime
    expires_at: datetime

    @property
    def dedup_key(self) -> str:
        """sha256 of chat (and topic), kind, pick and version."""
        chat = f"{self.chat_id}/{self.thread_id}" if self.thread_id else self.chat_id
        name = f"{chat}|{self.kind}|{self.pick_id}|{self.version}"
        return hashlib.sha256(name.encode()).hexdigest()
