"""The records people ask about, kept between their questions: read once, then only what changed.

A record is told anew when something was settled, corrected or closed, and not before: what was
worked out for one question is there for the next.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from engine.domain.pick_filter import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Sequence

    from engine.domain.numbers import PickId
    from engine.domain.pick import Provenance
    from engine.domain.pick_filter import PickFilter
    from engine.domain.record import SettledBet
    from storage.store import Store, Tx

T = TypeVar("T")

MOST: Final = 64
"""Answers kept, of all records together; the one asked for longest ago goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The settled bets of one provenance at one revision, in the order of their settlement."""

    revision: int
    bets: tuple[SettledBet, ...]


@dataclass(slots=True)
class Records:
    """Settled bets by provenance, and what was worked out from them."""

    store: Store
    _kept: dict[Provenance, Kept] = field(default_factory=dict)
    _reading: defaultdict[Provenance, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    _answers: OrderedDict[Hashable, asyncio.Future[Any]] = field(default_factory=OrderedDict)

    async def of(self, provenance: Provenance) -> Kept:
        """Return the record as it is now."""
        async with self._reading[provenance], self.store.reading() as tx:
            revision = await tx.settlements.revision(provenance)
            kept = self._kept.get(provenance)
            if kept is None:
                kept = Kept(revision=revision, bets=await tx.settlements.bets(provenance))
            elif kept.revision != revision:
                changed = await tx.settlements.bets_since(provenance, kept.revision)
                bets = await asyncio.to_thread(_renewed, kept.bets, changed)
                kept = Kept(revision=revision, bets=bets)
            self._kept[provenance] = kept
            return kept

    async def filtered(self, provenance: Provenance, picks: PickFilter) -> Sequence[SettledBet]:
        """Return the settled bets of a record that a filter keeps."""
        if not picks:
            return (await self.of(provenance)).bets
        return await self._answer(
            provenance,
            ("kept", picks),
            lambda bets: [bet for bet in bets if picks.keeps(bet)],
        )

    async def told(
        self,
        provenance: Provenance,
        question: Hashable,
        work: Callable[[Sequence[SettledBet]], T],
        *,
        picks: PickFilter = EVERYTHING,
    ) -> T:
        """Return what `work` makes of a record, or of what a filter keeps of it.

        It is worked out once a revision, in a thread of its own; `question` tells this work from
        every other. Who asks the same meanwhile waits for the same answer.
        """
        if not picks:
            return await self._answer(provenance, question, work)
        kept = await self.filtered(provenance, picks)
        return await self._answer(provenance, (question, picks), lambda _: work(kept))

    async def read(
        self, provenance: Provenance, question: Hashable, reading: Callable[[Tx], Awaitable[T]]
    ) -> T:
        """Return what is read from the store beside a record, once a revision."""
        kept = await self.of(provenance)
        key = (provenance, kept.revision, question)
        if (answer := self._answers.get(key)) is None:
            async with self.store.reading() as tx:
                found = await reading(tx)
            answer = asyncio.get_running_loop().create_future()
            answer.set_result(found)
            self._keep(key, answer)
        read: T = await answer
        return read

    async def _answer(
        self,
        provenance: Provenance,
        question: Hashable,
        work: Callable[[Sequence[SettledBet]], T],
    ) -> T:
        kept = await self.of(provenance)
        key = (provenance, kept.revision, question)
        if (answer := self._answers.get(key)) is None:
            answer = asyncio.get_running_loop().run_in_executor(None, work, kept.bets)
            answer.add_done_callback(lambda done: self._forget_failed(key, done))
            self._keep(key, answer)
        found: T = await asyncio.shield(answer)
        return found

    def _keep(self, key: Hashable, answer: asyncio.Future[Any]) -> None:
        self._answers[key] = answer
        while len(self._answers) > MOST:
            self._answers.popitem(last=False)

    def _forget_failed(self, key: Hashable, done: asyncio.Future[Any]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._answers.pop(key, None)


def _renewed(bets: Sequence[SettledBet], changed: Sequence[SettledBet]) -> tuple[SettledBet, ...]:
    """Return the record with what changed in the place of what it was."""
    held: dict[PickId, SettledBet] = {bet.pick: bet for bet in bets}
    for bet in changed:
        held.pop(bet.pick, None)
        held[bet.pick] = bet
    return tuple(sorted(held.values(), key=lambda bet: bet.settled_at))
