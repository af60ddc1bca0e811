"""What the owner is told: each trouble once, however many runs meet it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.alerting.compose import PRIORITY
from engine.domain.alert import Alert, AlertKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.domain.alert import Subscriber
    from storage.store import Tx

_LIFE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something a person should know.

    `episode` names the one occasion on which it is said, whoever meets it and however long it
    lasts; without one it is said again every day. `resumed` is the good news that it is over.
    """

    text: str
    episode: str | None = None
    resumed: bool = False


async def tell_owners(tx: Tx, job: str, troubles: Iterable[Trouble], now: datetime) -> int:
    """Queue what the owners have not been told yet; return how many alerts that are."""
    told = tuple(troubles)
    if not told:
        return 0
    owners = await tx.people.owners()
    return await tx.outbox.add([_alert(one, job, each, now) for one in owners for each in told])


def _alert(owner: Subscriber, job: str, trouble: Trouble, now: datetime) -> Alert:
    state = (("state", "resumed"),) if trouble.resumed else ()
    return Alert(
        chat_id=owner.chat_id,
        kind=AlertKind.OPS,
        pick_id=None,
        version=trouble.episode or f"{job}|{trouble.text}|{now:%Y-%m-%d}",
        body=(("job", job), ("reason", trouble.text), *state),
        priority=PRIORITY[AlertKind.OPS],
        created_at=now,
        not_before=now,
        expires_at=now + _LIFE,
    )
