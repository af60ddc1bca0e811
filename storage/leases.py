"""Leadership: one process at a time, known at once when it is over, numbered for the writes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Never

import asyncpg
import structlog

from engine.domain.errors import StoreUnavailable
from storage.pool import connect
from storage.queries import queries

if TYPE_CHECKING:
    from storage.dsn import Secret

    Session = asyncpg.Connection[asyncpg.Record]

# With a beat every 1.5 s and 2 s for its answer, a cut connection is noticed within 3.5 s.
HEARTBEAT_SECONDS = 1.5
ANSWER_SECONDS = 2.0
# A leader whose confirmation is overdue by this much no longer believes itself: 4.5 s in all.
OVERDUE_SECONDS = 1.0
RETRY_SECONDS = 0.25
LEAVE_SECONDS = 1.0
# The server lets go of a client that vanished without a word after 5 + 3 × 2 s.
KEEPALIVE = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}

_log = structlog.get_logger(__name__)
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Leader:
    """One candidate for the lead `name`: `run` in a TaskGroup, ask `held` before acting.

    The lock belongs to a session of its own and dies with it. A process that was paused may
    still think it leads: `held` is false as soon as the last confirmation is too old, and the
    fencing `token`, higher for each leadership, lets the database refuse what comes late.
    """

    def __init__(
        self,
        dsn: str | Secret,
        *,
        name: str = "service",
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._dsn = dsn
        self._name = name
        self._heartbeat_seconds = heartbeat_seconds
        self._retry_seconds = retry_seconds
        self._answer_seconds = answer_seconds
        self._belief_seconds = heartbeat_seconds + answer_seconds + OVERDUE_SECONDS
        self._token: int | None = None
        self._confirmed_at = 0.0
        self._elected = asyncio.Event()
        self._lost = asyncio.Event()
        self._lost.set()

    @property
    def held(self) -> bool:
        """Whether this process leads, as confirmed by the database a moment ago."""
        return self._token is not None and not self._is_late()

    @property
    def token(self) -> int | None:
        """The number of this leadership; none without it. Later leaders have higher ones."""
        return self._token if self.held else None

    async def elected(self) -> int:
        """Wait until this process leads; give the token."""
        while True:
            await self._elected.wait()
            if self._token is not None:
                return self._token

    async def lost(self) -> None:
        """Wait until this process does not lead (at once where it never did)."""
        await self._lost.wait()

    async def run(self) -> Never:
        """Stand for the lead, keep it, and stand again after losing it; cancelled, let go."""
        while True:
            try:
                conn = await connect(
                    self._dsn,
                    application_name=f"mon_ps leader {self._name}",
                    extra_settings=KEEPALIVE,
                )
            except StoreUnavailable:
                _log.warning("leadership_waits", reason="the database does not answer")
                continue
            try:
                await self._stand(conn)
            except asyncio.CancelledError:
                with contextlib.suppress(*_LOST):
                    await conn.close(timeout=LEAVE_SECONDS)
                raise
            except _LOST as error:
                _log.warning("leadership_lost", lead=self._name, reason=type(error).__name__)
            finally:
                self._demote()
                conn.terminate()
            await asyncio.sleep(self._retry_seconds)

    async def _stand(self, conn: Session) -> None:
        """Wait for the lead and keep it; return once it is lost without an error."""
        sql = queries("leases")
        conn.add_termination_listener(lambda _: self._demote())
        while not await conn.fetchval(  # noqa: ASYNC110  another process's end gives no event
            sql.try_lead, self._name, timeout=self._answer_seconds
        ):
            await asyncio.sleep(self._retry_seconds)
        asked_at = time.monotonic()
        token = await conn.fetchval(sql.next_token, timeout=self._answer_seconds)
        self._promote(token, asked_at)
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._heartbeat_seconds):
                    await self._lost.wait()
                    return
            asked_at = time.monotonic()
            leads = await conn.fetchval(sql.still_leads, self._name, timeout=self._answer_seconds)
            if not leads or self._is_late():
                _log.warning("leadership_lost", lead=self._name, reason="not confirmed in time")
                return
            self._confirmed_at = asked_at

    def _is_late(self) -> bool:
        return time.monotonic() - self._confirmed_at > self._belief_seconds

    def _promote(self, token: int, confirmed_at: float) -> None:
        self._token, self._confirmed_at = token, confirmed_at
        self._lost.clear()
        self._elected.set()
        _log.info("leadership_gained", lead=self._name, token=token)

    def _demote(self) -> None:
        self._token = None
        self._elected.clear()
        self._lost.set()
