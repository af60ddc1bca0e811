"""The recorded seasons into the store: what csv alone counts is what is stored, once."""

from __future__ import annotations

import csv
import gzip
import io
import os
import shutil
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.market import Selection
from jobs.import_command import import_seasons
from jobs.season_sources import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jobs.context import Context
    from storage.pool import Pool

pytestmark = [pytest.mark.realdata, pytest.mark.timeout(900)]

ALL = "MON_PS_TEST_ALL_SEASONS"
EVERYTHING = Wanted()
ODD = (
    "main/0001/D1",
    "main/0203/SP1",
    "main/0304/I2",
    "main/0304/SP1",
    "main/0405/D2",
    "main/0405/E0",
    "main/0506/EC",
    "main/0607/T1",
    "main/0910/F2",
    "main/1213/I1",
    "main/1819/EC",
    "main/2425/EC",
    "main/2526/EC",
    "main/2627/EC",
    "main-2425-august/EC",
    "main-2425-august/SC0",
    "extra/ARG",
    "extra/BRA",
    "extra/IRL",
    "fixtures/fixtures_2026-02-03T1318",
)
TWICE = frozenset({"main-2425-august/EC.csv"})
"""Recorded a second time, in the season's own file."""


def chosen(real: Path) -> list[Path]:
    """Return all recorded files, or some of every season, column set, encoding and oddity."""
    home = real / "football-data"
    if os.environ.get(ALL):
        return sorted(home.rglob("*.csv.gz"))
    found = {home / f"{name}.csv.gz" for name in ODD}
    for number, season in enumerate(sorted((home / "main").iterdir())):
        files = sorted(season.iterdir())
        found.add(files[(7 * number + 3) % len(files)])
    return sorted(found)


def records(path: Path) -> list[list[str]]:
    raw = gzip.decompress(path.read_bytes())
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return list(csv.reader(io.StringIO(text, newline="")))


def is_date(text: str) -> bool:
    for form in ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"):
        try:
            datetime.strptime(text, form)  # noqa: DTZ007  # only whether it can be read
        except ValueError:
            continue
        return True
    return False


def is_match(cells: Mapping[str, str]) -> bool:
    """Say by rules of our own whether a line is a match that was played."""
    names = cells.get("HomeTeam") or cells.get("Home"), cells.get("AwayTeam") or cells.get("Away")
    goals = [cells.get("FTHG") or cells.get("HG"), cells.get("FTAG") or cells.get("AG")]
    if not all(names) or not is_date(cells.get("Date", "")) or not all(goals):
        return False
    home, away = (float(each or "nan") for each in goals)
    said = cells.get("FTR") or cells.get("Res")
    return said == ("H" if home > away else "A" if home < away else "D")


def expected(path: Path) -> tuple[int, int, Counter[str]]:
    """Return the lines, the matches, and the prices under some headings: counted with csv."""
    header, *rows = records(path)
    matches, prices = 0, Counter[str]()
    for row in rows:
        cells: dict[str, str] = {}
        for heading, cell in zip(header, row, strict=False):
            cells.setdefault(heading.strip(), cell.strip())
        if not is_match(cells):
            continue
        matches += 1
        for heading in ("B365H", "WHD", "PSCA", "AvgCH", "BbMxA", "GB>2.5", "B365C<2.5"):
            cell = cells.get(heading, "")
            prices[heading] += bool(cell) and cell not in {"#", "c", "-"} and float(cell) > 1
    return len(rows), matches, +prices


KEYS = {
    "B365H": ("bet365", 1, "home"),
    "WHD": ("williamhill", 1, "draw"),
    "PSCA": ("pinnacle", 2, "away"),
    "AvgCH": ("fd_avg", 2, "home"),
    "BbMxA": ("fd_bbmx", 1, "away"),
    "GB>2.5": ("fd_gb", 1, "over_2.5"),
    "B365C<2.5": ("bet365", 2, "under_2.5"),
}
PRICES = (
    "select b.key, o.stage, o.selection, count(*) from season_odds o"
    " join bookmakers b on b.id = o.bookmaker_id group by 1, 2, 3"
)


async def stored_prices(pool: Pool) -> Mapping[tuple[str, int, str], int]:
    return {
        (row["key"], row["stage"], Selection.from_number(row["selection"]).code): row["count"]
        for row in await pool.fetch(PRICES)
    }


def check_lines(files: Mapping[str, Path], told: Mapping[str, Any]) -> Counter[str]:
    """Hold every file's lines against csv's; return the prices csv found."""
    total: Counter[str] = Counter()
    by_name = {file["name"]: file for file in told["by_file"]}
    assert by_name.keys() == files.keys()
    for name, path in files.items():
        lines, matches, prices = expected(path)
        file = by_name[name]
        assert (name, file["read"], file["stored"]) == (name, lines, matches)
        assert lines == matches + sum(file["rejected"].values())
        assert len(file["bad_rows"]) == lines - matches - file["rejected"].get("blank", 0)
        if name not in TWICE:
            total += prices
    return total


async def rows(pool: Pool) -> list[int]:
    return [
        await pool.fetchval(f"select count(*) from {table}")  # noqa: S608  # names of ours
        for table in ("fixtures", "results", "season_odds", "season_files", "unmatched_names")
    ]


async def test_the_recorded_seasons_are_stored_as_csv_alone_counts_them(
    ctx: Context, pool: Pool, real_data: Path, tmp_path: Path
) -> None:
    home = real_data / "football-data"
    files = {
        path.relative_to(home).as_posix().removesuffix(".gz"): path for path in chosen(real_data)
    }
    for path in files.values():
        target = tmp_path / path.relative_to(home)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    told = await import_seasons(ctx, tmp_path, EVERYTHING)
    counted = check_lines(files, told)
    assert told["unmatched"] == []
    twice = sum(file["stored"] for file in told["by_file"] if file["name"] in TWICE)
    assert told["added"] == told["stored"] - twice
    before = await rows(pool)
    assert before[:3] == [told["added"], told["added"], told["added_rows"]["odds"]]
    stored = await stored_prices(pool)
    assert {name: stored.get(key, 0) for name, key in KEYS.items()} == {
        name: counted[name] for name in KEYS
    }
    for again in (None, "update season_files set sha256 = '' where name like 'main/1%'"):
        if again is not None:
            await pool.execute(again)
        told = await import_seasons(ctx, tmp_path, EVERYTHING)
        assert told["added_rows"] == {"fixtures": 0, "results": 0, "odds": 0}
        assert await rows(pool) == before
    assert told["files_unchanged"] < told["files"]
