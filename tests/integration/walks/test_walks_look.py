from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.collect.plan import Planned, Purpose
from engine.domain.alert import Role
from engine.domain.market import Selection
from engine.domain.numbers import Odds
from jobs.catalogue import job_of
from jobs.run import RunState
from jobs.slots import SNAPSHOT, Slot
from tests.integration.walks.world import open_house, subscribe

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store
    from tests.integration.walks.world import House, Outside

_MINUTE = timedelta(minutes=1)


async def test_one_look_puts_one_card_per_pick_and_subscriber_into_the_outbox(
    house: House,
) -> None:
    outcome = await house.run("snapshot")
    picks = await house.picks()
    cards = Counter((row["pick_id"], row["chat_id"]) for row in await house.alerts())
    assert outcome.state is RunState.DONE
    assert picks
    assert cards == {(view.pick.id, chat): 1 for view in picks for chat in (1001, 1002)}


async def test_what_a_look_saw_adds_up(house: House, pool: Pool) -> None:
    outcome = await house.run("snapshot")
    report: dict[str, Any] = dict(outcome.report)
    rejected = report["rejected"]
    assert report["offered"] == report["kept"] + sum(rejected.values())
    assert report["kept"] == await pool.fetchval("select count(*) from odds_changes")
    assert report["picks"] == len(await house.picks())
    assert report["unmatched"] == 0


async def test_the_same_look_again_adds_nothing(house: House, pool: Pool) -> None:
    async def rows() -> list[int]:
        return [
            await pool.fetchval(f"select count(*) from {table}")  # noqa: S608  # names of ours
            for table in ("odds_changes", "prices", "picks", "pick_updates", "outbox", "fixtures")
        ]

    await house.run("snapshot")
    before = await rows()
    outcome = await house.run("closing")  # nothing begins within the hour
    assert outcome.report["competitions"] == []
    house.hands.at += timedelta(microseconds=1)  # another run, the same quotes
    await house.run("snapshot")
    after = await rows()
    assert after[2] == before[2]
    assert after[4] == before[4]
    assert after[5] == before[5]


async def test_a_run_that_was_begun_before_is_not_run_again(house: House, pool: Pool) -> None:
    await house.run("snapshot")
    answers = await pool.fetchval("select count(*) from payloads")
    again = await house.run("snapshot")
    assert again.state is RunState.REPEATED
    assert await pool.fetchval("select count(*) from payloads") == answers


async def test_a_fault_between_picks_and_alerts_leaves_neither_but_keeps_the_facts(
    house: House, pool: Pool
) -> None:
    """Picks without their alerts would never be said; alerts without picks would be lies."""
    await pool.execute(
        "create function refuse() returns trigger language plpgsql as"
        " $$ begin raise exception 'disk full'; end $$"
    )
    await pool.execute(
        "create trigger refuse before insert on outbox for each row execute function refuse()"
    )
    outcome = await house.run("snapshot")
    assert outcome.state is RunState.FAILED
    assert await house.picks() == ()
    assert await house.alerts() == []
    assert await pool.fetchval("select count(*) from payloads") == 3
    assert await pool.fetchval("select count(*) from odds_changes") > 0
    await pool.execute("drop trigger refuse on outbox")
    house.hands.at += _MINUTE
    await house.run("snapshot")
    assert len(await house.alerts()) == 2 * len(await house.picks()) > 0


async def test_answers_are_kept_word_for_word_even_when_they_cannot_be_parsed(
    house: House, outside: Outside, pool: Pool
) -> None:
    outside.fail(path="/odds-api/v4/sports/soccer_epl/odds", html=True, times=9)
    outcome = await house.run("snapshot")
    bodies = await pool.fetch("select body from payloads where status <> 200 or body like '<%'")
    assert outcome.state is RunState.DONE
    assert outcome.report["failures"] == {"FeedDown": 1}
    assert bodies


async def test_when_every_answer_is_unusable_the_run_is_tried_again_later(
    house: House, outside: Outside
) -> None:
    outside.fail(path="/odds-api", html=True, times=99)
    outcome = await house.run("snapshot")
    assert outcome.state is RunState.RETRY
    assert outcome.retry_at is not None
    assert outcome.retry_at > house.hands.at


