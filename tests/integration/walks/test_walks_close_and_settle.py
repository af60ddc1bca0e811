from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.closing import Grade
from engine.domain.fixture import FixtureStatus
from jobs.report import build_report
from jobs.run import RunState
from jobs.slots import CLOSING
from tests.integration.walks.sent import without_guards
from tests.integration.walks.world import open_house

if TYPE_CHECKING:
    from datetime import datetime

    from storage.pool import Pool
    from storage.store import Store
    from storage.views import PickView
    from tests.integration.walks.world import House, Outside


async def _reach_kick_off(house: House) -> datetime:
    """Look once, then live through every capture up to the earliest kick-off with picks."""
    await house.run("snapshot")
    kick_off = min(view.fixture.kick_off for view in await house.picks())
    for slot in await house.looks(kick_off):
        if slot.job == CLOSING:
            await house.at(slot)
    house.hands.at = kick_off
    return kick_off


async def _play(house: House) -> list[PickView]:
    """Live through the first kick-off and its games, up to the first reading of results."""
    kick_off = await _reach_kick_off(house)
    await house.run("kick_off")
    mine = await house.begun()
    house.hands.at = kick_off + timedelta(minutes=115)
    return mine


async def _settle_twice(house: House) -> None:
    await house.run("settle")
    house.hands.at += timedelta(minutes=13)
    await house.run("settle")


async def test_captures_before_kick_off_give_every_pick_a_grade_a_close_and_a_clv(
    house: House,
) -> None:
    await _reach_kick_off(house)
    outcome = await house.run("kick_off")
    closed = await house.begun()
    assert outcome.report["closes"] == len(closed) > 0
    for view in closed:
        assert view.close is not None
        assert view.close.grade == "A"
        assert view.close.clv is not None
        assert view.close.alt_source not in {None, view.pick.fair.source}


async def test_the_close_is_shown_once_on_each_card(house: House) -> None:
    await _reach_kick_off(house)
    await house.run("kick_off")
    house.hands.at += timedelta(seconds=1)
    again = await house.run("kick_off")
    shown = [row for row in await house.alerts() if row["kind"] == "close"]
    assert len(shown) == 2 * len(await house.begun()) > 0
    assert again.report["closes"] == 0


async def test_a_pick_whose_close_was_not_caught_has_an_unknown_clv_never_zero(
    house: House, pool: Pool
) -> None:
    await house.run("snapshot")
    house.hands.at = max(view.fixture.kick_off for view in await house.picks())
    outcome = await house.run("kick_off")
    picks = await house.begun()
    rows = await pool.fetch("select grade, clv, clv_alt from pick_closes")
    assert outcome.report["grades"] == {"none": len(picks)}
    assert [tuple(row) for row in rows] == [(None, None, None)] * len(picks)
    assert picks


async def test_what_the_picked_book_offers_at_the_end_is_kept_apart_from_closes(
    house: House, pool: Pool
) -> None:
    await _reach_kick_off(house)
    await house.run("kick_off")
    begun = await house.begun()
    moved = [view for view in begun if view.close and view.close.movement is not None]
    assert moved, "the books that were bet still offer the line"
    for view in moved:
        assert view.close is not None
        last = await pool.fetchval(
            "select odds from book_closes where fixture_id = $1 and selection = $2"
            " and bookmaker = $3 order by captured_at desc limit 1",
            view.fixture.id,
            view.pick.selection.number,
            view.pick.bookmaker,
        )
        assert view.close.movement == pytest.approx(view.pick.odds / last - 1)


async def test_coverage_of_the_matches_played_is_whole_and_of_grade_a(house: House) -> None:
    mine = await _play(house)
    await _settle_twice(house)
    async with house.store.reading() as tx:
        told = await tx.closings.coverage(house.ctx.rules.provenance)
    assert told.n == len(mine) > 0
    assert told.share(Grade.A) == 1.0
    assert told.share_alternative(Grade.A, Grade.B) == 1.0


async def test_a_kick_off_put_off_is_closed_at_the_new_one(house: House) -> None:
    await house.run("snapshot")
    view = min(await house.picks(), key=lambda each: each.fixture.kick_off)
    later = view.fixture.kick_off + timedelta(hours=3)
    house.outside.odds.moved[await house.event_of(view)] = later
    house.hands.at = view.fixture.kick_off - timedelta(minutes=10)
    await house.run("closing")
    house.hands.at = view.fixture.kick_off
    await house.run("kick_off")
    assert view.pick.id not in {one.pick.id for one in await house.begun()}
    moved = [f for f in await house.fixtures() if f.id == view.fixture.id]
    assert [fixture.kick_off for fixture in moved] == [later]


