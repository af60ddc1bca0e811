"""How a person protects themselves: limits, pauses, and what may still reach them meanwhile.

All that was said is kept in order and read as one state. A rule that protects is in the reading,
not in the asking: an entry that breaks it changes nothing, whoever wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal
    from zoneinfo import ZoneInfo

COOLING: Final = timedelta(hours=24)
"""How long a looser limit, and the end of an exclusion without one, wait before asked again."""
ENDLESS_AT_LEAST: Final = timedelta(days=182)
"""How long an exclusion without an end lasts before its end can be asked for: half a year."""
NEVER: Final = datetime.max.replace(tzinfo=UTC)


class LimitKind(StrEnum):
    """What a person may limit: losses and stakes in units, bets a day, minutes at a time."""

    LOSS_DAY = "loss_day"
    LOSS_WEEK = "loss_week"
    LOSS_MONTH = "loss_month"
    STAKE_DAY = "stake_day"
    STAKE_WEEK = "stake_week"
    STAKE_MONTH = "stake_month"
    BETS_DAY = "bets_day"
    MINUTES = "minutes"


LOSSES: Final = frozenset({LimitKind.LOSS_DAY, LimitKind.LOSS_WEEK, LimitKind.LOSS_MONTH})
STAKES: Final = frozenset({LimitKind.STAKE_DAY, LimitKind.STAKE_WEEK, LimitKind.STAKE_MONTH})


class PauseKind(StrEnum):
    """A short rest, or leaving for long."""

    REST = "rest"
    EXCLUSION = "exclusion"


class Said(StrEnum):
    """What a person said: each is one line of their history.

    `LIMIT` sets one, `PAUSE` begins one, `LIFT` asks for the end of an exclusion without one, and
    is said twice. `HOLD` says whether picks wait while a limit is reached. `HINT` is the house's:
    a pause was suggested.
    """

    LIMIT = "limit"
    PAUSE = "pause"
    LIFT = "lift"
    HOLD = "hold"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareEntry:
    """One line of a person's history, never changed.

    `about` is the kind of the limit or the pause. `amount` is a limit's, None for none; of `HOLD`
    0 or 1. `until` ends a pause, None for one without an end.
    """

    said: Said
    about: str
    at: datetime
    amount: Decimal | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looser:
    """A looser limit that was asked for: it holds when it is asked for again from `ripe_at` on."""

    amount: Decimal | None
    ripe_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause: of which kind, since when, until when; `NEVER` without an end."""

    kind: PauseKind
    since: datetime
    until: datetime

    @property
    def endless(self) -> bool:
        return self.until == NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What stands of all that a person said. `lift_ripe_at` is when it can be asked again."""

    limits: Mapping[LimitKind, Decimal] = field(default_factory=dict)
    looser: Mapping[LimitKind, Looser] = field(default_factory=dict)
    pause: Pause | None = None
    lift_ripe_at: datetime | None = None
    holds: bool = True
    hinted_at: datetime | None = None

    def paused(self, now: datetime) -> Pause | None:
        """Return the pause that stands at `now`."""
        return self.pause if self.pause is not None and now < self.pause.until else None


NOTHING_SAID: Final = Care()


def standing(entries: Iterable[CareEntry]) -> Care:
    """Return what stands of a history, the oldest line first."""
    care = NOTHING_SAID
    for entry in entries:
        care = heard(care, entry)
    return care


def heard(care: Care, entry: CareEntry) -> Care:
    """Return what stands after one more line."""
    match entry.said:
        case Said.LIMIT:
            return _limited(care, LimitKind(entry.about), entry)
        case Said.PAUSE:
            return _paused(care, entry)
        case Said.LIFT:
            return _lifted(care, entry)
        case Said.HOLD:
            return replace(care, holds=bool(entry.amount))
        case Said.HINT:
            return replace(care, hinted_at=entry.at)


def stricter(new: Decimal | None, old: Decimal | None) -> bool:
    """Say whether a limit is at least as strict as another; None is no limit."""
    return old is None or (new is not None and new <= old)


def liftable_from(pause: Pause) -> datetime:
    """Return from when the end of a pause without one may be asked for; `NEVER` of others."""
    return pause.since + ENDLESS_AT_LEAST if pause.endless else NEVER


def _limited(care: Care, kind: LimitKind, entry: CareEntry) -> Care:
    """A stricter limit holds at once; a looser one when it is said again after a day."""
    asked = care.looser.get(kind)
    others = {key: one for key, one in care.looser.items() if key is not kind}
    again = asked is not None and asked.amount == entry.amount
    if stricter(entry.amount, care.limits.get(kind)) or (
        again and asked is not None and entry.at >= asked.ripe_at
    ):
        limits = {key: one for key, one in care.limits.items() if key is not kind}
        if entry.amount is not None:
            limits[kind] = entry.amount
        return replace(care, limits=limits, looser=others)
    if again:
        return care
    wish = Looser(amount=entry.amount, ripe_at=entry.at + COOLING)
    return replace(care, looser={**others, kind: wish})


def _paused(care: Care, entry: CareEntry) -> Care:
    """A pause is only ever made longer while it stands."""
    until = entry.until or NEVER
    held = care.paused(entry.at)
    if until <= entry.at or (held is not None and until <= held.until):
        return care
    pause = Pause(kind=PauseKind(entry.about), since=entry.at, until=until)
    return replace(care, pause=pause, lift_ripe_at=None)


def _lifted(care: Care, entry: CareEntry) -> Care:
    """What has no end is ended by asking twice, a day apart, after half a year."""
    held = care.paused(entry.at)
    if held is None or entry.at < liftable_from(held):
        return care
    if care.lift_ripe_at is None:
        return replace(care, lift_ripe_at=entry.at + COOLING)
    if entry.at < care.lift_ripe_at:
        return care
    return replace(care, pause=replace(held, until=entry.at), lift_ripe_at=None)


def period_of(kind: LimitKind, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the day, week or month of a limit began and ends, on the person's clock."""
    local = now.astimezone(zone)
    first = local.date()
    if kind in {LimitKind.LOSS_WEEK, LimitKind.STAKE_WEEK}:
        first -= timedelta(days=first.weekday())
        last = first + timedelta(days=7)
    elif kind in {LimitKind.LOSS_MONTH, LimitKind.STAKE_MONTH}:
        first = first.replace(day=1)
        last = (first + timedelta(days=32)).replace(day=1)
    else:
        last = first + timedelta(days=1)
    begins = datetime.combine(first, time(), zone).astimezone(UTC)
    return begins, datetime.combine(last, time(), zone).astimezone(UTC)
