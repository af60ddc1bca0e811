"""Picks settled on what their readings confirm; what is doubtful waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.alerting.compose import compose_results
from engine.domain.dispute import OF_ONE_ROW, Doubt
from engine.domain.settlement import Settlement
from engine.settlement.doubts import STOPPED, late_news, other_match
from engine.settlement.finality import Weighed, weigh
from engine.settlement.settling import correct, decide, settle_pick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.dispute import Decision, Dispute
    from engine.domain.numbers import FixtureId, PickId
    from engine.domain.settlement import Result
    from jobs.context import Context
    from storage.store import Tx
    from storage.views import PickView


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a walk settled, how much it told people, and what it could not settle."""

    settled: tuple[Settlement, ...]
    alerts: int
    disputes: int

    @property
    def report(self) -> Mapping[str, Any]:
        """The figures of it for a run's report."""
        return {
            "settled": len(self.settled),
            "corrections": sum(one.sequence > 1 for one in self.settled),
            "alerts": self.alerts,
            "disputes": self.disputes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What picks were settled on, and the kick-offs they were made for; held by us alone."""

    before: Mapping[PickId, tuple[Settlement, ...]]
    set_for: Mapping[PickId, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A fixture: its readings, what they come to, and what people have said of it."""

    reads: tuple[Result, ...]
    weighed: Weighed
    disputes: tuple[Dispute, ...]

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return self.weighed.doubts

    @property
    def decision(self) -> Decision | None:
        """What a person said last; it holds whatever else is read."""
        decided = [one.decision for one in self.disputes if one.decision is not None]
        return decided[-1] if decided else None

    @property
    def mended(self) -> tuple[int, ...]:
        """The open disputes over a row that its source has set right since."""
        if self.weighed.result is None:
            return ()
        return tuple(one.id for one in self._open if one.kind in OF_ONE_ROW)

    @property
    def blocked(self) -> bool:
        """Whether a person has to speak first."""
        return len(self.mended) < len(self._open)

    @property
    def _open(self) -> tuple[Dispute, ...]:
        return tuple(one for one in self.disputes if one.resolved_at is None)


async def settle_confirmed(ctx: Context, views: Sequence[PickView], now: datetime) -> Judged:
    """Settle the picks whose results are confirmed, and say so, in one transaction.

    What is doubtful is put into the queue and settles nothing. Picks are held meanwhile: of two
    walks, or a walk and a person, the second sees what the first has done.
    """
    async with ctx.store.transaction() as tx:
        picks = [view.pick.id for view in views]
        held = _Held(
            before=await tx.settlements.hold(picks), set_for=await tx.picks.set_for(picks)
        )
        cases, asked = await _cases(ctx, tx, {view.fixture.id for view in views}, now)
        found = [
            _judge(ctx, view, case, held, now)
            for view in views
            if not (case := cases[view.fixture.id]).blocked
        ]
        settled = tuple(one for one in found if isinstance(one, Settlement))
        asked += await tx.disputes.open([one for one in found if isinstance(one, Doubt)], now)
        await tx.settlements.add(settled)
        alerts = compose_results(settled, ctx.rules.alerts, now)
        said = await tx.outbox.add(alerts)
    return Judged(settled=settled, alerts=said, disputes=asked)


async def _cases(
    ctx: Context, tx: Tx, fixtures: set[FixtureId], now: datetime
) -> tuple[Mapping[FixtureId, _Case], int]:
    """Weigh every fixture, put new doubts into the queue, take from it what is set right."""
    reads = await tx.results.reads(fixtures)
    weighed = {fid: weigh(reads.get(fid, ()), ctx.rules.settlement) for fid in fixtures}
    doubts = [doubt for one in weighed.values() for doubt in one.doubts]
    asked = await tx.disputes.open(doubts, now)
    disputes = await tx.disputes.of_fixtures(fixtures)
    cases = {
        fid: _Case(reads=reads.get(fid, ()), weighed=one, disputes=disputes.get(fid, ()))
        for fid, one in weighed.items()
    }
    await tx.disputes.withdraw([number for case in cases.values() for number in case.mended], now)
    return cases, asked


def _judge(
    ctx: Context, view: PickView, case: _Case, held: _Held, now: datetime
) -> Settlement | Doubt | None:
    """Return a pick's settlement or its correction, or why a person must say; None: nothing yet.

    What a person decided of the fixture settles what is not settled, and nothing overrules it.
    """
    pick, result = view.pick, case.weighed.result
    before = held.before.get(pick.id, ())
    book, sequence = ctx.rules.books.of(pick.bookmaker), len(before) + 1
    if case.decision is not None:
        if before:
            return None
        return decide(pick, case.decision, sequence=sequence, rules=book, now=now)
    if result is None:
        return None
    kick_off = held.set_for[pick.id]
    again = settle_pick(pick, result, kick_off=kick_off, sequence=sequence, rules=book, now=now)
    stopped = any(read.phase in STOPPED for read in case.reads)
    new = None if again is None else correct(before, again, stopped=stopped)
    if new is None:
        return None
    rules = ctx.rules.settlement
    late = late_news(case.reads, result, before, rules=rules, book=book, kick_off=kick_off)
    return other_match(pick, result, rules) or late or new
