"""python -m jobs backtest, from files to bets, figures, a picture and an exit status."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from engine.domain.market import Selection
from engine.domain.settlement import Outcome, Score
from engine.settlement.grading import profit, settle
from jobs.__main__ import app
from tests.archives import World
from tests.backtests import a_world
from tests.season_files import write_season_files

if TYPE_CHECKING:
    from typer.testing import Result

ARCHIVE = a_world(seed=8, world=World(seasons=2, leagues=2, teams=10))
WANTED = (
    *("date", "division", "home", "away", "market", "selection", "line", "bookmaker", "odds"),
    *("p_reference", "p_expected_close", "ev", "ev_low", "ev_high"),
    *("signal_score", "sweet_spot_score", "stake", "policy_version"),
    *("close_source", "p_close", "clv", "close_source_alt", "clv_alt", "outcome", "profit"),
)
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("seasons")
    write_season_files(ARCHIVE, made)
    return made


def words(folder: Path, *args: str) -> list[str]:
    days = ("--from", "2017-07-01", "--until", "2018-06-30", "--learn-from", "2016-07-01")
    return ["backtest", "--football-data", str(folder), *days, *args]


def run(folder: Path, *args: str) -> Result:
    return CliRunner().invoke(app, words(folder, *args))


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("out")
    files = ("--csv", "p.csv", "--json", "s.json", "--png", "r.png")
    told = run(folder, "--price", "best", *(w if w[0] == "-" else str(out / w) for w in files))
    assert told.exit_code == 0, told.output
    return out, told


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text())))


def test_every_column_promised_is_there_and_says_backtest(made: tuple[Path, Result]) -> None:
    rows = rows_of(made[0] / "p.csv")
    assert rows
    assert tuple(rows[0])[: len(WANTED)] == WANTED
    assert {row["provenance"] for row in rows} == {"backtest"}
    assert {row["policy_version"] for row in rows} == {"v0+uncapped+best"}
    assert {row["season"] for row in rows} == {"2017/18"}
    own = [row for row in rows if row["bookmaker"] == "pinnacle"]
    others = [row for row in rows if row["bookmaker"] != "pinnacle"]
    assert {row["close_source"] for row in others} == {"PSC"}
    assert {row["close_source"] for row in own} <= {"AvgC", "B365C"}, "never by its own book"
    assert {row["close_source_alt"] for row in others} == {"AvgC"}
    assert {row["close_source_alt"] for row in own} <= {"AvgC", "B365C"}


def test_values_are_what_their_own_row_says(made: tuple[Path, Result]) -> None:
    for row in rows_of(made[0] / "p.csv"):
        odds = float(row["odds"])
        kept = 1 - float(row["refund"])
        assert float(row["ev"]) == pytest.approx(
            kept * (odds * float(row["p_expected_close"]) - 1), abs=1e-12
        )
        clv = (1 - float(row["refund_close"])) * (odds * float(row["p_close"]) - 1)
        assert float(row["clv"]) == pytest.approx(clv, abs=1e-12)
        assert float(row["ev_low"]) < float(row["ev"]) < float(row["ev_high"])
        assert row["gate"] == "passed" or float(row["stake"]) == 0


def test_bets_are_settled_as_live_ones_are(made: tuple[Path, Result]) -> None:
    teams = [name.partition(":")[2] for name in ARCHIVE.teams]
    goals = {
        (ARCHIVE.season[at], teams[ARCHIVE.home[at]], teams[ARCHIVE.away[at]]): Score(
            home=int(ARCHIVE.home_goals[at]), away=int(ARCHIVE.away_goals[at])
        )
        for at in range(len(ARCHIVE))
    }
    outcomes = set()
    for row in rows_of(made[0] / "p.csv"):
        score = goals[int(row["season"][:4]), row["home"], row["away"]]
        outcome = settle(Selection.parse(row["selection"]), score)
        outcomes.add(outcome)
        assert row["outcome"] == outcome.value
        assert row["profit"] == str(profit(outcome, float(row["odds"]), 1))  # type: ignore[arg-type]
    assert {Outcome.WON, Outcome.LOST, Outcome.HALF_WON, Outcome.HALF_LOST} <= outcomes


def test_a_season_ranks_one_bet_a_match_and_market_by_expected_edge(
    made: tuple[Path, Result],
) -> None:
    rows = rows_of(made[0] / "p.csv")
    places = [(row["season"], row["home"], row["away"], row["market"]) for row in rows]
    assert len(places) == len(set(places))
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))
    edges = [float(row["ev"]) for row in rows]
    assert edges == sorted(edges, reverse=True)
    assert edges[-1] >= -0.02


def test_figures_have_their_n_and_interval_and_stand_beside_others(
    made: tuple[Path, Result],
) -> None:
    told = json.loads((made[0] / "s.json").read_text())
    assert told["provenance"] == "backtest"
    assert told["asked"]["price"] == "best"
    names = {one["name"] for one in told["compared"]}
    assert {"product", "rule", "blind", "close"} <= names
    lines = {(one["name"], one["season"], one["size"]): one["figures"] for one in told["compared"]}
    mine, rule = lines["product", None, 500], lines["rule", None, 500]
    assert mine["n"] == min(500, len(rows_of(made[0] / "p.csv")))
    assert mine["clv"]["low"] < mine["clv"]["value"] < mine["clv"]["high"]
    assert rule["clv"]["n"] > 0
    assert {one["by"] for one in told["groups"]} >= {"season", "market", "league", "odds", "score"}
    assert told["shaken"][-1]["luck"]["n"] > 0
    assert sum(one["happened"]["n"] for one in told["reliability"]["bins"]) == sum(
        told["gates"].values()
    )


def test_tables_and_the_picture_tell_the_same(made: tuple[Path, Result]) -> None:
    out, told = made
    assert (out / "r.png").read_bytes().startswith(b"\x89PNG")
    for said in ("provenance: backtest", "Season 2017/18", "Buchdahl's rule", "matched random"):
        assert said in told.stdout, said
    for said in ("a bound", "lonely first", "sweet_spot_score", "Brier", "picks over the rule"):
        assert said in told.stdout, said


def test_picks_of_the_policy_have_passed_every_gate_in_the_markets_asked_for(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.csv"
    told = run(folder, "--policy", "v0", "--markets", "1x2,ou", "--csv", str(path))
    assert told.exit_code == 0, told.output
    rows = rows_of(path)
    assert {(row["gate"], row["policy_version"]) for row in rows} == {("passed", "v0")}
    assert {row["market"] for row in rows} <= {"match_odds", "total_goals"}
    assert {row["bookmaker"] for row in rows} <= {"bet365", "fd_bw", "pinnacle"}
    stakes = [float(row["stake"]) for row in rows]
    assert 0 < min(stakes) <= max(stakes) <= 1
    days = [row["date"] for row in rows]
    assert max(days.count(day) for day in days) <= 12


def test_a_book_left_out_is_missing_where_books_are_counted(folder: Path) -> None:
    """Of three books two are left: too few for any pick."""
    told = run(folder, "--policy", "v0", "--without", "fd_bw")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == "mon_ps: --policy: v0 picks nothing from what was asked for\n"


def test_a_run_that_was_killed_goes_on_and_writes_the_same_bytes(
    folder: Path, tmp_path: Path, made: tuple[Path, Result]
) -> None:
    path, summary = tmp_path / "p.csv", tmp_path / "s.json"
    args = words(folder, "--price", "best", "--csv", str(path), "--json", str(summary))
    with subprocess.Popen(
        [sys.executable, "-m", "jobs", *args], cwd=ROOT, stdout=subprocess.DEVNULL
    ) as process:
        state = path.with_name("p.csv.state")
        until = time.monotonic() + 60
        while not list(state.glob("*/*.npz")) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    kept = {one: one.stat().st_mtime_ns for one in state.glob("*/*.npz")}
    assert kept
    assert not path.exists()
    told = CliRunner().invoke(app, args)
    assert told.exit_code == 0, told.output
    assert path.read_bytes() == (made[0] / "p.csv").read_bytes()
    assert summary.read_bytes() == (made[0] / "s.json").read_bytes()


LISTENING = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('jobs', run_name='__main__')"
)


def test_ctrl_c_ends_a_run_without_a_word_and_keeps_what_was_learned(
    folder: Path, tmp_path: Path
) -> None:
    """It reaches every process of the terminal, those that have just begun too."""
    path = tmp_path / "p.csv"
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING, *words(folder, "--csv", str(path))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        until = time.monotonic() + 60
        while not list(tmp_path.glob("*/*/knowledge.bin")) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors) == (130, b"", b"")
    assert list(tmp_path.glob("*/*/knowledge.bin"))
    assert not path.exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--markets", "1x2,corners"), "--markets: corners is none of 1x2, ou, ah"),
        (("--markets", ""), "--markets: nothing is none of"),
        (("--price", "worst"), "--price: worst is none of named, best"),
        (("--policy", "v9"), "--policy: v9 is none of open, v0"),
        (("--divisions", "XX"), "--football-data: no season file"),
        (("--without", "bwin"), "--without: no file names bwin"),
        (("--language", "de"), "--language: 'de' is none of"),
        (("--from", "2019-01-01"), "--from: 2019-01-01 is after --until 2018-06-30"),
        (("--from", "2018-06-20"), "--from: no match was looked at"),
        (("--football-data", "/nowhere"), "--football-data: /nowhere is no folder"),
        (("--csv", "/nowhere/p.csv"), "--csv: cannot write /nowhere/p.csv"),
        (("--png", "/nowhere/r.png"), "--png: cannot write /nowhere/r.png"),
        (("--csv", "p.csv", "--png", "./p.csv"), "--png: p.csv is the file of --csv"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    folder: Path, args: tuple[str, ...], says: str
) -> None:
    told = run(folder, *args)
    assert told.exit_code == 2
    assert says in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert told.stdout == ""
