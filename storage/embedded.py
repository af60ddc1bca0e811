"""PostgreSQL without an administrator: started beside the service, from a wheel's programs.

One process owns the server (whoever holds the lock in `home`); others attach as guests.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import asyncpg
import structlog

from engine.domain.errors import DatabaseRefused, StoreUnavailable
from storage.binaries import find_binaries, first_barred, service_account
from storage.dsn import Dsn, read_dsn
from storage.initdb import initialise
from storage.postmaster import (
    Cluster,
    Postmaster,
    clear_stale,
    free_ports,
    last_words,
    launch,
    may_retry,
    serves,
)
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from typing import Never

    from storage.binaries import Account, Binaries

USER = "mon_ps"
LOCK, SECRET, RUN, LOG = "owner.lock", "pg.secret", "server.json", "postgres.log"
START_SECONDS = 120.0
GUEST_SECONDS = 60.0
WATCH_SECONDS = 0.5

_log = structlog.get_logger(__name__)
_NOT_YET = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.ConnectionDoesNotExistError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedServer:
    """A server that answers, owned by this process or visited."""

    dsn: Dsn
    owner: bool
    pid: int
    data: Path
    log: Path

    async def watch(self) -> Never:
        """Return never; raise once the server is gone. For a task beside those who need it."""
        while serves(self.pid, self.data):  # noqa: ASYNC110  another process's end gives no event
            await asyncio.sleep(WATCH_SECONDS)
        raise StoreUnavailable(f"the embedded PostgreSQL stopped; see {self.log}")


def default_home(data_dir: Path | None = None) -> Path:
    """Say where the user's own cluster lives when nothing else was asked for."""
    if data_dir is not None:
        return data_dir
    if os.geteuid() == 0:
        return Path("/var/lib/mon_ps")
    chosen = os.environ.get("XDG_DATA_HOME", "")
    return (Path(chosen) if chosen else Path.home() / ".local" / "share") / "mon_ps"


@asynccontextmanager
async def open_embedded(
    home: Path,
    *,
    durable: bool = True,
    bin_dir: Path | None = None,
    database: str = "mon_ps",
    lasting: bool = True,
) -> AsyncIterator[EmbeddedServer]:
    """Give a server that answers, and leave none behind that this process owns.

    `durable=False` trades safety against a power cut for speed: throw-away clusters only.
    `lasting=False` is for a command that soon ends: a service never becomes its guest, since
    the server would end with it, but waits until it has left.
    """
    home = _prepared(home)
    async with _attached_or_owner(home, lasting=lasting) as found:
        if isinstance(found, EmbeddedServer):
            yield await _with_database(found, database)
            return
        account = service_account()
        _refuse_barred(home, account)
        binaries = find_binaries(bin_dir, account, home / "binaries")
        password = _password(home, binaries)
        cluster = Cluster(
            binaries=binaries,
            account=account,
            data=_data(home, binaries),
            log=home / LOG,
            durable=durable,
        )
        await initialise(cluster, USER, password)
        async with serving(cluster, password, lasting=lasting) as server:
            yield await _with_database(server, database)


@asynccontextmanager
async def serving(
    cluster: Cluster, password: str, ports: Iterable[int] | None = None, *, lasting: bool = True
) -> AsyncIterator[EmbeddedServer]:
    """Run the server on one of `ports`, announced to guests while it lasts."""
    await clear_stale(cluster.data)
    home = cluster.log.parent
    postmaster = await _start(cluster, password, free_ports() if ports is None else ports)
    try:
        server = EmbeddedServer(
            dsn=_dsn(postmaster.port, password),
            owner=True,
            pid=postmaster.process.pid,
            data=cluster.data,
            log=cluster.log,
        )
        announced = {"port": postmaster.port, "pid": server.pid, "data": str(cluster.data)}
        _write(home / RUN, json.dumps(announced | {"lasting": lasting}), mode=0o644)
        _log.info("database_server_started", port=postmaster.port, data=str(cluster.data))
        yield server
    finally:
        (home / RUN).unlink(missing_ok=True)
        await postmaster.stop()


async def _start(cluster: Cluster, password: str, ports: Iterable[int]) -> Postmaster:
    """Start until a connection succeeds; another port where one was taken meanwhile."""
    words = ""
    for port in ports:
        since = cluster.log.stat().st_size if cluster.log.exists() else 0
        postmaster = await launch(cluster, port)
        try:
            if await _answers(postmaster, password):
                return postmaster
        except BaseException:
            await postmaster.stop()
            raise
        words = last_words(cluster.log, since)
        if not may_retry(words):
            break
        await asyncio.sleep(0.2)
    fatal = [line for line in words.splitlines() if "FATAL" in line or "ERROR" in line]
    reason = fatal[-1].partition("FATAL:")[2].strip() if fatal else "it said nothing"
    raise DatabaseRefused(f"the embedded PostgreSQL did not start: {reason}; see {cluster.log}")


