"""Seasons gone by: football-data.co.uk's files into the store, each whole or not at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from engine.collect.season_files.place import place_rows
from engine.domain.errors import Skip
from jobs.season_digest import (
    digest,
    fingerprint,
    is_exhausted,
    odds_of,
    record_of,
    results_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from engine.collect.names import Names
    from engine.collect.season_files.season import Origin
    from engine.domain.numbers import BookmakerKey
    from jobs.clock import Clock
    from jobs.season_digest import Digest
    from jobs.workers import Workers
    from storage.seasons import FileRecord
    from storage.store import Store, Tx

_AROUND: Final = timedelta(days=15)  # further than any game is moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file's content, None where it is the one imported before, and its age by its server."""

    content: bytes | None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file to import; `load` gives its content.

    `load` raises `Skip` where there is none, which is told and does not end the import.
    """

    origin: Origin
    load: Callable[[], Awaitable[Arrived]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What one file brought, now (`added`) and altogether (`record`)."""

    record: FileRecord
    added: Mapping[str, int]
    unchanged: bool = False


@dataclass(slots=True, kw_only=True)
class Imported:
    """What an import has brought so far."""

    reports: list[FileReport] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return the import in numbers, as plain JSON values."""
        rejected: Counter[str] = Counter()
        seasons: dict[str, dict[str, Any]] = {}
        prices_rejected: Counter[str] = Counter()
        added: Counter[str] = Counter({"fixtures": 0, "results": 0, "odds": 0})
        for report in self.reports:
            added.update(report.added)
            prices_rejected.update(report.record.prices_rejected)
            for name, counts in report.record.seasons.items():
                rejected.update(counts["rejected"])
                _join(seasons.setdefault(name, {}), counts)
        return {
            "files": len(self.reports),
            "files_unchanged": sum(report.unchanged for report in self.reports),
            "files_failed": dict(sorted(self.failed.items())),
            "read": sum(report.record.read for report in self.reports),
            "stored": sum(report.record.stored for report in self.reports),
            "added": added["results"],
            "added_rows": dict(added),
            "rejected": dict(sorted(rejected.items())),
            "prices": sum(report.record.prices for report in self.reports),
            "prices_rejected": dict(sorted(prices_rejected.items())),
            "unmatched": sorted(
                {(c, n) for report in self.reports for c, n in report.record.unmatched}
            ),
            "seasons": dict(sorted(seasons.items())),
            "by_file": [_told(report) for report in sorted(self.reports, key=_name)],
        }


class Import:
    """Imports files one by one; two lanes may run side by side, never two of one division."""

    def __init__(
        self,
        store: Store,
        names: Names,
        workers: Workers,
        *,
        clock: Clock,
        max_move: timedelta,
    ) -> None:
        self._store = store
        self._names = names
        self._workers = workers
        self._clock = clock
        self._max_move = max_move
        self._before: Mapping[str, FileRecord] = {}
        self._numbers: dict[BookmakerKey, int] = {}
        self._years: set[int] = set()
        self._making_room = asyncio.Lock()
        self.done = Imported()

    async def run(
        self, sources: Sequence[Source], lanes: int, progress: Callable[[str], None]
    ) -> Imported:
        """Import everything; `progress` hears of each file that is over."""
        async with self._store.reading() as tx:
            self._before = await tx.seasons.files()
            self._names = await tx.aliases.names(self._names)
        async with asyncio.TaskGroup() as group:
            for lane in _share(sources, lanes):
                group.create_task(self._lane(lane, progress))
        return self.done

    async def _lane(self, sources: Sequence[Source], progress: Callable[[str], None]) -> None:
        async for name in self._each(sources):
            progress(name)

    async def _each(self, sources: Sequence[Source]) -> AsyncIterator[str]:
        for source in sources:
            try:
                arrived = await source.load()
                self.done.reports.append(await self._file(source.origin, arrived))
            except Skip as refused:
                self.done.failed[source.origin.name] = str(refused)
            yield source.origin.name

    async def _file(self, origin: Origin, arrived: Arrived) -> FileReport:
        """Import one file in one transaction, unless nothing can have changed."""
        before = self._before.get(origin.name)
        content = arrived.content
        if before is not None and (content is None or self._is_known(before, content)):
            return FileReport(record=before, added={}, unchanged=True)
        read = await self._workers.run(digest, content or b"", origin, self._names)
        await self._make_room(read)
        async with self._store.transaction() as tx:
            return await self._keep(tx, read, arrived.last_modified)

    def _is_known(self, before: FileRecord, content: bytes) -> bool:
        """Say whether reading a file again can bring nothing that was not brought before."""
        return before.sha256 == fingerprint(content) and is_exhausted(before, self._names)

    async def _make_room(self, read: Digest) -> None:
        """See that bookmakers have numbers and years partitions, before the file's own rows."""
        async with self._making_room:
            keys = set(read.keys.values()) - self._numbers.keys()
            years = read.years - self._years
            if not keys and not years:
                return
            async with self._store.transaction() as tx:
                self._numbers |= await tx.seasons.prepare(keys, years)
            self._years |= years

    async def _keep(self, tx: Tx, read: Digest, last_modified: str | None) -> FileReport:
        """Keep a file's games; nobody else does so for its competitions meanwhile.

        A file whose name hides its division may be in the other lane, or in another process.
        """
        now, span = self._clock.now(), read.span
        for competition in read.named.competitions:
            await tx.runs.alone(f"importing {competition}")
        stored = (
            await tx.seasons.fixtures_of(
                read.named.competitions, span[0] - _AROUND, span[1] + _AROUND
            )
            if span
            else ()
        )
        placed = place_rows(read.season.matches, read.named.rows, stored, self._max_move)
        odds, rejected = await self._workers.run(odds_of, read, placed)
        new = {one.id for one in placed.new}
        known = [one.id for one in placed.fixtures if one.id not in new]
        added = {
            "fixtures": await tx.seasons.add_fixtures(placed.new, now),
            "results": await tx.seasons.add_results(results_of(read, placed, now)),
            "odds": await tx.seasons.add_odds(odds, self._numbers, known),
        }
        await tx.fixtures.save(placed.changed, now)
        await tx.fixtures.queue_unmatched(read.named.unmatched, now)
        record = record_of(
            read,
            placed,
            prices=len(odds),
            prices_rejected=rejected,
            last_modified=last_modified,
        )
        await tx.seasons.keep_file(record, now)
        return FileReport(record=record, added=added)


