"""Season files into the store: every line accounted for, once, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.errors import FeedDown, SettingsInvalid
from engine.domain.fixture import FixtureStatus
from engine.domain.market import Selection
from jobs.import_command import import_seasons, summary
from jobs.import_files import Import
from jobs.season_sources import Wanted, download_sources, folder_sources
from tests.integration.walks.site import utc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.context import Context
    from storage.dsn import Dsn
    from storage.pool import Pool
    from tests.integration.walks.site import Site

EVERYTHING = Wanted()
HEAD = (
    "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,B365H,B365D,B365A,AvgCH,AvgCD,AvgCA"
)
FULHAM = "E0,19/08/2023,15:00,Fulham,Brentford,0,3,A,0,1,2,3.5,4,2.1,3.4,3.9"
LUTON = "E0,19/08/2023,15:00,Liverpool,Bournemouth,3,1,H,2,1,1.2,7,13,1.25,6.5,11"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "football-data"
    write(home, "main/2324/E0.csv", HEAD, FULHAM, LUTON, ",,,,,,,")
    write(home, "main/2324/F1.csv", HEAD, "F1,20/08/2023,16:00,Lille,Nantes,2,0,H,0,0,1.5,4,7")
    return home


def write(home: Path, name: str, *lines: str) -> None:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join(lines), encoding="utf-8")


async def counts(pool: Pool) -> list[int]:
    return [
        await pool.fetchval(f"select count(*) from {table}")  # noqa: S608  # names of ours
        for table in ("fixtures", "results", "season_odds", "season_files", "unmatched_names")
    ]


async def test_every_line_is_stored_or_left_out_for_a_reason(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert (told["files"], told["read"], told["stored"], told["added"]) == (2, 4, 3, 3)
    assert told["rejected"] == {"blank": 1}
    assert told["added_rows"] == {"fixtures": 3, "results": 3, "odds": 15}
    assert await counts(pool) == [3, 3, 15, 2, 0]


async def test_prices_stand_at_the_friday_before_and_at_kick_off(
    ctx: Context, folder: Path
) -> None:
    await import_seasons(ctx, folder, EVERYTHING)
    async with ctx.store.reading() as tx:
        fixtures = await tx.fixtures.between(utc(2023, 8, 1), utc(2023, 9, 1))
        fulham = next(one for one in fixtures if one.home.key == "fulham")
        prices = await tx.seasons.odds_of([fulham.id])
        results = (await tx.results.reads([fulham.id]))[fulham.id]
    found = {
        (str(one.bookmaker), Selection.from_number(one.selection).code, one.changed_at): one.odds
        for one in prices
    }
    assert len(found) == 6
    assert found["bet365", "home", utc(2023, 8, 18, 14)] == 2
    assert found["fd_avg", "away", utc(2023, 8, 19, 14)] == 3.9
    assert fulham.status is FixtureStatus.FINISHED
    assert [(one.source, one.full_time and one.full_time.away) for one in results] == [
        ("football_data", 3)
    ]


async def test_the_path_of_an_imported_match_is_read_as_any_match_s(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    await import_seasons(ctx, folder, EVERYTHING)
    async with ctx.store.reading() as tx:
        fixtures = await tx.fixtures.between(utc(2023, 8, 1), utc(2023, 9, 1))
        fulham = next(one for one in fixtures if one.home.key == "fulham")
        match = await tx.odds.match_path(fulham.id)
    assert match is not None
    path = match.path
    assert path.bookmakers == ("bet365", "fd_avg")
    assert sorted(path.odds.tolist()) == [2, 2.1, 3.4, 3.5, 3.9, 4]
    assert set(path.changed_at) == {
        utc(2023, 8, 18, 14).timestamp(),
        utc(2023, 8, 19, 14).timestamp(),
    }
    assert path.last_seen_at.tolist() == path.changed_at.tolist()
    assert len(match.closing) == len(match.opening) == 6
    await pool.execute("select ensure_month('fixture_looks', now())")
    await pool.execute(
        "insert into fixture_looks select id, now(), 2, '{}', '{}', '{}', '{}' from fixtures"
    )
    async with ctx.store.reading() as tx:
        seen = await tx.odds.match_path(fulham.id)
    assert seen is not None
    assert len(seen.path) == 0  # what looks have seen is not mixed with what was printed


async def test_a_second_import_adds_nothing_under_any_name(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    await import_seasons(ctx, folder, EVERYTHING)
    before = await counts(pool)
    again = await import_seasons(ctx, folder, EVERYTHING)
    assert again["files_unchanged"] == 2
    assert again["added_rows"] == {"fixtures": 0, "results": 0, "odds": 0}
    assert await counts(pool) == before
    (folder / "main/2324/E0.csv").rename(folder / "E0.csv")
    moved = await import_seasons(ctx, folder, EVERYTHING)
    assert moved["files_unchanged"] == 1
    assert moved["stored"] == 3
    assert moved["added_rows"] == {"fixtures": 0, "results": 0, "odds": 0}


async def test_a_file_that_grew_and_was_corrected_brings_just_that(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    await import_seasons(ctx, folder, EVERYTHING)
    ctx_clock(ctx).at += timedelta(days=3)
    more = LUTON.replace("19/08/2023", "26/08/2023").replace("3,1,H,2,1", "1,1,D,0,0")
    write(folder, "main/2324/E0.csv", HEAD, FULHAM.replace(",2,3.5,4,", ",2.2,3.5,4,"), more)
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert told["added_rows"] == {"fixtures": 1, "results": 1, "odds": 6}
    home = Selection.parse("home").number
    async with ctx.store.reading() as tx:
        fixtures = await tx.fixtures.between(utc(2023, 8, 1), utc(2023, 9, 1))
        fulham = next(one for one in fixtures if one.home.key == "fulham")
        prices = await tx.seasons.odds_of([fulham.id])
    assert [one.odds for one in prices if one.selection == home and one.stage == 1] == [2.2]
    assert len(fixtures) == 4
    assert await pool.fetchval("select count(*) from season_files") == 2


def ctx_clock(ctx: Context) -> Any:
    """The clock, which the test moves."""
    return ctx.clock


async def test_an_import_killed_in_the_middle_goes_on_where_it_stopped(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    write(folder, "main/2324/I1.csv", HEAD, "I1,20/08/2023,16:00,Roma,Inter,2,0,H,0,0,1.5,4,7")
    sources = folder_sources(folder, EVERYTHING)

    async def dies() -> Any:
        raise FeedDown("the power is out")

    broken = [*sources[:2], replace(sources[2], load=dies)]
    first = Import(
        ctx.store, ctx.names, ctx.workers, clock=ctx.clock, max_move=ctx.rules.collect.max_move
    )
    with pytest.raises(ExceptionGroup):
        await first.run(broken, 1, print)
    assert (await counts(pool))[3] == 2
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert (told["files"], told["files_unchanged"], told["added"]) == (3, 2, 1)
    assert (await counts(pool))[:3] == [4, 4, 18]


async def test_a_match_collected_live_and_the_files_are_one(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    await import_seasons(ctx, folder, EVERYTHING)
    await pool.execute("update fixtures set status = 'scheduled', updated_at = '2023-08-01'")
    await pool.execute("delete from season_files")
    await pool.execute("update fixtures set kick_off = kick_off + interval '5 minutes'")
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert told["added_rows"]["fixtures"] == 0
    assert (await counts(pool))[:3] == [3, 3, 15]
    rows = await pool.fetch("select distinct status from fixtures")
    assert [row["status"] for row in rows] == ["finished"]


async def test_an_unknown_name_waits_in_the_queue_and_its_line_comes_once_it_is_known(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    write(folder, "main/2324/E0.csv", HEAD, FULHAM, LUTON.replace("Liverpool", "Liverpuddle"))
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert told["rejected"] == {"unmatched_team": 1}
    assert told["unmatched"] == [("soccer_epl", "Liverpuddle")]
    assert "soccer_epl: Liverpuddle" in summary(told)
    async with ctx.store.transaction() as tx:
        (waiting,) = await tx.aliases.waiting()
        await tx.aliases.accept(ctx.names, waiting.id, "liverpool", by=1, now=ctx.clock.now())
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert (told["added"], told["rejected"]) == (1, {})
    assert await pool.fetchval("select count(*) from fixtures") == 3


async def test_only_wanted_files_are_read_and_nothing_wanted_is_refused(
    ctx: Context, folder: Path
) -> None:
    wanted = Wanted(divisions=frozenset({"F1"}), seasons=frozenset({"2324"}))
    told = await import_seasons(ctx, folder, wanted)
    assert [file["name"] for file in told["by_file"]] == ["main/2324/F1.csv"]
    with pytest.raises(SettingsInvalid, match="no season file"):
        await import_seasons(ctx, folder, Wanted(divisions=frozenset({"N1"})))
    with pytest.raises(SettingsInvalid, match="neither a file nor a folder"):
        await import_seasons(ctx, folder / "gone", EVERYTHING)


async def test_a_file_that_cannot_be_read_is_named_and_the_others_come(
    ctx: Context, folder: Path
) -> None:
    (folder / "main/2324/SP1.csv.gz").write_bytes(b"\x1f\x8bbroken")
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert list(told["files_failed"]) == ["main/2324/SP1.csv"]
    assert told["stored"] == 3


async def test_one_match_in_files_of_both_lanes_is_stored_once(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    clubs = ("Fulham", "Brentford", "Arsenal", "Chelsea", "Everton", "Burnley", "Wolves", "Luton")
    games = [
        f"E0,19/08/2023,15:00,{home},{away},0,3,A,0,1,2,3.5,4,2.1,3.4,3.9"
        for home in clubs
        for away in clubs
        if home != away
    ]
    write(folder, "main/2324/E0.csv", HEAD, *games)
    write(folder, "everything.csv", HEAD, *games)  # its name hides whose it is
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert (told["stored"], told["added_rows"]["fixtures"]) == (2 * len(games) + 1, len(games) + 1)
    assert await pool.fetchval("select count(*) from season_odds") == 6 * len(games) + 3


async def test_a_file_of_any_name_and_content_ends_no_import(ctx: Context, folder: Path) -> None:
    write(folder, "nul.csv", HEAD, FULHAM.replace("Fulham", "Ful\0ham"), "\0\0,\0", "\0x,y")
    (folder / os.fsdecode(b"caf\xe9.csv")).write_text(f"{HEAD}\n{LUTON}\n", encoding="utf-8")
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert told["files_failed"] == {}
    assert (told["read"], told["stored"]) == (8, 5)
    assert told["rejected"] == {"blank": 2, "no_teams": 1}
    assert json.loads(json.dumps(told))["by_file"][0]["name"] == "caf\\udce9.csv"
    again = await import_seasons(ctx, folder, EVERYTHING)
    assert (again["files_unchanged"], again["added"]) == (4, 0)


async def test_a_corrected_score_is_added_and_the_first_one_stays(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    await import_seasons(ctx, folder, EVERYTHING)
    ctx_clock(ctx).at += timedelta(days=3)
    write(folder, "main/2324/E0.csv", HEAD, FULHAM.replace("0,3,A", "0,4,A"), LUTON)
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert told["added"] == 1
    rows = await pool.fetch(
        "select away_goals from results r join fixtures f on f.id = r.fixture_id"
        " where home_key = 'fulham' order by read_at"
    )
    assert [row["away_goals"] for row in rows] == [3, 4]


async def test_what_a_former_reader_left_out_is_read_again(
    ctx: Context, pool: Pool, folder: Path
) -> None:
    write(folder, "main/2324/E0.csv", HEAD, FULHAM, LUTON.replace("E0", "E9"))
    told = await import_seasons(ctx, folder, EVERYTHING)
    assert told["rejected"] == {"unknown_division": 1}
    await pool.execute("update season_files set sha256 = substr(sha256, 3)")
    assert (await import_seasons(ctx, folder, EVERYTHING))["files_unchanged"] == 0
    assert (await import_seasons(ctx, folder, EVERYTHING))["files_unchanged"] == 2
    leagues = {**ctx.names.leagues, ("football_data", "E9"): ("soccer_epl",)}
    followed = replace(ctx, names=replace(ctx.names, leagues=leagues))
    told = await import_seasons(followed, folder, EVERYTHING)
    assert (told["files_unchanged"], told["added"], told["rejected"]) == (1, 1, {})


async def test_a_download_asks_for_what_is_wanted_and_only_for_news(
    ctx: Context, site: Site
) -> None:
    site.put("/mmz4281/2324/E0.csv", f"{HEAD}\n{FULHAM}\n", utc(2026, 1, 1))
    wanted = Wanted(divisions=frozenset({"E0", "EC"}), seasons=frozenset({"2324"}))

    async def download() -> Mapping[str, Any]:
        async with ctx.store.reading() as tx:
            before = await tx.seasons.files()
        work = Import(
            ctx.store, ctx.names, ctx.workers, clock=ctx.clock, max_move=timedelta(days=10)
        )
        sources = download_sources(ctx, wanted, before, 0.0)
        return (await work.run(sources, 1, print)).told()

    first, second = await download(), await download()
    assert (first["added"], second["added"], second["files_unchanged"]) == (1, 0, 1)
    assert list(first["files_failed"]) == ["main/2324/EC.csv"]
    assert site.asked == [
        ("/mmz4281/2324/E0.csv", 200),
        ("/mmz4281/2324/EC.csv", 404),
        ("/mmz4281/2324/E0.csv", 304),
        ("/mmz4281/2324/EC.csv", 404),
    ]


def test_the_command_writes_its_figures(database: Dsn, folder: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MON_PS_")},
        "MON_PS_DATABASE_URL": database.get_secret_value(),
        "MON_PS_ENV_FILE": "/dev/null",
    }
    command = [sys.executable, "-m", "jobs", "import", "football-data"]
    done = subprocess.run(
        [*command, str(folder), "--json", str(figures)],
        env=env,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert (told["files"], told["read"], told["added"]) == (2, 4, 3)
    assert told["rejected"] == {"blank": 1}
    assert "2 files (0 unchanged): 4 lines read, 3 matches stored, 1 left out" in done.stdout


def test_the_command_wants_a_path_or_a_download(tmp_path: Path) -> None:
    for extra in ([], [str(tmp_path), "--download"]):
        done = subprocess.run(
            [sys.executable, "-m", "jobs", "import", "football-data", *extra],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
