"""Imported seasons: which files were read, and the odds of matches gone by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.domain.numbers import BookmakerKey, FixtureId
from storage.binary_copy import encode_rows, instant, stream, uuids
from storage.queries import queries
from storage.rows import fixture_from_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.fixture import Fixture
    from engine.domain.settlement import Result
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What one file brought: `read` lines are `stored` and the lines of `seasons` left out.

    `seasons` maps a season to its counts (read, stored, rejected by reason); `bad_rows` are
    (line, reason, text); `unmatched` are (competition, spelling).
    """

    name: str
    sha256: str
    read: int
    stored: int
    seasons: Mapping[str, Mapping[str, Any]]
    bad_rows: Sequence[Sequence[Any]]
    notes: Mapping[str, int]
    prices: int
    prices_rejected: Mapping[str, int]
    unmatched: Sequence[Sequence[str]]
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeasonOdds:
    """Imported odds as columns; `fixture` and `bookmaker` index the tuples of the same name.

    `changed_at` is in microseconds since 2000, PostgreSQL's own count.
    """

    fixtures: tuple[FixtureId, ...]
    bookmakers: tuple[BookmakerKey, ...]
    fixture: NDArray[np.int32]
    changed_at: NDArray[np.int64]
    odds: NDArray[np.float64]
    selection: NDArray[np.int32]
    bookmaker: NDArray[np.int16]
    stage: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.odds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One imported price, as it is read back; `stage` 1 pre-match, 2 closing."""

    fixture_id: FixtureId
    changed_at: datetime
    selection: int
    bookmaker: BookmakerKey
    odds: float
    stage: int


class Seasons:
    """Imported seasons on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def files(self) -> Mapping[str, FileRecord]:
        """Return every file imported so far, by name."""
        rows = await self._connection.fetch(queries("seasons").files)
        return {row["name"]: FileRecord(**dict(row)) for row in rows}

    async def keep_file(self, record: FileRecord, now: datetime) -> None:
        """Remember what a file brought."""
        await self._connection.execute(
            queries("seasons").keep_file,
            record.name,
            record.sha256,
            record.read,
            record.stored,
            record.seasons,
            record.bad_rows,
            record.notes,
            record.prices,
            record.prices_rejected,
            record.unmatched,
            record.last_modified,
            now,
        )

    async def prepare(
        self, bookmakers: Iterable[BookmakerKey], years: Iterable[int]
    ) -> Mapping[BookmakerKey, int]:
        """Make room: partitions for these years, numbers for these bookmakers, which are returned.

        Call it in a transaction of its own: it may wait for another writer's.
        """
        sql = queries("seasons")
        keys = sorted(set(bookmakers))
        for year in sorted(set(years)):
            await self._connection.execute(sql.ensure_year, year)
        await self._connection.execute(sql.new_bookmakers, keys)
        rows = await self._connection.fetch(sql.bookmakers, keys)
        return {BookmakerKey(row["key"]): row["id"] for row in rows}

    async def fixtures_of(
        self, competitions: Sequence[str], since: datetime, until: datetime
    ) -> tuple[Fixture, ...]:
        """Return the fixtures of some competitions that kick off in [since, until)."""
        rows = await self._connection.fetch(
            queries("seasons").fixtures_of, list(competitions), since, until
        )
        return tuple(fixture_from_row(row) for row in rows)

    async def add_fixtures(self, fixtures: Sequence[Fixture], now: datetime) -> int:
        """Keep fixtures nobody knew; return how many were new."""
        rows = await self._connection.fetch(
            queries("seasons").add_fixtures,
            [one.id for one in fixtures],
            [one.competition for one in fixtures],
            [one.home.key for one in fixtures],
            [one.home.name for one in fixtures],
            [one.away.key for one in fixtures],
            [one.away.name for one in fixtures],
            [one.kick_off for one in fixtures],
            [one.status.value for one in fixtures],
            now,
        )
        return len(rows)

    async def add_results(self, results: Sequence[Result]) -> int:
        """Keep what one source says of games, where it is news; return how many readings were new.

        All `results` are of one source, status and moment.
        """
        if not results:
            return 0
        one = results[0]
        halves = [(r.half_time.home, r.half_time.away) if r.half_time else None for r in results]
        rows = await self._connection.fetch(
            queries("seasons").add_results,
            [r.fixture_id for r in results],
            [r.full_time.home if r.full_time else None for r in results],
            [r.full_time.away if r.full_time else None for r in results],
            [half[0] if half else None for half in halves],
            [half[1] if half else None for half in halves],
            [r.kick_off for r in results],
            one.read_at,
            one.source,
            one.status,
            one.phase.value,
        )
        return len(rows)

    async def add_odds(
        self, odds: SeasonOdds, numbers: Mapping[BookmakerKey, int], known: Iterable[FixtureId]
    ) -> int:
        """Keep imported odds; return how many were new.

        `known` are the fixtures that may have some already: theirs are compared one by one, the
        others are copied in.
        """
        sql = queries("seasons")
        suspects = list(known)
        found = await self._connection.fetch(sql.priced, suspects) if suspects else []
        priced = {row["fixture_id"] for row in found}
        again = np.array([one in priced for one in odds.fixtures], dtype=np.bool_)[odds.fixture]
        number = np.array([numbers[key] for key in odds.bookmakers], dtype=np.int16)
        fresh = int(np.count_nonzero(~again))
        if fresh:
            await self._copy("season_odds", odds, number, ~again)
        if fresh == len(odds):
            return fresh
        moments = odds.changed_at[again]
        span = instant(int(moments.min())), instant(int(moments.max()))
        await self._connection.execute(sql.stage_odds)
        await self._copy("arriving_odds", odds, number, again)
        await self._connection.execute(sql.count_arriving)
        await self._connection.execute(sql.leave_instants, list(priced))
        await self._connection.execute(sql.correct_odds, list(priced), *span)
        return fresh + int(await self._connection.fetchval(sql.merge_odds))

    async def odds_of(self, ids: Iterable[FixtureId]) -> tuple[Price, ...]:
        """Return the imported odds of fixtures, by fixture, selection, bookmaker and instant."""
        rows = await self._connection.fetch(queries("seasons").odds_of, list(ids))
        return tuple(
            Price(
                fixture_id=FixtureId(row["fixture_id"]),
                changed_at=row["changed_at"],
                selection=row["selection"],
                bookmaker=BookmakerKey(row["bookmaker"]),
                odds=row["odds"],
                stage=row["stage"],
            )
            for row in rows
        )

    async def totals(self) -> Mapping[str, int]:
        """Return how many files, matches and odds were imported."""
        row = await self._connection.fetchrow(queries("seasons").totals)
        return dict(row) if row else {}

    async def _copy(
        self, table: str, odds: SeasonOdds, number: NDArray[np.int16], rows: NDArray[np.bool_]
    ) -> None:
        columns: dict[str, tuple[str, object]] = {
            "fixture_id": ("uuid", uuids(odds.fixtures)[odds.fixture[rows]]),
            "changed_at": ("timestamptz", odds.changed_at[rows]),
            "odds": ("float8", odds.odds[rows]),
            "selection": ("int4", odds.selection[rows]),
            "bookmaker_id": ("int2", number[odds.bookmaker[rows]]),
            "stage": ("int2", odds.stage[rows]),
        }
        data = encode_rows(columns, int(np.count_nonzero(rows)))
        await self._connection.copy_to_table(
            table, source=stream([data]), columns=list(columns), format="binary"
        )
