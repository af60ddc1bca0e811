"""Which database: the one named by its address, else the embedded one."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from storage.dsn import read_dsn
from storage.embedded import default_home, open_embedded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from storage.dsn import Dsn, Secret


def backup_folder(chosen: Path | None, data_dir: Path | None) -> Path:
    """Say where backups are kept: where asked for, else beside the embedded database."""
    return chosen or default_home(data_dir) / "backups"


@asynccontextmanager
async def open_database(
    url: Secret | None,
    *,
    data_dir: Path | None = None,
    bin_dir: Path | None = None,
    database: str = "mon_ps",
) -> AsyncIterator[tuple[Dsn, Callable[[], Coroutine[Any, Any, None]] | None]]:
    """Give the address of the database, and a watch that raises once an embedded one is gone."""
    if url is not None:
        yield read_dsn(url), None
        return
    home = default_home(data_dir)
    async with open_embedded(home, bin_dir=bin_dir, database=database) as server:
        yield server.dsn, server.watch
