"""What a look is judged on: the picks and kick-offs of that moment, and nothing later."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.collect.asks import ask_league
from engine.collect.rules import CollectRules
from engine.domain.pick import Provenance
from jobs.look import judge, read_inputs
from jobs.replay import until
from tests.integration.walks.world import open_house
from tests.unit.collect.wire import EPL, KICK_OFF, NOW, event, market, odds, stamp

if TYPE_CHECKING:
    from datetime import datetime

    from engine.collect.payload import Payload
    from jobs.context import Context
    from storage.pool import Pool
    from tests.integration.walks.world import House, Outside

_MINUTE = timedelta(minutes=1)
_SOFT = ("bet365", "betclic", "betsson", "coolbet", "nordicbet", "unibet", "winamax")
_HOME, _AWAY = (2.25, 3.40, 3.30), (1.90, 3.40, 4.15)


def _answer(
    *generous: float, at: datetime = NOW, kick_off: datetime = KICK_OFF, event_id: str = "e1"
) -> Payload:
    """A sharp book, a crowd behind it, and one book too generous about one side."""
    prices = {"pinnacle": (2.06, 3.60, 3.80), **dict.fromkeys(_SOFT, (2.02, 3.50, 3.60))}
    books: list[dict[str, Any]] = []
    for key, (home, draw, away) in {**prices, "generous": generous}.items():
        outcomes = [
            {"name": "Arsenal", "price": home},
            {"name": "Draw", "price": draw},
            {"name": "Chelsea", "price": away},
        ]
        books.append({"key": key, "last_update": stamp(at), "markets": [market(outcomes)]})
        books[-1]["markets"][0]["last_update"] = stamp(at)
    told = odds(event(*books, event_id=event_id, kick_off=kick_off), at=at)
    return replace(told, ask=ask_league(EPL, ("h2h",), CollectRules(), "sweep"))


@pytest.fixture
def ctx(house: House) -> Context:
    return replace(house.ctx, rules=replace(house.ctx.rules, competitions=(EPL,)))


async def _codes(house: House) -> list[str]:
    return [view.pick.selection.code for view in await house.picks()]


async def test_two_looks_at_once_never_overfill_a_fixture(ctx: Context, house: House) -> None:
    """A sweep and a capture fall together at many a full hour: each saw room for one pick."""
    inputs = await read_inputs(ctx, NOW)
    async with asyncio.TaskGroup() as group:
        for generous, purpose in ((_HOME, "sweep"), (_AWAY, "closing")):
            group.create_task(judge(ctx, (_answer(*generous),), inputs, NOW, purpose))
    assert len(await _codes(house)) == 1


async def test_two_processes_at_once_never_overfill_a_fixture_either(
    ctx: Context, house: House, outside: Outside
) -> None:
    """`python -m jobs snapshot` beside a service: another process knows nothing of our locks."""
    async with open_house(house.store, outside) as other:
        beside = replace(other.ctx, rules=ctx.rules)
        inputs = await read_inputs(ctx, NOW)
        async with asyncio.TaskGroup() as group:
            for one, generous, purpose in (
                (ctx, _HOME, "sweep"),
                (beside, _AWAY, "closing"),
                (ctx, _AWAY, "lead"),
                (beside, _HOME, "sweep"),
            ):
                group.create_task(judge(one, (_answer(*generous),), inputs, NOW, purpose))
    assert len(await _codes(house)) == 1


async def test_a_judge_that_is_cancelled_lets_the_next_one_in(ctx: Context) -> None:
    async def judging() -> None:
        async with ctx.judging:
            pass

    async with asyncio.TaskGroup() as group, ctx.judging:
        waiting = group.create_task(judging())
        await asyncio.sleep(0.05)
        waiting.cancel()
    async with asyncio.timeout(5), ctx.judging:
        pass


async def test_a_match_put_off_after_its_hour_keeps_its_picks_in_mind(
    ctx: Context, house: House
) -> None:
    """Its stored kick-off had passed, so its picks were not open when the look was begun."""
    inputs = await read_inputs(ctx, NOW)
    await judge(ctx, (_answer(*_HOME),), inputs, NOW, "sweep")
    assert await _codes(house) == ["home"]
    later = KICK_OFF + 20 * _MINUTE
    answer = _answer(*_AWAY, at=later, kick_off=KICK_OFF + timedelta(hours=3))
    seen = await judge(ctx, (answer,), await read_inputs(ctx, later), later, "sweep")
    assert seen.moved
    assert await _codes(house) == ["home"]
    assert [update.state for update in seen.decision.updates] == ["gone"]


async def test_a_damaged_answer_takes_no_pick_back(ctx: Context) -> None:
    """An outcome that could not be read may have been the pick's own: its price is unknown."""
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    later = NOW + 5 * _MINUTE
    whole = _answer(1.90, 3.40, 4.15, at=later)
    torn = replace(whole, body=whole.body.replace(b'"price": 1.9', b'"price": "?"'))
    assert torn != whole
    seen = await judge(ctx, (torn,), await read_inputs(ctx, later), later, "sweep")
    assert len(seen.intake.board) > 0
    assert seen.decision.updates == ()
    seen = await judge(ctx, (whole,), await read_inputs(ctx, later), later, "again")
    assert [update.state for update in seen.decision.updates] == ["gone"]


