from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.post_office import PostOffice, open_post_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.dsn import Dsn


@pytest.fixture
async def post(database: Dsn) -> AsyncIterator[PostOffice]:
    async with open_post_office(database) as office:
        yield office
