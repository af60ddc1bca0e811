"""Backtest: recorded answers, instant by instant, through the same code as a live look.

The clock stands at the replayed instant; nothing later than it can be read. An instant that was
replayed into this database before is not replayed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jobs.clock import FixedClock
from jobs.file_results import end, ended, match_fixtures
from jobs.look import judge, read_inputs
from jobs.recordings import read_look
from jobs.replay_report import event_fixtures, summary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from engine.collect.football_data import FileMatch, Matched
    from jobs.context import Context
    from jobs.look import Inputs
    from jobs.recordings import Library, RecordedLook
    from jobs.run import Report

_EVERY_RUN = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What is replayed, who delivers at each instant, and who is told how far it got."""

    library: Library
    rows: tuple[FileMatch, ...] = ()
    deliver: Callable[[datetime], Awaitable[None]]
    progress: Callable[[int, int], None]


async def replay(ctx: Context, wanted: Replay) -> Report:
    """Replay every instant, then closes and results; return the whole in numbers."""
    before = await _replayed(ctx)
    steps = len(wanted.library.instants)
    looks: list[Report] = []
    for step, (instant, paths) in enumerate(wanted.library.instants):
        wanted.progress(step, steps)
        look, unreadable = read_look(wanted.library.folder, instant, paths)
        if look.recordings:
            report = before.get(look.name)
            looks.append(report or await _replay_look(ctx, look, unreadable))
            await wanted.deliver(look.at)
        else:
            looks.append({"skipped": list(unreadable)})
    wanted.progress(steps, steps)
    matched = await _end_all(ctx, looks, wanted)
    return await summary(ctx, looks, matched, wanted.library.skipped)


async def _replayed(ctx: Context) -> Mapping[str, Report]:
    """Return the reports of the looks already in this database, by name."""
    async with ctx.store.reading() as tx:
        runs = await tx.runs.recent(_EVERY_RUN)
    return {
        str(run["job"]): run["report"]
        for run in runs
        if run["state"] == "done" and isinstance(run["report"], dict)
    }


async def _replay_look(
    ctx: Context, look: RecordedLook, unreadable: Sequence[tuple[str, str]]
) -> Report:
    """Put one instant through the house: kept, judged, committed, and reported on."""
    then = replace(ctx, clock=FixedClock(at=look.at))
    payloads = look.payloads()
    async with ctx.store.transaction() as tx:
        await tx.runs.begin(look.name, look.at, look.at, 0)
        await tx.payloads.add(payloads)
    inputs = until(look.at, await read_inputs(then, look.at))
    seen = await judge(then, payloads, inputs, look.at, "replay")
    events = [event for recording in look.recordings for event in recording.events]
    fixtures = seen.decision.prices.fixtures
    report: Report = {
        **seen.report(),
        "at": look.at.isoformat(),
        "events": sorted(seen.intake.events),
        "in_play": sorted(seen.intake.in_play),
        "bookmakers": sorted({book.key for event in events for book in event.bookmakers}),
        "fixtures_priced": sorted(
            {str(fixtures[index].id) for index in seen.decision.prices.fixture.tolist()}
        ),
        "unmatched": [[u.competition, u.name] for u in seen.intake.unmatched],
        "skipped": [list(file) for file in unreadable],
    }
    async with ctx.store.transaction() as tx:
        await tx.runs.finish(look.name, look.at, look.at, state="done", report=report)
    return report


def until(now: datetime, inputs: Inputs) -> Inputs:
    """Leave out what was learnt after `now`: a database may hold the looks that follow.

    An event id first met later is not known yet, nor is a fixture known by such ids alone.
    """
    known = inputs.known
    late = {place for place, at in known.first_seen.items() if at > now}
    event_ids = {place: one for place, one in known.event_ids.items() if place not in late}
    unmet = {one for place, one in known.event_ids.items() if place in late}
    unmet -= set(event_ids.values())
    then = replace(
        known,
        fixtures=tuple(fixture for fixture in known.fixtures if fixture.id not in unmet),
        event_ids=event_ids,
        first_seen={place: at for place, at in known.first_seen.items() if place not in late},
    )
    return replace(inputs, known=then, until=now)


async def _end_all(ctx: Context, looks: Sequence[Report], wanted: Replay) -> Matched:
    """Close and settle what the files know the end of, each at the time it was known."""
    async with ctx.store.reading() as tx:
        fixtures = await tx.fixtures.get({*(await event_fixtures(tx, looks)).values()})
    matched = await match_fixtures(ctx, fixtures, wanted.rows)
    async with ctx.store.reading() as tx:
        over = await ended(ctx, tx, matched)
    for one in over:
        async with ctx.store.transaction() as tx:
            new = await end(ctx, tx, one)
        if new:
            await wanted.deliver(one.at)
    return matched
