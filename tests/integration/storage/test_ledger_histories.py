"""Whatever happens to bets, however much at once: the last word alone is what is paid."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from engine.domain.bet import TakenBet
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.domain.settlement import Outcome
from engine.settlement.grading import profit
from jobs.audit_cash import audit_cash
from tests.builders import KICK_OFF, NOW, a_pick
from tests.integration.storage.shelf import a_settlement, keep_picks

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from storage.store import Store

PEOPLE = (7, 8)
AT_ONCE, STEPS = 4, 12


class Chance:
    """What people and walks may do next, drawn from a seed."""

    def __init__(self, store: Store, picks: list[Pick], seed: int) -> None:
        self._store, self._picks, self._random = store, picks, Random(seed)  # noqa: S311  # a seed, not a secret
        self._told = 0

    async def act(self) -> None:
        deed = self._random.choice((self._settle, self._settle, self._take, self._withdraw))
        await deed()

    async def _settle(self) -> None:
        pick, outcome = self._random.choice(self._picks), self._random.choice(list(Outcome))
        async with self._store.transaction() as tx:
            before = (await tx.settlements.hold([pick.id])).get(pick.id, ())
            if before and before[-1].outcome is outcome:
                return
            earned = profit(outcome, pick.odds, pick.stake)
            new = a_settlement(pick.id, len(before) + 1, outcome=outcome, profit=earned)
            await tx.settlements.add([new])

    async def _take(self) -> None:
        bet = self._a_bet(self._random.choice(PEOPLE))
        async with self._store.transaction() as tx:
            await tx.bets.add(bet)

    async def _withdraw(self) -> None:
        person, amended = self._random.choice(PEOPLE), self._random.random()
        wrong, right = UUID(int=self._random.randint(1, self._told + 1)), self._a_bet(person)
        async with self._store.transaction() as tx:
            if amended < 1 / 2:
                await tx.bets.amend(wrong, right, KICK_OFF)
            else:
                await tx.bets.withdraw(wrong, person, KICK_OFF)

    def _a_bet(self, person: int) -> TakenBet:
        self._told += 1
        return TakenBet(
            id=UUID(int=self._told),
            user_id=person,
            pick_id=self._random.choice(self._picks).id,
            bookmaker=BookmakerKey("unibet"),
            odds=Odds(self._random.randint(101, 900) / 100),
            stake=units(self._random.randint(1, 99_999) / 10_000),
            taken_at=NOW,
        )


@pytest.mark.parametrize("seed", range(6))
async def test_after_any_history_bankrolls_are_what_the_last_settlements_say(
    store: Store, seed: int
) -> None:
    picks = [a_pick(code) for code in ("home", "away", "draw")]
    await keep_picks(store, *picks)
    chance = Chance(store, picks, seed)
    for _ in range(STEPS):
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(chance.act())
    async with store.reading() as tx:
        facts = await tx.facts.read()
        held = await tx.ledger.statements()
        own = [one for person in PEOPLE for one in await tx.ledger.statements(person)]
        taken = [one for person in PEOPLE for one in await tx.bets.of(person)]
    assert list(audit_cash(facts)) == []
    last = {row["pick_id"]: Outcome(row["outcome"]) for row in facts.settled if row["counts"]}
    (recommended,) = held
    assert recommended.profit == sum(
        profit(last[pick.id], pick.odds, pick.stake) for pick in picks if pick.id in last
    )
    assert recommended.at_stake == sum(pick.stake for pick in picks if pick.id not in last)
    assert recommended.worth == 100 + recommended.profit
    assert taken
    assert sum(one.profit for one in own) == sum(one.profit or 0 for one in taken)
    assert sum(one.at_stake for one in own) == sum(
        one.bet.stake for one in taken if one.outcome is None
    )
