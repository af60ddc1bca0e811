"""Disputes, grades by hand and corrections on a real store, also when two come at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import pytest

from engine.domain.dispute import Decision, DisputeKind, Doubt
from engine.domain.numbers import BookmakerKey
from engine.domain.settlement import Outcome, Phase, Result, Score, Told
from engine.settlement.rules import BookRules, BookTable
from jobs.rulings import HandGrade, decide_dispute, grade_pick
from jobs.settle_confirmed import Judged, settle_confirmed
from tests.builders import KICK_OFF, NOW, a_fixture, a_pick, a_result

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from jobs.context import Context
    from storage.pool import Pool
    from storage.store import Store

END: Final = KICK_OFF + timedelta(hours=2)
LATER: Final = END + timedelta(minutes=30)
OWNER: Final = 1001
PLACEHOLDER: Final[dict[str, Any]] = {
    "status": "AET",
    "phase": Phase.REVIEW,
    "full_time": None,
    "told": Told(goals=Score(home=2, away=1), full_time=Score(home=2, away=1)),
}


@pytest.fixture
async def picks(store: Store) -> tuple[Pick, ...]:
    """Two picks of one match that nobody has settled."""
    made = (a_pick("home"), a_pick("over_2.5", bookmaker=BookmakerKey("bet365")))
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.picks.add(made)
    return made


async def read(store: Store, *results: Result) -> None:
    async with store.transaction() as tx:
        await tx.results.add(results)


async def run(ctx: Context, at: timedelta = timedelta(0)) -> Judged:
    """Settle what the readings so far confirm, as the walk does."""
    async with ctx.store.reading() as tx:
        views = await tx.picks.all_views()
    return await settle_confirmed(ctx, views, LATER + at)


def twice(
    home: int = 2, away: int = 1, after: timedelta = timedelta(0), **row: Any
) -> list[Result]:
    return [
        a_result(home, away, read_at=END + after + gap, **row)
        for gap in (timedelta(0), timedelta(minutes=10))
    ]


async def settled(pool: Pool) -> list[tuple[int, str, str, Decimal]]:
    rows = await pool.fetch(
        "select s.sequence, s.outcome, s.rule, s.profit from settlements s"
        " join picks p on p.id = s.pick_id order by p.market_code, s.sequence"
    )
    return [tuple(row) for row in rows]


async def queue(store: Store) -> list[tuple[DisputeKind, int]]:
    async with store.reading() as tx:
        return [(one.dispute.kind, one.picks) for one in await tx.disputes.waiting()]


@pytest.mark.usefixtures("picks")
async def test_each_settlement_names_the_rules_of_its_own_bookmaker(
    ctx: Context, pool: Pool
) -> None:
    await read(ctx.store, *twice())
    assert len((await run(ctx)).settled) == 2
    rows = await pool.fetch(
        "select p.bookmaker, s.rules_version from settlements s join picks p on p.id = s.pick_id"
    )
    books = ctx.rules.books
    assert {tuple(row) for row in rows} == {
        ("generous", books.default.version),
        ("bet365", books.of(BookmakerKey("bet365")).version),
    }


@pytest.mark.usefixtures("picks")
async def test_the_bookmaker_of_the_pick_decides_when_it_is_void(ctx: Context, pool: Pool) -> None:
    """Bet365 gives back at midnight; the others wait for two days."""
    await read(ctx.store, *twice(status="PST", phase=Phase.POSTPONED, full_time=None))
    await run(ctx, timedelta(hours=24))
    assert await settled(pool) == [(1, "void", "void", Decimal(0))]
    await run(ctx, timedelta(hours=48))
    assert [outcome for _, outcome, _, _ in await settled(pool)] == ["void", "void"]


@pytest.mark.usefixtures("picks")
async def test_a_doubtful_row_waits_in_the_queue_and_is_asked_once(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice(**PLACEHOLDER))
    assert (await run(ctx)).disputes == 1
    assert (await run(ctx, timedelta(days=1))).disputes == 0
    assert await queue(store) == [(DisputeKind.EXTRA_TIME, 2)]
    assert await settled(pool) == []


@pytest.mark.usefixtures("picks")
async def test_a_row_that_its_source_sets_right_needs_nobody(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice(**PLACEHOLDER))
    await run(ctx)
    right = twice(1, 1, timedelta(hours=1), status="AET")
    await read(store, right[0])
    await run(ctx, timedelta(hours=1))
    assert await queue(store) == [(DisputeKind.EXTRA_TIME, 2)]
    await read(store, right[1])
    await run(ctx, timedelta(hours=1))
    assert await queue(store) == []
    assert [rule for _, _, rule, _ in await settled(pool)] == ["full_time"] * 2
    assert await pool.fetchval("select resolution from disputes") == "withdrawn"


@pytest.mark.usefixtures("picks")
async def test_sources_that_conflict_wait_for_a_person_even_if_they_agree_later(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice(), a_result(0, 0, read_at=END, source="football_data"))
    await run(ctx)
    await read(store, *twice(2, 1, timedelta(hours=1), source="football_data"))
    await run(ctx, timedelta(hours=2))
    assert await queue(store) == [(DisputeKind.SOURCES, 2)]
    assert await settled(pool) == []


@pytest.mark.usefixtures("picks")
async def test_two_admins_who_decide_at_once_decide_once(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice(**PLACEHOLDER))
    await run(ctx)
    scores = [Decision(score=Score(home=1, away=goals)) for goals in range(8)]
    done = await asyncio.gather(
        *(
            decide_dispute(store, ctx.rules, 1, one, by=OWNER + place, now=LATER)
            for place, one in enumerate(scores)
        ),
        *(run(ctx) for _ in range(4)),
    )
    (decided,) = [one for one in done[:8] if one is not None]
    assert sum(len(one.settled) for one in done[8:] if isinstance(one, Judged)) == 0
    assert [(n, rule) for n, _, rule, _ in await settled(pool)] == [(1, "decision")] * 2
    (said,) = await pool.fetch("select resolved_by, home_goals, away_goals from disputes")
    audit = await pool.fetch("select user_id, action, detail from audit")
    assert len(audit) == 1
    assert decided.dispute.decision is not None  # type: ignore[union-attr]
    score = decided.dispute.decision.score  # type: ignore[union-attr]
    assert score == Score(home=said["home_goals"], away=said["away_goals"])
    assert (audit[0]["user_id"], audit[0]["action"]) == (said["resolved_by"], "dispute_decided")


async def test_a_dispute_without_picks_is_decided_once_as_well(
    ctx: Context, store: Store, pool: Pool
) -> None:
    read_once = a_result(**PLACEHOLDER)
    doubt = Doubt(fixture_id=a_fixture().id, kind=DisputeKind.EXTRA_TIME, reads=(read_once,))
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.disputes.open([doubt], NOW)
    void = Decision(score=None)
    done = await asyncio.gather(
        *(decide_dispute(store, ctx.rules, 1, void, by=OWNER, now=LATER) for _ in range(6))
    )
    assert sum(one is not None for one in done) == 1
    assert await pool.fetchval("select count(*) from audit") == 1


@pytest.mark.usefixtures("picks")
async def test_many_walks_at_once_settle_once(ctx: Context, store: Store, pool: Pool) -> None:
    await read(store, *twice())
    walks = await asyncio.gather(*(run(ctx) for _ in range(8)))
    assert sorted(len(one.settled) for one in walks) == [0] * 7 + [2]
    assert [(n, outcome) for n, outcome, _, _ in await settled(pool)] == [(1, "won")] * 2
    assert (await run(ctx)).settled == ()


@pytest.mark.usefixtures("picks")
async def test_a_walk_and_two_people_at_once_settle_a_pick_once(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice())
    grade = HandGrade(outcome=Outcome.VOID, seen=0)
    people = [
        grade_pick(store, ctx.rules, 1, grade, by=person, now=LATER) for person in (OWNER, 1002)
    ]
    done = await asyncio.gather(run(ctx), *people, run(ctx))
    graded = [one for one in done[1:3] if one is not None]
    mine = await pool.fetch(
        "select s.rule from settlements s join picks p on p.id = s.pick_id where p.number = 1"
    )
    assert [row["rule"] for row in mine] == ["manual" if graded else "full_time"]
    assert await pool.fetchval("select count(*) from audit") == len(graded) <= 1
    assert len(await settled(pool)) == 2


@pytest.mark.usefixtures("picks")
async def test_a_grade_by_hand_is_audited_first_and_no_walk_replaces_it(
    ctx: Context, store: Store, pool: Pool
) -> None:
    grade = HandGrade(score=Score(home=0, away=0), seen=0)
    done = await grade_pick(store, ctx.rules, 1, grade, by=OWNER, now=LATER)
    assert done is not None
    assert (done.outcome, done.rule) == (Outcome.LOST, "manual")
    await read(store, *twice())
    assert len((await run(ctx)).settled) == 1  # the other pick
    assert await grade_pick(store, ctx.rules, 1, grade, by=OWNER, now=LATER) is None
    assert await grade_pick(store, ctx.rules, 99, grade, by=OWNER, now=LATER) is None
    (row,) = await pool.fetch("select action, detail from audit")
    assert row["action"] == "pick_graded"
    assert (row["detail"]["score"], row["detail"]["instead_of"]) == ("0-0", None)


@pytest.mark.usefixtures("picks")
async def test_a_decision_corrects_what_was_settled_and_spares_what_was_graded(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice())
    await run(ctx)
    await grade_pick(
        store, ctx.rules, 1, HandGrade(outcome=Outcome.VOID, seen=1), by=OWNER, now=LATER
    )
    await read(store, a_result(0, 0, read_at=END, source="football_data"))
    await run(ctx, timedelta(hours=1))
    assert await queue(store) == [(DisputeKind.SOURCES, 2)]
    decision = Decision(score=Score(home=0, away=0))
    await decide_dispute(store, ctx.rules, 1, decision, by=OWNER, now=LATER)
    assert await settled(pool) == [
        (1, "won", "full_time", Decimal("0.6000")),
        (2, "void", "manual", Decimal(0)),
        (1, "won", "full_time", Decimal("0.6000")),
        (2, "lost", "decision", Decimal("-0.5000")),
    ]
    assert (await run(ctx, timedelta(hours=2))).settled == ()


@pytest.mark.usefixtures("picks")
async def test_a_score_corrected_in_time_is_a_new_entry_and_too_late_a_question(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice())
    await run(ctx)
    await read(store, *twice(0, 1, timedelta(hours=70)))
    assert len((await run(ctx, timedelta(hours=71))).settled) == 2
    assert [n for n, _, _, _ in await settled(pool)] == [1, 2, 1, 2]
    await read(store, *twice(4, 1, timedelta(hours=95)))
    late = await run(ctx, timedelta(hours=96))
    assert (late.settled, late.disputes) == ((), 1)
    assert await queue(store) == [(DisputeKind.LATE_CORRECTION, 2)]


@pytest.mark.usefixtures("picks")
async def test_a_replay_under_a_new_id_settles_the_bet(
    ctx: Context, store: Store, pool: Pool
) -> None:
    """Two ids read at one moment are two rows, and the one that was played counts."""
    books = BookTable(default=BookRules())
    ctx = replace(ctx, rules=replace(ctx.rules, books=books))
    day = timedelta(hours=24)
    new: dict[str, Any] = {"event_id": "2", "kick_off": KICK_OFF + day}
    for played, off in zip(
        twice(0, 3, day, **new),
        twice(after=day, event_id="1", status="PST", phase=Phase.POSTPONED, full_time=None),
        strict=True,
    ):
        await read(store, played, off)
    assert len((await run(ctx, day)).settled) == 2
    assert [(outcome, rule) for _, outcome, rule, _ in await settled(pool)] == [
        ("lost", "full_time"),
        ("won", "full_time"),
    ]
    assert await pool.fetchval("select count(*) from results") == 4


@pytest.mark.usefixtures("picks")
async def test_a_match_put_off_for_a_week_is_void_before_it_is_played(
    ctx: Context, store: Store, pool: Pool
) -> None:
    """Its bookmakers have given the stakes back; the bet is open no more, nor settled later."""
    week = KICK_OFF + timedelta(days=7)
    async with store.transaction() as tx:
        await tx.fixtures.save([replace(a_fixture(), kick_off=week)], NOW)
    two_days = KICK_OFF + timedelta(hours=48)
    for gap in (timedelta(0), timedelta(minutes=10)):
        new = a_result(
            status="NS", phase=Phase.SCHEDULED, full_time=None, kick_off=week, read_at=END + gap
        )
        await read(store, new)
    provenance = a_pick().provenance
    async with store.reading() as tx:
        unread = await tx.picks.to_read(two_days, NOW, provenance)
        due = await tx.picks.to_read(two_days, NOW, provenance, set_by=KICK_OFF)
        assert (len(unread), len(due)) == (0, 2)
        assert len(await tx.picks.open(two_days, provenance)) == 2
    await settle_confirmed(ctx, due, two_days)
    assert [rule for _, _, rule, _ in await settled(pool)] == ["void", "void"]
    async with store.reading() as tx:
        assert await tx.picks.open(two_days, provenance) == ()
        page = await tx.picks.page(two_days, offset=0, limit=5, provenance=provenance)
        assert (page.total, page.picks) == (0, ())
    await read(store, *twice(after=timedelta(days=7), kick_off=week))
    assert (await run(ctx, timedelta(days=8))).settled == ()


@pytest.mark.usefixtures("picks")
async def test_the_history_of_disputes_cannot_be_rewritten(
    ctx: Context, store: Store, pool: Pool
) -> None:
    await read(store, *twice(**PLACEHOLDER))
    await run(ctx)
    with pytest.raises(asyncpg.RaiseError, match="history"):
        await pool.execute("update disputes set said = '[]'::jsonb")
    await decide_dispute(store, ctx.rules, 1, Decision(score=None), by=OWNER, now=LATER)
    for rewritten in (
        "update disputes set resolution = 'score', home_goals = 1, away_goals = 0",
        "update disputes set resolved_at = null, resolution = null",
        "delete from disputes",
    ):
        with pytest.raises(asyncpg.RaiseError, match="history"):
            await pool.execute(rewritten)
    async with store.reading() as tx:
        ((dispute,),) = (await tx.disputes.of_fixtures([a_fixture().id])).values()
    assert dispute.decision == Decision(score=None)
    assert dispute.said[0]["goals"] == "2-1"
    assert (dispute.opened_at, dispute.resolved_at, dispute.resolved_by) == (LATER, LATER, OWNER)
