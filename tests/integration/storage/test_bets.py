"""Bets that people took: paid at their own odds, apart from the pick, and theirs to forget."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from engine.domain.bet import TakenBet
from engine.domain.ledger import EntryKind
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from tests.builders import KICK_OFF, NOW, a_pick
from tests.integration.storage.shelf import a_settlement, keep_picks

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

ANN, BOB = 7, 8
LOST: dict[str, Any] = {"outcome": Outcome.LOST, "profit": units("-0.5")}


def a_bet(number: int = 1, **changes: Any) -> TakenBet:
    values: dict[str, Any] = {
        "id": UUID(int=number),
        "user_id": ANN,
        "pick_id": a_pick().id,
        "bookmaker": BookmakerKey("unibet"),
        "odds": Odds(2.5),
        "stake": units(10),
        "taken_at": NOW,
    }
    return TakenBet(**values | changes)


async def take(store: Store, *bets: TakenBet) -> list[bool]:
    async with store.transaction() as tx:
        return [await tx.bets.add(bet) for bet in bets]


async def cash(store: Store, owner: int | None = ANN) -> Decimal:
    async with store.reading() as tx:
        (one,) = await tx.ledger.statements(owner)
    return one.cash


async def settle(store: Store, sequence: int = 1, **changes: Any) -> None:
    async with store.transaction() as tx:
        await tx.settlements.add([a_settlement(a_pick().id, sequence, **changes)])


@pytest.fixture(autouse=True)
async def picked(store: Store) -> None:
    await keep_picks(store, a_pick())


async def test_a_bet_is_paid_at_the_odds_its_owner_got(store: Store) -> None:
    assert await take(store, a_bet(), a_bet(2, user_id=BOB, odds=Odds(1.5), stake=units(4))) == [
        True,
        True,
    ]
    assert (await cash(store), await cash(store, BOB)) == (units(-10), units(-4))
    await settle(store)
    assert (await cash(store), await cash(store, BOB)) == (units(15), units(2))
    async with store.reading() as tx:
        (mine,) = await tx.bets.of(ANN)
        (recommended,) = await tx.ledger.statements()
    assert (mine.bet, mine.outcome, mine.profit) == (a_bet(), Outcome.WON, units(15))
    assert recommended.bankroll.provenance is Provenance.PAPER
    assert recommended.profit == Decimal("0.6")


async def test_a_correction_of_the_pick_corrects_the_bet(store: Store) -> None:
    await take(store, a_bet())
    await settle(store)
    await settle(store, 2, **LOST)
    assert await cash(store) == -10
    async with store.reading() as tx:
        assert [one.profit for one in await tx.bets.of(ANN)] == [-10]


async def test_a_bet_told_of_after_the_result_is_paid_at_once_and_corrected_like_any(
    store: Store,
) -> None:
    await settle(store)
    assert await take(store, a_bet(taken_at=KICK_OFF)) == [True]
    assert await cash(store) == 15
    await settle(store, 2, **LOST)
    assert await cash(store) == -10


async def test_the_same_bet_told_twice_is_one(store: Store) -> None:
    assert await take(store, a_bet(), a_bet()) == [True, False]
    assert await cash(store) == -10


@pytest.mark.parametrize("after", ["before the result", "after it"])
async def test_a_bet_that_was_never_made_moves_nothing_in_all(store: Store, after: str) -> None:
    await take(store, a_bet())
    if after == "after it":
        await settle(store)
    async with store.transaction() as tx:
        assert not await tx.bets.withdraw(a_bet().id, BOB, KICK_OFF)
        assert await tx.bets.withdraw(a_bet().id, ANN, KICK_OFF)
        assert not await tx.bets.withdraw(a_bet().id, ANN, KICK_OFF)
    await settle(store, 2, **LOST)
    async with store.reading() as tx:
        assert await tx.bets.of(ANN) == ()
        (mine,) = await tx.ledger.statements(ANN)
        entries = [entry for _, entry in await tx.ledger.entries(mine.bankroll)]
    assert (mine.cash, mine.at_stake, mine.result) == (units(0),) * 3
    assert entries[-1].kind is EntryKind.WITHDRAWN


async def amend(store: Store, wrong: TakenBet, right: TakenBet) -> bool:
    async with store.transaction() as tx:
        return await tx.bets.amend(wrong.id, right, KICK_OFF)


@pytest.mark.parametrize("after", ["before the result", "after it"])
async def test_a_bet_told_wrongly_is_reversed_and_told_anew(store: Store, after: str) -> None:
    await take(store, a_bet())
    if after == "after it":
        await settle(store)
    right = a_bet(2, odds=Odds(3.0), stake=units(20))
    assert [await amend(store, a_bet(), right) for _ in range(2)] == [True, False]
    assert await cash(store) == (40 if after == "after it" else -20)
    await settle(store, 2, **LOST)
    assert await cash(store) == -20
    async with store.reading() as tx:
        assert [one.bet for one in await tx.bets.of(ANN)] == [right]


async def test_nothing_is_amended_by_a_stranger_or_into_a_bet_that_is_known(store: Store) -> None:
    await take(store, a_bet(), a_bet(2))
    stranger, known, unknown = a_bet(3, user_id=BOB), a_bet(2), a_bet(4)
    assert not await amend(store, a_bet(), stranger)
    assert not await amend(store, a_bet(), known)
    assert not await amend(store, a_bet(), a_bet())
    assert not await amend(store, a_bet(9), unknown)
    async with store.reading() as tx:
        assert {one.bet for one in await tx.bets.of(ANN)} == {a_bet(), a_bet(2)}
        assert await tx.bets.of(BOB) == ()
    assert await cash(store) == -20


async def test_two_who_amend_one_bet_at_once_leave_one_bet(store: Store) -> None:
    await take(store, a_bet())
    rights = [a_bet(number, stake=units(number)) for number in (2, 3, 4)]
    async with asyncio.TaskGroup() as group:
        done = [group.create_task(amend(store, a_bet(), right)) for right in rights]
    assert sorted(one.result() for one in done) == [False, False, True]
    async with store.reading() as tx:
        (left,) = await tx.bets.of(ANN)
    assert left.bet in rights
    assert await cash(store) == -left.bet.stake


async def test_a_bet_told_while_its_pick_is_settled_is_paid(store: Store) -> None:
    """The settlement waits for the bet, though whoever settles had not held the pick."""
    async with asyncio.TaskGroup() as group, store.transaction() as tx:
        await tx.bets.add(a_bet())
        settling = group.create_task(settle(store))
        done, _ = await asyncio.wait({settling}, timeout=0.3)
        assert not done
    assert await cash(store) == 15


async def test_a_person_is_forgotten_with_all_they_took_and_nobody_else_is(
    store: Store, pool: Pool
) -> None:
    await take(store, a_bet(), a_bet(2), a_bet(3, user_id=BOB))
    await settle(store)
    async with store.transaction() as tx:
        await tx.bets.withdraw(UUID(int=2), ANN, KICK_OFF)
        await tx.bets.forget(ANN)
    async with store.reading() as tx:
        assert await tx.bets.of(ANN) == ()
        assert await tx.ledger.statements(ANN) == ()
        assert len(await tx.bets.of(BOB)) == 1
    assert await cash(store, BOB) == 15
    assert await pool.fetchval("select count(*) from bet_withdrawals") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"odds": Odds(1.0)},
        {"odds": Odds(float("nan"))},
        {"odds": Odds(float("inf"))},
        {"stake": units(0)},
        {"stake": units(-3)},
        {"stake": Decimal("nan")},
        {"taken_at": NOW.replace(tzinfo=None)},
    ],
)
def test_what_is_no_bet_cannot_be_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"odds were|stake was|time zone"):
        a_bet(**wrong)
