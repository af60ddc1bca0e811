"""The chain computed anew from the rows as they are now, and every difference from what stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.domain.proof import (
    CHAINED,
    Step,
    climb,
    close_day,
    genesis,
    in_order,
    path_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from engine.domain.pick import Provenance
    from engine.domain.proof import DayProof
    from jobs.run import Report
    from storage.proofs import ClosedDay, Leaf
    from storage.store import Tx

_LATEST: Final = timedelta(days=1)
"""How many days after it was sent a pick may be sworn at the latest: late marks come next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not as it was sworn; `where` is a pick, a day, or both."""

    what: str
    where: str
    found: str
    sworn: str

    def told(self) -> Report:
        return {"what": self.what, "where": self.where, "found": self.found, "sworn": self.sworn}


@dataclass(frozen=True, slots=True, kw_only=True)
class PickProof:
    """One pick shown to be in its day without the others, and what contradicts it.

    `day` and `path` are None and empty for a pick that was sent and is in no closed day yet.
    """

    number: int
    leaf: Leaf
    day: ClosedDay | None
    path: tuple[Step, ...]

    @property
    def agrees(self) -> bool:
        """Whether the rows of now lead to the root that was sworn, and nothing else was said."""
        if self.day is None or _of_leaf(self.leaf):
            return False
        said = self.day.said in {None, self.day.proof.chain}
        return said and climb(self.leaf.pick.leaf, self.path) == self.day.proof.root

    def told(self) -> Report:
        """Return all that somebody else needs to check it without us."""
        day = None if self.day is None else self.day.proof
        return {
            "number": self.number,
            "pick": dict(self.leaf.pick.fields),
            "leaf": self.leaf.pick.leaf,
            "path": [{"left": step.left, "hash": step.hash} for step in self.path],
            "day": None if day is None else told_day(day),
            "agrees": self.agrees,
        }


def told_day(day: DayProof) -> Report:
    """Return a closed day as JSON."""
    return {
        "provenance": day.provenance.value,
        "day": day.day.isoformat(),
        "n": day.n,
        "root": day.root,
        "previous": day.previous,
        "chain": day.chain,
    }


async def differences(tx: Tx, day: date | None = None) -> tuple[tuple[Difference, ...], Report]:
    """Compute every chain anew; return what differs, and what was looked at.

    With `day`, of that day alone; the hashes before it are computed all the same.
    """
    found: list[Difference] = []
    looked: dict[str, object] = {}
    for provenance in CHAINED:
        days = await tx.proofs.days(provenance)
        leaves = await tx.proofs.leaves(provenance)
        sworn = await tx.proofs.sworn(provenance)
        found += [*_chain(provenance, days, leaves, sworn), *_left_out(days, leaves)]
        looked[provenance.value] = {
            "days": len(days),
            "picks": sum(leaf.day is not None for leaf in leaves),
            "open": sum(leaf.day is None for leaf in leaves),
            "chain": days[-1].proof.chain if days else None,
        }
    wanted = tuple(one for one in found if day is None or day.isoformat() in one.where)
    return wanted, looked


async def prove(tx: Tx, provenance: Provenance, number: int) -> PickProof | None:
    """Return the proof of a pick; None where it was never sent, or is of no chain."""
    leaves = await tx.proofs.leaves(provenance)
    mine = next((leaf for leaf in leaves if leaf.number == number), None)
    if mine is None:
        return None
    if mine.day is None:
        return PickProof(number=number, leaf=mine, day=None, path=())
    beside = sorted((one for one in leaves if one.day == mine.day), key=_position)
    (day,) = await tx.proofs.days(provenance, mine.day)
    hashes = [one.sworn or "" for one in beside]
    path = path_of(hashes, beside.index(mine))
    return PickProof(number=number, leaf=mine, day=day, path=path)


def _chain(
    provenance: Provenance,
    days: Sequence[ClosedDay],
    leaves: Sequence[Leaf],
    sworn: Mapping[date, int],
) -> Iterator[Difference]:
    """Walk a chain from its first day, each computed over the one before as computed."""
    previous, expected = genesis(provenance), days[0].proof.day if days else None
    for each in days:
        kept, mine = each.proof, [leaf for leaf in leaves if leaf.day == each.proof.day]
        where = f"{provenance} {kept.day.isoformat()}"
        if kept.day != expected:
            yield _differs("a day is missing", where, str(kept.day), str(expected))
        for leaf in mine:
            yield from _of_leaf(leaf)
        anew = close_day(
            provenance,
            kept.day,
            [pick.leaf for pick in in_order(leaf.pick for leaf in mine)],
            previous,
        )
        yield from _of_day(where, anew, each)
        yield from _places(where, mine)
        if sworn.get(kept.day, 0) != len(mine):
            n = str(sworn.get(kept.day, 0))
            yield _differs("leaves without a sent card", where, str(len(mine)), n)
        previous, expected = anew.chain, kept.day + timedelta(days=1)


def _of_day(where: str, anew: DayProof, each: ClosedDay) -> Iterator[Difference]:
    kept = each.proof
    for name in ("n", "root", "previous", "chain"):
        now, then = str(getattr(anew, name)), str(getattr(kept, name))
        if now != then:
            yield _differs(name, where, now, then)
    if each.said is not None and each.said != kept.chain:
        yield _differs("the published hash", where, kept.chain, each.said)


def _places(where: str, mine: Sequence[Leaf]) -> Iterator[Difference]:
    """Yield a day whose picks do not stand at the places their moments give them."""
    order = {one.id: place for place, one in enumerate(in_order(leaf.pick for leaf in mine))}
    for leaf in mine:
        place = order[leaf.pick.id]
        if leaf.position != place:
            yield _differs("place", f"{where} #P{leaf.number}", str(leaf.position), str(place))


def _of_leaf(leaf: Leaf) -> tuple[Difference, ...]:
    if leaf.sworn is None or leaf.sworn == leaf.pick.leaf:
        return ()
    where = f"{leaf.pick.provenance} {leaf.day} #P{leaf.number} {leaf.pick.id}"
    return (_differs("leaf", where, leaf.pick.leaf, leaf.sworn),)


def _left_out(days: Sequence[ClosedDay], leaves: Sequence[Leaf]) -> Iterator[Difference]:
    """Yield picks that were sent before the last closed days and are in none of them."""
    if not days:
        return
    until = days[-1].proof.day - _LATEST
    for leaf in leaves:
        if leaf.day is None and leaf.pick.sent_at.date() <= until:
            where = f"{leaf.pick.provenance} {leaf.pick.sent_at:%Y-%m-%d} #P{leaf.number}"
            yield _differs("a sent pick is in no day", where, leaf.pick.leaf, "nothing")


def _position(leaf: Leaf) -> int:
    return leaf.position or 0


def _differs(what: str, where: str, found: str, sworn: str) -> Difference:
    return Difference(what=what, where=where, found=found, sworn=sworn)
