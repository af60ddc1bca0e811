"""One PostgreSQL server as our child: started, judged, stopped, and stopped with us."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from engine.domain.errors import DatabaseRefused
from storage.binaries import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.binaries import Account, Binaries

FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
FAST_SECONDS, IMMEDIATE_SECONDS = 20.0, 5.0
LOG_BYTES = 8_000_000
PORT_ATTEMPTS = 10
ORPHAN_SECONDS = 15.0
PR_SET_PDEATHSIG = 1
STATUS = 7  # the line of postmaster.pid, from zero, that says "starting" or "ready"
# What another start may cure: a port taken between choosing and binding it, and the memory of a
# killed server whose last processes are still leaving.
_PORT_TAKEN = "could not bind"
_STILL_LEAVING = "pre-existing shared memory block"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
# Only for clusters that are thrown away: a power cut may ruin them, a killed server may not,
# so commits still reach the kernel before they are confirmed.
THROW_AWAY = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A data directory with what is needed to run a server on it."""

    binaries: Binaries
    account: Account | None
    data: Path
    log: Path
    durable: bool

    def command(self, port: int) -> list[str]:
        settings = SETTINGS | {"port": str(port)} | ({} if self.durable else THROW_AWAY)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.binaries.program("postgres"), "-D", str(self.data), *options]


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """A running server that is our child."""

    process: asyncio.subprocess.Process
    port: int
    data: Path

    def is_ready(self) -> bool:
        """Tell whether this very server says that it takes connections.

        Asked before connecting: on a port lost to somebody else, we would greet a stranger.
        """
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return (
            len(lines) > STATUS and lines[0] == str(self.process.pid) and "ready" in lines[STATUS]
        )

    async def stop(self) -> None:
        """Leave no server: politely, then at once, then by force.

        A cancelled stop kills: a server must not outlive the one who answers for it.
        """
        try:
            for sign, patience in ((FAST, FAST_SECONDS), (IMMEDIATE, IMMEDIATE_SECONDS)):
                if self.process.returncode is None:
                    self.process.send_signal(sign)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(patience):
                        await self.process.wait()
                        return
        finally:
            if self.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
                await self.process.wait()


def free_ports() -> Iterator[int]:
    """Propose ports nobody listens on now; somebody may by the time we bind."""
    for _ in range(PORT_ATTEMPTS):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        yield port


async def launch(cluster: Cluster, port: int) -> Postmaster:
    """Start the server in the foreground; what it says goes to the log."""
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    with cluster.log.open("ab") as log:
        cluster.log.chmod(0o600)
        process = await spawn(cluster.account, cluster.command(port), stdout=log, stderr=log)
    return Postmaster(process=process, port=port, data=cluster.data)


async def spawn(
    account: Account | None,
    command: list[str],
    *,
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    pass_fds: tuple[int, ...] = (),
) -> asyncio.subprocess.Process:
    """Start a program as `account`, in its own process group, bound to our life.

    The kernel ties the two through the thread that forks, hence the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start the database from the main thread: it lives as long as that")
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        cwd="/",
        env=environment(),
        start_new_session=True,
        preexec_fn=_die_with(os.getpid()),
        **identity(account),
    )


def environment() -> dict[str, str]:
    """What a server's environment needs: none of ours, which holds tokens."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def last_words(log: Path, since: int) -> str:
    """What the server has said from byte `since` on."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(min(since, log.stat().st_size))
        return stream.read(20_000).decode(errors="replace")


def may_retry(words: str) -> bool:
    return _PORT_TAKEN in words or _STILL_LEAVING in words


async def clear_stale(data: Path) -> None:
    """Stop an orphan on this data directory, or remove the pid file of one long gone.

    Called by the owner, so whoever runs there is nobody's. The PID alone proves nothing: after
    a reboot it may be anyone's. A dead PID is left to PostgreSQL, which also looks at the
    shared memory before it believes that the place is free.
    """
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if serves(pid, data):
        await _stop_orphan(pid, data)
    elif _exists(pid):
        file.unlink(missing_ok=True)


async def _stop_orphan(pid: int, data: Path) -> None:
    for sign in (FAST, IMMEDIATE, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + ORPHAN_SECONDS
        while time.monotonic() < deadline:
            if not serves(pid, data):
                return
            await asyncio.sleep(0.05)
    raise DatabaseRefused(f"a server on {data} (process {pid}) does not stop")


def serves(pid: int, data: Path) -> bool:
    """Tell whether that process is a living PostgreSQL server on that directory."""
    described = _from_proc(pid) if Path("/proc/self/stat").exists() else _from_ps(pid)
    if described is None:
        return False
    name, state, arguments = described
    return name.startswith("postgres") and state != "Z" and str(data) in arguments


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _from_proc(pid: int) -> tuple[str, str, list[str]] | None:
    folder = Path("/proc") / str(pid)
    try:
        status = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        arguments = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    # "pid (name) state ...": the name may itself hold brackets and blanks
    head, _, tail = status.rpartition(")")
    return head.partition("(")[2], tail.split()[0], arguments


def _from_ps(pid: int) -> tuple[str, str, list[str]] | None:
    program = shutil.which("ps")
    if program is None:
        return None
    answer = subprocess.run(  # noqa: S603  a number on a program found by name
        [program, "-ww", "-p", str(pid), "-o", "state=", "-o", "args="],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    ).stdout.split()
    if not answer:
        return None
    return Path(answer[1]).name, answer[0][:1], answer[1:]


def _die_with(parent: int) -> Callable[[], None] | None:
    """Give what the child runs before it becomes the server: our death interrupts it.

    Everything is looked up here, before the fork: after it nothing but the call may happen.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    getppid, leave = os.getppid, os._exit

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(FAST))
        if getppid() != parent:
            leave(1)

    return bind
