"""football-data.co.uk's fixtures.csv as a feed: picks and results without any key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.alert import Role
from engine.domain.board import AGGREGATES
from engine.domain.errors import FeedDown, Skip
from engine.domain.pick import FROM_FILE
from engine.domain.settlement import Outcome
from jobs import fixtures_feed
from jobs.catalogue import JOBS, REGULAR_SWEEP
from jobs.run import RunState
from jobs.runner import Runner
from jobs.triggers import build_triggers, fires
from tests.integration.walks.site import open_keyless, utc
from tests.integration.walks.world import subscribe

if TYPE_CHECKING:
    from jobs.context import Context
    from storage.pool import Pool
    from storage.store import Store
    from tests.integration.walks.site import Site

BOOKS = ("B365", "BFD", "BMGM", "BV", "BW", "CL", "LB")
HEAD = ",".join(
    (
        "Div,Date,Time,HomeTeam,AwayTeam,Referee",
        *(f"{book}{end}" for book in (*BOOKS, "BFE", "Max", "Avg") for end in "HDA"),
    )
)
FAIR, CROWD, GENEROUS = "2.06,3.65,3.9", "2,3.5,3.7", "2.25,3.3,3.4"
PRINTED = utc(2026, 1, 30, 15, 55)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def line(start: str, *, generous: str = "CL") -> str:
    books = [GENEROUS if book == generous else CROWD for book in BOOKS]
    return ",".join((start, "", *books, FAIR, "9,9,9", CROWD))


FILE = "\n".join(
    (
        HEAD,
        line("E0,31/01/2026,15:00,Leeds,Arsenal"),
        line("E0,31/01/2026,17:30,Chelsea,West Ham", generous=""),
        line("B1,31/01/2026,15:00,Cercle Brugge,Antwerp"),
        line("E0,30/01/2026,12:00,Wolves,Bournemouth"),
        "",
    )
)
RESULT = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR\nE0,31/01/2026,15:00,Leeds,Arsenal,2,1,H\n"


@pytest.fixture
async def open_eyes(store: Store, site: Site, ctx: Context) -> Context:
    """Somebody without a key who follows five leagues, an hour after the file was printed."""
    await subscribe(store, 1002, Role.MEMBER)
    site.put("/fixtures.csv", FILE, PRINTED)
    site.hands.at = PRINTED + timedelta(hours=1)
    rules = replace(ctx.rules, printed_competitions=ctx.rules.competitions)
    return replace(ctx, rules=rules)


async def picks(ctx: Context) -> tuple[Any, ...]:
    async with ctx.store.reading() as tx:
        return await tx.picks.all_views()


async def test_printed_prices_become_picks_that_say_so(open_eyes: Context, pool: Pool) -> None:
    report: Any = await fixtures_feed.run(open_eyes)
    assert report["printed_at"] == PRINTED.isoformat()
    assert report["offered"] == report["kept"] + sum(report["rejected"].values())
    assert report["rejected"] == {"in_play": 24}
    found = await picks(open_eyes)
    assert {view.fixture.home.key for view in found} == {"leeds_united"}
    for view in found:
        assert view.pick.from_file
        assert view.pick.policy_version.endswith(FROM_FILE)
        assert (view.pick.quoted_at, view.pick.bookmaker) == (PRINTED, "coral")
    assert await pool.fetchval("select count(*) from outbox where kind = 'pick'") == len(found)
    books = {row["key"] for row in await pool.fetch("select key from bookmakers")}
    assert "betfair_ex_uk" in books
    assert not books & AGGREGATES


async def test_every_division_of_the_free_file_is_followed_unless_somebody_chose(
    open_eyes: Context, site: Site
) -> None:
    await fixtures_feed.run(open_eyes)
    assert {view.fixture.competition for view in await picks(open_eyes)} == {"soccer_epl"}
    site.put("/fixtures.csv", FILE, PRINTED + MINUTE)
    nobody_chose = replace(open_eyes.rules, printed_competitions=None)
    await fixtures_feed.run(replace(open_eyes, rules=nobody_chose))
    assert {view.fixture.competition for view in await picks(open_eyes)} == {
        "soccer_epl",
        "soccer_belgium_first_div",
    }


async def test_the_file_itself_is_kept_and_its_ids_bear_its_name(
    open_eyes: Context, pool: Pool
) -> None:
    await fixtures_feed.run(open_eyes)
    row = await pool.fetchrow("select source, path, body from payloads")
    assert row is not None
    assert (row["source"], row["path"]) == ("football_data", "/fixtures.csv")
    assert row["body"] == FILE.encode()
    providers = await pool.fetch("select distinct provider from fixture_events")
    assert [each["provider"] for each in providers] == ["football_data"]


async def test_an_unchanged_file_is_not_sent_nor_judged_again(
    open_eyes: Context, site: Site, pool: Pool
) -> None:
    await fixtures_feed.run(open_eyes)
    site.hands.at += timedelta(hours=1)
    report = await fixtures_feed.run(open_eyes)
    assert "unchanged" in report
    assert [status for path, status in site.asked if path == "/fixtures.csv"] == [200, 304]
    assert await pool.fetchval("select count(*) from looks") == 1


async def test_an_old_file_makes_fixtures_known_and_no_pick(
    open_eyes: Context, site: Site, pool: Pool
) -> None:
    site.hands.at = PRINTED + open_eyes.rules.collect.file_age + MINUTE
    report: Any = await fixtures_feed.run(open_eyes)
    assert (report["kept"], report["picks"]) == (0, 0)
    assert set(report["rejected"]) == {"in_play", "stale"}
    assert await pool.fetchval("select count(*) from fixtures") == 2


async def test_where_a_key_gives_live_odds_printed_ones_are_not_asked_for(
    store: Store, site: Site
) -> None:
    async with open_keyless(store, site, odds_api_keys=("a-key",)) as ctx:
        assert "off" in await fixtures_feed.run(ctx)
    assert site.asked == []  # no price, and no pick whose result is due


async def test_a_file_without_its_date_is_refused(
    open_eyes: Context, site: Site, pool: Pool
) -> None:
    site.dated = False
    with pytest.raises(Skip, match="NO_DATE"):
        await fixtures_feed.run(open_eyes)
    assert await pool.fetchval("select count(*) from looks") == 0
    site.put("/fixtures.csv", "<html>come back later</html>", PRINTED)
    with pytest.raises(FeedDown):
        await fixtures_feed.run(open_eyes)


async def test_the_season_file_settles_on_its_second_reading(
    open_eyes: Context, site: Site
) -> None:
    await fixtures_feed.run(open_eyes)
    site.hands.at = utc(2026, 2, 1, 9)
    nothing: Any = await fixtures_feed.run(open_eyes)
    assert nothing["results"]["files_failed"] == {
        "main/2526/E0.csv": "HTTP_404: no such file at football-data.co.uk"
    }
    site.put("/mmz4281/2526/E0.csv", RESULT, utc(2026, 2, 1, 22))
    site.hands.at = utc(2026, 2, 1, 23)
    first: Any = await fixtures_feed.run(open_eyes)
    assert (first["results"]["files"], first["results"]["settled"]) == (1, 0)
    site.hands.at += timedelta(hours=1)
    second: Any = await fixtures_feed.run(open_eyes)
    found = await picks(open_eyes)
    assert second["results"]["settled"] == len(found) > 0
    outcomes = {view.pick.selection.code: view.settlement.outcome for view in found}
    assert outcomes["home"] is Outcome.WON
    assert (await fixtures_feed.run(open_eyes))["results"] == {"wanted": 0}


async def test_the_season_file_s_closing_odds_become_the_close_that_nobody_caught(
    open_eyes: Context, site: Site
) -> None:
    await fixtures_feed.run(open_eyes)
    runner = Runner(open_eyes)
    site.hands.at = utc(2026, 1, 31, 18)
    await runner.run(JOBS["kick_off"], site.hands.at)
    assert {view.close.grade for view in await picks(open_eyes) if view.close} == {None}
    closing = "BFECH,BFECD,BFECA,AvgCH,AvgCD,AvgCA"
    site.put(
        "/mmz4281/2526/E0.csv", told(f",{closing}", ",2,3.6,4,1.9,3.4,3.8"), PRINTED + 2 * DAY
    )
    site.hands.at = utc(2026, 2, 1, 23)
    report: Any = await fixtures_feed.run(open_eyes)
    found = await picks(open_eyes)
    assert report["results"]["closes"] == len(found) > 0
    for view in found:
        assert view.close is not None
        assert (view.close.grade, view.close.source) == ("D", "BFEC")
        assert (view.close.alt_grade, view.close.alt_source) == ("D", "AvgC")
        assert view.close.clv is not None
        async with open_eyes.store.reading() as tx:
            entries = await tx.closings.history(view.pick.id)
        assert [(one.why, one.grade) for one in entries] == [("kick_off", None), ("better", "D")]
    site.hands.at += timedelta(hours=1)
    again: Any = await fixtures_feed.run(open_eyes)
    assert (again["results"]["closes"], again["results"]["settled"]) == (0, len(found))
    async with open_eyes.store.reading() as tx:
        bets = await tx.settlements.bets(open_eyes.rules.provenance)
    assert [bet.clv for bet in bets] == [None] * len(found)  # not in live statistics


async def test_a_score_that_the_site_corrects_is_corrected_here(
    open_eyes: Context, site: Site
) -> None:
    path = "/mmz4281/2526/E0.csv"
    await fixtures_feed.run(open_eyes)
    site.put(path, told(), utc(2026, 2, 1, 22))
    for hour in (23, 24):
        site.hands.at = utc(2026, 2, 1) + timedelta(hours=hour)
        await fixtures_feed.run(open_eyes)
    assert {view.settlement.full_time.home for view in await picks(open_eyes)} == {2}
    site.hands.at += timedelta(hours=5)
    assert (await fixtures_feed.run(open_eyes))["results"] == {"wanted": 0}
    site.put(path, told().replace("2,1,H", "1,1,D"), utc(2026, 2, 2, 8))
    site.hands.at += DAY
    doubted: Any = await fixtures_feed.run(open_eyes)
    assert (doubted["results"]["wanted"], doubted["results"]["settled"]) == (1, 0)
    site.hands.at += timedelta(hours=1)
    confirmed: Any = await fixtures_feed.run(open_eyes)
    found = await picks(open_eyes)
    assert confirmed["results"]["corrections"] == len(found) > 0
    assert {view.settlement.outcome for view in found} <= {Outcome.LOST, Outcome.WON}
    assert {view.settlement.full_time.home for view in found} == {1}
    assert (await fixtures_feed.run(open_eyes))["results"] == {"wanted": 0}


async def test_a_pick_whose_file_was_away_for_weeks_is_settled_all_the_same(
    open_eyes: Context, site: Site
) -> None:
    await fixtures_feed.run(open_eyes)
    site.put("/mmz4281/2526/E0.csv", told(), utc(2026, 2, 1, 22))
    for hours in (0, 1):
        site.hands.at = PRINTED + 3 * open_eyes.rules.collect.max_move + timedelta(hours=hours)
        await fixtures_feed.run(open_eyes)
    assert all(view.settlement for view in await picks(open_eyes))


async def test_a_name_that_a_person_has_said_is_found_in_the_files_that_were_read_before(
    open_eyes: Context, site: Site
) -> None:
    site.put("/fixtures.csv", FILE.replace("Leeds,", "Leedz,"), PRINTED)
    site.put("/mmz4281/2526/E0.csv", told().replace("Leeds", "Leeeds"), utc(2026, 2, 1, 22))
    await fixtures_feed.run(open_eyes)
    assert await picks(open_eyes) == ()
    await say(open_eyes, "Leedz", "leeds_united")
    await fixtures_feed.run(open_eyes)
    assert {view.fixture.home.key for view in await picks(open_eyes)} == {"leeds_united"}
    site.hands.at = utc(2026, 2, 1, 23)
    await fixtures_feed.run(open_eyes)
    await say(open_eyes, "Leeeds", "leeds_united")
    for _ in range(2):
        site.hands.at += timedelta(hours=1)
        await fixtures_feed.run(open_eyes)
    assert all(view.settlement for view in await picks(open_eyes))


async def say(ctx: Context, spelling: str, key: str) -> None:
    async with ctx.store.transaction() as tx:
        (one,) = [one for one in await tx.aliases.waiting() if one.name == spelling]
        await tx.aliases.accept(ctx.names, one.id, key, by=1, now=ctx.clock.now())


def told(headings: str = "", cells: str = "") -> str:
    head, line, _ = RESULT.split("\n")
    return f"{head}{headings}\n{line}{cells}\n"


async def test_nobody_is_told_that_a_key_is_missing_where_files_do_its_work(
    open_eyes: Context, site: Site, pool: Pool
) -> None:
    runner = Runner(open_eyes)
    await runner.run(JOBS["fixtures_feed"], site.hands.at)
    site.hands.at = utc(2026, 1, 31, 18)
    for job in (REGULAR_SWEEP, JOBS["closing"], JOBS["kick_off"], JOBS["settle"]):
        outcome = await runner.run(job, site.hands.at)
        assert (job.name, outcome.state, outcome.error) == (job.name, RunState.DONE, None)
    assert await pool.fetchval("select count(*) from outbox where kind = 'ops'") == 0


def test_the_calendar_asks_every_hour_of_the_day(open_eyes: Context) -> None:
    rules = open_eyes.rules
    trigger = build_triggers(rules.schedule, rules.time_zone, PRINTED)["fixtures_feed"]
    asked = [at.astimezone(rules.time_zone) for at in fires(trigger, PRINTED, PRINTED + DAY)]
    assert [at.hour for at in sorted(asked, key=lambda at: at.hour)] == list(range(7, 24))
    assert JOBS["fixtures_feed"].walk is fixtures_feed.run
