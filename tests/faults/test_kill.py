"""kill -9 at the three moments where an alert could be lost or said twice."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from storage.pool import connect
from tests.faults.street import (
    MEMBER,
    SCALE,
    Street,
    eventually,
    kill,
    open_street,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Connection

ENDED = {"sent", "cancelled", "expired", "dead", "uncertain"}
START_SECONDS = 60
STILL = {
    # no look after the one that found the picks, and a card may be as old as it likes: however
    # slow the machine, no price falls or ages between the first sending and the reminder
    "MON_PS_ODDS_API_URL": "http://127.0.0.1:9",
    "MON_PS_DELIVERY__FRESHNESS": "24h",
    "MON_PS_DELIVERY__FRESHNESS_LATE": "24h",
    # nobody waits so briefly for an answer that the kill comes after it was given up
    "MON_PS_DELIVERY__SEND_TIMEOUT_SECONDS": "5",
    "MON_PS_DELIVERY__LEASE": f"{6 * int(SCALE)}s",
}


@pytest.fixture
async def street(database: Dsn, tmp_path: Path) -> AsyncIterator[Street]:
    async with open_street(database, tmp_path / "service.log", first_kick_off=100) as opened:
        yield opened


@pytest.fixture
async def early_street(database: Dsn, tmp_path: Path) -> AsyncIterator[Street]:
    """A street so long before the first match that no slow machine comes near kick-off."""
    async with open_street(database, tmp_path / "service.log", first_kick_off=300) as opened:
        yield opened


def number_of(card: str) -> str:
    """Return the pick's number as people read it."""
    found = re.search(r"#P\d+", card)
    assert found is not None
    return found.group()


@pytest.mark.lasting
async def test_killed_after_commit_before_send_every_alert_still_goes_out_once(
    street: Street,
) -> None:
    wait = {"MON_PS_DELIVERY__GROUP_WAIT": "8m"}  # four seconds between commit and send
    async with street.service(**wait) as service:
        committed = await eventually(
            street.outbox, within=START_SECONDS, what="picks are committed", log=street.log
        )
        kill(service)
        await service.wait()
    assert street.cards() == []
    async with street.service(**wait):
        started = monotonic()

        async def ended() -> bool:
            rows = await street.outbox()
            waiting = [row for row in rows[: len(committed)] if row["state"] not in ENDED]
            return not waiting

        await eventually(ended, within=40, what="all alerts ended", log=street.log)
        assert monotonic() - started < 40
    rows = await street.outbox()
    assert any(row["state"] == "sent" for row in rows), [row["last_error"] for row in rows]
    assert not any(row["reminder"] for row in rows)
    numbers = [number_of(card) for card in street.cards()]
    assert len(numbers) == len(set(numbers))


async def test_killed_after_acceptance_before_the_mark_one_reminder_follows(
    early_street: Street,
) -> None:
    street = early_street
    looked = await street.jobs("snapshot")
    assert looked.code == 0, looked.err
    await street.people.spoil(
        method="sendMessage", chat_id=MEMBER, drop_after_accept=True, delay_seconds=60, times=9
    )

    async def accepted() -> list[str]:
        return street.cards()

    async with street.service(**STILL) as service:
        first, *_ = await eventually(
            accepted, within=START_SECONDS, what="a card was accepted", log=street.log
        )
        kill(service)
        await service.wait()
    before = street.cards()
    await street.people.forgive()
    assert not any(row["state"] in ENDED for row in await street.outbox())
    async with street.service(**STILL):

        async def reminded() -> bool:
            reminders = [row for row in await street.outbox() if row["reminder"]]
            return bool(reminders) and all(row["state"] in ENDED for row in reminders)

        await eventually(reminded, within=START_SECONDS, what="reminders ended", log=street.log)
    number = number_of(first)
    again = [card for card in street.cards()[len(before) :] if number_of(card) == number]
    assert len(again) == 1
    assert "renvoi" in again[0]
    assert not any("renvoi" in card for card in before)


async def test_killed_inside_the_pick_transaction_neither_pick_nor_alert_exists(
    street: Street,
) -> None:
    async with _session(street) as gate, _session(street) as watcher:
        async with gate.transaction():
            await gate.execute("lock table picks in share mode")
            async with street.service() as service:
                await eventually(
                    lambda: _writers(watcher),
                    within=START_SECONDS,
                    what="the service writes a pick",
                    log=street.log,
                )
                kill(service)
                await service.wait()
        await eventually(
            lambda: _nobody_waits(watcher), within=10, what="the server let go", log=street.log
        )
        assert await gate.fetchval("select count(*) from picks") == 0
        assert await gate.fetchval("select count(*) from ledger_entries") == 0
        assert await gate.fetchval("select count(*) from outbox where kind = 'pick'") == 0
        async with street.service():
            await eventually(
                street.outbox, within=START_SECONDS, what="picks come back", log=street.log
            )
        assert await gate.fetchval("select count(*) from picks") > 0


@asynccontextmanager
async def _session(street: Street) -> AsyncIterator[Connection]:
    session = await connect(street.dsn)
    try:
        yield session
    finally:
        await session.close()


async def _writers(session: Connection) -> int:
    """Count those who wait for a lock while inserting a pick."""
    found: int = await session.fetchval(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        " and query like '%insert into picks%' and pid <> pg_backend_pid()"
    )
    return found


async def _nobody_waits(session: Connection) -> bool:
    found: int = await session.fetchval(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock'"
    )
    return found == 0
