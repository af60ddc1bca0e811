from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.domain.alert import Role
from storage.store import Store
from tests.integration.walks.world import House, Outside, open_house, open_outside, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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
