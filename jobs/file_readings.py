"""Results from football-data.co.uk's season files, where no key of API-Football is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.payload import API_FOOTBALL, FOOTBALL_DATA
from engine.collect.season_files.rows import season_on
from jobs.file_closes import close_by_files
from jobs.import_files import Import
from jobs.season_sources import Wanted, download_sources
from jobs.settle import is_due
from jobs.settle_confirmed import settle_confirmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from engine.collect.names import Names
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from engine.domain.settlement import Result
    from jobs.context import Context
    from jobs.run import Report
    from storage.store import Tx
    from storage.views import PickView

_PATIENCE: Final = timedelta(days=60)
"""A game that no file has told of by then is not asked for any more."""
_NO_PAUSE: Final = 0.0


async def read_files(ctx: Context) -> Report:
    """Read the season files of the games whose results are due, close and settle their picks.

    A file that has not changed still says what it said: once it has been asked again after the
    confirmation gap, that is the second reading which makes a result final. What is settled is
    read again at each recheck, so that a score the site corrects is corrected here.
    """
    if any(state.source == API_FOOTBALL for state in ctx.feeds.key_states):
        return {"off": "results come from API-Football"}
    now = ctx.clock.now()
    async with ctx.store.reading() as tx:
        views = await _wanted(ctx, tx, now)
        before = await tx.seasons.files()
        ctx = replace(ctx, names=await tx.aliases.names(ctx.names))
    if not views:
        return {"wanted": 0}
    fixtures = {view.fixture.id: view.fixture for view in views}
    sources = download_sources(ctx, _files(fixtures.values(), ctx.names), before, _NO_PAUSE)
    work = Import(
        ctx.store,
        ctx.names,
        ctx.workers,
        clock=ctx.clock,
        max_move=ctx.rules.collect.max_move,
    )
    done = await work.run(sources, 1, _unsaid)
    said = {report.record.name for report in done.reports if report.unchanged}
    confirmed = await _say_again(ctx, fixtures.values(), said, now)
    async with ctx.judging, ctx.store.transaction() as tx:
        closes = await close_by_files(tx, views, ctx.rules.alerts, now)
    judged = await settle_confirmed(ctx, views, now)
    return {
        "wanted": len(fixtures),
        "files": len(done.reports),
        "files_failed": dict(done.failed),
        "confirmed": confirmed,
        "closes": len(closes),
        **judged.report,
    }


async def _wanted(ctx: Context, tx: Tx, now: datetime) -> tuple[PickView, ...]:
    """Return the picks whose game a file may have told of: unsettled ones, and due rechecks."""
    rules = ctx.rules
    begun_by = now - min(rules.closing.result_offsets)
    recheck = max(rules.settlement.recheck, default=timedelta(0)) + rules.settlement.look_back
    views = await tx.picks.to_read(begun_by, now - recheck, rules.provenance)
    reads = await tx.results.reads({view.fixture.id for view in views if view.settlement})
    return tuple(
        view
        for view in views
        if view.fixture.kick_off >= begun_by - _PATIENCE and is_due(ctx, view, reads, now)
    )


def _files(fixtures: Iterable[Fixture], names: Names) -> Wanted:
    """Return the files these games are printed in."""
    divisions = _divisions(names)
    games = [one for one in fixtures if one.competition in divisions]
    return Wanted(
        divisions=frozenset(divisions[one.competition] for one in games) or frozenset({"none"}),
        seasons=frozenset(season_on(one.kick_off) for one in games),
    )


def _divisions(names: Names) -> Mapping[str, str]:
    return {
        competition: code
        for (source, code), competitions in names.leagues.items()
        if source == FOOTBALL_DATA
        for competition in competitions
    }


async def _say_again(
    ctx: Context, fixtures: Iterable[Fixture], unchanged: set[str], now: datetime
) -> int:
    """Add a reading to what unchanged files had said long enough ago; return how many."""
    divisions = _divisions(ctx.names)
    still = [
        one.id
        for one in fixtures
        if (code := divisions.get(one.competition)) is not None
        and unchanged & {f"main/{season_on(one.kick_off)}/{code}.csv", f"extra/{code}.csv"}
    ]
    async with ctx.store.transaction() as tx:
        reads = await tx.results.reads(still)
        again = list(_repeated(reads, now, ctx))
        await tx.results.add(again)
    return len(again)


def _repeated(
    reads: Mapping[FixtureId, Sequence[Result]], now: datetime, ctx: Context
) -> Iterable[Result]:
    for read in reads.values():
        last = max(
            (one for one in read if one.source == FOOTBALL_DATA), key=_read_at, default=None
        )
        if last is not None and now - last.read_at >= ctx.rules.settlement.confirmation_gap:
            yield replace(last, read_at=now)


def _read_at(result: Result) -> datetime:
    return result.read_at


def _unsaid(_: str) -> None:
    """Tell nobody: the run's report does."""
