"""Closes: tried again while they are worth something, and told truthfully where they failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.collect.plan import Purpose
from engine.domain.alert import Role
from engine.domain.fixture import FixtureStatus
from jobs.catalogue import closing_of
from jobs.report import Coverage, build_report
from jobs.run import RunState
from jobs.slots import CLOSING
from tests.integration.walks.world import PLAN, open_house, subscribe

if TYPE_CHECKING:
    from datetime import datetime

    from storage.pool import Pool
    from storage.store import Store
    from tests.integration.walks.world import House, Outside

LEAGUES = tuple(league.sport_key for league in PLAN.leagues)
EPL_ODDS = "/odds-api/v4/sports/soccer_epl/odds"
_MINUTE = timedelta(minutes=1)


async def _first_kick_off(house: House) -> datetime:
    await house.run("snapshot")
    return min(fixture.kick_off for fixture in await house.fixtures())


async def _coverage(house: House) -> dict[str, Any]:
    wanted = Coverage(rules=house.ctx.rules, until=house.hands.at)
    report: dict[str, Any] = dict(await build_report(house.store, coverage=wanted))
    return dict(report["coverage"])


async def _capture_all(house: House, until: datetime) -> None:
    for slot in await house.looks(until):
        if slot.job == CLOSING:
            await house.at(slot)
    house.hands.at = until


async def test_every_league_of_an_instant_is_asked_once_in_one_look(
    house: House, pool: Pool
) -> None:
    kick_off = await _first_kick_off(house)
    looks = [slot for slot in await house.looks(kick_off) if slot.job == CLOSING]
    last = max(looks, key=lambda slot: slot.at)
    assert last.at == kick_off - 2 * _MINUTE
    assert {call.competition for call in last.calls} == set(LEAGUES)
    await house.at(last)
    paths = await pool.fetch("select path from payloads where fetched_at = $1", last.at)
    assert len({row["path"] for row in paths}) == len(paths) == len(LEAGUES)


async def test_a_league_that_failed_is_named_and_tried_again_alone(
    house: House, outside: Outside, pool: Pool
) -> None:
    kick_off = await _first_kick_off(house)
    house.hands.at = kick_off - 10 * _MINUTE
    outside.fail(path=EPL_ODDS, html=True, times=3)
    first = await house.run("closing")
    assert first.state is RunState.DONE
    assert first.report["captures"] == {
        **dict.fromkeys(LEAGUES, "captured"),
        "soccer_epl": "provider_down",
    }
    assert first.report["again"] == ["soccer_epl"]
    house.hands.at += _MINUTE
    again = await house.runner.run(closing_of(["soccer_epl"]), house.hands.at)
    assert again.report["captures"] == {"soccer_epl": "captured"}
    asked = await pool.fetch("select path from payloads where fetched_at = $1", house.hands.at)
    assert [row["path"] for row in asked] == ["/v4/sports/soccer_epl/odds"]


async def test_a_capture_is_not_tried_again_once_its_matches_have_begun(
    house: House, pool: Pool
) -> None:
    """Prices in play are no close, and cost as much."""
    house.hands.at = await _first_kick_off(house)
    asked = await pool.fetchval("select count(*) from payloads")
    outcome = await house.runner.run(closing_of(["soccer_epl"]), house.hands.at)
    assert outcome.report["competitions"] == []
    assert await pool.fetchval("select count(*) from payloads") == asked


async def test_coverage_counts_every_followed_fixture_that_began_picks_or_none(
    house: House,
) -> None:
    kick_off = await _first_kick_off(house)
    assert (await _coverage(house))["fixtures"] == 0
    await _capture_all(house, kick_off)
    begun = [f for f in await house.fixtures() if f.kick_off <= kick_off]
    coverage = await _coverage(house)
    assert coverage["fixtures"] == coverage["grade_a"] == len(begun)
    assert len(begun) > len(await house.begun())
    assert (coverage["share_a"], coverage["reasons"]) == (1.0, {})


async def test_coverage_is_what_a_hand_counts_when_matches_move_and_captures_fail(
    house: House, outside: Outside
) -> None:
    """One match moved, one postponed, one league's captures lost but for the last try."""
    kick_off = await _first_kick_off(house)
    begun = sorted(
        (f for f in await house.fixtures() if f.kick_off == kick_off),
        key=lambda each: (each.competition, str(each.id)),
    )
    mine = [f for f in begun if f.competition == "soccer_epl"]
    (moved, *_), off = mine, next(f for f in begun if f.competition != "soccer_epl")
    async with house.store.reading() as tx:
        events = await tx.fixtures.events_of([moved.id])
    outside.odds.moved[events[moved.id, "odds_api"]] = kick_off + timedelta(hours=3)
    outside.fail(path=EPL_ODDS, html=True, times=999)
    house.hands.at = kick_off - 10 * _MINUTE
    await house.run("closing")
    outside.faults.clear()
    house.hands.at = kick_off - 2 * _MINUTE
    retried = await house.runner.run(closing_of(["soccer_epl"]), house.hands.at)
    assert retried.report["moved"] == 1
    async with house.store.transaction() as tx:
        await tx.fixtures.save([replace(off, status=FixtureStatus.POSTPONED)], house.hands.at)
    counted = [f for f in begun if f.id not in {moved.id, off.id}]
    for house.hands.at in (kick_off, kick_off + timedelta(hours=3)):
        later = [f for f in await house.fixtures() if kick_off < f.kick_off <= house.hands.at]
        assert (moved.id in {f.id for f in later}) == (house.hands.at > kick_off)
        coverage = await _coverage(house)
        assert coverage["fixtures"] == len(counted) + len(later)
        assert coverage["grade_a"] == len(counted)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"html": True}, "provider_down"),
        ({"status": 404, "body": {"error_code": "X"}}, "not_offered"),
    ],
)
async def test_a_league_that_could_not_be_captured_says_why(
    house: House, outside: Outside, fault: dict[str, Any], reason: str
) -> None:
    kick_off = await _first_kick_off(house)
    outside.fail(path=EPL_ODDS, times=999, **fault)
    await _capture_all(house, kick_off)
    begun = [f for f in await house.fixtures() if f.kick_off <= kick_off]
    lost = sum(fixture.competition == "soccer_epl" for fixture in begun)
    coverage = await _coverage(house)
    assert coverage["fixtures"] == len(begun)
    assert coverage["grade_a"] == len(begun) - lost
    assert coverage["grade_c"] == lost > 0  # the morning's look is all there is
    assert coverage["below_a"] == {reason: lost}


