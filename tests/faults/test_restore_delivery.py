"""A restore seen by the reader: nothing comes twice, whatever the backup still had to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.domain.backup import BackupRules
from engine.domain.switch import SwitchName
from jobs.backup import make_backup
from jobs.restore import restore
from jobs.vault import Vault
from tests.faults.post_office import NOW, PostOffice, open_post_office
from tests.integration.walks.vaults import HOUR, MINUTE, beside, on_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.dsn import Dsn


@pytest.fixture
async def vault(database: Dsn, tmp_path: Path) -> AsyncIterator[Vault]:
    yield Vault(dsn=database, folder=tmp_path / "backups", rules=BackupRules())
    for name in await beside(database):
        await on_server(database, f"drop database {name} with (force)")


async def deliver(post: PostOffice) -> list[str]:
    async with post.sender() as delivery:
        await delivery.drain()
    return post.sent()


async def test_a_card_that_waited_in_the_backup_and_was_sent_since_does_not_come_again(
    database: Dsn, vault: Vault
) -> None:
    async with open_post_office(database) as post:
        await post.put("Lens", "Nice")
        made = await make_backup(vault, NOW)
        await post.put("Metz")
        assert len(await deliver(post)) == 3
    await restore(vault, made.file, NOW + MINUTE, replace=True)
    async with open_post_office(database) as post:
        post.hands.now = NOW + 2 * MINUTE
        await post.put("Metz")  # the look after the restore finds the same pick again
        assert await deliver(post) == []
        async with post.store.transaction() as tx:
            await tx.switches.turn_off(SwitchName.SENDER_PAUSED, 1001, post.hands.now)
        assert await deliver(post) == []
        await post.put("Brest")
        [card] = await deliver(post)
        assert "Brest" in card


async def test_without_the_database_that_knows_what_was_sent_nothing_comes_blindly(
    database: Dsn, vault: Vault
) -> None:
    """The disk is gone with what was sent since: what waited then is for a person to decide."""
    async with open_post_office(database) as post:
        await post.put("Lens")
        made = await make_backup(vault, NOW)
        assert len(await deliver(post)) == 1
    await on_server(database, f"drop database {database.database}")
    restored = await restore(vault, made.file, NOW + HOUR, replace=False)
    assert (restored.uncertain, restored.known) == (1, 0)
    async with open_post_office(database) as post:
        post.hands.now = NOW + HOUR
        async with post.store.transaction() as tx:
            await tx.switches.turn_off(SwitchName.SENDER_PAUSED, 1001, post.hands.now)
        assert await deliver(post) == []
        assert await post.states() == ["uncertain"]
