"""Short messages under a card: its value grew, its match is near, or what it came to."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.alerting.care import Passage, passage
from engine.alerting.compose import PRIORITY
from engine.domain.alert import Alert, AlertKind
from engine.domain.pick import PriceState
from engine.domain.preferences import EventClass, Volume

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from engine.alerting.rules import AlertRules
    from engine.domain.alert import Subscriber
    from engine.domain.numbers import PickId
    from engine.domain.pick import OpenPick, Pick
    from engine.domain.settlement import Settlement

LAST_CHANCE: Final = timedelta(minutes=30)
"""How long before kick-off a reader is reminded of a card."""
RUNGS: Final = (0.03, 0.05, 0.08, 0.12)
"""Edges at which value is a rung higher; a card that is held rings anew at the next rung alone."""
LATER: Final = timedelta(minutes=30)
IN_TIME: Final = timedelta(minutes=3)


def compose_last(
    picks: Iterable[OpenPick],
    readers: Iterable[Subscriber],
    rules: AlertRules,
    now: datetime,
    *,
    answered: Collection[tuple[int, PickId]] = (),
) -> tuple[Alert, ...]:
    """Return a reminder of each pick whose match is near, for those who want to be reminded.

    Who answered its card, by taking the bet or passing on it, is not. Whether they hold the
    card, and whether the value still stands, is looked at when it is sent.
    """
    near = [one for one in picks if now < one.kick_off - rules.send_cut_off <= now + LAST_CHANCE]
    people = _who(readers, EventClass.LAST, AlertKind.LAST, now)
    return tuple(
        Alert(
            chat_id=reader.chat_id,
            kind=AlertKind.LAST,
            pick_id=one.pick.id,
            version=f"last@{one.kick_off.isoformat()}",
            body=(("volume", volume.value),),
            priority=PRIORITY[AlertKind.LAST],
            created_at=now,
            not_before=now,
            expires_at=one.kick_off - rules.send_cut_off,
        )
        for one in near
        for reader, volume in people
        if (reader.user_id, one.pick.id) not in answered
    )


def rung(edge: float) -> int:
    """Return how many rungs an edge has reached."""
    return bisect_right(RUNGS, edge)


def compose_better(
    picks: Iterable[OpenPick],
    best: Mapping[PickId, float],
    readers: Iterable[Subscriber],
    rules: AlertRules,
    now: datetime,
    *,
    answered: Collection[tuple[int, PickId]] = (),
) -> tuple[Alert, ...]:
    """Return word of each pick whose value reached a rung it never stood on, above its alert's.

    `best` has the highest edge each was seen with: what falls back and rises again to a rung it
    had been on is no news. Once a rung, the version says so. Who answered the card, by taking the
    bet or passing on it, hears nothing; who holds none, or was sent it at this price, neither:
    that is looked at when it is sent.
    """
    risen = [
        (one, one.shown, one.shown.edge)
        for one in picks
        if one.shown is not None
        and one.shown.state is not PriceState.GONE
        and one.shown.edge is not None
        and now < one.kick_off - rules.send_cut_off
        and rung(one.pick.edge) < rung(one.shown.edge) == rung(best[one.pick.id])
    ]
    people = _who(readers, EventClass.BETTER, AlertKind.BETTER, now)
    return tuple(
        Alert(
            chat_id=reader.chat_id,
            kind=AlertKind.BETTER,
            pick_id=one.pick.id,
            version=f"better@{rung(edge)}",
            body=(
                ("volume", volume.value),
                ("edge", repr(float(edge))),
                ("odds", repr(float(shown.odds or 0.0))),
                ("seen_at", shown.seen_at.isoformat()),
            ),
            priority=PRIORITY[AlertKind.BETTER],
            created_at=now,
            not_before=now,
            expires_at=one.kick_off - rules.send_cut_off,
        )
        for one, shown, edge in risen
        for reader, volume in people
        if (reader.user_id, one.pick.id) not in answered
    )


def compose_later(
    pick: Pick, kick_off: datetime, chat_id: int, rules: AlertRules, now: datetime
) -> Alert | None:
    """Return the reminder somebody asked for: in half an hour, or when it is just in time.

    None where it would come too late to be of use.
    """
    at = min(now + LATER, kick_off - rules.send_cut_off - IN_TIME)
    if at <= now:
        return None
    return Alert(
        chat_id=chat_id,
        kind=AlertKind.LAST,
        pick_id=pick.id,
        version=f"later@{at.isoformat()}",
        body=(("volume", Volume.ON.value),),
        priority=PRIORITY[AlertKind.LAST],
        created_at=now,
        not_before=at,
        expires_at=kick_off - rules.send_cut_off,
    )


def compose_outcomes(
    settled: Iterable[Settlement], readers: Iterable[Subscriber], now: datetime, life: timedelta
) -> tuple[Alert, ...]:
    """Return a message of each result, for those who want more than the card that shows it."""
    people = _who(readers, EventClass.RESULT, AlertKind.OUTCOME, now)
    return tuple(
        Alert(
            chat_id=reader.chat_id,
            kind=AlertKind.OUTCOME,
            pick_id=one.pick_id,
            version=f"outcome@{one.sequence}",
            body=(("volume", volume.value),),
            priority=PRIORITY[AlertKind.OUTCOME],
            created_at=now,
            not_before=now,
            expires_at=now + life,
        )
        for one in settled
        for reader, volume in people
    )


def _who(
    readers: Iterable[Subscriber], event: EventClass, kind: AlertKind, now: datetime
) -> list[tuple[Subscriber, Volume]]:
    """Return the people who want to be told of an event and are in no pause, and how."""
    told = [
        (one, one.wish.preferences.volume(event))
        for one in readers
        if one.user_id
        and one.wish is not None
        and passage(kind, one.wish.care, now) is Passage.OPEN
    ]
    return [(one, volume) for one, volume in told if volume is not Volume.OFF]
