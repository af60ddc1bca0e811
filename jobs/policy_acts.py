"""What is done about learned versions by a person or the house: confirmed, refused, left again.

Each is one transaction, audited before it is done, and done once: whoever comes second finds that
something happened since they looked, and changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from engine.domain.policy_version import BASE, OPEN, THE_HOUSE, VersionState, declared
from engine.learning.policy.trials import grid_of
from jobs.policy_in_force import PATH, set_elsewhere, standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.domain.policy_version import PolicyVersion, Thresholds
    from jobs.rules import Rules
    from storage.store import Store, Tx

_SERVED: Final = frozenset({VersionState.SUPERSEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every version of a base as somebody looks at it.

    `in_force` is the number that decides, `named` the one last put in force: they differ where
    that one cannot be read. `back` are the numbers one may go back to. `seen` tells whether
    anything happened since.
    """

    base: str
    in_force: int
    named: int
    versions: tuple[PolicyVersion, ...]
    back: tuple[int, ...]
    seen: int

    def version(self, number: int) -> PolicyVersion | None:
        """Return a version by its number."""
        return next((one for one in self.versions if one.number == number), None)


async def read_shelf(tx: Tx, rules: Rules) -> Shelf:
    """Return every version of the declared one in force."""
    base = declared(rules.policy.version)
    versions = await tx.policies.versions(base)
    known = {one.number: one for one in versions}
    served = await tx.policies.served(base)
    numbers = tuple(dict.fromkeys((*(one.number for one in served), BASE)))
    confirmed = (n for n in numbers if n == BASE or known[n].state is VersionState.CONFIRMED)
    named = next(confirmed, BASE)
    in_force = (await standing(tx, base)).number
    good = (n for n in numbers if n == BASE or _may_serve_again(known[n]))
    return Shelf(
        base=base,
        in_force=in_force,
        named=named,
        versions=versions,
        back=tuple(n for n in good if n != named),
        seen=await tx.policies.newest(),
    )


async def confirm(
    store: Store, rules: Rules, number: int, *, seen: int, by: int, now: datetime
) -> PolicyVersion | None:
    """Put a version in force that has its evidence; None where that is not possible any more."""
    async with store.transaction() as tx:
        shelf = await _as_seen(tx, rules, seen)
        found = None if shelf is None else shelf.version(number)
        if shelf is None or found is None or found.parent != shelf.named:
            return None
        if found.thresholds is None or set_elsewhere(rules):
            return None
        before = (await standing(tx, shelf.base)).thresholds(rules, now)
        done = await tx.policies.turn(
            number,
            VersionState.CONFIRMED,
            only=frozenset({VersionState.READY}),
            by=by,
            now=now,
            serves=number,
            evidence={PATH: [asdict(one) for one in _path(rules, before, found.thresholds)]},
        )
        if done is not None and shelf.named != BASE:
            await _give_way(tx, shelf.named, {VersionState.CONFIRMED}, number, now)
        return done


async def refuse(
    store: Store, rules: Rules, number: int, *, seen: int, by: int, now: datetime
) -> PolicyVersion | None:
    """Let a version be that is not in force; None where nothing is open under that number."""
    async with store.transaction() as tx:
        if await _as_seen(tx, rules, seen) is None:
            return None
        return await tx.policies.turn(number, VersionState.REFUSED, only=OPEN, by=by, now=now)


async def roll_back(
    store: Store, rules: Rules, to: int, *, by: int, now: datetime, seen: int | None = None
) -> Shelf | None:
    """Go back to a version that served before, or to the declared one; None where one cannot."""
    async with store.transaction() as tx:
        shelf = await _as_seen(tx, rules, seen)
        if shelf is None or await left(tx, shelf, to, by=by, now=now) is None:
            return None
        return await read_shelf(tx, rules)


async def left(
    tx: Tx,
    shelf: Shelf,
    to: int,
    *,
    by: int,
    now: datetime,
    evidence: Mapping[str, object] | None = None,
) -> PolicyVersion | None:
    """Leave the version in force for one that served before; return the one that was left.

    What ran in the shadow of it gives way: it was held against that one.
    """
    if shelf.named == BASE or to not in shelf.back:
        return None
    gone = await tx.policies.turn(
        shelf.named,
        VersionState.ROLLED_BACK,
        only=frozenset({VersionState.CONFIRMED}),
        by=by,
        now=now,
        serves=to,
        evidence=evidence,
    )
    if gone is None:
        return None
    if to != BASE:
        again = {"after": gone.name}
        await tx.policies.turn(
            to, VersionState.CONFIRMED, only=_SERVED, by=THE_HOUSE, now=now, evidence=again
        )
    challenger = await tx.policies.challenger(shelf.base)
    if challenger is not None:
        await _give_way(tx, challenger.number, OPEN, to, now)
    return gone


async def _as_seen(tx: Tx, rules: Rules, seen: int | None) -> Shelf | None:
    """Return the shelf, held until the transaction ends; None where it is not as it was seen."""
    await tx.policies.hold()
    shelf = await read_shelf(tx, rules)
    return shelf if seen is None or shelf.seen == seen else None


async def _give_way(
    tx: Tx,
    number: int,
    only: frozenset[VersionState] | set[VersionState],
    to: int,
    now: datetime,
) -> None:
    await tx.policies.turn(
        number,
        VersionState.SUPERSEDED,
        only=only,
        by=THE_HOUSE,
        now=now,
        evidence={"by_version": to},
    )


def _path(rules: Rules, before: Thresholds, target: Thresholds) -> tuple[Thresholds, ...]:
    """Return the thresholds week by week on the way to a version, by steps that are bounded."""
    if rules.trials is None:
        return (target,)
    grid = grid_of(rules.trials.settings)
    path = [grid.step(before, target)]
    while path[-1] != target:
        path.append(grid.step(path[-1], target))
    return tuple(path)


def _may_serve_again(version: PolicyVersion) -> bool:
    return version.state is VersionState.SUPERSEDED and version.thresholds is not None
