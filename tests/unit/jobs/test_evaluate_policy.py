"""evaluate policy, from files to tables and JSON; and on a division-season that was played."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from config.policies import load_policies
from jobs.__main__ import app
from jobs.evaluate_policy import Wanted, evaluate_policy
from tests.archives import World, simulate
from tests.season_files import write_season_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typer.testing import Result

ARCHIVE = replace(
    simulate(21, World(seasons=2, leagues=2, teams=8)).archive, competitions=("E0", "E1")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("seasons")
    write_season_files(ARCHIVE, made)
    return made


def run(folder: Path, *args: str) -> Result:
    words = ["evaluate", "policy", "--football-data", str(folder), *args]
    return CliRunner().invoke(app, words, prog_name="python -m jobs")


def test_seasons_become_tables_and_json_and_what_is_kept_is_not_decided_again(
    folder: Path, tmp_path: Path
) -> None:
    asked = ("--seasons", "2017", "--burn-in", "0", "--learn-from", "2016")
    kept = ("--keep", str(tmp_path))
    told = run(folder, *asked, *kept, "--json", str(tmp_path / "o.json"))
    assert told.exit_code == 0, told.output
    for words in (
        "provenance: backtest",
        "60-79, odds below 2.5, hurdle 1 %",
        "Picks within the zone",
        "declared zone",
        "no zone",
        "96 trials, registered on 2026-11-23",
        "within a week no bound by more than",
        "PBO over all trials",
        "Seconds: reading",
    ):
        assert words in " ".join(told.stdout.split()), words
    report = json.loads((tmp_path / "o.json").read_text())
    summary = report["summary"]
    assert (report["provenance"], report["close_grade"]) == ("backtest", "D, declared")
    assert (summary["seasons"], summary["trials"]) == ([2017], 96)
    n = {(one["who"], one["season"]): one["n"] for one in summary["lines"]}
    for who in ("declared", "learned", "in_force", "no_zone"):
        assert n[who, None] == n[who, 2017]
    assert 0 < n["declared", None] < n["no_zone", None] <= summary["candidates"]
    assert {one["verdict"] for one in summary["beside"]} <= {
        "better",
        "not told apart",
        "worse",
        "same picks",
    }
    assert all(one["furthest"] <= 5 for one in summary["moves"])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    again = run(folder, *asked, *kept, "--json")
    assert json.loads(again.stdout)["summary"] == summary
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")} == before
    assert before


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--seasons", "2018-2016"), "--seasons: 2018 is after 2016"),
        (("--seasons", "lately"), "--seasons: 'lately' is no range of years"),
        (("--seasons", "2040"), "no season file"),
        (("--seasons", "2017", "--json", "{folder}/no/where"), "--json: cannot write"),
    ],
)
def test_what_cannot_be_told_is_refused_in_one_line(
    folder: Path, args: tuple[str, ...], says: str
) -> None:
    told = run(folder, *(one.format(folder=folder) for one in args), "--learn-from", "2040")
    assert told.exit_code == 2, told.output
    assert says in told.stderr
    assert told.stderr.count("\n") == 1


@contextmanager
def silent(_: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda *_: None


@pytest.mark.realdata
def test_a_season_that_was_played_is_learned_from_without_a_promotion(
    real_data: Path, tmp_path: Path
) -> None:
    """Scores at both hurdles are had again from what was kept, learned ones among them."""
    registered = load_policies()
    wanted = Wanted(
        folder=real_data / "football-data/main",
        first=2017,
        last=2017,
        burn_in=0,
        learn_from=2016,
        divisions=frozenset({"E0", "F2"}),
        keep=tmp_path,
    )
    report = evaluate_policy(wanted, registered.version("v0", "here"), registered, silent)
    lines = {one.who: one for one in report.summary.lines if one.season is None}
    assert lines["no_zone"].n > lines["declared"].n > 0
    assert lines["in_force"].n == lines["declared"].n, "too few picks for a promotion"
    assert all(one.furthest <= 5 for one in report.summary.moves)
    assert np.isfinite(lines["no_zone"].clv.value)
