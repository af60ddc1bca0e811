"""Digests: the day ahead in the morning, its results in the evening, the week on Monday."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.alerting.digests import MOST, compose_digest, due
from engine.alerting.route import wanted
from engine.domain.alert import Role
from engine.domain.digest import Digest, DigestLine, Figures
from engine.domain.pick import PriceState
from engine.domain.preferences import EventClass
from engine.domain.wish import CardFacts
from engine.learning.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.alert import Subscriber
    from engine.domain.numbers import PickId
    from engine.domain.pick import Provenance
    from engine.domain.record import Estimate, SettledBet
    from jobs.context import Context
    from jobs.run import Report
    from storage.store import Tx
    from storage.views import PickView

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What all digests of one moment are made of: read once, whoever they are for.

    `held` are the picks no card of which was sent to a chat though it wanted them.
    """

    now: datetime
    provenance: Provenance
    ahead: tuple[PickView, ...]
    settled: tuple[PickView, ...]
    bets: Sequence[SettledBet]
    held: Mapping[int, frozenset[PickId]]


async def run(ctx: Context) -> Report:
    """Put the digests that are due into the outbox, once each; nothing where nobody waits."""
    now = ctx.clock.now()
    async with ctx.store.reading() as tx:
        readers = await tx.readers.listening(now, ctx.rules.time_zone)
    waiting = [
        (one, event, version)
        for one in readers
        if one.wish is not None and one.user_id and one.role is not Role.VIEWER
        for event, version in due(one.wish, now)
    ]
    if not waiting:
        return {"digests": 0}
    async with ctx.store.transaction() as tx:
        facts = await _facts(ctx, tx, now)
        made = await asyncio.to_thread(
            lambda: [
                alert
                for reader, event, version in waiting
                for alert in compose_digest(digest(facts, event, reader), reader, version, now)
            ]
        )
        return {"digests": await tx.outbox.add(made)}


def digest(facts: Facts, event: EventClass, reader: Subscriber) -> Digest:
    """Return one digest for one reader; without lines where there is nothing to tell them."""
    match event:
        case EventClass.MORNING:
            return _morning(facts, reader)
        case EventClass.EVENING:
            return _results(facts, event, reader, since=facts.now - DAY)
        case _:
            return _week(facts, reader)


async def _facts(ctx: Context, tx: Tx, now: datetime) -> Facts:
    provenance = ctx.rules.provenance
    ahead = await tx.picks.page(now, offset=0, limit=1000, provenance=provenance)
    settled = await tx.settlements.since(now - WEEK, provenance)
    held: dict[int, set[PickId]] = defaultdict(set)
    for chat, pick in await tx.readers.held(now - DAY):
        held[chat].add(pick)
    return Facts(
        now=now,
        provenance=provenance,
        ahead=ahead.picks,
        settled=await tx.picks.all_views(ids=settled),
        bets=await tx.settlements.bets(provenance),
        held={chat: frozenset(picks) for chat, picks in held.items()},
    )


def _morning(facts: Facts, reader: Subscriber) -> Digest:
    """Return the picks of the next day that the reader wants, the best first."""
    held = facts.held.get(reader.chat_id, frozenset())
    today = [
        view
        for view in facts.ahead
        if view.fixture.kick_off < facts.now + DAY and _wants(reader, view, facts.now)
    ]
    today.sort(key=lambda view: (-view.pick.score.sweet_spot_score, view.number))
    lines = [_line(view, held=view.pick.id in held) for view in today[:MOST]]
    return Digest(
        what=EventClass.MORNING,
        provenance=facts.provenance.value,
        at=facts.now,
        lines=tuple(lines),
        more=max(0, len(today) - MOST),
        n=len(today),
    )


def _results(facts: Facts, event: EventClass, reader: Subscriber, since: datetime) -> Digest:
    """Return what was settled since, that the reader wants, with what it came to."""
    mine = [
        view
        for view in facts.settled
        if view.settlement is not None
        and view.settlement.settled_at >= since
        and _wants(reader, view, facts.now)
    ]
    mine.sort(key=lambda view: (view.fixture.kick_off, view.number))
    numbers = {view.pick.id for view in mine}
    told = record([bet for bet in facts.bets if bet.pick in numbers], facts.provenance)
    return Digest(
        what=event,
        provenance=facts.provenance.value,
        at=facts.now,
        lines=tuple(_line(view) for view in mine[-MOST:]),
        more=max(0, len(mine) - MOST),
        n=len(mine),
        profit=Decimal(told.profit),
        clv=_figures(told.clv),
        yield_=_figures(told.yield_),
    )


def _week(facts: Facts, reader: Subscriber) -> Digest:
    """Return the results of the week with its figures, beside those of the week before."""
    found = _results(facts, EventClass.WEEK, reader, since=facts.now - WEEK)
    before = [
        bet for bet in facts.bets if facts.now - 2 * WEEK <= bet.settled_at < facts.now - WEEK
    ]
    told = record(before, facts.provenance)
    return Digest(
        what=EventClass.WEEK,
        provenance=found.provenance,
        at=found.at,
        lines=found.lines,
        more=found.more,
        n=found.n,
        profit=found.profit,
        clv=found.clv,
        yield_=found.yield_,
        clv_before=_figures(told.clv),
    )


def _wants(reader: Subscriber, view: PickView, now: datetime) -> bool:
    facts = CardFacts(pick=view.pick, fixture=view.fixture)
    return reader.wish is None or wanted(facts, reader.wish, now).told


def _line(view: PickView, *, held: bool = False) -> DigestLine:
    pick, fixture, shown, ended = view.pick, view.fixture, view.update, view.settlement
    return DigestLine(
        number=view.number,
        home=fixture.home.name,
        away=fixture.away.name,
        competition=fixture.competition,
        kick_off=fixture.kick_off,
        selection=pick.selection.code,
        bookmaker=str(shown.bookmaker if shown and shown.bookmaker else pick.bookmaker),
        odds=float(shown.odds if shown and shown.odds and ended is None else pick.odds),
        edge=pick.edge,
        gone=shown is not None and shown.state is PriceState.GONE,
        held=held,
        outcome=None if ended is None else ended.outcome.value,
        profit=None if ended is None else Decimal(ended.profit),
        clv=view.close.clv if view.close else None,
    )


def _figures(value: Estimate) -> Figures:
    return Figures(mean=value.mean, low=value.low, high=value.high, n=value.n)
