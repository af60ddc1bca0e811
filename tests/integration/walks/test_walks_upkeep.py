from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.domain.alert import Role
from storage.people import Person
from tests.integration.walks.world import START, open_house

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store
    from tests.integration.walks.world import House, Outside

_DAY = timedelta(days=1)


async def _troubles(house: House) -> list[str]:
    report: dict[str, Any] = dict((await house.run("health")).report)
    return list(report["troubles"])


async def test_a_healthy_house_troubles_nobody(house: House) -> None:
    await house.run("snapshot")
    assert await _troubles(house) == []


async def test_a_sweep_that_did_not_happen_is_told_to_the_owner_once_a_day(house: House) -> None:
    await house.run("snapshot")
    house.hands.at += timedelta(hours=9)
    assert any("no look at the market" in trouble for trouble in await _troubles(house))
    house.hands.at += timedelta(minutes=1)
    await _troubles(house)
    told = [row for row in await house.alerts() if row["kind"] == "ops"]
    assert {row["chat_id"] for row in told} == {1001}
    assert len({row["version"] for row in told}) == len(told)


async def test_a_feed_that_freezes_while_answering_is_told_once_and_makes_no_picks(
    house: House,
) -> None:
    await house.run("snapshot")
    house.outside.fail(path="/odds-api", freeze=True, lasts=1000.0)
    house.hands.at += timedelta(minutes=40)
    picks = len(await house.picks())
    for _ in range(4):
        house.hands.at += timedelta(minutes=5)
        outcome = await house.run("snapshot")
        assert outcome.report["kept"] == 0
        await house.run("health")
    house.hands.at += _DAY
    assert len(await house.picks()) == picks
    told = [row for row in await house.alerts() if str(row["version"]).startswith("frozen|")]
    assert len(told) == 1


async def test_one_league_that_freezes_among_several_is_named_once(house: House) -> None:
    await house.run("snapshot")
    house.outside.fail(path="/odds-api/v4/sports/soccer_epl", freeze=True, lasts=1000.0)
    house.hands.at += timedelta(minutes=40)
    for _ in range(4):
        house.hands.at += timedelta(minutes=5)
        outcome = await house.run("snapshot")
        assert outcome.report["kept"]
        await house.run("health")
    told = [row for row in await house.alerts() if str(row["version"]).startswith("frozen|")]
    assert [str(row["version"]).split("|")[1] for row in told] == ["soccer_epl"]


async def test_a_plan_that_wants_no_look_for_hours_is_no_trouble(
    store: Store, outside: Outside
) -> None:
    """On few credits a look twice a day is all there is: nothing is overdue."""
    outside.key("poor", quota=9)
    async with open_house(store, outside, odds_keys=("poor",)) as house:
        await house.run("snapshot")
        house.hands.at += timedelta(hours=1)
        assert not [one for one in await _troubles(house) if "no look" in one]


async def test_the_coverage_of_closes_is_part_of_the_hourly_look(house: House) -> None:
    await house.run("snapshot")
    house.hands.at = START + timedelta(hours=2)
    report: dict[str, Any] = dict((await house.run("health")).report)
    assert report["coverage"]["fixtures"] > 0
    assert report["coverage"]["grade_a"] == 0


async def test_an_owner_who_wants_no_picks_is_still_told_what_only_a_person_can_do(
    store: Store, outside: Outside
) -> None:
    owner = Person(user_id=1001, chat_id=1001, role=Role.OWNER, language="fr", wants_picks=False)
    async with store.transaction() as tx:
        await tx.people.save(owner, START)
    async with open_house(store, outside, odds_keys=("not-a-key",)) as house:
        await house.run("snapshot")
        assert [row["chat_id"] for row in await house.alerts()] == [1001]
        house.hands.at += timedelta(seconds=1)
        troubles = await _troubles(house)
    assert any("is refused" in trouble for trouble in troubles)
    assert "not-a-key" not in str(troubles)


async def test_clean_up_drops_old_bulk_facts_and_keeps_the_record(
    house: House, pool: Pool
) -> None:
    await house.run("snapshot")
    picks = await house.picks()
    assert await pool.fetchval("select count(*) from payloads") > 0
    house.hands.at = START + 150 * _DAY
    await house.run("cleanup")
    assert await pool.fetchval("select count(*) from payloads") == 0
    assert await pool.fetchval("select count(*) from odds_changes") > 0
    house.hands.at = START + 800 * _DAY
    await house.run("cleanup")
    assert await pool.fetchval("select count(*) from odds_changes") == 0
    assert [view.pick for view in await house.picks()] == [view.pick for view in picks]


async def test_the_morning_s_record_counts_what_was_settled(house: House) -> None:
    await house.run("snapshot")
    house.hands.at = START + timedelta(hours=2)
    await house.run("kick_off")
    for minutes in (115, 13):
        house.hands.at += timedelta(minutes=minutes)
        await house.run("settle")
    report: dict[str, Any] = dict((await house.run("learn")).report)
    settled = [view for view in await house.picks() if view.settlement]
    assert report["live"]["settled"] == len(settled) > 0
    assert report["live"]["picks"] == len(await house.picks())
    assert report["live"]["clv"]["n"] == 0
    figures = report["live"]["figures"]
    assert figures["provenance"] == "live"
    assert figures["money"]["yield_"] == report["live"]["yield"]
    assert round(figures["money"]["profit"], 4) == float(report["live"]["profit"])
    for luck in (figures["alert_luck"], figures["close_luck"]):
        assert luck["n"] == len(settled)
        assert 0 <= luck["percentile"] <= 1
    assert report["learned"]["goals"] == {"state": "needs 300 results, has 15"}
    assert report.keys() - {"live", "learned", "policy", "regimes", "morning", "seconds"} == set()
