"""Every place that can hold a person: it is forgotten, or it is said why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOW

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

SQL = Path(__file__).parents[3] / "storage" / "sql"
FORGOTTEN = {
    *(("audit", "user_id"), ("bankrolls", "owner"), ("bans", "banned_by"), ("bans", "user_id")),
    *(("bets", "user_id"), ("broadcasts", "chat_id"), ("broadcasts", "made_by")),
    *(("care", "user_id"), ("holds", "chat_id"), ("invite_uses", "user_id")),
    *(("invites", "created_by"), ("mutes", "chat_id"), ("outbox", "chat_id")),
    *(("parked", "user_id"), ("passes", "user_id"), ("paused_jobs", "paused_by")),
    ("payments", "user_id"),
    *(("preferences", "user_id"), ("presets", "chat_id"), ("roles", "given_by")),
    *(("roles", "user_id"), ("routes", "made_by"), ("subscribers", "chat_id")),
    *(("subscribers", "user_id"), ("switches", "turned_by"), ("team_aliases", "accepted_by")),
    *(("team_aliases", "undone_by"), ("unmatched_names", "resolved_by"), ("watches", "user_id")),
}
STAYS = {
    ("forgotten", "user_id"): "who asked to be forgotten, so that a restored backup forgets again",
    ("routes", "chat_id"): "a group or a channel, no person",
    ("disputes", "resolved_by"): "a ruling is history that nobody may change: a bare number",
    ("policy_versions", "proposed_by"): "a version is history that nobody may change",
    ("policy_events", "by_user"): "what became of a version is history that nobody may change",
    ("policy_standings", "proposed_by"): "a view of the versions",
}
_COLUMNS = """
    select table_name, column_name from information_schema.columns
    where table_schema = current_schema()
        and (column_name in ('user_id', 'chat_id', 'owner', 'by_user')
            or column_name like '%\\_by')
"""


async def test_every_column_that_may_hold_a_person_is_thought_of(pool: Pool) -> None:
    found = {(row["table_name"], row["column_name"]) for row in await pool.fetch(_COLUMNS)}
    assert found == FORGOTTEN | set(STAYS)


@pytest.mark.parametrize("table", sorted({table for table, _ in FORGOTTEN}))
def test_every_table_of_people_is_cleared_by_forgetting(table: str) -> None:
    parts = ("forgetting", "bets", "ledger", "care", "payments")
    cleared = "".join((SQL / f"{part}.sql").read_text() for part in parts)
    assert any(f"{act} {table}" in cleared for act in ("delete from", "update"))


async def test_what_a_person_turned_on_stands_and_is_of_nobody(store: Store, pool: Pool) -> None:
    async with store.transaction() as tx:
        await tx.house.pause("learn", 77, NOW)
        await tx.house.pause("prove", 78, NOW)
        await tx.forgetting.forget(77, NOW)
    rows = await pool.fetch("select job, paused_by from paused_jobs order by job")
    assert [(row["job"], row["paused_by"]) for row in rows] == [("learn", 0), ("prove", 78)]
