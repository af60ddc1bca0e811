"""The real service as a child process in a simulated street, to be killed at will."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from engine.domain.alert import Role
from sandbox.clock import now
from sandbox.providers import open_providers
from sandbox.telegram import open_people, open_telegram
from sandbox.world.schedule import Plan
from sandbox.world.world import World
from storage.people import Person
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from sandbox.providers import Providers
    from sandbox.telegram import People, TelegramSandbox
    from storage.dsn import Dsn
    from storage.store import Store

ROOT = Path(__file__).parents[2]
SCALE = 120.0
LEASE_SECONDS = 2.0
RUN_SECONDS = 60
MEMBER = 1002


@dataclass(frozen=True, kw_only=True)
class Told:
    """How a command ended, and what it said to the person and to the next program."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Street:
    """The outside world, the database, and a way to start and kill the service."""

    telegram: TelegramSandbox
    people: People
    providers: Providers
    store: Store
    dsn: Dsn
    log: Path

    @asynccontextmanager
    async def service(self, **settings: str | None) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run `python -m bot` for the length of the block, then kill it if it still lives."""
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot"),
                cwd=ROOT,
                env=environment(self._settings() | settings),
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def jobs(self, *arguments: str, **settings: str | None) -> Told:
        """Run `python -m jobs` to its end."""
        return await run("-m", "jobs", *arguments, **(self._settings() | settings))

    async def bot(self, **settings: str | None) -> Told:
        """Run `python -m bot` until it ends by itself."""
        return await run("-m", "bot", **(self._settings() | settings))

    def _settings(self) -> dict[str, str | None]:
        assert self.providers.world is not None
        competitions = ",".join(league.sport_key for league in self.providers.world.leagues)
        return {
            "MON_PS_PROFILE": str(ROOT / "config/demo.toml"),
            "MON_PS_DATABASE_URL": self.dsn.get_secret_value(),
            "MON_PS_BACKUP_DIR": f"{os.environ['MON_PS_TEST_HOME']}/backups",
            "MON_PS_TELEGRAM_TOKEN": self.telegram.token,
            "MON_PS_TELEGRAM_URL": self.telegram.url,
            "MON_PS_ODDS_API_KEYS": ",".join(self.providers.accounts.keys_of("odds_api")),
            "MON_PS_ODDS_API_URL": self.providers.odds_api_url,
            "MON_PS_API_FOOTBALL_KEY": self.providers.accounts.keys_of("api_football")[0],
            "MON_PS_FOOTBALL_DATA_URL": "http://127.0.0.1:9",  # never the real site
            "MON_PS_API_FOOTBALL_URL": self.providers.api_football_url,
            "MON_PS_MEMBER_IDS": str(MEMBER),
            "MON_PS_COMPETITIONS": competitions,
            "MON_PS_DELIVERY__LEASE": f"{int(LEASE_SECONDS * SCALE)}s",
            "MON_PS_DELIVERY__SEND_TIMEOUT_SECONDS": str(LEASE_SECONDS / 2),
        }

    async def outbox(self, kind: str = "pick") -> list[dict[str, Any]]:
        async with self.store.reading() as tx:
            return [dict(row) for row in await tx.outbox.rows() if row["kind"] == kind]

    def cards(self) -> list[str]:
        """The pick cards the emulator accepted, as texts."""
        return [one.text for one in self.telegram.log.sends(MEMBER) if "#P" in one.text]


def environment(settings: Mapping[str, str | None]) -> dict[str, str]:
    """Return an environment with these settings of ours and no others; None leaves one out."""
    others = {name: value for name, value in os.environ.items() if "MON_PS_" not in name}
    given = {name: value for name, value in settings.items() if value is not None}
    return others | {"PYTHONPATH": str(ROOT), "MON_PS_ENV_FILE": "/dev/null"} | given


async def run(*arguments: str, **settings: str | None) -> Told:
    """Run a command of ours to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env=environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(RUN_SECONDS):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Told(code=process.returncode or 0, out=out.decode(), err=err.decode())


@asynccontextmanager
async def open_street(dsn: Dsn, log: Path, *, first_kick_off: float) -> AsyncIterator[Street]:
    """Open a world whose first matches begin `first_kick_off` seconds from now."""

    plan = Plan(seed=1, scale=SCALE, first_kick_off=timedelta(seconds=first_kick_off * SCALE))
    async with (
        open_telegram(flood=None) as telegram,
        open_people(telegram.url) as people,
        open_providers(world=World(plan, now())) as providers,
        open_store(dsn.get_secret_value()) as store,
    ):
        street = Street(
            telegram=telegram,
            people=people,
            providers=providers,
            store=store,
            dsn=dsn,
            log=log,
        )
        await _move_in(street, MEMBER)
        yield street


async def _move_in(street: Street, person: int) -> None:
    """Make someone a reader before any look is taken: picks made earlier would pass them by."""
    await street.people.write(person, "/start")
    async with street.store.transaction() as tx:
        reader = Person(
            user_id=person, chat_id=person, role=Role.MEMBER, language="fr", wants_picks=True
        )
        await tx.people.save(reader, now())


async def eventually(
    seen: Callable[[], Awaitable[Any]], *, within: float, what: str, log: Path
) -> Any:
    """Return what `seen` gives once it is true; fail with the service's log after a while."""
    until = monotonic() + within
    while monotonic() < until:
        if found := await seen():
            return found
        await asyncio.sleep(0.05)
    tail = log.read_text(errors="replace")[-3000:]
    raise AssertionError(f"not within {within} s: {what}\n{tail}")


def kill(process: asyncio.subprocess.Process) -> None:
    """Kill it as the kernel would: no warning, no clean-up."""
    os.kill(process.pid, signal.SIGKILL)
