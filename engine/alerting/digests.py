"""Which digest is due to whom: once a day each, when its reader asked for it, never by night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from engine.alerting.care import Passage, passage
from engine.alerting.compose import PRIORITY
from engine.alerting.route import quiet_until
from engine.domain.alert import Alert, AlertKind
from engine.domain.digest import Digest
from engine.domain.preferences import EventClass, Volume

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.domain.alert import Subscriber
    from engine.domain.wish import Wish

LATE: Final = timedelta(hours=3)
"""How long after its hour a digest is still worth sending."""
MOST: Final = 10
"""Lines of one digest."""
_MONDAY: Final = 0
_DIGEST: Final = "digest"


def due(wish: Wish, now: datetime) -> tuple[tuple[EventClass, str], ...]:
    """Return the digests due to a reader at `now`, each with the day that tells it apart.

    Those of a day come once: a name that was used before says that it was.
    """
    if passage(AlertKind.DIGEST, wish.care, now) is not Passage.OPEN:
        return ()
    chosen = wish.preferences
    local = chosen.local(now, wish.house)
    hours = {EventClass.MORNING: chosen.morning, EventClass.EVENING: chosen.evening}
    if local.weekday() == _MONDAY:
        hours[EventClass.WEEK] = chosen.morning
    found = []
    for event, minute in hours.items():
        at = datetime.combine(local, time(minute // 60, minute % 60), local.tzinfo)
        since = now - at.astimezone(UTC)
        if chosen.volume(event) is not Volume.OFF and timedelta() <= since < LATE:
            found.append((event, f"{event}@{local:%Y-%m-%d}"))
    return tuple(found)


def compose_digest(
    digest: Digest, reader: Subscriber, version: str, now: datetime
) -> tuple[Alert, ...]:
    """Return the message of a digest; none where it says nothing.

    Quiet hours hold it until they end, unless it would then be stale.
    """
    if not digest.lines:
        return ()
    expires = now + LATE
    ends = quiet_until(reader.wish, now) if reader.wish else None
    if ends is not None and ends >= expires:
        return ()
    volume = Volume.SILENT
    if reader.wish is not None:
        volume = reader.wish.preferences.volume(digest.what)
    return (
        Alert(
            chat_id=reader.chat_id,
            kind=AlertKind.DIGEST,
            pick_id=None,
            version=version,
            body=(
                (_DIGEST, msgspec.json.encode(digest).decode()),
                ("volume", volume.value),
            ),
            priority=PRIORITY[AlertKind.DIGEST],
            created_at=now,
            not_before=ends or now,
            expires_at=expires,
        ),
    )


def digest_of(body: Mapping[str, str]) -> Digest:
    """Return the digest that a message was made of."""
    return msgspec.json.decode(body[_DIGEST], type=Digest)
