"""Results: read, confirmed by a second reading, turned into settlements and their cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.asks import ask_results_by_date, ask_results_by_ids
from engine.collect.normalise import Known
from engine.collect.payload import API_FOOTBALL
from engine.collect.results import read_results
from engine.domain.errors import FeedDown
from engine.domain.settlement import Phase
from engine.settlement.settling import BY_HAND
from engine.settlement.status import after_reading, speaking
from jobs.look import by_reason, keep, refuse_nothing
from jobs.moved import follow_moves
from jobs.settle_confirmed import settle_confirmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.collect.feeds import Failure
    from engine.collect.payload import Ask
    from engine.collect.results import ResultsIntake
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from engine.domain.settlement import Result
    from jobs.context import Context
    from jobs.run import Report
    from storage.views import PickView

_PUT_OFF: Final = frozenset({Phase.POSTPONED, Phase.INTERRUPTED, Phase.ABANDONED, Phase.CANCELLED})
"""What a replay may follow, under an id that nobody has met yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """Picks whose result is wanted, and what is known of their fixtures.

    `put_off` are those last read as postponed or stopped: a replay may have an id of its own.
    """

    wanted: tuple[PickView, ...]
    known: Known
    football_ids: Mapping[FixtureId, str]
    put_off: frozenset[FixtureId]


async def run(ctx: Context) -> Report:
    """Read results, settle what two readings confirm, correct what providers corrected."""
    if not any(state.source == API_FOOTBALL for state in ctx.feeds.key_states):
        return {"off": "no key of API-Football: results come from football-data.co.uk's files"}
    now = ctx.clock.now()
    inputs = await _read(ctx, now)
    if not inputs.wanted:
        return {"wanted": 0}
    intake, failures = await _ask(ctx, inputs, now)
    now = ctx.clock.now()
    moved = await _keep_readings(ctx, intake, inputs, now)
    done = await settle_confirmed(ctx, inputs.wanted, now)
    return {
        "wanted": len({view.fixture.id for view in inputs.wanted}),
        "readings": len(intake.results),
        "moved": len(moved),
        **done.report,
        "unmatched": len(intake.unmatched),
        "contradicted": intake.contradicted,
        "unread": len(_unread(inputs.wanted, intake)),
        "failures": by_reason(failures),
    }


async def _ask(
    ctx: Context, inputs: _Inputs, now: datetime
) -> tuple[ResultsIntake, tuple[Failure, ...]]:
    """Ask for the results; what one form of the question does not bring is asked in the other.

    Raises:
        MonPsError: nothing came back; where every answer was empty, too. That is never "not
            played": who asked waits and asks again.
    """
    asks = _plan(inputs.wanted, inputs, ctx, now)
    fetched = await ctx.feeds.fetch(asks)
    await keep(ctx, fetched)
    refuse_nothing(asks, fetched)
    payloads, failures, empty = fetched.payloads, fetched.failures, len(fetched.empty)
    intake = await ctx.workers.run(read_results, payloads, inputs.known)
    silent = _unread(inputs.wanted, intake) if not failures else ()
    by_day = _plan(silent, replace(inputs, football_ids={}), ctx, now)
    more = tuple(ask for ask in by_day if ask not in asks)
    if more:
        second = await ctx.feeds.fetch(more)
        await keep(ctx, second)
        payloads, failures = (*payloads, *second.payloads), (*failures, *second.failures)
        empty += len(second.empty)
        intake = await ctx.workers.run(read_results, payloads, inputs.known)
    if not intake.results and empty == len(asks) + len(more) > 0:
        raise FeedDown(f"API-Football says nothing of the {len(inputs.wanted)} results awaited")
    return intake, failures


def _unread(wanted: Iterable[PickView], intake: ResultsIntake) -> tuple[PickView, ...]:
    """Return the picks whose match no answer spoke of."""
    read = {result.fixture_id for result in intake.results}
    return tuple(view for view in wanted if view.fixture.id not in read)