async def test_an_outage_of_the_provider_costs_closes_and_is_told_as_one(
    house: House, outside: Outside
) -> None:
    kick_off = await _first_kick_off(house)
    outside.fail(path="/odds-api", html=True, times=999)
    await _capture_all(house, kick_off)
    coverage = await _coverage(house)
    assert coverage["grade_a"] == 0
    assert set(coverage["below_a"]) == {"provider_down"}


async def test_closes_nobody_was_there_for_are_late_and_those_without_credits_say_so(
    store: Store, outside: Outside
) -> None:
    outside.key("poor", quota=9)
    await subscribe(store, 1001, Role.OWNER)
    async with open_house(store, outside, odds_keys=("poor",)) as house:
        kick_off = await _first_kick_off(house)
        slots = [s for s in await house.looks(kick_off) if s.job == CLOSING]
        assert slots == []
        house.hands.at = kick_off
        spent = await _coverage(house)
        assert set(spent["below_a"]) == {"no_credits"}
        job = closing_of(["soccer_epl"])
        await house.runner.miss(job, kick_off - 2 * _MINUTE)
        late = await _coverage(house)
    assert set(late["below_a"]) == {"no_credits", "late"}


async def test_a_league_whose_closes_the_plan_gave_up_is_not_planned(house: House) -> None:
    kick_off = await _first_kick_off(house)
    for slot in await house.looks(kick_off):
        if slot.job == CLOSING:
            calls = tuple(call for call in slot.calls if call.competition != "soccer_epl")
            await house.at(replace(slot, calls=calls))
    house.hands.at = kick_off
    assert set((await _coverage(house))["below_a"]) == {"not_planned"}


async def test_a_close_that_no_sharp_source_priced_is_of_grade_b(house: House, pool: Pool) -> None:
    kick_off = await _first_kick_off(house)
    await _capture_all(house, kick_off)
    await pool.execute("update prices set rung = 3")
    coverage = await _coverage(house)
    assert coverage["grade_b"] == coverage["fixtures"] > 0
    assert set(coverage["below_a"]) == {"unpriced"}


async def test_a_shortlisted_match_is_asked_for_its_further_markets_beside_its_league(
    house: House, pool: Pool
) -> None:
    kick_off = await _first_kick_off(house)
    events = [s for s in await house.looks(kick_off) if any(c.event_id for c in s.calls)]
    assert events
    outcome = await house.at(events[0])
    assert outcome.state is RunState.DONE
    paths = [row["path"] for row in await pool.fetch("select path from payloads")]
    mine = {call.event_id for call in events[0].calls if call.purpose is Purpose.EVENT}
    assert {path.split("/")[5] for path in paths if "/events/" in path} == mine
