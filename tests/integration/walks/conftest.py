from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.domain.alert import Role
from engine.domain.backup import BackupRules
from jobs.vault import Vault
from storage.store import Store
from tests.integration.walks.site import Site, open_keyless, open_site
from tests.integration.walks.vaults import beside, on_server
from tests.integration.walks.world import House, Outside, open_house, open_outside, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from jobs.context import Context
    from storage.dsn import Dsn
    from storage.pool import Pool


@pytest.fixture
def store(pool: Pool) -> Store:
    return Store(pool)


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with open_outside() as opened:
        yield opened


@pytest.fixture
async def house(store: Store, outside: Outside) -> AsyncIterator[House]:
    """Two subscribers, one of them the owner, and nothing seen yet."""
    await subscribe(store, 1001, Role.OWNER)
    await subscribe(store, 1002)
    async with open_house(store, outside) as opened:
        yield opened


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


@pytest.fixture
async def ctx(store: Store, site: Site) -> AsyncIterator[Context]:
    """The walks of somebody without any key."""
    async with open_keyless(store, site) as opened:
        yield opened


@pytest.fixture
async def vault(database: Dsn, tmp_path: Path) -> AsyncIterator[Vault]:
    """A vault over the test's database; what the test leaves beside that is dropped."""
    yield Vault(dsn=database, folder=tmp_path / "backups", rules=BackupRules())
    for name in await beside(database):
        await on_server(database, f"drop database {name} with (force)")
