"""A small read-only window for machines: alive, ready, and figures."""

from __future__ import annotations

import asyncio
import errno
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from engine.domain.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.halt import Halt
    from storage.views import Health

log = structlog.get_logger()

_READ_SECONDS: Final = 5.0
_SHUTDOWN_SECONDS: Final = 1.0
_METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@asynccontextmanager
async def open_probe(
    port: int,
    health: Callable[[], Awaitable[Health]],
    halt: Halt,
    *,
    host: str = "127.0.0.1",
) -> AsyncIterator[int]:
    """Serve /healthz, /readyz and /metrics until the block ends; yields the port in use.

    Raises:
        SettingsInvalid: the port is taken, or not ours to take.
    """
    probe = _Probe(health, halt)
    app = web.Application()
    app.add_routes(
        [
            web.get("/healthz", probe.healthz),
            web.get("/readyz", probe.readyz),
            web.get("/metrics", probe.metrics),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as refused:
            raise SettingsInvalid(_why(refused, port)) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _why(refused: OSError, port: int) -> str:
    if refused.errno == errno.EADDRINUSE:
        return f"MON_PS_PROBE_PORT: port {port} is in use: choose another, or 0 for a free one"
    reason = os.strerror(refused.errno or 0)
    return f"MON_PS_PROBE_PORT: port {port} cannot be opened: {reason}"


class _Probe:
    """Answers from one read of the store; says what is wrong without saying secrets."""

    def __init__(self, health: Callable[[], Awaitable[Health]], halt: Halt) -> None:
        self._health = health
        self._halt = halt

    async def healthz(self, _request: web.Request) -> web.Response:
        """Say that the event loop turns; nothing else is asked."""
        return web.json_response({"alive": True})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Say whether the store answers and alerts go out, with the depth of the outbox."""
        health = await self._read()
        if health is None:
            return web.json_response({"ready": False, "reason": "store"}, status=503)
        outbox = dict(health.outbox)
        if self._halt.reason:
            halted = {"ready": False, "reason": self._halt.reason, "outbox": outbox}
            return web.json_response(halted, status=503)
        return web.json_response({"ready": True, "outbox": outbox})

    async def metrics(self, _request: web.Request) -> web.Response:
        """Show the figures of /health as gauges."""
        registry = CollectorRegistry()
        health = await self._read()
        up = Gauge("mon_ps_store_up", "Whether the store answers.", registry=registry)
        up.set(0 if health is None else 1)
        halted = Gauge("mon_ps_delivery_halted", "Whether sending stands.", registry=registry)
        halted.set(1 if self._halt.reason else 0)
        if health is not None:
            _measure(health, registry)
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": _METRICS_TYPE}
        )

    async def _read(self) -> Health | None:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                return await self._health()
        except Exception as error:  # noqa: BLE001  # whatever it is, the answer is "not ready"
            log.warning("probe_unready", reason=type(error).__name__)
            return None


def _measure(health: Health, registry: CollectorRegistry) -> None:
    outbox = Gauge("mon_ps_outbox_alerts", "Alerts by state.", ["state"], registry=registry)
    for state, n in health.outbox.items():
        outbox.labels(state).set(n)
    age = Gauge(
        "mon_ps_run_age_seconds",
        "Age of each job's last run.",
        ["job", "state"],
        registry=registry,
    )
    for run in health.runs:
        age.labels(run.job, run.state).set((health.now - run.started_at).total_seconds())
    plain: tuple[tuple[str, str, float | None], ...] = (
        (
            "outbox_oldest_seconds",
            "Age of the oldest waiting alert.",
            health.oldest_waiting_seconds or 0,
        ),
        ("look_quotes", "Quotes kept by the last look.", health.last_look_quotes),
        ("look_age_seconds", "Age of the last look.", _age(health)),
        ("unmatched_names", "Names that no alias knows.", health.unmatched),
        ("subscribers", "Active people.", health.subscribers),
        (
            "closes",
            "Picks of the last 30 days that kicked off and whose close was asked.",
            health.closes_due,
        ),
        ("closes_grade_a", "Of those, closes of grade A.", health.closes_grade_a),
    )
    for name, help_text, value in plain:
        if value is not None:
            Gauge(f"mon_ps_{name}", help_text, registry=registry).set(value)


def _age(health: Health) -> float | None:
    if health.last_look_at is None:
        return None
    return (health.now - health.last_look_at).total_seconds()
