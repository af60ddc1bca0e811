"""Days closed, published and computed anew; every way of changing the past is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from engine.domain.alert import AlertKind, Role
from engine.domain.errors import SettingsInvalid
from engine.domain.pick import Provenance
from jobs import cleanup, prove
from jobs.verify import verified
from tests.builders import NOW, a_pick
from tests.integration.walks.sent import a_live_pick, keep, send, without_guards
from tests.integration.walks.world import Hands, subscribe

if TYPE_CHECKING:
    from jobs.context import Context
    from storage.pool import Pool

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MORNING: Final = datetime(2026, 8, 2, 0, 10, tzinfo=UTC)
CODES: Final = ("home", "draw", "away", "over_2.5", "btts_yes")


@pytest.fixture
async def proving(ctx: Context) -> Context:
    """The owner, an admin, a member, and five live picks sent on the first of August."""
    for user, role in ((1001, Role.OWNER), (1002, Role.MEMBER), (1003, Role.ADMIN)):
        await subscribe(ctx.store, user, role)
    picks = [a_live_pick(code) for code in CODES]
    await keep(ctx.store, *picks)
    for after, pick in enumerate(picks):
        await send(ctx.store, pick, NOW + after * MINUTE)
    return ctx


async def close(ctx: Context, at: datetime = MORNING) -> Any:
    return await prove.run(replace(ctx, clock=Hands(at)))


async def checked(ctx: Context, pick: str | None = None) -> Any:
    return await verified(ctx, pick, None)


async def said(pool: Pool) -> list[tuple[int, str, int]]:
    rows = await pool.fetch(
        "select chat_id, body ->> 'day' as day, (body ->> 'n')::int as n from outbox"
        " where kind = $1 order by id",
        AlertKind.PROOF.value,
    )
    return [tuple(row) for row in rows]


async def test_a_day_is_closed_ten_minutes_after_it_ended_and_said_to_those_who_keep_it(
    proving: Context, pool: Pool
) -> None:
    assert await close(proving, MORNING - MINUTE) == {}
    report = await close(proving)
    assert (report["live"]["days"], report["live"]["picks"]) == (1, 5)
    assert await close(proving) == {}
    assert await said(pool) == [(1001, "2026-08-01", 5), (1003, "2026-08-01", 5)]
    assert "paper" not in report
    found = await checked(proving)
    assert found["differences"] == []
    assert found["chains"]["live"]["picks"] == 5


async def test_empty_days_are_closed_too_and_one_message_swears_to_all_that_were_missed(
    proving: Context, pool: Pool
) -> None:
    report = await close(proving, MORNING + 9 * DAY)
    assert (report["live"]["days"], report["live"]["last"]) == (10, "2026-08-10")
    assert [(day, n) for _, day, n in await said(pool)] == [("2026-08-10", 0)] * 2
    assert (await checked(proving))["differences"] == []


async def test_what_arrives_late_is_sworn_the_next_day_and_a_reminder_changes_nothing(
    proving: Context,
) -> None:
    first = await close(proving)
    late = a_live_pick("under_2.5")
    await keep(proving.store, late)
    await send(proving.store, late, NOW + timedelta(hours=11))
    await send(proving.store, a_live_pick(), NOW + DAY, chat=1009)
    assert (await checked(proving))["differences"] == []
    second = await close(proving, MORNING + DAY)
    assert second["live"]["picks"] == 1
    assert second["live"]["chain"] != first["live"]["chain"]
    assert (await checked(proving))["differences"] == []


async def test_what_is_old_is_cleaned_up_and_what_was_sworn_stays(
    proving: Context, pool: Pool
) -> None:
    await close(proving)
    tables = "select count(*) from picks, outbox, proofs, proof_leaves"
    kept = await pool.fetchval(tables)
    await cleanup.run(replace(proving, clock=Hands(NOW + 3000 * DAY)))
    assert await pool.fetchval(tables) == kept > 0
    assert (await checked(proving))["differences"] == []


async def test_paper_has_a_chain_of_its_own(proving: Context) -> None:
    await keep(proving.store, a_pick("home"))
    await send(proving.store, a_pick("home"), NOW)
    report = await close(proving)
    assert (report["live"]["picks"], report["paper"]["picks"]) == (5, 1)
    assert (await checked(proving))["differences"] == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update picks set odds = odds + 0.01 where number = 2", {"leaf", "root", "chain"}),
        ("update picks set stake = 1 where number = 2", {"leaf", "root", "chain"}),
        ("update picks set bookmaker = 'other' where number = 2", {"leaf", "root", "chain"}),
        (
            "update outbox set finished_at = finished_at - interval '1 second' where id = 2",
            {"leaf", "root", "chain"},
        ),
        ("update proof_leaves set leaf = repeat('0', 64) where position = 1", {"leaf"}),
        ("update proofs set root = repeat('0', 64)", {"root"}),
        ("update proofs set n = 6", {"n"}),
        ("update proof_leaves set position = 7 where position = 2", {"place"}),
        (
            (
                "update proof_leaves set position = position + 10;"
                "update proof_leaves set position = 14 - position"
            ),
            {"place"},
        ),
        ("delete from proof_leaves where position = 4", {"n", "root", "chain", "in no day"}),
        ("delete from proofs where day = '2026-08-02'", {"missing", "previous", "chain"}),
        ("update outbox set state = 'dead' where id = 5", {"n", "root", "chain", "sent card"}),
        (
            "update outbox set body = body || '{\"chain\": \"00\"}' where kind = 'proof'",
            {"published"},
        ),
    ],
)
async def test_whatever_is_changed_behind_our_back_is_named(
    proving: Context, pool: Pool, change: str, what: set[str]
) -> None:
    for days in range(3):
        await close(proving, MORNING + days * DAY)
    assert (await checked(proving))["differences"] == []
    async with without_guards(pool) as forger:
        await forger.execute(change)
    named = {one["what"] for one in (await checked(proving))["differences"]}
    assert all(any(word in each for each in named) for word in what), named


async def test_the_recipe_of_the_documents_checks_an_exported_proof_by_itself(
    proving: Context, tmp_path: Path
) -> None:
    await close(proving)
    (recipe,) = re.findall(
        r"```python\n(.*?)```", Path("docs/PROOF.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(recipe.splitlines()) <= 12
    for number in range(1, 6):
        told = await checked(proving, f"#P{number}")
        assert told["proof"]["agrees"]
        chain = told["chains"]["live"]["chain"]
        assert recited(recipe, told, tmp_path) == chain
        told["proof"]["pick"]["odds"] = "9.99"
        assert recited(recipe, told, tmp_path) != chain


async def test_a_proof_of_a_changed_pick_does_not_agree(proving: Context, pool: Pool) -> None:
    await close(proving)
    async with without_guards(pool) as forger:
        await forger.execute("update picks set odds = 9 where number = 3")
    told = await checked(proving, "3")
    assert not told["proof"]["agrees"]
    assert told["differences"]
    assert (await checked(proving, "2"))["proof"]["agrees"]


async def test_a_pick_that_is_not_sworn_yet_says_so_and_an_unknown_one_is_refused(
    proving: Context,
) -> None:
    told = await checked(proving, str(a_live_pick().id))
    assert (told["proof"]["day"], told["proof"]["agrees"]) == (None, False)
    assert told["differences"] == []
    await keep(proving.store, a_live_pick("under_3.5"))
    for pick in ("99", "what", str(a_live_pick("under_3.5").id)):
        with pytest.raises(SettingsInvalid, match="--pick"):
            await checked(proving, pick)
    assert a_live_pick().provenance is Provenance.LIVE


def recited(recipe: str, told: object, folder: Path) -> str:
    file = folder / "proof.json"
    file.write_text(json.dumps(told))
    done = subprocess.run(
        [sys.executable, "-I", "-c", recipe, str(file)], capture_output=True, check=True, text=True
    )
    return done.stdout.strip()