async def test_what_a_look_offered_is_counted_even_if_it_was_never_judged(
    ctx: Context, pool: Pool
) -> None:
    """Killed in between: quotes stored without their look would make more stored than offered."""
    await pool.execute(
        "create function refuse() returns trigger language plpgsql as"
        " $$ begin raise exception 'killed'; end $$"
    )
    await pool.execute(
        "create trigger refuse before insert on picks for each row execute function refuse()"
    )
    inputs = await read_inputs(ctx, NOW)
    with pytest.raises(Exception, match="killed"):
        await judge(ctx, (_answer(*_HOME),), inputs, NOW, "sweep")
    look = await pool.fetchrow("select offered, kept, fixtures, fixtures_priced, picks from looks")
    assert tuple(look or ()) == (27, 27, 1, 0, 0)
    assert await pool.fetchval("select count(*) from odds_changes") == 27
    await pool.execute("drop trigger refuse on picks")
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    look = await pool.fetchrow("select offered, fixtures_priced, picks from looks")
    assert tuple(look or ()) == (27, 1, 1)


async def test_a_replay_of_an_earlier_instant_knows_nothing_of_the_looks_that_follow(
    ctx: Context,
) -> None:
    """One database may hold both: the later listing of a match must not decide the earlier."""
    ctx = replace(ctx, rules=replace(ctx.rules, provenance=Provenance.BACKTEST))
    late = NOW + timedelta(days=1)
    moved = _answer(*_HOME, at=late, kick_off=KICK_OFF + timedelta(days=1), event_id="e2")
    await judge(ctx, (moved,), until(late, await read_inputs(ctx, late)), late, "replay")
    then = until(NOW, await read_inputs(ctx, NOW))
    assert (then.known.fixtures, then.known.event_ids, then.known.first_seen) == ((), {}, {})
    seen = await judge(ctx, (_answer(*_AWAY),), then, NOW, "replay")
    assert [fixture.kick_off for fixture in seen.intake.fixtures] == [KICK_OFF]
    assert [pick.selection.code for pick in seen.decision.picks] == ["away"]


async def test_a_look_at_leagues_on_holiday_is_a_look(ctx: Context, pool: Pool) -> None:
    seen = await judge(ctx, (odds(),), await read_inputs(ctx, NOW), NOW, "sweep", closing=True)
    assert (seen.intake.offered, seen.new_picks) == (0, ())
    assert await pool.fetchval("select count(*) from looks") == 1
