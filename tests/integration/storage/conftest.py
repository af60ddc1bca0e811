from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.store import Store

if TYPE_CHECKING:
    from storage.pool import Pool


@pytest.fixture
def store(pool: Pool) -> Store:
    """The store over a migrated, empty database; `pool` reaches the same one from outside."""
    return Store(pool)