async def _read(ctx: Context, now: datetime) -> _Inputs:
    """Return the picks due a reading: unsettled after full time, or settled and to recheck."""
    rules = ctx.rules
    since = now - rules.settlement.look_back - rules.collect.max_move
    begun_by = now - min(rules.closing.result_offsets)
    recheck_since = (
        now - max(rules.settlement.recheck, default=timedelta(0)) - rules.settlement.look_back
    )
    async with ctx.store.reading() as tx:
        views = await tx.picks.to_read(
            begun_by, recheck_since, rules.provenance, set_by=now - rules.settlement.put_off
        )
        reads = await tx.results.reads({view.fixture.id for view in views})
        wanted = tuple(view for view in views if is_due(ctx, view, reads, now))
        fixtures = await tx.fixtures.between(since, now + rules.collect.max_move)
        event_ids = await tx.fixtures.event_ids(since)
        events = await tx.fixtures.events_of({view.fixture.id for view in wanted})
        names = await tx.aliases.names(ctx.names)
    return _Inputs(
        wanted=wanted,
        known=Known(names=names, fixtures=fixtures, event_ids=event_ids),
        football_ids={fid: eid for (fid, source), eid in events.items() if source == API_FOOTBALL},
        put_off=frozenset(
            fid
            for fid, told in reads.items()
            if not any(read.phase is Phase.FINISHED for read in told)
            and told[-1].phase in _PUT_OFF
        ),
    )


def is_due(
    ctx: Context,
    view: PickView,
    reads: Mapping[FixtureId, tuple[Result, ...]],
    now: datetime,
) -> bool:
    """Say whether a pick's result is to be read.

    Unsettled: always. Settled: at each recheck once, and again while the last reading says
    another score than the one settled on, so that a correction is confirmed like a result. What
    a person said is not corrected by any reading.
    """
    settlement, rules = view.settlement, ctx.rules.settlement
    if settlement is None or settlement.rule in BY_HAND:
        return settlement is None
    last = max(reads.get(view.fixture.id, ()), key=lambda read: read.read_at, default=None)
    if last is None:
        return False
    doubted = last.read_at > settlement.settled_at and last.full_time != settlement.full_time
    if doubted and view.fixture.kick_off >= now - rules.look_back:
        return True
    return any(last.read_at < settlement.settled_at + wait <= now for wait in rules.recheck)


def _plan(
    wanted: Iterable[PickView], inputs: _Inputs, ctx: Context, now: datetime
) -> tuple[Ask, ...]:
    """Ask by id what the provider is known to call by one; the rest by day, while it tells.

    What was put off is asked by the days since, too: under its old id its replay may never come.
    """
    ids = inputs.football_ids
    fixtures = {view.fixture.id: view.fixture for view in wanted}
    oldest = (now - ctx.rules.settlement.look_back).astimezone(UTC).date()
    days = set()
    for fid, fixture in fixtures.items():
        day = fixture.kick_off.astimezone(UTC).date()
        if fid not in ids:
            days.add(day)
        if fid in inputs.put_off:
            later = (now.astimezone(UTC).date() - day).days
            days |= {day + timedelta(days=after) for after in range(later + 1)}
    asked = sorted(day for day in days if day >= oldest)
    known = [ids[fid] for fid in fixtures if fid in ids]
    return (*ask_results_by_ids(known), *ask_results_by_date(asked))


async def _keep_readings(
    ctx: Context, intake: ResultsIntake, inputs: _Inputs, now: datetime
) -> tuple[Fixture, ...]:
    """Keep every reading and what it makes of its fixture; return those put off."""
    async with ctx.judging, ctx.store.transaction() as tx:
        read = await tx.fixtures.get(result.fixture_id for result in intake.results)
        before = {fixture.id: fixture for fixture in read}
        changed = tuple(_changed(intake.results, before, inputs, now))
        moved = tuple(f for f in changed if f.kick_off != before[f.id].kick_off)
        await tx.fixtures.save(changed, now)
        await tx.fixtures.link(intake.event_ids)
        await tx.fixtures.queue_unmatched(intake.unmatched, now)
        await tx.results.add(intake.results)
        await follow_moves(tx, before.values(), moved, ctx, now)
    return moved


def _changed(
    results: Iterable[Result],
    before: Mapping[FixtureId, Fixture],
    inputs: _Inputs,
    now: datetime,
) -> Iterable[Fixture]:
    """Yield the fixtures that are over or off, and those with picks that are put off.

    Without a pick, a row of a later day may be another match of the same teams.
    """
    wanted = {view.fixture.id for view in inputs.wanted}
    for result in speaking(results):
        fixture = before[result.fixture_id]
        after = after_reading(fixture, result, now)
        if after != fixture and (after.kick_off == fixture.kick_off or fixture.id in wanted):
            yield after
