"""One throw-away PostgreSQL for the whole run; one database, from a template, for each test."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from storage.pool import connect, open_pool
from tests.memory import fastest_folder
from tests.template import TEMPLATE, migrated_template

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.dsn import Dsn
    from storage.pool import Pool

HOME, REAL_DATA = "MON_PS_TEST_HOME", "MON_PS_TEST_REAL_DATA"


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder before workers inherit its name; any user may enter it."""
    if HOME in os.environ:
        return
    home = Path(tempfile.mkdtemp(prefix="mon_ps-tests-", dir=fastest_folder()))
    home.chmod(0o755)
    os.environ[HOME] = str(home)
    config.add_cleanup(lambda: shutil.rmtree(home))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what lasts long first, whatever the shuffle said."""
    items.sort(key=lambda item: item.get_closest_marker("lasting") is None)


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Dsn:
    """The run's server. The worker that owns it stops it after the others have left."""
    home = Path(os.environ[HOME])
    users = (home / "users.lock").open("w")
    fcntl.flock(users, fcntl.LOCK_SH)
    runner, stack = asyncio.Runner(loop_factory=asyncio.new_event_loop), AsyncExitStack()

    def leave() -> None:
        fcntl.flock(users, fcntl.LOCK_EX)
        runner.run(stack.aclose())
        runner.close()
        users.close()

    pytestconfig.add_cleanup(leave)
    return runner.run(migrated_template(stack, home))


@pytest.fixture
async def database(cluster: Dsn) -> AsyncIterator[Dsn]:
    """The address of a fresh, migrated database, dropped afterwards whoever is still in it."""
    name = f"test_{uuid4().hex}"
    conn = await connect(cluster)
    await conn.execute(f"create database {name} template {TEMPLATE}")
    yield cluster.with_database(name)
    await conn.execute(f"drop database {name} with (force)")
    await conn.close()


@pytest.fixture
async def pool(database: Dsn) -> AsyncIterator[Pool]:
    async with open_pool(database) as opened:
        yield opened


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The recorded season beside the checkout; tests on it are skipped where it is not."""
    beside = Path(__file__).parents[2] / "shared/data"
    folder = Path(os.environ.get(REAL_DATA, beside))
    if not folder.is_dir():
        pytest.skip(f"no recorded data: {folder} is not a folder (set {REAL_DATA})")
    return folder
