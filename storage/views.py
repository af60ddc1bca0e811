"""Read models: what the bot, the reports and the walks read, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.preferences import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from engine.domain.alert import AlertKind, Subscriber
    from engine.domain.fixture import Fixture
    from engine.domain.own_books import Offered
    from engine.domain.pick import OpenPick, Pick, PickUpdate
    from engine.domain.preferences import Preferences
    from engine.domain.settlement import Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseView:
    """A pick's close: grades and CLV against two references; None where none was caught."""

    grade: str | None
    source: str | None
    closing_odds: float | None
    clv: float | None
    movement: float | None
    alt_grade: str | None
    alt_source: str | None
    alt_closing_odds: float | None
    clv_alt: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickView:
    """Everything known of one pick; `number` is the short id people type (#P12)."""

    number: int
    pick: Pick
    fixture: Fixture
    update: PickUpdate | None
    close: CloseView | None
    settlement: Settlement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPage:
    """One page of picks in order of kick-off; `total` counts all pages."""

    picks: tuple[PickView, ...]
    offset: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One claimed alert: what to send where, and under which lease.

    `balance` is what its reader has, in units, where their stakes are a share of that; `offers`
    what is offered for its pick, read for those who have bookmakers or limits of their own.
    """

    id: int
    dedup_key: str
    chat_id: int
    thread_id: int
    chat_type: str
    kind: AlertKind
    pick_id: UUID | None
    version: str
    body: Mapping[str, str]
    attempts: int
    reminder: bool
    created_at: datetime
    expires_at: datetime
    language: str
    subscriber_state: str
    card_message_id: int | None
    card_state: str | None
    card_hash: str | None
    card_sent_at: datetime | None = None
    preferences: Preferences = DEFAULT
    balance: Decimal | None = None
    offers: tuple[Offered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """The last run of one job."""

    job: str
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime | None
    state: str
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What /health and /readyz show."""

    now: datetime
    database_version: str
    runs: tuple[RunView, ...]
    outbox: Mapping[str, int]
    oldest_waiting_seconds: float | None
    last_look_at: datetime | None
    last_look_quotes: int | None
    credits: tuple[tuple[str, str, str], ...]
    unmatched: int
    subscribers: int
    closes_due: int
    closes_grade_a: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """What looks since an instant were offered, kept and made picks of, and what gates held back.

    A candidate that stands through several looks is counted by each of them. `refused` has the
    names of gates as the looks wrote them.
    """

    since: datetime
    looks: int
    offered: int
    kept: int
    refused: Mapping[str, int]
    picks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFact:
    """How one fixture that began was priced before: by a sharp source or exchange, and at all.

    `capture_state` and `capture_outcome` are those of the last capture meant for its league.
    """

    fixture_id: UUID
    competition: str
    kick_off: datetime
    sharp_at: datetime | None
    priced_at: datetime | None
    capture_state: str | None
    capture_outcome: str | None
    exhausted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleFact:
    """Of what one look was offered of a competition, how much it refused as stale."""

    looked_at: datetime
    competition: str
    stale: int
    offered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotInputs:
    """One read for one look: known fixtures, event ids, open picks, people, keys."""

    fixtures: tuple[Fixture, ...]
    event_ids: Mapping[tuple[str, str], UUID]
    open_picks: tuple[OpenPick, ...]
    subscribers: tuple[Subscriber, ...]
    key_states: tuple[tuple[str, str, Mapping[str, object]], ...]
