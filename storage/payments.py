"""What people say they paid in and out, and what they have at each bookmaker."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from engine.domain.numbers import BookmakerKey, Units
from engine.domain.payment import BookBalance, Payment, PaymentNow
from engine.domain.pick import Provenance
from engine.settlement.posting import paid, reversed_
from storage.ledger import Ledger
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from engine.domain.ledger import Bankroll
    from storage.pool import Connection


class Payments:
    """Payments of people on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def hold(self, user_id: int) -> None:
        """Let nobody else change one person's payments until the transaction ends."""
        await self._connection.execute(queries("payments").lock, user_id)

    async def add(self, payments: Sequence[Payment]) -> int:
        """Keep payments and post them; return how many were new."""
        new = 0
        for one in payments:
            added = await self._connection.fetchval(
                queries("payments").add,
                one.id,
                one.user_id,
                one.provenance.value,
                one.book,
                one.amount,
                one.transfer,
                one.paid_at,
            )
            if added is not None:
                entry = paid(one.bankroll, one.amount, one.id, one.paid_at)
                await Ledger(self._connection).post([entry])
                new += 1
        return new

    async def reverse(self, number: int, user_id: int, at: datetime) -> tuple[Payment, ...]:
        """Take back a payment that was told wrongly, with the other half of its transfer.

        Nothing is returned where it does not stand, or is another person's.
        """
        sql = queries("payments")
        await self.hold(user_id)
        rows = await self._connection.fetch(sql.standing, number, user_id)
        gone = tuple(_payment(row).payment for row in rows)
        for one in gone:
            await self._connection.execute(sql.reverse, one.id, at)
            entry = paid(one.bankroll, one.amount, one.id, one.paid_at)
            await Ledger(self._connection).post([reversed_(entry, at)])
        return gone

    async def of(self, bankroll: Bankroll) -> tuple[PaymentNow, ...]:
        """Return what a person paid in one bankroll, the newest first, reversed ones included."""
        rows = await self._connection.fetch(
            queries("payments").of, bankroll.owner, bankroll.provenance.value
        )
        return tuple(_payment(row) for row in rows)

    async def balances(self, bankroll: Bankroll) -> tuple[BookBalance, ...]:
        """Return what a person has at each bookmaker, the most first."""
        rows = await self._connection.fetch(
            queries("payments").balances, bankroll.provenance.value, bankroll.owner
        )
        return tuple(
            BookBalance(
                book=None if row["book"] is None else BookmakerKey(row["book"]),
                cash=Units(row["cash"]),
                at_stake=Units(row["at_stake"]),
                profit=Units(row["profit"]),
            )
            for row in rows
        )

    async def worth(self, bankroll: Bankroll) -> Units | None:
        """Return what a person has in one bankroll, stakes included; None where nothing moved."""
        found = await self._connection.fetchval(
            queries("payments").worth, bankroll.provenance.value, bankroll.owner
        )
        return None if found is None else Units(found)

    async def course(self, bankroll: Bankroll) -> tuple[tuple[datetime, Units], ...]:
        """Return what a bankroll was worth after each payment and settlement, in order."""
        rows = await self._connection.fetch(
            queries("payments").course, bankroll.provenance.value, bankroll.owner
        )
        worth = accumulate(row["moved"] for row in rows)
        return tuple((row["posted_at"], Units(one)) for row, one in zip(rows, worth, strict=True))

    async def forget(self, user_id: int) -> None:
        """Take away what a person paid."""
        sql = queries("payments")
        await self._connection.execute(sql.forget_reversals, user_id)
        await self._connection.execute(sql.forget, user_id)


def _payment(row: asyncpg.Record) -> PaymentNow:
    return PaymentNow(
        number=row["number"],
        payment=Payment(
            id=row["id"],
            user_id=row["user_id"],
            provenance=Provenance(row["provenance"]),
            book=None if row["book"] is None else BookmakerKey(row["book"]),
            amount=Units(row["amount"]),
            paid_at=row["paid_at"],
            transfer=row["transfer"],
        ),
        reversed_at=row["reversed_at"],
    )