async def test_a_close_fixed_before_the_kick_off_was_put_off_is_captured_anew(
    house: House,
) -> None:
    """The close at the old time is not what the market believed when the game began."""
    await _reach_kick_off(house)
    await house.run("kick_off")
    view = next(each for each in await house.begun() if each.close)
    house.outside.odds.moved[await house.event_of(view)] = house.hands.at + timedelta(hours=3)
    house.hands.at += timedelta(minutes=2)
    outcome = await house.run("snapshot")
    reopened = next(each for each in await house.picks() if each.pick.id == view.pick.id)
    assert outcome.report["moved"] == 1
    assert reopened.close is None


async def test_one_reading_settles_nothing_and_the_second_settles_everything_once(
    house: House,
) -> None:
    """A result that is read once may still be corrected: stakes are not paid out on it."""
    mine = await _play(house)
    first = await house.run("settle")
    assert first.state is RunState.DONE
    assert first.report["readings"]
    assert first.report["settled"] == 0

    house.hands.at += timedelta(minutes=13)
    second = await house.run("settle")
    assert second.report["settled"] == len(mine) > 0

    house.hands.at += timedelta(minutes=13)
    third = await house.run("settle")
    assert third.report["wanted"] == 0
    results = [row for row in await house.alerts() if row["kind"] == "result"]
    assert len(results) == 2 * len(mine)


async def test_games_that_were_played_are_over_with_or_without_picks(house: House) -> None:
    """Else the same two teams' next match could be taken for the old one, put off."""
    mine = await _play(house)
    await house.run("settle")
    fixtures = await house.fixtures()
    begun = {f.id for f in fixtures if f.kick_off <= house.hands.at}
    over = {f.id for f in fixtures if f.status is FixtureStatus.FINISHED}
    assert over == begun > {view.fixture.id for view in mine}


async def test_settled_picks_add_up_with_the_world_s_own_results(house: House) -> None:
    mine = await _play(house)
    await _settle_twice(house)
    matches = {match.event_id: match for match in house.outside.world.known(house.hands.at)}
    async with house.store.reading() as tx:
        events = await tx.fixtures.events_of({view.fixture.id for view in mine})
    for view in await house.picks():
        if view.settlement is None:
            continue
        match = matches[events[view.fixture.id, "odds_api"]]
        standing = house.outside.world.standing(match, house.hands.at)
        score = view.settlement.full_time
        assert score is not None
        assert (score.home, score.away) == standing.fulltime


async def test_the_second_reading_asks_by_the_id_the_first_one_taught(
    house: House, pool: Pool
) -> None:
    await _play(house)
    await _settle_twice(house)
    asked = await pool.fetch(
        "select params from payloads where purpose = 'results' order by fetched_at"
    )
    assert [set(row["params"]) for row in asked] == [{"date"}, {"ids"}]


async def test_what_ids_do_not_bring_is_asked_by_day_in_the_same_run(
    house: House, pool: Pool
) -> None:
    """An empty answer is never "not played"."""
    await _play(house)
    await house.run("settle")
    house.hands.at += timedelta(minutes=13)
    nothing = {"errors": [], "results": 0, "paging": {"current": 1, "total": 1}, "response": []}
    house.outside.fail(path="/api-football/fixtures", body=nothing)
    outcome = await house.run("settle")
    asked = await pool.fetch(
        "select params from payloads where purpose = 'results' order by fetched_at, params"
    )
    assert outcome.report["settled"]
    assert outcome.report["unread"] == 0
    assert sorted(next(iter(row["params"])) for row in asked) == ["date", "date", "ids"]


async def test_what_was_put_off_is_asked_by_day_too_for_its_replay_may_have_another_id(
    house: House, pool: Pool
) -> None:
    await _play(house)
    await house.run("settle")
    await pool.execute(
        "update results set status = 'PST', phase = 'postponed', home_goals = null,"
        " away_goals = null"
    )
    house.hands.at += timedelta(hours=26)
    await house.run("settle")
    asked = await pool.fetch(
        "select params from payloads where purpose = 'results' order by fetched_at, params"
    )
    said = [dict(row["params"]) for row in asked]
    assert sum("ids" in one for one in said) == 1
    assert {one["date"] for one in said if "date" in one} == {"2026-09-05", "2026-09-06"}


async def test_what_a_person_graded_is_not_read_again(house: House, pool: Pool) -> None:
    await _play(house)
    await _settle_twice(house)
    async with without_guards(pool) as forger:
        await forger.execute("update settlements set rule = 'manual'")
    house.hands.at += timedelta(hours=24)
    assert (await house.run("settle")).report["wanted"] == 0


async def test_results_that_are_empty_in_every_form_are_waited_for(
    house: House, pool: Pool
) -> None:
    await _play(house)
    nothing = {"errors": [], "results": 0, "paging": {"current": 1, "total": 1}, "response": []}
    house.outside.fail(path="/api-football/fixtures", body=nothing, times=9)
    outcome = await house.run("settle")
    assert outcome.state is RunState.RETRY
    assert await pool.fetchval("select count(*) from results") == 0
    house.hands.at += timedelta(hours=8)
    troubles = (await house.run("health")).report["troubles"]
    assert any("have no result" in str(each) for each in troubles)  # type: ignore[attr-defined]  # JSON


