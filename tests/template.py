"""The database that every test's own is copied from."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

from storage.embedded import open_embedded
from storage.migrate import migrate
from storage.pool import connect

if TYPE_CHECKING:
    from contextlib import AsyncExitStack
    from pathlib import Path

    from storage.dsn import Dsn

TEMPLATE = "template_mon_ps"


async def migrated_template(stack: AsyncExitStack, home: Path) -> Dsn:
    """Enter the run's cluster and see that its template is migrated, whichever worker does it."""
    server = await stack.enter_async_context(open_embedded(home / "cluster", durable=False))
    with (home / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        conn = await connect(server.dsn)
        if not await conn.fetchval("select 1 from pg_database where datname = $1", TEMPLATE):
            await conn.execute("create database preparing")
            preparing = await connect(server.dsn.with_database("preparing"))
            await migrate(preparing)
            await preparing.close()
            await conn.execute(f"alter database preparing rename to {TEMPLATE}")
        await conn.close()
    return server.dsn
