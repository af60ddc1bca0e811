"""Bets that people say they took: their own bankrolls, apart from what was recommended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.bet import TakenBet, TakenBetNow
from engine.domain.ledger import Bankroll
from engine.domain.numbers import BookmakerKey, Odds, PickId, Units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.settlement.grading import profit
from engine.settlement.posting import reversed_, settled, staked, withdrawn
from storage.ledger import Ledger
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    import asyncpg

    from engine.domain.ledger import Entry
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBet:
    """A bet that was not withdrawn, whose bankroll it is of, and what its pick was settled as."""

    bet: TakenBet
    bankroll: Bankroll
    sequence: int | None
    outcome: Outcome | None

    def paid(self, outcome: Outcome, sequence: int, at: datetime) -> Entry:
        """Return what an outcome of the pick pays on it."""
        return settled(
            self.bankroll,
            self.bet.id,
            self.bet.stake,
            profit=profit(outcome, self.bet.odds, self.bet.stake),
            sequence=sequence,
            at=at,
        )


class Bets:
    """Bets of people on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, bet: TakenBet) -> bool:
        """Keep a bet and take its stake; say whether it was new.

        Where its pick is settled already it is paid at once.
        """
        sql = queries("bets")
        await self._connection.execute(queries("settlements").hold, [bet.pick_id])
        added = await self._connection.fetchval(
            sql.add,
            bet.id,
            bet.user_id,
            bet.pick_id,
            bet.bookmaker,
            bet.odds,
            bet.stake,
            bet.taken_at,
        )
        if added is None:
            return False
        (one,) = await self.standing(bet_id=bet.id)
        entries = [staked(one.bankroll, bet.id, bet.stake, bet.taken_at)]
        if one.outcome is not None and one.sequence is not None:
            entries.append(one.paid(one.outcome, one.sequence, bet.taken_at))
        await Ledger(self._connection).post(entries)
        return True

    async def amend(self, wrong: UUID, right: TakenBet, at: datetime) -> bool:
        """Keep what a bet of a person was in the place of what was told wrongly; say whether.

        Nothing is done where the wrong one does not stand, or the right one is known already.
        """
        held = await self._held(wrong, right.user_id, right.pick_id)
        if held is None or not await self.add(right):
            return False
        return await self.withdraw(wrong, right.user_id, at)

    async def withdraw(self, bet_id: UUID, user_id: int, at: datetime) -> bool:
        """Take back a bet of a person that was never made; say whether there was one."""
        one = await self._held(bet_id, user_id)
        if one is None:
            return False
        await self._connection.execute(queries("bets").withdraw, bet_id, user_id, at)
        entries = [withdrawn(one.bankroll, bet_id, one.bet.stake, at)]
        if one.outcome is not None and one.sequence is not None:
            entries.insert(0, reversed_(one.paid(one.outcome, one.sequence, at), at))
        await Ledger(self._connection).post(entries)
        return True

    async def _held(self, bet_id: UUID, user_id: int, *others: PickId) -> StandingBet | None:
        """Return a bet that stands; until the transaction ends nobody settles or withdraws it.

        Its pick and the `others` are held at once: two who want the same ones never deadlock.
        """
        seen = await self.standing(bet_id=bet_id, user_id=user_id)
        if not seen:
            return None
        await self._connection.execute(queries("settlements").hold, [seen[0].bet.pick_id, *others])
        still = await self.standing(bet_id=bet_id, user_id=user_id)
        return still[0] if still else None

    async def standing(
        self,
        *,
        picks: Iterable[PickId] | None = None,
        user_id: int | None = None,
        bet_id: UUID | None = None,
    ) -> tuple[StandingBet, ...]:
        """Return the bets that were not withdrawn, by when they were taken."""
        wanted = None if picks is None else list(picks)
        rows = await self._connection.fetch(queries("bets").standing, wanted, user_id, bet_id)
        return tuple(_standing(row) for row in rows)

    async def of(self, user_id: int) -> tuple[TakenBetNow, ...]:
        """Return what a person took and did not withdraw, and what became of it."""
        return tuple(
            TakenBetNow(
                bet=one.bet,
                outcome=one.outcome,
                profit=None
                if one.outcome is None
                else profit(one.outcome, one.bet.odds, one.bet.stake),
            )
            for one in await self.standing(user_id=user_id)
        )

    async def pass_on(self, user_id: int, pick_id: PickId, reason: str, at: datetime) -> None:
        """Remember that a person passed on a pick, and why."""
        await self._connection.execute(queries("bets").pass_on, user_id, pick_id, reason, at)

    async def answered(self, picks: Iterable[PickId]) -> frozenset[tuple[int, PickId]]:
        """Return who took which of these picks, or passed on it."""
        rows = await self._connection.fetch(queries("bets").answered, list(picks))
        return frozenset((row["user_id"], PickId(row["pick_id"])) for row in rows)

    async def forget(self, user_id: int) -> None:
        """Take away all that a person took or passed on, with the bankroll it was taken from."""
        await Ledger(self._connection).forget(user_id)
        sql = queries("bets")
        await self._connection.execute(sql.forget_passes, user_id)
        await self._connection.execute(sql.forget_withdrawals, user_id)
        await self._connection.execute(sql.forget, user_id)


def _standing(row: asyncpg.Record) -> StandingBet:
    return StandingBet(
        bet=TakenBet(
            id=row["id"],
            user_id=row["user_id"],
            pick_id=PickId(row["pick_id"]),
            bookmaker=BookmakerKey(row["bookmaker"]),
            odds=Odds(row["odds"]),
            stake=Units(row["stake"]),
            taken_at=row["taken_at"],
        ),
        bankroll=Bankroll(provenance=Provenance(row["provenance"]), owner=row["user_id"]),
        sequence=row["sequence"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
    )