async def test_a_refused_key_stops_the_run_and_tells_the_owner_once_a_day(
    store: Store, outside: Outside
) -> None:
    await subscribe(store, 1001, Role.OWNER)
    await subscribe(store, 1002)
    async with open_house(store, outside, odds_keys=("not-a-key",)) as refused:
        first = await refused.run("snapshot")
        refused.hands.at += timedelta(hours=4)
        await refused.run("snapshot")
        told = await refused.alerts()
    assert first.state is RunState.STOPPED
    assert [(row["kind"], row["chat_id"]) for row in told] == [("ops", 1001)]
    assert "not-a-key" not in str(first) + str(told)


async def test_a_key_refused_before_a_restart_is_not_asked_again(
    store: Store, outside: Outside, pool: Pool
) -> None:
    async with open_house(store, outside, odds_keys=("not-a-key",)) as house:
        await house.run("snapshot")
    asked = await pool.fetchval("select count(*) from payloads")
    async with open_house(store, outside, odds_keys=("not-a-key",)) as house:
        house.hands.at += timedelta(hours=4)
        assert (await house.run("snapshot")).state is RunState.STOPPED
    assert await pool.fetchval("select count(*) from payloads") == asked


async def test_a_process_pool_decides_as_a_thread_does(
    store: Store, outside: Outside, house: House
) -> None:
    async with open_house(store, outside, processes=1) as pooled:
        await pooled.run("snapshot")
    picks = {view.pick for view in await house.picks()}
    house.hands.at += timedelta(microseconds=1)
    await house.run("snapshot")
    assert {view.pick for view in await house.picks()} == picks
    assert picks


async def test_a_look_for_further_lines_that_nobody_offers_withdraws_no_main_line(
    house: House, pool: Pool
) -> None:
    await house.run("snapshot")
    row = await pool.fetchrow(
        "select e.fixture_id, e.event_id, f.competition from fixture_events e"
        " join fixtures f on f.id = e.fixture_id where e.provider = 'odds_api' limit 1"
    )
    assert row is not None
    house.hands.at += timedelta(minutes=5)
    alone = Planned(
        at=house.hands.at,
        purpose=Purpose.EVENT,
        competition=row["competition"],
        markets=("alternate_totals", "alternate_spreads"),
        cost=2,
        event_id=row["event_id"],
    )
    slot = Slot(job=SNAPSHOT, at=house.hands.at, calls=(alone,))
    looked = await house.runner.run(job_of(slot), house.hands.at)
    assert looked.report["movements"] == {}
    lines = await pool.fetch(
        "select odds is null as gone from odds_changes where fixture_id = $1", row["fixture_id"]
    )
    assert lines
    assert not any(line["gone"] for line in lines)


async def test_a_look_tells_who_waits_for_odds_it_has_just_brought(
    house: House, pool: Pool
) -> None:
    await house.run("snapshot")
    row = await pool.fetchrow(
        "select p.fixture_id, p.selection, max(c.odds) as odds from picks p"
        " join odds_changes c on c.fixture_id = p.fixture_id and c.selection = p.selection"
        " where not c.lay group by 1, 2 limit 1"
    )
    assert row is not None
    async with house.store.transaction() as tx:
        selection = Selection.from_number(row["selection"])
        now = house.hands.at
        for odds in (row["odds"] - 0.01, 500.0):
            assert await tx.watches.add(1001, row["fixture_id"], selection, Odds(odds), now)
    house.hands.at += _MINUTE
    await house.run("snapshot")
    house.hands.at += _MINUTE
    await house.run("snapshot")
    told = await pool.fetch("select chat_id, body from outbox where kind = 'watch'")
    assert [one["chat_id"] for one in told] == [1001]
    assert float(told[0]["body"]["wanted"]) == row["odds"] - 0.01
    async with house.store.reading() as tx:
        [left] = await tx.watches.of(1001, house.hands.at)
    assert left.odds == 500.0
