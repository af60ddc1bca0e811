"""Payments of people: posted once, taken back by counter-entry, told apart by bookmaker."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import pytest

from engine.domain.bet import TakenBet
from engine.domain.ledger import Bankroll, EntryKind
from engine.domain.numbers import BookmakerKey, Odds, Units, units
from engine.domain.payment import Payment
from engine.domain.pick import Provenance
from engine.learning.own import own_figures
from jobs.audit_cash import audit_cash
from tests.builders import KICK_OFF, NOW, a_pick
from tests.integration.storage.shelf import a_settlement, keep_picks

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

ANN, BOB = 7, 8
MINE = Bankroll(provenance=Provenance.PAPER, owner=ANN)
BETCLIC, UNIBET = BookmakerKey("betclic"), BookmakerKey("unibet")


def a_payment(number: int, amount: float, **changes: Any) -> Payment:
    values: dict[str, Any] = {
        "id": UUID(int=1000 + number),
        "user_id": ANN,
        "provenance": Provenance.PAPER,
        "book": BETCLIC,
        "amount": units(amount),
        "paid_at": NOW,
    }
    return Payment(**values | changes)


async def pay(store: Store, *payments: Payment) -> int:
    async with store.transaction() as tx:
        return await tx.payments.add(payments)


async def balances(store: Store) -> dict[Any, Any]:
    async with store.reading() as tx:
        found = await tx.payments.balances(MINE)
    return {one.book: (one.cash, one.at_stake, one.profit) for one in found}


async def faults(store: Store) -> list[str]:
    async with store.reading() as tx:
        return [one.says for one in audit_cash(await tx.facts.read())]


async def test_a_payment_is_kept_and_posted_once(store: Store) -> None:
    paid = a_payment(1, 20)
    assert [await pay(store, paid) for _ in range(2)] == [1, 0]
    assert await balances(store) == {BETCLIC: (20, 0, 0)}
    async with store.reading() as tx:
        assert [one.payment for one in await tx.payments.of(MINE)] == [paid]
        (stands,) = await tx.ledger.statements(ANN)
    assert (stands.cash, stands.capital) == (units(20), units(-20))


async def test_bets_count_where_they_were_taken(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    await pay(store, a_payment(1, 20), a_payment(2, 30, book=UNIBET), a_payment(3, 1, book=None))
    bet = TakenBet(
        id=UUID(int=1),
        user_id=ANN,
        pick_id=pick.id,
        bookmaker=UNIBET,
        odds=Odds(2.5),
        stake=units(10),
        taken_at=NOW,
    )
    async with store.transaction() as tx:
        await tx.bets.add(bet)
    assert await balances(store) == {UNIBET: (20, 10, 0), BETCLIC: (20, 0, 0), None: (1, 0, 0)}
    async with store.transaction() as tx:
        await tx.settlements.add([a_settlement(pick.id)])
    assert await balances(store) == {UNIBET: (45, 0, 15), BETCLIC: (20, 0, 0), None: (1, 0, 0)}
    async with store.reading() as tx:
        wagers = await tx.wagers.of(ANN)
        course = [worth for _, worth in await tx.payments.course(MINE)]
    assert course == [20, 50, 51, 66]
    told = own_figures(wagers)
    assert (told.n, told.open, told.profit) == (1, 0, units(15))
    assert told.yield_.mean == 1.5
    assert told.yield_.low is None
    assert wagers[0].advice is not None
    assert wagers[0].advice.odds == pick.odds
    assert await faults(store) == []


async def test_a_wrong_payment_is_undone_by_another_entry_once(store: Store) -> None:
    await pay(store, a_payment(1, 20), a_payment(2, 5))
    async with store.reading() as tx:
        number = (await tx.payments.of(MINE))[-1].number
    async with store.transaction() as tx:
        assert await tx.payments.reverse(number, BOB, KICK_OFF) == ()
        assert await tx.payments.reverse(number, ANN, KICK_OFF) == (a_payment(1, 20),)
        assert await tx.payments.reverse(number, ANN, KICK_OFF) == ()
    assert await balances(store) == {BETCLIC: (5, 0, 0)}
    async with store.reading() as tx:
        entries = [entry.kind for _, entry in await tx.ledger.entries(MINE)]
        told = [one.reversed_at for one in await tx.payments.of(MINE)]
        course = [worth for _, worth in await tx.payments.course(MINE)]
    assert entries == [EntryKind.DEPOSITED, EntryKind.DEPOSITED, EntryKind.REVERSED]
    assert told == [None, KICK_OFF]
    assert course == [20, 25, 5]
    assert await faults(store) == []


async def test_a_transfer_moves_nothing_in_all_and_is_taken_back_whole(store: Store) -> None:
    await pay(store, a_payment(1, 20))
    halves = [
        a_payment(2, -8, transfer=UUID(int=9)),
        a_payment(3, 8, transfer=UUID(int=9), book=UNIBET),
    ]
    assert await pay(store, *halves) == 2
    assert await balances(store) == {BETCLIC: (12, 0, 0), UNIBET: (8, 0, 0)}
    async with store.reading() as tx:
        newest = (await tx.payments.of(MINE))[0].number
        assert [worth for _, worth in await tx.payments.course(MINE)] == [20]
    async with store.transaction() as tx:
        assert len(await tx.payments.reverse(newest, ANN, KICK_OFF)) == 2
    assert await balances(store) == {BETCLIC: (20, 0, 0)}


async def test_payments_of_two_people_or_provenances_never_meet(store: Store) -> None:
    await pay(
        store,
        a_payment(1, 20),
        a_payment(2, 5, user_id=BOB),
        a_payment(3, 7, provenance=Provenance.LIVE),
    )
    assert await balances(store) == {BETCLIC: (20, 0, 0)}


async def test_nothing_that_was_paid_is_changed_but_a_person_may_be_forgotten(
    store: Store, pool: Pool
) -> None:
    await pay(store, a_payment(1, 20), a_payment(2, 5, user_id=BOB))
    for statement in (
        "update payments set amount = 1",
        "truncate payments cascade",
        "update payment_reversals set reversed_at = now()",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute(statement)
    async with store.transaction() as tx:
        number = (await tx.payments.of(MINE))[0].number
        await tx.payments.reverse(number, ANN, KICK_OFF)
        assert (await tx.forgetting.kept(ANN))["payments"][0]["amount"] == 20
        await tx.forgetting.forget(ANN, KICK_OFF)
    async with store.reading() as tx:
        assert await tx.payments.of(MINE) == ()
        assert await tx.ledger.statements(ANN) == ()
        assert len(await tx.ledger.statements(BOB)) == 1


@pytest.mark.parametrize("amount", [0, Decimal("nan"), Decimal("inf")])
def test_a_payment_moves_something(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="a payment moves something"):
        replace(a_payment(1, 20), amount=Units(Decimal(amount)))


def test_nobody_pays_into_a_backtest() -> None:
    with pytest.raises(ValueError, match="backtest"):
        a_payment(1, 20, provenance=Provenance.BACKTEST)
