"""Picks that were sent, as the delivery leaves them; and hands that reach past the rules."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.domain.alert import AlertKind, DeliveryState
from engine.domain.pick import Provenance
from tests.builders import KICK_OFF, NOW, a_fixture
from tests.integration.storage.shelf import LEASE, a_pick_of, an_alert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from engine.domain.pick import Pick
    from storage.pool import Connection, Pool
    from storage.store import Store


def a_live_pick(code: str = "home", **overrides: Any) -> Pick:
    return a_pick_of(Provenance.LIVE, code, **overrides)


async def keep(store: Store, *picks: Pick) -> None:
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.picks.add(picks)


async def send(store: Store, pick: Pick, at: datetime, chat: int = 1002) -> None:
    """Queue a pick's card, claim it and mark it sent."""
    alert = an_alert(
        "new", chat, kind=AlertKind.PICK, pick_id=pick.id, expires_at=KICK_OFF, body=()
    )
    async with store.transaction() as tx:
        await tx.outbox.add([replace(alert, created_at=NOW, not_before=NOW)])
        rows = await tx.claims.claim(NOW, lease=LEASE, owner="t", fencing=1, busy=(), limit=9)
        (row,) = [row for row in rows if row.pick_id == pick.id]
        assert await tx.claims.finish(
            row.id, DeliveryState.SENT, fencing=1, now=at, message_id=5, payload_hash="h"
        )


@asynccontextmanager
async def without_guards(pool: Pool) -> AsyncIterator[Connection]:
    """A superuser's connection on which no trigger speaks: what a forger would use."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        yield connection
