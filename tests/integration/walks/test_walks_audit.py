"""The audit over a house that has lived: nothing is found, until a fault is planted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pytest

from engine.domain.numbers import FixtureId
from engine.domain.pick import Provenance, pick_id
from jobs.audit import audited
from jobs.slots import CLOSING
from tests.integration.walks.sent import without_guards

if TYPE_CHECKING:
    from storage.pool import Pool
    from tests.integration.walks.world import House

MINUTE: Final = timedelta(minutes=1)
ONE: Final = "(select pick_id from settlements order by pick_id limit 1)"


@pytest.fixture
async def lived(house: House) -> House:
    """Looks, closes, kick-offs and results of the first matches of the world, settled."""
    await house.run("snapshot")
    kick_off = min(view.fixture.kick_off for view in await house.picks())
    for slot in await house.looks(kick_off):
        if slot.job == CLOSING:
            await house.at(slot)
    house.hands.at = kick_off
    await house.run("kick_off")
    house.hands.at = kick_off + 115 * MINUTE
    await house.run("settle")
    house.hands.at += 13 * MINUTE
    await house.run("settle")
    return house


async def found(house: House) -> Any:
    return await audited(house.ctx)


async def test_a_house_that_did_as_it_should_gives_no_finding(lived: House) -> None:
    said: list[str] = []
    told: Any = await audited(lived.ctx, says=said.append)
    assert told["faults"] == []
    assert told["doubts"] == []
    assert told["records"]["live"]["n"] == told["looked_at"]["settlements"] > 1
    assert told["records"]["live"]["n_close"] > 0
    assert told["looked_at"]["closings"] > 0
    assert any("settlements" in line for line in said)


PLANTED: Final = {
    "a profit off by a cent": (
        "update settlements set profit = profit + 0.01 where pick_id = @one",
        {"profit", "headline"},
    ),
    "a win that was a loss": (
        (
            "update settlements set outcome = case outcome when 'won' then 'lost' else 'won' end"
            " where pick_id = @one"
        ),
        {"outcome", "profit"},
    ),
    "a score nobody read": (
        "update settlements set home_goals = home_goals + 7 where pick_id = @one",
        {"score"},
    ),
    "settled before play": (
        (
            "update settlements set settled_at = settled_at - interval '5 hours'"
            " where pick_id = @one"
        ),
        {"settled_early", "score"},
    ),
    "a settlement left out": (
        (
            "update settlements set sequence = 3 where pick_id = @one;"
            "insert into settlements select pick_id, 1, outcome, profit, home_goals, away_goals,"
            " rule, settled_at, rules_version from settlements where pick_id = @one"
        ),
        {"settled_twice"},
    ),
    "two settlements of one sequence": (
        (
            "alter table settlements drop constraint settlements_pkey;"
            "insert into settlements select * from settlements where pick_id = @one"
        ),
        {"settled_twice"},
    ),
    "a close after kick-of": (
        (
            "update closings set captured_at = kick_off + interval '2 minutes'"
            " where ctid = (select ctid from closings order by kick_off limit 1)"
        ),
        {"after_kick_off"},
    ),
    "a match that had begun when its close was caught": (
        (
            "update fixtures set kick_off = kick_off - interval '20 minutes'"
            " where id in (select fixture_id from closings)"
        ),
        {"after_kick_off"},
    ),
    "a grade that flatters": (
        "update closings set captured_at = captured_at - interval '3 hours' where grade = 'A'",
        {"grade"},
    ),
    "a CLV made up": (
        (
            "alter table pick_close_entries disable trigger close_entries_stand;"
            "update pick_closes set clv = clv + 0.01 where clv is not null"
        ),
        {"clv", "headline"},
    ),
    "a second CLV made up": (
        (
            "alter table pick_close_entries disable trigger close_entries_stand;"
            "update pick_closes set clv_alt = clv_alt + 0.01 where clv_alt is not null"
        ),
        {"clv_alt"},
    ),
    "a close that was never kept": (
        "update closings set win = win * 0.9, loss = loss + win * 0.1",
        {"clv", "clv_alt", "headline"},
    ),
    "a backtest pick marked live": (
        (
            "update picks set provenance = 'backtest';"
            " update picks set provenance = 'live' where number = 1"
        ),
        {"provenance"},
    ),
    "a live pick that no look made": (
        (
            "update picks set taken_at = taken_at - interval '400 days',"
            " quoted_at = quoted_at - interval '400 days' where number = 1"
        ),
        {"provenance"},
    ),
    "a live pick at a bound": (
        "update picks set bookmaker = 'fd_max' where number = 1",
        {"provenance"},
    ),
    "a live pick without caps": (
        "update picks set policy_version = 'v0+uncapped' where number = 1",
        {"provenance"},
    ),
    "a bet on a match that had begun": (
        "update picks set set_for = taken_at - interval '1 minute' where number = 1",
        {"taken_late"},
    ),
    "a price from later": (
        "update picks set quoted_at = taken_at + interval '1 minute' where number = 1",
        {"quoted_later"},
    ),
    "a stake above its cap": (
        "update picks set stake = 50 where number = 1",
        {"stake_cap", "fixture_cap", "league_cap", "day_cap"},
    ),
    "a stake above its cap, under a learned version": (
        "update picks set stake = 50, policy_version = 'v0.3w1' where number = 1",
        {"stake_cap"},
    ),
    "a pick by a version that nobody put in force": (
        "update picks set policy_version = 'v0.3' where number = 1",
        {"version"},
    ),
    "a pick by a version from before it was in force": (
        (
            "insert into policy_events (base, version, event, at, by_user, serves, evidence)"
            " select 'v0', 3, 'confirmed', taken_at + interval '1 minute', 1001, 3, '{}'"
            " from picks where number = 1;"
            " update picks set policy_version = 'v0.3w1+env.1a2b3c' where number = 1"
        ),
        {"version"},
    ),
    "a posting off by a cent": (
        (
            "update ledger_postings set amount = amount + 0.01 where account = 'cash' and entry ="
            " (select number from ledger_entries where kind = 'settled' order by number limit 1)"
        ),
        {"cash", "balance"},
    ),
    "a settlement that never reached the bankroll": (
        (
            "create temp table gone on commit drop as select number from ledger_entries"
            " where kind = 'settled' order by number limit 1;"
            " delete from ledger_postings where entry in (select number from gone);"
            " delete from ledger_entries where number in (select number from gone)"
        ),
        {"cash"},
    ),
    "a settlement paid twice": (
        (
            "with again as (insert into ledger_entries"
            " (bankroll, subject, kind, sequence, posted_at)"
            " select bankroll, subject, kind, 2, posted_at from ledger_entries"
            " where kind = 'settled' order by number limit 1 returning number, subject)"
            " insert into ledger_postings select a.number, p.account, p.amount from again a"
            " join ledger_entries e on e.subject = a.subject and e.kind = 'settled'"
            " join ledger_postings p on p.entry = e.number"
        ),
        {"cash"},
    ),
    "money of a bet nobody made": (
        "update ledger_entries set subject = gen_random_uuid() where number = 2",
        {"cash"},
    ),
    "a bankroll that began with more": (
        "update ledger_postings set amount = amount * 2 where entry = 1",
        {"cash"},
    ),
    "a bankroll that never began": (
        (
            "delete from ledger_postings where entry = 1;"
            " delete from ledger_entries where number = 1"
        ),
        {"cash"},
    ),
    "a payment into what is recommended from": (
        (
            "with more as (insert into ledger_entries"
            " (bankroll, subject, kind, sequence, posted_at)"
            " select bankroll, gen_random_uuid(), 'deposited', 0, posted_at"
            " from ledger_entries where number = 1 returning number)"
            " insert into ledger_postings select number, account, amount from more"
            " cross join (values ('cash', 7), ('capital', -7)) m (account, amount)"
        ),
        {"cash"},
    ),
    "a live stake booked as paper": (
        (
            "insert into bankrolls (provenance) values ('paper') on conflict do nothing;"
            " update ledger_entries set bankroll ="
            " (select id from bankrolls where provenance = 'paper') where number = 2"
        ),
        {"cash"},
    ),
    "a mark of the shadow made afterwards": (
        (
            "insert into policy_versions values (3, 'v0', 0, '{}', '{}', now(), -1);"
            " insert into shadow_picks select 3, id, taken_at + interval '1 minute', 0,"
            " signal_score, odds, edge, false, true from picks where number = 1"
        ),
        {"shadow"},
    ),
}


@pytest.mark.parametrize(("change", "checks"), PLANTED.values(), ids=PLANTED.keys())
async def test_a_planted_fault_is_named(
    lived: House, pool: Pool, change: str, checks: set[str]
) -> None:
    async with without_guards(pool) as forger:
        await forger.execute(change.replace("@one", ONE))
    told = await found(lived)
    assert checks <= {one["check"] for one in told["faults"]}


async def test_a_pick_counted_twice_is_named_though_its_match_has_two_ids(
    lived: House, pool: Pool
) -> None:
    """Each id alone is right; only the match gives it away."""
    view = (await lived.picks())[0]
    twin = FixtureId(UUID(int=view.fixture.id.int ^ 1))
    own = pick_id(Provenance.LIVE, twin, view.pick.selection)
    async with without_guards(pool) as forger:
        await forger.execute(
            "create temp table f on commit drop as select * from fixtures where id = $1",
            view.fixture.id,
        )
        await forger.execute("update f set id = $1", twin)
        await forger.execute("insert into fixtures select * from f")
        await forger.execute(
            "create temp table p on commit drop as select * from picks where id = $1", view.pick.id
        )
        await forger.execute("update p set id = $1, fixture_id = $2, number = 4711", own, twin)
        await forger.execute("insert into picks overriding system value select * from p")
    faults = (await found(lived))["faults"]
    assert {one["check"] for one in faults} == {"counted_twice", "cash"}
    assert {one["where"] for one in faults} == {"#P4711 (live)"}
    [twice] = [one for one in faults if one["check"] == "counted_twice"]
    assert f"#P{view.number} (live)" in twice["says"]


async def test_the_same_pick_twice_under_one_match_is_named(lived: House, pool: Pool) -> None:
    async with without_guards(pool) as forger:
        await forger.execute(
            "alter table picks drop constraint picks_provenance_fixture_id_selection_key"
        )
        await forger.execute(
            "create temp table p on commit drop as select * from picks order by number limit 1"
        )
        await forger.execute("update p set id = gen_random_uuid(), number = 4711")
        await forger.execute("insert into picks overriding system value select * from p")
    checks = {one["check"] for one in (await found(lived))["faults"]}
    assert {"counted_twice", "provenance"} <= checks


async def test_a_live_pick_that_nobody_was_told_of_is_doubted(lived: House, pool: Pool) -> None:
    lived.hands.at += timedelta(days=3)
    await lived.run("snapshot")
    async with without_guards(pool) as forger:
        await forger.execute(
            "update outbox set created_at = created_at - interval '1 minute' where kind = 'pick'"
            " and id = (select min(id) from outbox where kind = 'pick')"
        )
        await forger.execute(
            "delete from outbox where pick_id = (select pick_id from outbox where kind = 'pick'"
            " order by id offset 2 limit 1)"
        )
    told = await found(lived)
    assert {one["check"] for one in told["doubts"]} == {"never_told"}


async def test_only_what_happened_since_is_looked_at(lived: House, pool: Pool) -> None:
    everything, nothing = await found(lived), lived.hands.at + timedelta(days=100)
    told: Any = await audited(lived.ctx, nothing)
    assert set(told["looked_at"].values()) == {0}
    assert told["records"] == {}
    settled = lived.hands.at
    told = await audited(lived.ctx, settled)
    assert told["faults"] == []
    assert told["records"] == everything["records"]
    assert told["looked_at"]["settlements"] == everything["looked_at"]["settlements"]
    assert told["looked_at"]["picks"] < everything["looked_at"]["picks"]
    async with without_guards(pool) as forger:
        await forger.execute("update settlements set settled_at = settled_at - interval '1 hour'")
    assert (await audited(lived.ctx, settled))["records"] == {}
