"""Days that are over, closed: what was sent is sworn, and the last day's hash is published."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from engine.alerting.proofs import compose_proof
from engine.domain.alert import AlertKind
from engine.domain.proof import CHAINED, DayProof, close_day, genesis, in_order

if TYPE_CHECKING:
    from engine.domain.pick import Provenance
    from jobs.context import Context
    from jobs.run import Report
    from storage.store import Tx

CLOSES_AFTER: Final = timedelta(minutes=10)
"""How long after midnight UTC a day is closed: what was on its way has arrived by then."""
_DAY: Final = timedelta(days=1)


async def run(ctx: Context) -> Report:
    """Close every day that is over in each chain, the empty ones too, and publish the last.

    The hash of a day contains all before it: after downtime one message swears to them all.
    A pick whose arrival was marked too late for its day is sworn in the next.
    """
    now = ctx.clock.now()
    report = {}
    async with ctx.store.transaction() as tx:
        await tx.proofs.hold()
        for provenance in CHAINED:
            closed = await close_days(tx, provenance, now)
            if not closed:
                continue
            alerts = compose_proof(closed[-1], await _readers(tx), now)
            report[provenance.value] = {
                "days": len(closed),
                "picks": sum(day.n for day in closed),
                "last": closed[-1].day.isoformat(),
                "chain": closed[-1].chain,
                "alerts": await tx.outbox.add(alerts),
            }
    return report


async def close_days(tx: Tx, provenance: Provenance, now: datetime) -> tuple[DayProof, ...]:
    """Close the days of one chain that are over, from its first pick on."""
    over = (now.astimezone(UTC) - CLOSES_AFTER).date()
    last = await tx.proofs.last(provenance)
    waiting = await tx.proofs.open_picks(provenance, _midnight(over))
    if last is None and not waiting:
        return ()
    day = waiting[0].sent_at.astimezone(UTC).date() if last is None else last.day + _DAY
    previous = genesis(provenance) if last is None else last.chain
    closed = []
    while day < over:
        ready = in_order(pick for pick in waiting if pick.sent_at < _midnight(day + _DAY))
        waiting = tuple(pick for pick in waiting if pick.sent_at >= _midnight(day + _DAY))
        proof = close_day(provenance, day, [pick.leaf for pick in ready], previous)
        await tx.proofs.close(proof, ready, now)
        closed.append(proof)
        previous, day = proof.chain, day + _DAY
    return tuple(closed)


async def _readers(tx: Tx) -> list[tuple[int, int]]:
    """Return the chats and topics a day is sworn to: keepers, and places that asked for it."""
    keepers = [(one.chat_id, 0) for one in await tx.people.keepers()]
    places = [
        (one.chat_id, one.thread_id)
        for one in await tx.places.all()
        if one.state == "active" and AlertKind.PROOF in one.kinds
    ]
    return [*keepers, *places]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
