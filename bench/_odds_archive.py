"""Ten million changes over twelve months, and how long the path of one match takes among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from bench._odds_peers import SQL
from engine.domain.fixture import Fixture, Team
from engine.domain.numbers import FixtureId
from storage.binary_copy import encode_rows, microseconds, stream, uuids
from storage.odds import MatchPath
from storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from engine.domain.path import OddsPath
    from storage.pool import Pool

CHANGES: Final = 10_000_000
MATCHES: Final = 4_000
LOOKS: Final = 150
CHANGES_A_MATCH: Final = CHANGES // MATCHES
_BOOKS, _SELECTIONS = 17, 15
_MINUTES_APART: Final = 201  # 150 looks in three weeks
_START: Final = datetime(2025, 8, 1, tzinfo=UTC)
_ASKED: Final = 100
_COLUMNS: Final = (
    "fixture_id",
    "changed_at",
    "sequence",
    "bookmaker_id",
    "selection",
    "lay",
    "odds",
)


async def measure_paths(pool: Pool) -> Mapping[str, object]:
    """Fill the archive; return how long reading one match of it takes."""
    generator = np.random.default_rng(2)
    start = perf_counter()
    fixtures = [a_fixture(place) for place in range(MATCHES)]
    await prepare(pool, fixtures)
    for part in range(0, MATCHES, 200):
        await fill(pool, fixtures[part : part + 200], part, generator)
    await pool.execute(SQL.analyze)
    filled = perf_counter() - start
    matches, windows = [], []
    async with Store(pool).reading() as tx:
        await tx.odds.match_path(fixtures[0].id)  # a connection learns the tables once
        for place in generator.choice(MATCHES, _ASKED, replace=False).tolist():
            fixture = fixtures[place]
            matches.append(await _milliseconds(tx.odds.match_path(fixture.id)))
            since = fixture.kick_off - timedelta(days=30)
            windows.append(
                await _milliseconds(tx.odds.path([fixture.id], since, fixture.kick_off))
            )
    return {
        "archive_changes": await pool.fetchval(SQL.count),
        "archive_filled_seconds": filled,
        "match_path_ms": median(matches),
        "match_path_p95_ms": quantiles(matches, n=20)[-1],
        "path_within_30_days_ms": median(windows),
        "path_within_30_days_p95_ms": quantiles(windows, n=20)[-1],
    }


async def _milliseconds(reading: Awaitable[MatchPath | OddsPath | None]) -> float:
    begun = perf_counter()
    found = await reading
    taken = 1000 * (perf_counter() - begun)
    path = found.path if isinstance(found, MatchPath) else found
    if (
        path is None or len(path) < CHANGES_A_MATCH * 0.9
    ):  # a random price now and then repeats itself
        raise AssertionError("the path of a match is incomplete")
    return taken


async def prepare(pool: Pool, fixtures: list[Fixture]) -> None:
    """Keep the matches of an archive, its bookmakers and its months."""
    async with Store(pool).transaction() as tx:
        await tx.fixtures.save(fixtures, _START)
    await pool.execute(SQL.add_bookmakers, _BOOKS)
    await pool.execute(
        SQL.make_months,
        _START - timedelta(days=31),
    )


async def fill(
    pool: Pool, fixtures: list[Fixture], first: int, generator: np.random.Generator
) -> None:
    """Add the changes and the looks of some matches, of which `first` were before."""
    ids = uuids([fixture.id for fixture in fixtures])
    kick_offs = np.array([microseconds(fixture.kick_off) for fixture in fixtures])
    place = np.repeat(np.arange(len(fixtures)), CHANGES_A_MATCH)
    looks = generator.integers(1, LOOKS + 1, len(place))
    changed_at = kick_offs[place] - looks * _MINUTES_APART * 60 * 10**6
    order = np.lexsort((place, changed_at))  # as looks bring them
    rows = encode_rows(
        {
            "fixture_id": ("uuid", ids[place][order]),
            "changed_at": ("timestamptz", changed_at[order]),
            "sequence": ("int8", np.arange(len(place)) + first * CHANGES_A_MATCH),
            "bookmaker_id": ("int2", generator.integers(1, _BOOKS + 1, len(place))),
            "selection": (
                "int4",
                1 << 16 | 512 << 4 | generator.integers(1, _SELECTIONS + 1, len(place)),
            ),
            "lay": ("bool", 0),
            "odds": ("float8", np.round(generator.uniform(1.2, 9, len(place)), 2)),
        },
        len(place),
    )
    async with pool.acquire() as connection:
        await connection.copy_to_table(
            "odds_changes", source=stream((rows,)), columns=_COLUMNS, format="binary"
        )
    await pool.execute(
        SQL.add_looks,
        [fixture.id for fixture in fixtures],
        [fixture.kick_off for fixture in fixtures],
        LOOKS,
        _BOOKS,
        _MINUTES_APART,
    )


def a_fixture(place: int) -> Fixture:
    """Return one match of the archive."""
    return Fixture(
        id=FixtureId(UUID(int=(place + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))),
        competition="soccer_epl",
        home=Team(key=f"home_{place}", name=f"Home {place}"),
        away=Team(key=f"away_{place}", name=f"Away {place}"),
        kick_off=_START + timedelta(days=30 + place * 330 / MATCHES),
    )