async def test_the_day_s_requests_used_up_are_waited_for_and_told_once(
    house: House, outside: Outside
) -> None:
    await _play(house)
    outside.accounts.put({"provider": "api_football", "key": "sandbox-results", "quota": 0})
    for _ in range(3):
        assert (await house.run("settle")).state is RunState.SKIPPED
        house.hands.at += timedelta(minutes=13)
    outside.accounts.put({"provider": "api_football", "key": "sandbox-results", "quota": 100})
    house.hands.at += timedelta(days=1)
    assert (await house.run("settle")).report["readings"]
    told = [str(row["version"]) for row in await house.alerts() if row["kind"] == "ops"]
    assert sorted(version.split("|")[0] for version in told) == ["back", "spent"]


async def test_a_settled_result_is_read_again_a_day_later(house: House) -> None:
    mine = await _play(house)
    await _settle_twice(house)
    house.hands.at += timedelta(hours=24)
    reread = await house.run("settle")
    house.hands.at += timedelta(minutes=13)
    enough = await house.run("settle")
    assert reread.report["readings"]
    assert reread.report["settled"] == 0
    assert enough.report["wanted"] == 0
    assert all(view.settlement.sequence == 1 for view in await house.begun() if view.settlement)
    assert mine


async def test_a_result_corrected_later_is_a_new_settlement_once_read_twice(
    house: House, pool: Pool
) -> None:
    """Accounts are append-only: what was believed before stays readable."""
    mine = await _play(house)
    await _settle_twice(house)
    for table in ("results", "settlements"):  # as if another score had been believed so far
        async with without_guards(pool) as forger:
            await forger.execute(f"update {table} set home_goals = home_goals + 9")  # noqa: S608  # ours
    house.hands.at += timedelta(hours=24)
    once = await house.run("settle")
    house.hands.at += timedelta(minutes=13)
    twice = await house.run("settle")
    assert once.report["corrections"] == 0
    assert twice.report["corrections"] == len(mine) > 0
    assert await pool.fetchval("select count(*) from settlements") == 2 * len(mine)
    shown = [row for row in await house.alerts() if row["version"] == "result@2"]
    assert len(shown) == 2 * len(mine)


async def test_the_report_tells_the_whole_life_of_every_pick(house: House) -> None:
    mine = await _play(house)
    await _settle_twice(house)
    report: dict[str, Any] = dict(await build_report(house.store))
    told = {pick["id"]: pick for pick in report["picks"]}
    for view in mine:
        pick = told[str(view.pick.id)]
        assert pick["close_grade"] == "A"
        assert pick["event_ids"]["odds_api"]
        assert pick["event_ids"]["api_football"]
        assert pick["outcome"] in {"won", "half_won", "void", "half_lost", "lost"}
        assert pick["closings"]
        assert {line["excluded"] for line in pick["closings"]} <= {None, pick["bookmaker"]}
    assert report["errors"] == 0
    assert report["quotes_stored"] < report["quotes_offered"]


async def test_the_two_days_are_counted_from_the_kick_off_that_was_bet_on(
    house: House, pool: Pool
) -> None:
    """A match put off for a week before anybody read "postponed" is void, like its book's bet."""
    mine = await _play(house)
    await pool.execute("update picks set set_for = set_for - interval '49 hours'")
    await _settle_twice(house)
    rows = await pool.fetch("select rule, profit from settlements")
    assert {(row["rule"], row["profit"]) for row in rows} == {("played_late", 0)}
    assert len(rows) == len(mine) > 0
    for view in await house.begun():
        assert view.settlement is not None


async def test_a_stopped_match_that_was_given_back_stays_so_when_it_is_played_out(
    house: House, pool: Pool
) -> None:
    """Its book gave the stakes back after two days; the rest of the game changes nothing."""
    mine = await _play(house)
    await _settle_twice(house)
    async with without_guards(pool) as forger:
        await forger.execute("update settlements set outcome = 'void', rule = 'void', profit = 0")
    await pool.execute(
        "insert into results select fixture_id, read_at - interval '1 hour', source, 'SUSP',"
        " 'interrupted', null, null, null, null, kick_off from results"
    )
    house.hands.at += timedelta(hours=24)
    await _settle_twice(house)
    assert await pool.fetchval("select count(*) from settlements") == len(mine) > 0


async def test_without_a_key_for_results_picks_wait_and_no_run_fails(
    house: House, store: Store, outside: Outside
) -> None:
    await _play(house)
    async with open_house(store, outside, football_key=None) as keyless:
        outcome = await keyless.run("settle")
        async with store.reading() as tx:
            assert await tx.runs.failed() == 0
    assert outcome.state is RunState.DONE
    assert "off" in outcome.report
