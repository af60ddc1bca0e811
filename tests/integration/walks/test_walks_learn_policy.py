"""The morning's search for better thresholds, on years of picks that are written down at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from engine.alerting.versions import card_of
from engine.domain.alert import AlertKind
from engine.domain.pick import Provenance
from engine.domain.policy_version import OPEN, THE_HOUSE, Thresholds, VersionState
from jobs.learn_policy import learn_policy
from jobs.policy_acts import confirm, read_shelf
from tests.builders import a_fixture, a_pick
from tests.integration.walks.world import START

if TYPE_CHECKING:
    from engine.domain.version_card import VersionCard
    from jobs.context import Context
    from jobs.policy_acts import Shelf
    from storage.pool import Pool
    from tests.integration.walks.world import House

DAY = timedelta(days=1)
SHADOWED = Thresholds(zone_low=50.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)


@pytest.fixture
async def template(house: House) -> None:
    """One pick without a close: what others are copies of."""
    async with house.store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], START)
        await tx.picks.add([a_pick(provenance=Provenance.LIVE)])


async def play(
    pool: Pool, first: datetime, days: int, *, inside: float, below: float, version: int = 0
) -> None:
    """Write down ten picks a day, closed and settled, a fifth of them below the zone.

    `inside` and `below` are their mean CLV; with `version`, the shadow spoke of each of them.
    """
    await pool.execute("select setseed(0.5)")
    await pool.execute(
        "create unlogged table if not exists world"
        " (n int, fixture uuid, pick uuid, kick_off timestamptz, score float8, clv float8)"
    )
    await pool.execute("truncate world")
    await pool.execute(
        "insert into world select n, gen_random_uuid(), gen_random_uuid(),"
        " $1::timestamptz + n / 10 * interval '1 day', case when n % 5 = 0 then 55 else 70 end,"
        " case when n % 5 = 0 then $3::float8 else $4::float8 end"
        " + 0.02 * (random() + random() + random() - 1.5)"
        " from generate_series(0, 10 * $2::int - 1) as n",
        first,
        days,
        below,
        inside,
    )
    await pool.execute(
        "insert into fixtures select (jsonb_populate_record(f,"
        " jsonb_build_object('id', w.fixture, 'kick_off', w.kick_off))).*"
        " from world w, fixtures f where f.id = (select fixture_id from picks where number = 1)"
    )
    await pool.execute(
        "insert into picks overriding user value select (jsonb_populate_record(p,"
        " jsonb_build_object('id', w.pick, 'fixture_id', w.fixture, 'signal_score', w.score,"
        " 'odds', 2.0, 'taken_at', w.kick_off - interval '2 hours'))).*"
        " from world w, picks p where p.number = 1"
    )
    await pool.execute(
        "insert into pick_close_entries (pick_id, closed_at, kick_off, grade, source, clv,"
        " sequence, why) select pick, kick_off, kick_off, 'A', 'sharp', clv, 1, 'kick_off'"
        " from world"
    )
    await pool.execute(
        "insert into settlements (pick_id, sequence, outcome, profit, rule, settled_at)"
        " select pick, 1, 'won', 1, 'default', kick_off + interval '2 hours' from world"
    )
    if version:
        await pool.execute(
            "insert into shadow_picks select $1, pick, kick_off - interval '2 hours', 0, score,"
            " 2.0, 0.03, score >= 60, true from world",
            version,
        )


async def morning(ctx: Context, house: House, at: datetime) -> dict[str, object]:
    house.hands.at = at
    return dict(await learn_policy(ctx))


async def shelf(ctx: Context) -> Shelf:
    async with ctx.store.reading() as tx:
        return await read_shelf(tx, ctx.rules)


async def cards(pool: Pool) -> list[tuple[int, VersionCard]]:
    rows = await pool.fetch("select chat_id, body from outbox where kind = $1", AlertKind.POLICY)
    return [(row["chat_id"], card_of(row["body"])) for row in rows]


@pytest.fixture
def ctx(house: House) -> Context:
    rules = replace(house.ctx.rules, provenance=Provenance.LIVE)
    return replace(house.ctx, rules=rules)


async def test_nothing_is_wanted_before_there_are_picks_and_every_look_counts(
    ctx: Context, house: House
) -> None:
    for n in range(2):
        told = await morning(ctx, house, START + n * DAY)
    assert told == {
        "in_force": "v0",
        "picks": 0,
        "wanted": "60-79, odds below 2.5, hurdle 1 %",
        "against_champion": 1.0,
    }
    async with ctx.store.reading() as tx:
        [count] = await tx.trials.counts()
    assert (count.trials, count.looks) == (96, 2)


@pytest.mark.usefixtures("template")
async def test_better_thresholds_are_proposed_shadowed_and_asked_for_never_taken(
    ctx: Context, house: House, pool: Pool
) -> None:
    await play(pool, START, 150, inside=0.0, below=0.06)
    at = START + 153 * DAY
    assert (await morning(ctx, house, at))["proposed"] == "v0.1"
    [made] = (await shelf(ctx)).versions
    assert made.thresholds == SHADOWED
    assert made.why["trials"] == 96
    assert "proposed" not in await morning(ctx, house, at + DAY)

    await play(pool, at + DAY, 60, inside=0.0, below=0.06)
    unseen = await morning(ctx, house, at + 64 * DAY)
    assert "ready" not in unseen  # the shadow spoke of none of these picks
    await play(pool, at + 64 * DAY, 60, inside=0.0, below=0.06, version=1)
    told = await morning(ctx, house, at + 127 * DAY)
    assert (told["ready"], told["alerts"]) == ("v0.1", 1)
    [(chat, card)] = await cards(pool)
    assert (chat, card.name, card.state, card.serves) == (1001, "v0.1", "ready", "v0")
    assert card.evidence["picks"] == 600
    assert card.evidence["e_value"] >= card.evidence["e_asked"] == 40
    assert card.evidence["pbo"] < 0.2
    assert card.effect is not None
    assert card.effect.entered.picks == card.effect.entered.closes > 0
    assert card.effect.left.picks == 0
    assert (await shelf(ctx)).in_force == 0
    again = await morning(ctx, house, at + 128 * DAY)
    assert "ready" not in again
    assert len(await cards(pool)) == 1


@pytest.mark.usefixtures("template")
async def test_two_mornings_at_once_propose_one_challenger(
    ctx: Context, house: House, pool: Pool
) -> None:
    await play(pool, START, 150, inside=0.0, below=0.06)
    house.hands.at = START + 153 * DAY
    told = await asyncio.gather(learn_policy(ctx), learn_policy(ctx))
    assert sorted("proposed" in one for one in told) == [False, True]
    assert len((await shelf(ctx)).versions) == 1


@pytest.mark.usefixtures("template")
async def test_a_version_whose_picks_refute_it_is_left_at_once_and_its_keepers_are_told(
    ctx: Context, house: House, pool: Pool
) -> None:
    async with ctx.store.transaction() as tx:
        made = await tx.policies.propose("v0", 0, SHADOWED, why={}, by=THE_HOUSE, now=START)
        assert made is not None
        ready = VersionState.READY
        await tx.policies.turn(1, ready, only=OPEN, by=THE_HOUSE, now=START)
    seen = (await shelf(ctx)).seen
    assert await confirm(ctx.store, ctx.rules, 1, seen=seen, by=1001, now=START)
    await play(pool, START + DAY, 40, inside=-0.04, below=-0.04)
    told = await morning(ctx, house, START + 44 * DAY)
    assert (told["left"], told["alerts"]) == ("v0.1", 1)
    found = await shelf(ctx)
    assert (found.in_force, found.versions[0].state) == (0, VersionState.ROLLED_BACK)
    [(chat, card)] = await cards(pool)
    assert (chat, card.state, card.serves) == (1001, "rolled_back", "v0")
    assert card.evidence["against"] >= 20
    again = await morning(ctx, house, START + 45 * DAY)
    assert "left" not in again


@pytest.mark.usefixtures("template")
async def test_declared_thresholds_that_are_refuted_are_a_persons_business(
    ctx: Context, house: House, pool: Pool
) -> None:
    await play(pool, START, 40, inside=-0.04, below=-0.04)
    told = await morning(ctx, house, START + 44 * DAY)
    assert (told["refuted"], told["alerts"]) == (True, 1)
    again = await morning(ctx, house, START + 45 * DAY)
    assert "alerts" not in again


@pytest.mark.usefixtures("template")
async def test_what_a_person_refused_is_not_proposed_again_before_90_days(
    ctx: Context, house: House, pool: Pool
) -> None:
    await play(pool, START, 150, inside=0.0, below=0.06)
    at = START + 153 * DAY
    await morning(ctx, house, at)
    async with ctx.store.transaction() as tx:
        refused = VersionState.REFUSED
        assert await tx.policies.turn(1, refused, only=OPEN, by=1001, now=at)
    assert "proposed" not in await morning(ctx, house, at + 89 * DAY)
    assert (await morning(ctx, house, at + 91 * DAY))["proposed"] == "v0.2"


async def test_nothing_is_learned_where_a_person_set_a_threshold(
    ctx: Context, house: House
) -> None:
    mine = replace(ctx, rules=replace(ctx.rules, policy_set=frozenset({"scoring.hurdle"})))
    told = await morning(mine, house, START)
    assert told == {"state": "set elsewhere", "thresholds": ["hurdle"]}
    bare = replace(ctx, rules=replace(ctx.rules, trials=None))
    assert await morning(bare, house, START) == {"state": "nothing to try"}
    scoring = replace(ctx.rules.policy.scoring, zone_low=61.0)
    odd = replace(ctx.rules, policy=replace(ctx.rules.policy, scoring=scoring))
    told = await morning(replace(ctx, rules=odd), house, START)
    assert told == {"state": "the declared thresholds are no trial"}
