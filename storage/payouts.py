"""What a settlement pays on its pick and on bets taken of it, posted with it as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.ledger import Bankroll
from engine.domain.numbers import Units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.settlement.posting import reversed_, settled
from storage.bets import Bets
from storage.ledger import Ledger
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.domain.ledger import Entry
    from engine.domain.numbers import PickId
    from engine.domain.settlement import Settlement
    from storage.bets import StandingBet
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a pick is paid by; the last settlement before is what the next one corrects."""

    bankroll: Bankroll
    stake: Units
    sequence: int | None
    outcome: Outcome | None
    profit: Units | None


async def terms(connection: Connection, pick: PickId) -> Terms:
    """Return what the next settlement of a pick will be paid by."""
    (row,) = await connection.fetch(queries("ledger").settled_terms, [pick])
    return Terms(
        bankroll=Bankroll(provenance=Provenance(row["provenance"])),
        stake=Units(row["stake"]),
        sequence=row["sequence"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        profit=None if row["profit"] is None else Units(row["profit"]),
    )


async def pay(connection: Connection, new: Settlement, before: Terms) -> None:
    """Post what a settlement pays, having taken back what the one before it paid."""
    taken = await Bets(connection).standing(picks=[new.pick_id])
    await Ledger(connection).post([*_on_pick(new, before), *_on_bets(new, before, taken)])


def _on_pick(new: Settlement, before: Terms) -> Iterator[Entry]:
    if not before.stake:
        return
    if before.sequence is not None and before.profit is not None:
        paid = settled(
            before.bankroll,
            new.pick_id,
            before.stake,
            profit=before.profit,
            sequence=before.sequence,
            at=new.settled_at,
        )
        yield reversed_(paid, new.settled_at)
    yield settled(
        before.bankroll,
        new.pick_id,
        before.stake,
        profit=new.profit,
        sequence=new.sequence,
        at=new.settled_at,
    )


def _on_bets(new: Settlement, before: Terms, taken: Sequence[StandingBet]) -> Iterator[Entry]:
    for one in taken:
        if before.sequence is not None and before.outcome is not None:
            paid = one.paid(before.outcome, before.sequence, new.settled_at)
            yield reversed_(paid, new.settled_at)
        yield one.paid(new.outcome, new.sequence, new.settled_at)
