"""The window for machines."""

import socket
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.halt import Halt
from bot.probe import open_probe
from engine.domain.errors import SettingsInvalid
from engine.domain.pick import Provenance
from storage.pool import Pool
from storage.store import Store
from storage.views import Health

NOW = datetime(2026, 11, 22, 16, 33, tzinfo=UTC)


async def ask(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        session.get(path) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_working_house_is_alive_ready_and_measured(pool: Pool) -> None:
    store = Store(pool)

    async def health() -> Health:
        async with store.reading() as tx:
            return await tx.reports.health(NOW, Provenance.LIVE)

    async with store.transaction() as tx:
        await tx.runs.begin("snapshot", NOW, NOW, 1)
    async with open_probe(0, health, Halt()) as port:
        assert await ask(port, "/healthz") == (200, '{"alive": true}')
        assert (await ask(port, "/readyz"))[0] == 200
        status, figures = await ask(port, "/metrics")
        assert status == 200
        assert "mon_ps_store_up 1.0" in figures
        assert 'mon_ps_run_age_seconds{job="snapshot",state="running"} 0.0' in figures
        assert "mon_ps_unmatched_names 0.0" in figures


async def test_a_house_that_sends_nothing_is_not_ready_and_says_why(pool: Pool) -> None:
    store, halt = Store(pool), Halt()

    async def health() -> Health:
        async with store.reading() as tx:
            return await tx.reports.health(NOW, Provenance.LIVE)

    async with open_probe(0, health, halt) as port:
        assert (await ask(port, "/readyz"))[0] == 200
        assert "mon_ps_delivery_halted 0.0" in (await ask(port, "/metrics"))[1]
        halt.reason = "token_refused"
        status, said = await ask(port, "/readyz")
        assert status == 503
        assert "token_refused" in said
        assert "mon_ps_delivery_halted 1.0" in (await ask(port, "/metrics"))[1]


async def test_without_a_store_the_house_is_alive_but_not_ready() -> None:
    async def health() -> Health:
        raise OSError("password=hunter2")

    async with open_probe(0, health, Halt()) as port:
        assert (await ask(port, "/healthz"))[0] == 200
        status, said = await ask(port, "/readyz")
        assert status == 503
        assert "hunter2" not in said
        assert "mon_ps_store_up 0.0" in (await ask(port, "/metrics"))[1]


async def test_a_port_in_use_is_refused_by_the_name_of_its_setting() -> None:
    async def health() -> Health:
        raise AssertionError

    taken = socket.create_server(("127.0.0.1", 0))
    with taken, pytest.raises(SettingsInvalid, match=r"MON_PS_PROBE_PORT: port \d+ is in use"):
        async with open_probe(taken.getsockname()[1], health, Halt()):
            pass
