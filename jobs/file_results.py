"""Closes and results from football-data's season files, for picks of a replay."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine import pipeline
from engine.alerting.compose import compose_closes, compose_results
from engine.collect.football_data import FOOTBALL_DATA, match_rows, read_season
from engine.domain.errors import SettingsInvalid
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.settlement import Phase, Result
from engine.settlement.closing import close_pick
from engine.settlement.settling import settle_pick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from engine.collect.football_data import Closes, FileMatch, Matched
    from engine.domain.closing import PickClose
    from engine.domain.fixture import Fixture
    from engine.domain.pick import Pick
    from engine.domain.settlement import Settlement
    from jobs.context import Context
    from storage.store import Tx

_GOALS_2_5: Final = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A fixture with picks, the row that says how it ended, and when that was known."""

    fixture: Fixture
    row: FileMatch
    picks: tuple[Pick, ...]
    at: datetime


def read_rows(folder: Path) -> tuple[FileMatch, ...]:
    """Return the rows of every season file of a folder.

    Raises:
        SettingsInvalid: the folder is not one.
    """
    if not folder.is_dir():
        raise SettingsInvalid(f"--football-data: {folder} is not a folder")
    files = sorted([*folder.rglob("*.csv.gz"), *folder.rglob("*.csv")])
    return tuple(row for file in files for row in read_season(file.read_bytes()))


async def match_fixtures(
    ctx: Context, fixtures: Sequence[Fixture], rows: Sequence[FileMatch]
) -> Matched:
    """Find the row of each fixture by its teams' names and date."""
    return await ctx.workers.run(match_rows, tuple(fixtures), tuple(rows), ctx.names)


async def ended(ctx: Context, tx: Tx, matched: Matched) -> tuple[Ended, ...]:
    """Return the matched fixtures that have picks, in the order their results were known."""
    fixtures = {fixture.id: fixture for fixture in await tx.fixtures.get(matched.rows)}
    picks: dict[object, list[Pick]] = defaultdict(list)
    for pick in await tx.picks.of_fixtures(fixtures, ctx.rules.provenance):
        picks[pick.fixture_id].append(pick)
    known_after = max(ctx.rules.closing.result_offsets)
    found = [
        Ended(
            fixture=fixtures[fixture_id],
            row=row,
            picks=tuple(picks[fixture_id]),
            at=fixtures[fixture_id].kick_off + known_after,
        )
        for fixture_id, row in matched.rows.items()
        if picks[fixture_id] and row.full_time is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.fixture.id)))


async def end(ctx: Context, tx: Tx, one: Ended) -> int:
    """Close and settle the picks of a fixture; return how many alerts were new.

    The file's closes bear no time, so they are grade D: good for backtests alone.
    """
    selections = tuple(pick.selection for pick in one.picks)
    lines = pipeline.close_from_file(one.fixture, selections, declared(one.row.closes))
    await tx.closings.add(lines)
    kick_off = one.fixture.kick_off
    closes: list[PickClose] = [
        close_pick(pick, lines, kick_off=kick_off, now=kick_off) for pick in one.picks
    ]
    await tx.closings.close_picks(closes)
    result = _result(one)
    await tx.results.add([result])
    set_for = await tx.picks.set_for([pick.id for pick in one.picks])
    settled = [
        settlement
        for pick in one.picks
        if (settlement := _settle(ctx, pick, result, set_for[pick.id], one.at)) is not None
    ]
    await tx.settlements.add(settled)
    rules = ctx.rules.alerts
    alerts = (
        *compose_closes(closes, rules, one.at),
        *compose_results(settled, rules, one.at),
    )
    return await tx.outbox.add(alerts)


def declared(
    closes: Mapping[str, Closes],
) -> Mapping[str, Mapping[Market, tuple[float, ...]]]:
    """Return a row's closing odds by source and market, as the file names its columns."""
    return {f"{source}C": _books(close) for source, close in closes.items()}


def _books(close: Closes) -> Mapping[Market, tuple[float, ...]]:
    books: dict[Market, tuple[float, ...]] = {}
    if close.match_odds is not None:
        books[MATCH_ODDS] = close.match_odds
    if close.totals is not None:
        books[_GOALS_2_5] = close.totals
    if close.handicap is not None:
        line, home, away = close.handicap
        books[Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal(str(line)))] = (home, away)
    return books


def _result(one: Ended) -> Result:
    return Result(
        fixture_id=one.fixture.id,
        source=FOOTBALL_DATA,
        status="FT",
        phase=Phase.FINISHED,
        full_time=one.row.full_time,
        half_time=one.row.half_time,
        kick_off=one.row.kick_off,
        read_at=one.at,
    )


def _settle(
    ctx: Context, pick: Pick, result: Result, set_for: datetime, now: datetime
) -> Settlement | None:
    """Settle on the file's word: a file printed later is its own confirmation."""
    book = ctx.rules.books.of(pick.bookmaker)
    return settle_pick(pick, result, kick_off=set_for, sequence=1, rules=book, now=now)
