"""What looks made of what they were offered, gate by gate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tests.builders import NOW
from tests.integration.storage.shelf import MINUTE, a_look

if TYPE_CHECKING:
    from storage.store import Store

DAY = timedelta(days=1)


async def test_the_looks_of_the_window_are_added_up_gate_by_gate(store: Store) -> None:
    refused: tuple[dict[str, int], ...] = (
        {"edge_too_small": 4, "league_full": 1},
        {"edge_too_small": 3},
        {},
    )
    async with store.transaction() as tx:
        for number, held in enumerate(refused):
            at = NOW - number * MINUTE
            await tx.odds.add_look(a_look(id=UUID(int=number), captured_at=at, refused=held))
        for number, at in enumerate((NOW - DAY - MINUTE, NOW + MINUTE), 10):
            await tx.odds.add_look(a_look(id=UUID(int=number), captured_at=at))
        found = await tx.reports.funnel(NOW - DAY, NOW)
    assert (found.since, found.looks, found.offered, found.kept) == (NOW - DAY, 3, 30, 21)
    assert (found.picks, dict(found.refused)) == (3, {"edge_too_small": 7, "league_full": 1})


async def test_without_looks_there_is_nothing_to_add_up(store: Store) -> None:
    async with store.reading() as tx:
        found = await tx.reports.funnel(NOW - DAY, NOW)
    assert (found.looks, found.offered, found.kept, found.picks) == (0, 0, 0, 0)
    assert dict(found.refused) == {}
