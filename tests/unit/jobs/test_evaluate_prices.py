"""evaluate prices, from files to tables, JSON and exit status."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from engine.learning.outcomes import match_odds_outcome
from jobs.__main__ import app
from jobs.evaluate import evaluate_app
from jobs.evaluate_prices_walks import walk_forecasts
from tests.archives import DAY, World, simulate
from tests.learning_future import assert_blind_to_the_future
from tests.season_files import write_season_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from typer.testing import Result

    from engine.learning.archive import Archive

ARCHIVE = replace(
    simulate(21, World(seasons=3, leagues=2, teams=16)).archive, competitions=("E0", "E1")
)
DAYS = ("--from", "2017-07-01", "--until", "2019-06-30", "--learn-from", "2016-07-01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("seasons")
    write_season_files(ARCHIVE, made)
    return made


def run(folder: Path, *args: str, days: Sequence[str] = DAYS) -> Result:
    words = ["prices", "--football-data", str(folder), *days, *args]
    return CliRunner().invoke(evaluate_app, words)


def test_files_become_tables_json_and_a_picture(folder: Path, tmp_path: Path) -> None:
    told = run(
        folder,
        "--json",
        str(tmp_path / "o.json"),
        "--png",
        str(tmp_path / "o.png"),
        "--calibration",
        str(tmp_path / "c.png"),
    )
    assert told.exit_code == 0, told.output
    assert (tmp_path / "o.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    for words in ("1X2 · 2017/18 · close: pinnacle", "Asian handicap · all", "Aims", "Seconds:"):
        assert words in told.stdout
    report = json.loads((tmp_path / "o.json").read_text())
    assert report["provenance"] == "backtest"
    assert (report["matches"], report["seasons"]) == (960, [2017, 2018])
    assert report["close_sources"]["total"] == {"2017": "pinnacle", "2018": "pinnacle"}
    lines = {(one["market"], one["season"], one["predictor"]): one for one in report["lines"]}
    models = {"reference", "goals_model", "blend", "expected_close", "close"}
    assert {key[2] for key in lines} == models | {
        "bet365",
        "fd_bw",
        "pinnacle",
        "fd_avg",
        "fd_max",
    }
    for name in models:
        line = lines["match_odds", None, name]
        assert line["log_loss"]["n"] > 900, name
        assert line["log_loss"]["low"] < line["log_loss"]["value"] < line["log_loss"]["high"]
    assert {one["predictor"] for one in report["leagues"]} == models - {"close"}
    assert {one["worth"] for one in report["validity"]} <= {"evidence", "undecided"}
    assert {one["name"].partition(":")[0] for one in report["aims"]} == {
        "reference",
        "expected close",
        "goals model",
    }
    assert report["leaks"] == []
    assert set(report["seconds"]) >= {"reading", "goals_model", "scoring"}


def test_odds_that_knew_results_end_with_one_and_their_names(tmp_path: Path) -> None:
    known = 1 / (0.75 * match_odds_outcome(ARCHIVE) + 0.09)
    look = ARCHIVE.look.match_odds.copy()
    leaked = (ARCHIVE.season == 2018) & (ARCHIVE.competition == 1)
    look[leaked, ARCHIVE.look.book("bet365")] = known[leaked]
    write_season_files(replace(ARCHIVE, look=replace(ARCHIVE.look, match_odds=look)), tmp_path)
    told = run(tmp_path, "--json", days=("--from", "2018-07-01", "--until", "2019-06-30"))
    assert told.exit_code == 1
    assert "mon_ps: leakage: " in told.stderr
    assert "bet365 2018/19 E1: RPS 0.0" in told.stderr
    leaks = json.loads(told.stdout)["leaks"]
    assert ("bet365", "E1", 2018) in {
        (one["predictor"], one["division"], one["season"]) for one in leaks
    }
    assert {one["predictor"] for one in leaks} <= {
        "bet365",
        "fd_avg",
        "reference",
        "blend",
        "expected_close",
    }


def test_the_evaluations_are_commands_of_the_house() -> None:
    told = CliRunner().invoke(app, ["evaluate", "--help"])
    assert told.exit_code == 0
    assert all(name in told.stdout for name in ("prices", "derived"))


def without_closes(archive: Archive) -> Archive:
    nobody = np.full_like(archive.close.match_odds, np.nan)
    pairs = nobody[:, :, :2]
    close = replace(archive.close, match_odds=nobody, total=pairs, handicap=pairs)
    return replace(archive, close=close)


@pytest.mark.parametrize(
    ("days", "args", "says"),
    [
        (("--from", "2019-07-01", "--until", "2018-07-01"), (), "2019-07-01 is after --until"),
        (("--from", "2018-07-01", "--until", "2018-07-05"), (), "no match was looked at from"),
        (("--from", "2010-07-01", "--until", "2011-07-01"), (), "no season file of those"),
        (DAYS, ("--divisions", "E0,XX"), "--divisions: no file of XX"),
        (DAYS, ("--language", "de"), "--language: 'de' is none of en, fr"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    folder: Path, days: Sequence[str], args: Sequence[str], says: str
) -> None:
    told = run(folder, *args, days=days)
    assert told.exit_code == 2
    assert says in told.stderr
    assert told.stderr.count("\n") == 1
    assert told.stdout == ""


def test_a_folder_that_is_not_there_and_seasons_without_closes_are_refused(tmp_path: Path) -> None:
    assert "is no folder" in run(tmp_path / "nowhere").stderr
    write_season_files(without_closes(ARCHIVE), tmp_path)
    told = run(tmp_path)
    assert told.exit_code == 2
    assert "no closing price from 2017-07-01 to 2019-06-30" in told.stderr


@contextmanager
def silent(_says: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda _done, _of: None


def test_what_is_walked_is_blind_to_the_future() -> None:
    def walk(archive: Archive) -> list[NDArray[np.float64]]:
        forecasts = walk_forecasts(archive, silent).forecasts
        return [one.of(name) for one in forecasts for name in ("match_odds", "total", "handicap")]

    archive = simulate(4, World(seasons=2, leagues=1, teams=10)).archive
    saturday = float(archive.looked_at[120]) + 1.2 * DAY
    assert_blind_to_the_future(walk, archive, saturday)