async def _answers(postmaster: Postmaster, password: str) -> bool:
    """Tell whether a connection succeeded before the server gave up."""
    deadline = time.monotonic() + START_SECONDS
    while postmaster.process.returncode is None:
        if postmaster.is_ready() and await _lets_in(_dsn(postmaster.port, password)):
            return True
        if time.monotonic() > deadline:
            raise DatabaseRefused("the embedded PostgreSQL does not answer")
        await asyncio.sleep(0.01)
    return False


async def _lets_in(dsn: Dsn) -> bool:
    try:
        conn = await _greet(dsn)
    except _NOT_YET:
        return False
    except asyncpg.InvalidPasswordError as error:
        raise DatabaseRefused(f"the embedded PostgreSQL refuses {SECRET}") from error
    await conn.close()
    return True


async def _greet(dsn: Dsn) -> asyncpg.Connection[asyncpg.Record]:
    return await asyncpg.connect(dsn.get_secret_value(), timeout=5)


async def _with_database(server: EmbeddedServer, database: str) -> EmbeddedServer:
    """Make the database if it is not there; its address is what the caller gets."""
    conn = await _greet(server.dsn)
    try:
        statement = await conn.fetchval(queries("cluster").create_statement, database)
        if statement is not None:
            with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await conn.execute(statement)
    finally:
        await conn.close()
    return EmbeddedServer(
        dsn=server.dsn.with_database(database),
        owner=server.owner,
        pid=server.pid,
        data=server.data,
        log=server.log,
    )


@asynccontextmanager
async def _attached_or_owner(home: Path, *, lasting: bool) -> AsyncIterator[EmbeddedServer | None]:
    """Give the running server of another owner, or none with the ownership held meanwhile.

    An owner that is still starting is waited for; one that dies meanwhile is replaced.
    """
    deadline = time.monotonic() + GUEST_SECONDS
    with _lock_file(home) as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                guest = await _visit(home, lasting=lasting)
            else:
                (home / RUN).unlink(missing_ok=True)
                yield None
                return
            if guest is not None:
                yield guest
                return
            if time.monotonic() > deadline:
                raise StoreUnavailable(f"another process holds {home} and gives no lasting server")
            await asyncio.sleep(0.05)


def _lock_file(home: Path) -> IO[str]:
    """Open what decides who owns; whoever may not open it may not read the password either."""
    try:
        return (home / LOCK).open("a+", encoding="utf-8")
    except PermissionError:
        raise DatabaseRefused(f"{home} belongs to another user") from None


async def _visit(home: Path, *, lasting: bool) -> EmbeddedServer | None:
    """Attach to what the owner announced; none while it announces nothing that answers."""
    try:
        announced = json.loads((home / RUN).read_text(encoding="utf-8"))
        if lasting and not announced["lasting"]:
            return None
        dsn = _dsn(announced["port"], (home / SECRET).read_text(encoding="utf-8"))
        conn = await _greet(dsn)
    except (*_NOT_YET, asyncpg.PostgresError, ValueError, KeyError):
        return None
    await conn.close()
    return EmbeddedServer(
        dsn=dsn, owner=False, pid=announced["pid"], data=Path(announced["data"]), log=home / LOG
    )


def _prepared(home: Path) -> Path:
    """Make the home; open to be entered where the server runs as somebody else than us."""
    home = home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o755 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise DatabaseRefused(f"cannot use {home}: {error.strerror}") from None
    return home


def _refuse_barred(home: Path, account: Account | None) -> None:
    barred = first_barred(home, account) if account is not None else None
    if account is not None and barred is not None:
        raise DatabaseRefused(
            f"the user {account.name!r}, who runs PostgreSQL for root, cannot enter {barred}; "
            "choose another data directory"
        )


def _data(home: Path, binaries: Binaries) -> Path:
    """Say where the data is; data of another PostgreSQL is never silently set aside."""
    data = home / f"pg{binaries.major}"
    others = [path.name for path in home.glob("pg[0-9][0-9]") if path != data]
    if others and not data.exists():
        raise DatabaseRefused(
            f"{home} holds a cluster {others[0]}, and the programs found are PostgreSQL "
            f"{binaries.major}: dump and restore it, or use its own programs"
        )
    return data


def _password(home: Path, binaries: Binaries) -> str:
    """Give the cluster's password, made once and readable by nobody else."""
    file = home / SECRET
    if not file.exists():
        data = _data(home, binaries)
        if data.exists():
            raise DatabaseRefused(f"{file} is missing, and {data} cannot be entered without it")
        _write(file, secrets.token_urlsafe(32), mode=0o600)
    return file.read_text(encoding="utf-8")


def _dsn(port: int, password: str) -> Dsn:
    return read_dsn(f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres?sslmode=disable")


def _write(file: Path, text: str, *, mode: int) -> None:
    """Write whole or not at all, never readable by more than `mode` on the way."""
    draft = file.with_name(f"{file.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
