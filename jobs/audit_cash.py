"""Every bankroll worked out again from bets and settlements, and held against its ledger."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from jobs.audit_bets import Finding
from jobs.audit_money import profit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from storage.facts import RawFacts

    Row = Mapping[str, Any]
    Key = tuple[str, int | None, UUID]
    Accounts = dict[str, Decimal]

_NOBODY: Final = UUID(int=0)
_START: Final = Decimal(100)
_PAYMENTS: Final = frozenset({"deposited", "paid_out"})
_NOTHING: Final = Decimal(0)


def audit_cash(facts: RawFacts) -> Iterator[Finding]:
    """Yield entries that do not balance, and every bet whose units are not where they should be.

    What a bet moved in all is told, whichever entries it took: corrections cancel out.
    """
    posted, names = _posted(facts.postings), _names(facts)
    yield from _unbalanced(facts.postings)
    should = _should(facts)
    should |= {(one, None, _NOBODY): _opening() for one in _begun(posted, facts)}
    for key in sorted(posted.keys() | should.keys(), key=str):
        found, due = _told(posted.get(key, {})), _told(should.get(key, {}))
        if found != due:
            yield Finding(check="cash", where=_where(key, names), says=found, should=due)


def _unbalanced(postings: Iterable[Row]) -> Iterator[Finding]:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row in postings:
        sums[row["number"]] += row["amount"] or _NOTHING
    for number, left in sums.items():
        if left:
            where = f"entry {number} of the ledger"
            yield Finding(check="balance", where=where, says=str(left), should="0")


def _posted(postings: Iterable[Row]) -> dict[Key, Accounts]:
    """Return what each bet moved in each bankroll; payments of people are their own word.

    Nobody pays into a bankroll that picks are recommended from: there a payment is a fault.
    """
    rows = list(postings)
    own_word = {
        row["subject"] for row in rows if row["kind"] in _PAYMENTS and row["owner"] is not None
    }
    found: dict[Key, Accounts] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        if row["account"] is not None and row["subject"] not in own_word:
            key = (row["provenance"], row["owner"], row["subject"])
            found[key][row["account"]] += row["amount"]
    return found


def _should(facts: RawFacts) -> dict[Key, Accounts]:
    """Return where the units of every bet should be, by its odds and its pick's last outcome."""
    last = {row["pick_id"]: row["outcome"] for row in facts.settled if row["counts"]}
    found: dict[Key, Accounts] = {
        (row["provenance"], None, row["id"]): _moved(row, last.get(row["id"]))
        for row in facts.bets
    }
    for row in facts.taken:
        if not row["withdrawn"]:
            key = (row["provenance"], row["user_id"], row["id"])
            found[key] = _moved(row, last.get(row["pick_id"]))
    return found


def _moved(bet: Row, outcome: str | None) -> Accounts:
    stake: Decimal = bet["stake"]
    if outcome is None:
        return {"cash": -stake, "at_stake": stake}
    earned = profit_of(outcome, bet["odds"], stake)
    return {"cash": earned, "result": -earned}


def _begun(posted: Iterable[Key], facts: RawFacts) -> set[str]:
    """Return the provenances whose bankroll must have been opened: something was staked of it."""
    moved = {provenance for provenance, owner, _ in posted if owner is None}
    return moved | {row["provenance"] for row in facts.bets if row["stake"]}


def _opening() -> Accounts:
    return {"cash": _START, "capital": -_START}


def _told(accounts: Accounts) -> str:
    moved = [f"{name} {amount:+.4f}" for name, amount in sorted(accounts.items()) if amount]
    return ", ".join(moved) or "nothing"


def _names(facts: RawFacts) -> dict[UUID, str]:
    names = {row["id"]: f"#P{row['number']}" for row in facts.bets}
    return names | {row["id"]: f"a bet taken of #P{row['number']}" for row in facts.taken}


def _where(key: Key, names: Mapping[UUID, str]) -> str:
    provenance, _, subject = key
    name = "the opening" if subject == _NOBODY else names.get(subject, str(subject))
    return f"{name} ({provenance})"
