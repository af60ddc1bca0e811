"""Alarms through the house: opened once, said once, closed once; meanwhile stakes shrink."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import pytest

from engine.domain.alert import Role
from engine.domain.policy import WIDE
from engine.domain.regime import Regime, Watch
from jobs.look import judge, read_inputs
from jobs.regimes import keep_regimes
from tests.integration.storage.shelf import MINUTE, a_person
from tests.integration.walks.test_walks_judging import _HOME, _answer
from tests.unit.collect.wire import EPL, NOW

if TYPE_CHECKING:
    from jobs.context import Context
    from storage.pool import Pool
    from tests.integration.walks.world import House

SHARP = Regime(
    watch=Watch.SHARP,
    of="",
    since=datetime(2026, 7, 31, tzinfo=UTC),
    usual=0.97,
    now=0.1,
    low=0.02,
    high=0.2,
    n=40,
)
MARGIN = replace(SHARP, watch=Watch.MARGIN, of="unibet", usual=0.05, now=0.07)


@pytest.fixture
def ctx(house: House) -> Context:
    return replace(house.ctx, rules=replace(house.ctx.rules, competitions=(EPL,)))


async def reasons(pool: Pool) -> list[str]:
    rows = await pool.fetch("select body from outbox where kind = 'ops' order by id")
    return [row["body"]["reason"] for row in rows]


async def test_an_alarm_is_said_when_it_opens_and_when_it_is_over_and_not_between(
    ctx: Context, pool: Pool
) -> None:
    async with ctx.store.transaction() as tx:
        await tx.people.save(a_person(77, role=Role.OWNER), NOW)
    owners = await pool.fetchval("select count(*) from subscribers where role = 'owner'")
    told = await keep_regimes(ctx, (SHARP, MARGIN), NOW)
    assert set(told) == {"sharp", "margin.unibet"}
    for minutes in (1, 2):
        await keep_regimes(ctx, (replace(SHARP, n=50), MARGIN), NOW + minutes * MINUTE)
    assert len(await reasons(pool)) == 2 * owners
    await keep_regimes(ctx, (MARGIN,), NOW + 3 * MINUTE)
    assert await keep_regimes(ctx, (), NOW + 4 * MINUTE) == {}
    said = await reasons(pool)
    assert len(said) == 4 * owners
    assert "0.970 before, 0.100 [0.020; 0.200] since 2026-07-31, n = 40" in said[0]
    assert said[-1] == "as it was again: the margin of unibet"


async def test_while_the_sharp_reference_is_gone_picks_are_believed_less_and_say_so(
    ctx: Context, house: House
) -> None:
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    (plain,) = (view.pick for view in await house.picks())
    await keep_regimes(ctx, (SHARP,), NOW)
    inputs = await read_inputs(ctx, NOW)
    seen = await judge(ctx, (_answer(*_HOME),), inputs, NOW, "again")
    wide = [one for one in seen.decision.prices.std_error.tolist() if one == one]  # noqa: PLR0124
    assert max(wide) > 1.2 * plain.fair.std_error


async def test_a_book_that_charges_more_widens_nothing(ctx: Context, house: House) -> None:
    await keep_regimes(ctx, (MARGIN,), NOW)
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    assert not any(WIDE in view.pick.policy_version for view in await house.picks())


async def test_alarms_are_history(ctx: Context, pool: Pool) -> None:
    await keep_regimes(ctx, (SHARP,), NOW)
    for change in ("update regimes set name = 'x'", "delete from regimes"):
        with pytest.raises(asyncpg.RestrictViolationError, match="history"):
            await pool.execute(change)
