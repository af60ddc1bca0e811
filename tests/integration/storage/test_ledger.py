"""The ledger in the store: posted with what it accounts for, once, and never changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import pytest

from engine.domain.errors import StoreUnavailable
from engine.domain.ledger import Bankroll, EntryKind
from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.settlement.posting import paid
from storage.migrate import MIGRATIONS
from tests.builders import KICK_OFF, a_pick
from tests.integration.storage.shelf import MINUTE, a_pick_of, a_settlement, keep_picks

if TYPE_CHECKING:
    from engine.domain.ledger import Statement
    from engine.domain.settlement import Settlement
    from storage.pool import Pool
    from storage.store import Store

PAPER = Bankroll(provenance=Provenance.PAPER)
LOST: dict[str, Any] = {"outcome": Outcome.LOST, "profit": units("-0.5")}


async def stands(store: Store) -> dict[Provenance, Statement]:
    async with store.reading() as tx:
        return {one.bankroll.provenance: one for one in await tx.ledger.statements()}


async def settle(store: Store, *settlements: Settlement) -> None:
    async with store.transaction() as tx:
        await tx.settlements.add(settlements)


async def test_a_pick_takes_its_stake_and_its_settlement_gives_back_what_it_earned(
    store: Store,
) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    before = (await stands(store))[Provenance.PAPER]
    assert (before.cash, before.at_stake) == (100 - pick.stake, pick.stake)
    await settle(store, a_settlement(pick.id, profit=units("0.6")))
    after = (await stands(store))[Provenance.PAPER]
    assert (after.cash, after.at_stake, after.profit) == (units("100.6"), units(0), units("0.6"))


async def test_the_same_again_moves_nothing(store: Store) -> None:
    pick = a_pick()
    for _ in range(2):
        await keep_picks(store, pick)
        await settle(store, a_settlement(pick.id))
    async with store.reading() as tx:
        kinds = [entry.kind for _, entry in await tx.ledger.entries(PAPER)]
    assert kinds == [EntryKind.OPENED, EntryKind.STAKED, EntryKind.SETTLED]


async def test_a_correction_takes_back_what_was_paid_and_pays_anew(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    await settle(store, a_settlement(pick.id), a_settlement(pick.id, 2, **LOST))
    async with store.reading() as tx:
        entries = [entry for _, entry in await tx.ledger.entries(PAPER)]
        (first, second) = await tx.ledger.entries(PAPER, after=1, limit=2)
    told = [(entry.kind, entry.sequence) for entry in entries[2:]]
    assert told == [(EntryKind.SETTLED, 1), (EntryKind.REVERSED, 1), (EntryKind.SETTLED, 2)]
    assert (await stands(store))[Provenance.PAPER].profit == Decimal("-0.5")
    assert [first[1], second[1]] == entries[1:3]


async def test_provenances_have_bankrolls_of_their_own(store: Store) -> None:
    live, back = a_pick_of(Provenance.LIVE), a_pick_of(Provenance.BACKTEST)
    await keep_picks(store, live, back)
    await settle(store, a_settlement(live.id))
    found = await stands(store)
    assert found[Provenance.LIVE].profit == Decimal("0.6")
    assert found[Provenance.BACKTEST].at_stake == back.stake
    assert Provenance.PAPER not in found


async def test_a_transaction_that_fails_moves_nothing(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    before = await stands(store)
    with pytest.raises(RuntimeError):  # noqa: PT012  # what was done before it failed is the point
        async with store.transaction() as tx:
            await tx.settlements.add([a_settlement(pick.id)])
            raise RuntimeError
    assert await stands(store) == before


async def test_who_is_cut_off_while_settling_has_paid_nothing_and_the_next_pays_once(
    store: Store, pool: Pool
) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    before = await stands(store)
    with pytest.raises(StoreUnavailable):  # noqa: PT012  # it is cut off after it had settled
        async with store.transaction() as tx:
            await tx.settlements.add([a_settlement(pick.id)])
            await pool.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and state = 'idle in transaction'"
            )
            await tx.settlements.hold([pick.id])
    assert await stands(store) == before
    await settle(store, a_settlement(pick.id))
    assert (await stands(store))[Provenance.PAPER].profit == Decimal("0.6")


async def test_many_who_settle_at_once_without_having_held_pay_once(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(settle(store, a_settlement(pick.id)))
    after = (await stands(store))[Provenance.PAPER]
    assert (after.profit, after.at_stake) == (units("0.6"), units(0))


async def test_many_who_settle_at_once_pay_once(store: Store) -> None:
    picks = [a_pick(code) for code in ("home", "away", "draw", "over_2.5", "under_2.5")]
    await keep_picks(store, *picks)

    async def one() -> None:
        async with store.transaction() as tx:
            held = await tx.settlements.hold([pick.id for pick in picks])
            new = [pick for pick in picks if pick.id not in held]
            await tx.settlements.add([a_settlement(pick.id) for pick in new])

    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(one())
    assert (await stands(store))[Provenance.PAPER].profit == 5 * Decimal("0.6")


async def test_payments_are_posted_once(store: Store) -> None:
    mine = Bankroll(provenance=Provenance.LIVE, owner=7)
    async with store.transaction() as tx:
        deposit = paid(mine, units(250), UUID(int=9), KICK_OFF)
        assert [await tx.ledger.post([deposit]) for _ in range(2)] == [1, 0]
    async with store.reading() as tx:
        (mine_now,) = await tx.ledger.statements(owner=7)
        assert await tx.ledger.statements() == ()
    assert (mine_now.cash, mine_now.capital) == (units(250), units(-250))


@pytest.mark.parametrize(
    "change",
    [
        "update ledger_postings set amount = amount * 2",
        "delete from ledger_postings",
        "truncate ledger_postings",
        "update ledger_entries set posted_at = now()",
        "truncate ledger_entries cascade",
        "delete from ledger_entries where number = 1",
    ],
)
async def test_what_moved_can_neither_be_changed_nor_taken_away(
    store: Store, pool: Pool, change: str
) -> None:
    await keep_picks(store, a_pick())
    before = await stands(store)
    with pytest.raises(asyncpg.RestrictViolationError, match="history"):
        await pool.execute(change)
    assert await stands(store) == before


async def test_the_database_itself_refuses_an_entry_that_does_not_balance(
    store: Store, pool: Pool
) -> None:
    await keep_picks(store, a_pick())
    with pytest.raises(asyncpg.CheckViolationError, match="does not balance"):
        await pool.execute(
            "with e as (insert into ledger_entries (bankroll, subject, kind, sequence, posted_at)"
            " select id, gen_random_uuid(), 'deposited', 0, now() from bankrolls returning number)"
            " insert into ledger_postings select number, 'cash', 10 from e"
        )


async def test_what_picks_moved_before_there_was_a_ledger_is_posted_as_if_there_had_been(
    store: Store, pool: Pool
) -> None:
    open_, won, corrected = (a_pick(code) for code in ("home", "away", "draw"))
    live = a_pick_of(Provenance.LIVE)
    await keep_picks(store, open_, won, corrected, live)
    later = KICK_OFF + timedelta(hours=3)
    void: dict[str, Any] = {
        "outcome": Outcome.VOID,
        "profit": units(0),
        "settled_at": later + MINUTE,
    }
    await settle(store, a_settlement(won.id), a_settlement(corrected.id))
    await settle(store, a_settlement(corrected.id, 2, settled_at=later, **LOST))
    await settle(store, a_settlement(corrected.id, 3, **void), a_settlement(live.id, **LOST))
    posted = await pool.fetch(_ALL)
    await pool.execute(
        "drop table payment_reversals, payments, bet_withdrawals, bets;"
        "drop table ledger_postings, ledger_entries, bankrolls;"
        " drop function ledger_balances, ledger_stands, recommended_stands,"
        " recommended_postings_stand"
    )
    await pool.execute((MIGRATIONS / "0017_ledger.sql").read_text())
    assert await pool.fetch(_ALL) == posted
    assert len(posted) > 20


_ALL = """
    select b.provenance, e.subject, e.kind, e.sequence, e.posted_at, p.account, p.amount
    from ledger_postings p
    join ledger_entries e on e.number = p.entry
    join bankrolls b on b.id = e.bankroll
    order by 1, 2, 3, 4, 6
"""
