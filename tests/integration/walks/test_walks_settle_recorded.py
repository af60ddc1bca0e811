"""All recorded answers of API-Football through the resolver: a pick a match, settled or asked."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pytest

from config.catalogue import load_catalogue
from engine.collect import api_football
from engine.collect.known import Known
from engine.collect.payload import API_FOOTBALL, Ask, Payload
from engine.collect.results import read_results
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.pick import pick_id
from engine.domain.settlement import Phase, Score
from engine.settlement.grading import profit, settle
from jobs.settle_confirmed import Judged, settle_confirmed
from tests.builders import a_pick

if TYPE_CHECKING:
    from pathlib import Path

    from engine.collect.api_football import Row
    from engine.domain.numbers import FixtureId
    from engine.domain.pick import Pick
    from jobs.context import Context
    from storage.pool import Pool

pytestmark = pytest.mark.realdata
READ_AT: Final = datetime(2026, 8, 1, tzinfo=UTC)
GAP: Final = timedelta(minutes=10)
CODES: Final = ("home", "draw", "dnb_away", "ah_home@-0.75", "over_2.5", "btts_yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Every recorded match with one pick on it, and the answers they came in."""

    bodies: tuple[bytes, ...]
    rows: dict[FixtureId, Row]
    fixtures: tuple[Fixture, ...]
    picks: dict[FixtureId, Pick]


@pytest.fixture
def recorded(real_data: Path) -> Recorded:
    paths = sorted((real_data / "api-football").glob("fixtures_by_*/*.json*"))
    raw = [path.read_bytes() for path in paths]
    bodies = [
        gzip.decompress(body) if path.suffix == ".gz" else body
        for path, body in zip(paths, raw, strict=True)
    ]
    rows = {row.fixture.id: row for body in bodies for row in api_football.decode(body).rows}
    fixtures = {number: stored(row) for number, row in rows.items()}
    picks = {}
    for place, fixture in enumerate(fixtures.values()):
        made = a_pick(CODES[place % len(CODES)])
        picks[fixture.id] = replace(
            made,
            id=pick_id(made.provenance, fixture.id, made.selection),
            fixture_id=fixture.id,
            fair=replace(made.fair, fixture_id=fixture.id),
            taken_at=fixture.kick_off - timedelta(hours=1),
            quoted_at=fixture.kick_off - timedelta(hours=1),
        )
    return Recorded(
        bodies=tuple(bodies),
        rows={fixtures[number].id: row for number, row in rows.items()},
        fixtures=tuple(fixtures.values()),
        picks=picks,
    )


def stored(row: Row) -> Fixture:
    """The match as we would have stored it; each id is a match of its own here."""
    home, away = (
        Team(key=f"{row.fixture.id}-{side}", name=team.name)
        for side, team in (("home", row.teams.home), ("away", row.teams.away))
    )
    identity = fixture_id("recorded", home.key, away.key, row.fixture.date.date())
    return Fixture(
        id=identity, competition="recorded", home=home, away=away, kick_off=row.fixture.date
    )


async def resolve(ctx: Context, recorded: Recorded, at: datetime) -> Judged:
    """Read every answer once more and settle what that confirms."""
    ask = Ask(source=API_FOOTBALL, path="/fixtures", purpose="results")
    known = Known(
        names=load_catalogue().names,
        fixtures=recorded.fixtures,
        event_ids={
            (API_FOOTBALL, str(recorded.rows[one.id].fixture.id)): one.id
            for one in recorded.fixtures
        },
    )
    payloads = [
        Payload(source=API_FOOTBALL, ask=ask, fetched_at=at, status=200, body=body)
        for body in recorded.bodies
    ]
    intake = read_results(payloads, known)
    assert {one.fixture_id for one in intake.results} == set(recorded.rows)
    async with ctx.store.transaction() as tx:
        await tx.results.add(intake.results)
    async with ctx.store.reading() as tx:
        views = await tx.picks.all_views()
    return await settle_confirmed(ctx, views, at)


def ninety(row: Row) -> Score | None:
    full = row.score.fulltime
    if full.home is None or full.away is None:
        return None
    return Score(home=full.home, away=full.away)


async def contents(pool: Pool) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    settled = await pool.fetch("select * from settlements order by pick_id, sequence")
    disputes = await pool.fetch("select * from disputes order by id")
    return [tuple(row) for row in settled], [tuple(map(str, row)) for row in disputes]


async def resolve_until_nothing_changes(ctx: Context, pool: Pool, recorded: Recorded) -> None:
    """One reading settles nothing, the second does, and a third finds nothing to add."""
    assert (await resolve(ctx, recorded, READ_AT)).settled == ()
    await resolve(ctx, recorded, READ_AT + GAP)
    before = await contents(pool)
    again = await resolve(ctx, recorded, READ_AT + 2 * GAP)
    assert (again.settled, again.disputes) == ((), 0)
    assert await contents(pool) == before


async def test_every_recorded_match_is_settled_on_ninety_minutes_or_asked_or_waits(
    ctx: Context, pool: Pool, recorded: Recorded
) -> None:
    async with ctx.store.transaction() as tx:
        await tx.fixtures.save(recorded.fixtures, READ_AT)
        await tx.picks.add(list(recorded.picks.values()))
    await resolve_until_nothing_changes(ctx, pool, recorded)
    async with ctx.store.reading() as tx:
        views = {view.fixture.id: view for view in await tx.picks.all_views()}
        waiting = {one.fixture.id: one.dispute.kind for one in await tx.disputes.waiting()}
    became: Counter[tuple[str, str]] = Counter()
    for identity, row in recorded.rows.items():
        short, settlement = row.fixture.status.short, views[identity].settlement
        if settlement is None:
            became[short, f"asked:{waiting[identity]}" if identity in waiting else "waits"] += 1
            continue
        assert identity not in waiting
        became[short, settlement.rule] += 1
        pick = recorded.picks[identity]
        if settlement.rule == "full_time":
            score = ninety(row)
            assert score is not None
            assert settlement.full_time == score
            assert settlement.outcome is settle(pick.selection, score)
        assert settlement.profit == profit(settlement.outcome, pick.odds, pick.stake)
        assert isinstance(settlement.profit, Decimal)
    _check(recorded, became)


def _check(recorded: Recorded, became: Counter[tuple[str, str]]) -> None:
    """Placeholder extra time is asked about to the last row; all else follows its status."""
    rows = recorded.rows.values()
    extra = [row for row in rows if row.fixture.status.short == "AET"]
    placeholder = [
        row
        for row in extra
        if (row.score.extratime.home or 0, row.score.extratime.away or 0) == (0, 0)
    ]
    assert became["AET", "asked:extra_time"] == len(placeholder) > 0
    assert became["AET", "full_time"] == len(extra) - len(placeholder) > 0
    assert became["Canc", "cancelled"] == 1
    expected = {
        Phase.SCHEDULED: {"waits"},
        Phase.LIVE: {"waits"},
        Phase.INTERRUPTED: {"void"},
        Phase.POSTPONED: {"void"},
        Phase.CANCELLED: {"cancelled"},
        Phase.AWARDED: {"awarded", "asked:awarded"},
        Phase.ABANDONED: {"void", "abandoned_decided", "asked:extra_time"},
        Phase.FINISHED: {"full_time", "asked:extra_time", "asked:full_time"},
    }
    for short, what in became:
        assert what in expected[api_football.PHASES[short.upper()]], (short, what)
    assert sum(became.values()) == len(recorded.rows)
