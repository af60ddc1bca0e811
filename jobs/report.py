"""Everything an outside judge needs, as JSON: picks with their fates, the outbox, the runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from engine.domain.numbers import PickId
from jobs.closes import close_coverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.domain.closing import ClosingLine
    from engine.domain.numbers import FixtureId
    from engine.domain.pick import Provenance
    from jobs.rules import Rules
    from jobs.run import Report
    from storage.store import Store, Tx
    from storage.views import PickView

_RUNS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """By which rules closes are graded, and up to which instant games count as begun."""

    rules: Rules
    until: datetime


async def build_report(
    store: Store, provenance: Provenance | None = None, *, coverage: Coverage | None = None
) -> Report:
    """Return the state of the house as plain JSON values, read from one snapshot of the data.

    With `coverage`, how the closes of all followed fixtures were caught, picks or none.
    """
    async with store.reading() as tx:
        totals = await tx.odds.totals()
        outbox = [dict(row) for row in await tx.outbox.rows()]
        return {
            "picks": await _picks(tx, provenance, outbox),
            "outbox": [{name: _plain(value) for name, value in row.items()} for row in outbox],
            "quotes_offered": totals.get("offered", 0),
            "quotes_stored": await tx.odds.stored(),
            "rejected": dict(await tx.odds.rejected()),
            "refused": dict(await tx.odds.refused()),
            "unmatched": [_plain_row(row) for row in await tx.fixtures.unmatched()],
            "fixtures": await tx.fixtures.count(),
            "runs": [_plain_row(row) for row in await tx.runs.recent(_RUNS)],
            "errors": await tx.runs.failed(),
            "coverage": await _coverage(tx, coverage),
        }


async def _coverage(tx: Tx, wanted: Coverage | None) -> Report | None:
    if wanted is None:
        return None
    return (await close_coverage(tx, wanted.rules, wanted.until)).told()


async def _picks(
    tx: Tx, provenance: Provenance | None, outbox: Sequence[Mapping[str, object]]
) -> list[Report]:
    views = await tx.picks.all_views(provenance)
    fixtures = {view.fixture.id for view in views}
    gone = await tx.picks.gone()
    lines: dict[FixtureId, list[ClosingLine]] = defaultdict(list)
    for line in await tx.closings.of_fixtures(fixtures):
        lines[line.fixture_id].append(line)
    events: dict[FixtureId, dict[str, str]] = defaultdict(dict)
    for (fixture, provider), event in (await tx.fixtures.events_of(fixtures)).items():
        events[fixture][provider] = event
    states = _card_states(outbox)
    return [
        {
            **_pick(view),
            "event_ids": events[view.fixture.id],
            "value_lost": view.pick.id in gone,
            "state": states.get(view.pick.id, "unsaid"),
            "closings": [
                _closing(line)
                for line in lines[view.fixture.id]
                if line.selection == view.pick.selection
                and line.excluded in {None, view.pick.bookmaker}
            ],
        }
        for view in views
    ]


def _pick(view: PickView) -> Report:
    pick, fixture, close, settlement = view.pick, view.fixture, view.close, view.settlement
    return {
        "id": str(pick.id),
        "number": view.number,
        "fixture_id": str(fixture.id),
        "competition": fixture.competition,
        "home": fixture.home.name,
        "away": fixture.away.name,
        "kick_off": fixture.kick_off.isoformat(),
        "market": pick.selection.market_code,
        "selection": pick.selection.code,
        "bookmaker": pick.bookmaker,
        "odds": pick.odds,
        "edge": pick.edge,
        "edge_low": pick.edge_low,
        "edge_high": pick.edge_high,
        "stake": str(pick.stake),
        "taken_at": pick.taken_at.isoformat(),
        "provenance": pick.provenance.value,
        "close_grade": close.grade if close else None,
        "close_source": close.source if close else None,
        "clv": close.clv if close else None,
        "alt_grade": close.alt_grade if close else None,
        "clv_alt": close.clv_alt if close else None,
        "closed": close is not None,
        "outcome": settlement.outcome.value if settlement else None,
        "profit": str(settlement.profit) if settlement else None,
    }


def _closing(line: ClosingLine) -> Report:
    return {
        "grade": line.grade.value,
        "source": line.source,
        "odds": line.odds,
        "captured_at": line.captured_at.isoformat(),
        "book": line.book,
        "excluded": line.excluded,
    }


def _card_states(outbox: Sequence[Mapping[str, object]]) -> Mapping[PickId, str]:
    """Return the state of each pick's card: how it fared in the chat it was first queued for."""
    states: dict[PickId, str] = {}
    for row in outbox:
        pick = row["pick_id"]
        if row["kind"] == "pick" and isinstance(pick, UUID):
            states.setdefault(PickId(pick), str(row["state"]))
    return states


def _plain_row(row: Mapping[str, object]) -> Report:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    """Return a column as JSON knows it: moments and identities as text, the rest as it is."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
