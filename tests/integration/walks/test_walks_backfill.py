"""Past odds bought through the sandbox's history: facts in a real database, nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.errors import SettingsInvalid
from jobs.backfill import Wanted, plan_backfill, run_backfill
from jobs.backfill_command import read_span
from tests.integration.walks.world import KEY, PLAN, START

if TYPE_CHECKING:
    from storage.pool import Pool
    from tests.integration.walks.world import House

EPL = "soccer_epl"
WANTED = Wanted(
    competitions=(EPL,),
    since=START,
    until=START + timedelta(minutes=15),
    every=timedelta(minutes=5),
    max_credits=90,
)


@pytest.fixture
def later(house: House) -> House:
    """A house whose world began long enough ago to have a past, and whose key is paid for."""
    house.outside.hands.at = START + timedelta(minutes=20)
    house.outside.key(KEY, paid=True)
    return house


async def test_the_past_is_stored_at_its_own_instants_without_picks_or_alerts(
    later: House, pool: Pool
) -> None:
    report = await run_backfill(later.ctx, WANTED)
    assert (report["calls"], report["expected"], report["looks"]) == (3, 90, 3)
    assert report["failures"] == {}
    looks = await pool.fetch("select captured_at, purpose, kept, picks from looks order by 1")
    assert [row["purpose"] for row in looks] == ["backfill"] * 3
    assert all(START <= row["captured_at"] < WANTED.until for row in looks)
    assert min(row["kept"] for row in looks) > 100
    changes = await pool.fetchrow("select min(changed_at), max(changed_at) from odds_changes")
    assert changes is not None
    assert START <= changes["min"] <= changes["max"] < WANTED.until
    assert (await later.picks(), await later.alerts()) == ((), [])
    kept = await pool.fetchval("select count(*) from payloads where purpose = 'backfill'")
    assert kept == 3


async def test_buying_the_same_past_again_adds_no_change(later: House, pool: Pool) -> None:
    await run_backfill(later.ctx, WANTED)
    counted = "select count(*) from odds_changes"
    before = await pool.fetchval(counted)
    again = await run_backfill(later.ctx, WANTED)
    assert again["changed"] == 0
    assert await pool.fetchval(counted) == before
    assert await pool.fetchval("select count(*) from looks") == 3


async def test_more_than_allowed_is_refused_before_anything_is_asked(later: House) -> None:
    with pytest.raises(SettingsInvalid, match="90 credits, more than the 89 allowed"):
        await run_backfill(later.ctx, replace(WANTED, max_credits=89))
    account = later.outside.accounts.find("odds_api", KEY)
    assert account is not None
    assert account.used == 0


async def test_a_free_plan_is_told_and_no_instant_is_invented(house: House) -> None:
    house.outside.hands.at = START + timedelta(minutes=20)
    report = await run_backfill(house.ctx, WANTED)
    assert (report["failures"], report.get("looks", 0)) == ({"Skip": 3}, 0)
    assert "HISTORICAL_UNAVAILABLE" in str(report["stopped"])


async def test_what_lies_ahead_is_not_asked(house: House) -> None:
    house.outside.hands.at = START + timedelta(minutes=5)
    assert len(plan_backfill(WANTED, house.ctx)) == 2


@pytest.mark.parametrize("wrong", ["", "4", "4 hours", "h", "-1h"])
def test_a_span_is_written_with_its_unit(wrong: str) -> None:
    with pytest.raises(SettingsInvalid, match="--every"):
        read_span(wrong)


def test_a_backfill_of_no_time_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="--until"):
        replace(WANTED, until=START)
    with pytest.raises(SettingsInvalid, match="--every"):
        replace(WANTED, every=timedelta(0))


def test_the_world_of_these_tests_knows_the_league() -> None:
    assert EPL in {league.sport_key for league in PLAN.leagues}