def _share(sources: Sequence[Source], lanes: int) -> list[list[Source]]:
    """Share the files among lanes, all of one division in one: the largest shares first."""
    shares: dict[str, list[Source]] = {}
    for source in sources:
        shares.setdefault(source.origin.division, []).append(source)
    found: list[list[Source]] = [[] for _ in range(lanes)]
    for share in sorted(shares.values(), key=len, reverse=True):
        min(found, key=len).extend(share)
    return found


def _join(total: dict[str, Any], counts: Mapping[str, Any]) -> None:
    """Add one file's counts of a season to the season's."""
    total["read"] = total.get("read", 0) + counts["read"]
    total["stored"] = total.get("stored", 0) + counts["stored"]
    total["rejected"] = dict(Counter(total.get("rejected", {})) + Counter(counts["rejected"]))


def _told(report: FileReport) -> dict[str, Any]:
    record = report.record
    rejected: Counter[str] = Counter()
    for counts in record.seasons.values():
        rejected.update(counts["rejected"])
    return {
        "name": record.name,
        "read": record.read,
        "stored": record.stored,
        "added": report.added.get("results", 0),
        "added_rows": dict(report.added),
        "rejected": dict(sorted(rejected.items())),
        "prices": record.prices,
        "prices_rejected": dict(record.prices_rejected),
        "notes": dict(record.notes),
        "unchanged": report.unchanged,
        "bad_rows": [
            {"line": line, "reason": reason, "text": text}
            for line, reason, text in record.bad_rows
        ],
    }


def _name(report: FileReport) -> str:
    return report.record.name
