"""The ledger: entries that balance, appended in the transaction of what they account for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.ledger import (
    Account,
    Bankroll,
    Entry,
    EntryKind,
    Posting,
    Statement,
)
from engine.domain.numbers import Units, units
from engine.domain.pick import Provenance
from engine.settlement.posting import opened
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable

    import asyncpg

    from storage.pool import Connection

START: Final = units(100)
"""What a bankroll that picks are recommended from begins with: a unit is a percent of it."""
_PAGE: Final = 500


class Ledger:
    """The ledger on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def post(self, entries: Iterable[Entry]) -> int:
        """Append entries; return how many were new. A bankroll is opened by its first one."""
        new = 0
        for entry in entries:
            await self._open(entry)
            new += await self._post(entry)
        return new

    async def _open(self, first: Entry) -> None:
        roll = first.bankroll
        made = await self._connection.fetchval(
            queries("ledger").open, roll.provenance.value, roll.owner
        )
        if made is not None and roll.owner is None:
            await self._post(opened(roll, START, first.at))

    async def _post(self, entry: Entry) -> bool:
        sql, roll = queries("ledger"), entry.bankroll
        number = await self._connection.fetchval(
            sql.add_entry,
            roll.provenance.value,
            roll.owner,
            entry.subject,
            entry.kind.value,
            entry.sequence,
            entry.at,
        )
        if number is None:
            return False
        moved = [(number, one.account.value, one.amount) for one in entry.postings]
        await self._connection.executemany(sql.add_posting, moved)
        return True

    async def statements(self, owner: int | None = None) -> tuple[Statement, ...]:
        """Return how the bankrolls stand: a person's, or those that picks are recommended from."""
        rows = await self._connection.fetch(queries("ledger").statements, owner)
        return tuple(
            Statement(
                bankroll=Bankroll(provenance=Provenance(row["provenance"]), owner=row["owner"]),
                cash=Units(row["cash"]),
                at_stake=Units(row["at_stake"]),
                result=Units(row["result"]),
                capital=Units(row["capital"]),
            )
            for row in rows
        )

    async def entries(
        self, bankroll: Bankroll, *, after: int = 0, limit: int = _PAGE
    ) -> tuple[tuple[int, Entry], ...]:
        """Return numbered entries of a bankroll in order, from behind the one numbered `after`."""
        rows = await self._connection.fetch(
            queries("ledger").entries, bankroll.provenance.value, bankroll.owner, after, limit
        )
        return tuple((row["number"], _entry(bankroll, row)) for row in rows)

    async def forget(self, owner: int) -> None:
        """Take away a person's bankrolls and all that moved in them."""
        sql = queries("ledger")
        for statement in (sql.forget_postings, sql.forget_entries, sql.forget_bankrolls):
            await self._connection.execute(statement, owner)


def _entry(bankroll: Bankroll, row: asyncpg.Record) -> Entry:
    return Entry(
        bankroll=bankroll,
        kind=EntryKind(row["kind"]),
        subject=row["subject"],
        sequence=row["sequence"],
        at=row["posted_at"],
        postings=tuple(
            Posting(account=Account(account), amount=Units(amount))
            for account, amount in zip(row["accounts"], row["amounts"], strict=True)
        ),
    )
