"""What a replay came to, in numbers: counts are per event id, fixtures and picks beside them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from engine.collect.payload import ODDS_API
from engine.learning.record import record
from jobs.learn import told, told_record
from jobs.told_figures import told_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.collect.football_data import Matched
    from engine.domain.numbers import FixtureId
    from jobs.context import Context
    from jobs.run import Report
    from storage.store import Tx

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def summary(
    ctx: Context,
    looks: Sequence[Report],
    matched: Matched,
    skipped: Iterable[tuple[str, str]],
) -> Report:
    """Return the whole replay as JSON; stored facts are counted in the store, once each."""
    provenance = ctx.rules.provenance
    async with ctx.store.reading() as tx:
        views = await tx.picks.all_views(provenance)
        bets = await tx.settlements.bets(provenance)
        events = await event_fixtures(tx, looks)
        outbox = await tx.outbox.counts()
        stored = await tx.odds.stored()
    found = record(bets, provenance)
    closed = [view for view in views if view.close is not None and view.close.grade is not None]
    in_files = _covered(matched, events)
    return {
        "instants": [look["at"] for look in looks if "at" in look],
        "events": len(_union(looks, "events")),
        "events_in_play_ignored": len(_union(looks, "in_play")),
        "events_placed": len(events),
        "quotes_offered": sum(_number(look, "offered") for look in looks),
        "quotes_kept": sum(_number(look, "kept") for look in looks),
        "quotes_stored": stored,
        "quotes_rejected": _total(looks, "rejected"),
        "bookmakers": len(_union(looks, "bookmakers")),
        "fixtures_priced": len(_union(looks, "fixtures_priced")),
        "refused": _total(looks, "refused"),
        "picks": len(views),
        "alerts_committed": sum(outbox.values()),
        "alerts_delivered": outbox.get("sent", 0),
        "outbox": dict(outbox),
        "matched_football_data": sum(fixture in matched.rows for fixture in events.values()),
        "events_of_football_data": len(in_files),
        "unmatched": sorted(_pairs(looks, "unmatched")),
        "unmatched_football_data": [
            f"{fixture.competition}: {fixture.home.name} - {fixture.away.name}, "
            f"{fixture.kick_off:%Y-%m-%d}"
            for fixture in matched.unmatched
        ],
        "unknown_names_football_data": [list(pair) for pair in matched.unknown_names],
        "closes": len(closed),
        "settled": sum(view.settlement is not None for view in views),
        "clv_mean": found.clv.mean,
        "clv_n": found.clv.n,
        "clv": told(found.clv),
        "clv_alt": told(found.clv_alt),
        "record": told_record(found),
        "figures": await told_figures(bets, provenance),
        "skipped": sorted([*map(list, skipped), *_lists(looks, "skipped")]),
    }


async def event_fixtures(tx: Tx, looks: Sequence[Report]) -> Mapping[str, FixtureId]:
    """Return the fixture of each replayed event id that was given one."""
    wanted = _union(looks, "events")
    known = await tx.fixtures.event_ids(_EVER)
    return {
        event: fixture
        for (provider, event), fixture in known.items()
        if provider == ODDS_API and event in wanted
    }


def _covered(matched: Matched, events: Mapping[str, FixtureId]) -> list[str]:
    """Return the event ids whose fixtures belong to the divisions of the files."""
    missing = {fixture.id for fixture in matched.unmatched}
    return [e for e, fixture in events.items() if fixture in matched.rows or fixture in missing]


def _number(look: Report, name: str) -> int:
    value = look.get(name, 0)
    return value if isinstance(value, int) else 0


def _items(looks: Iterable[Report], name: str) -> Iterable[Any]:
    for look in looks:
        found = look.get(name, ())
        if isinstance(found, (list, tuple)):
            yield from found


def _union(looks: Iterable[Report], name: str) -> set[str]:
    return {str(item) for item in _items(looks, name)}


def _pairs(looks: Iterable[Report], name: str) -> set[tuple[str, str]]:
    return {(str(first), str(second)) for first, second in _items(looks, name)}


def _lists(looks: Iterable[Report], name: str) -> list[list[str]]:
    return [[str(part) for part in item] for item in _items(looks, name)]


def _total(looks: Iterable[Report], name: str) -> dict[str, int]:
    total: Counter[str] = Counter()
    for look in looks:
        counts = look.get(name)
        if isinstance(counts, dict):
            total.update(counts)
    return dict(sorted(total.items()))
