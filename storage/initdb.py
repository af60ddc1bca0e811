"""The making of a cluster: once, whole or not at all, its password on no command line."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine.domain.errors import DatabaseRefused
from storage.postmaster import spawn

if TYPE_CHECKING:
    from storage.postmaster import Cluster

BUILTIN_LOCALE_SINCE = 17


async def initialise(cluster: Cluster, user: str, password: str) -> None:
    """Make the cluster if there is none; it gets its name once it is whole.

    A draft has a name of its own: the initdb of a killed owner may still be writing to the
    last one. Called by the owner alone, so all other drafts are nobody's.
    """
    data = cluster.data
    if data.exists():
        return
    for left in data.parent.glob(f"{data.name}.draft-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{data.name}.draft-", dir=data.parent))
    if cluster.account is not None:
        os.chown(draft, cluster.account.uid, cluster.account.gid)
    try:
        await _run(cluster, draft, user, password)
        os.rename(draft, data)  # noqa: PTH104  one call of the kernel, nothing a thread is for
    finally:
        shutil.rmtree(draft, ignore_errors=True)


async def _run(cluster: Cluster, draft: Path, user: str, password: str) -> None:
    read, write = os.pipe()
    try:
        os.write(write, password.encode())
        os.close(write)
        if cluster.account is not None:
            os.fchown(read, cluster.account.uid, -1)  # opened again by name, as that user
        process = await spawn(
            cluster.account,
            _command(cluster, draft, user, read),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=(read,),
        )
    finally:
        os.close(read)
    try:
        words = (await process.communicate())[1].decode(errors="replace").strip()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        reason = words.splitlines()[-1] if words else f"status {process.returncode}"
        raise DatabaseRefused(f"initdb failed: {reason}")


def _command(cluster: Cluster, draft: Path, user: str, password_fd: int) -> list[str]:
    builtin = cluster.binaries.major >= BUILTIN_LOCALE_SINCE
    return [
        cluster.binaries.program("initdb"),
        "-D",
        str(draft),
        f"--username={user}",
        f"--pwfile=/dev/fd/{password_fd}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        *(["--locale-provider=builtin"] if builtin else []),
        "--locale=C.UTF-8",
        "--no-instructions",
        *([] if cluster.durable else ["--no-sync"]),
    ]
