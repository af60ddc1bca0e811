"""reproduce, from raw files to the published figures."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from jobs.reproduce import reproduce_app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

SEASON = "2122"


def one_season(real_data: Path, folder: Path, without: tuple[str, ...] = ()) -> Path:
    (folder / SEASON).mkdir(exist_ok=True)
    for path in sorted((real_data / "football-data/main" / SEASON).iterdir()):
        if path.name.partition(".")[0] not in without:
            (folder / SEASON / path.name).symlink_to(path)
    return folder


def run(name: str, folder: Path, *args: str) -> Result:
    return CliRunner().invoke(reproduce_app, [name, "--football-data", str(folder), *args])


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "buchdahl",
            [(0.0, 7234, 2.54, 1.38), (0.02, 2684, 3.70, 2.58), (0.05, 525, -4.64, 3.55)],
        ),
        ("kaunitz", [(0.0, 381, 2.4, None)]),
    ],
)
def test_a_season_comes_out_as_published(
    real_data: Path,
    tmp_path: Path,
    name: str,
    rows: list[tuple[float, int, float, float | None]],
) -> None:
    told = run(name, one_season(real_data, tmp_path), "--json", "--csv", str(tmp_path / "o.csv"))
    assert told.exit_code == 0, told.output
    found = [one for one in json.loads(told.stdout)["compared"] if one["judged"]]
    assert [one["failures"] for one in found] == [[] for _ in rows]
    for one, (above, picks, roi, clv) in zip(found, rows, strict=True):
        assert (one["above"], one["picks"]) == (above, picks)
        assert 100 * one["roi"]["value"] == pytest.approx(roi, abs=0.006)
        if clv is not None:
            assert 100 * one["clv"]["value"] == pytest.approx(clv, abs=0.006)
        assert one["roi"]["low"] < one["roi"]["value"] < one["roi"]["high"]
    with (tmp_path / "o.csv").open(encoding="utf-8") as file:
        listed = [row for row in csv.DictReader(file) if row["rule"] == name]
    for above, picks, _, _ in rows:
        bet = [r for r in listed if r["fate"] == "taken" and float(r["edge"]) > above]
        assert len(bet) == picks


@pytest.mark.realdata
def test_a_season_without_its_divisions_is_told_and_not_judged(
    real_data: Path, tmp_path: Path
) -> None:
    told = run("kaunitz", one_season(real_data, tmp_path, without=("E0", "E1")))
    assert told.exit_code == 0
    assert "season not whole" in told.stdout
    assert "0 of 0 published rows" in told.stdout


@pytest.mark.realdata
def test_figures_that_differ_end_with_1_and_are_named(real_data: Path, tmp_path: Path) -> None:
    folder = one_season(real_data, tmp_path, without=("E0",))
    prices = (real_data / "football-data/main" / SEASON / "E1.csv.gz").read_bytes()
    (folder / SEASON / "E0.csv.gz").write_bytes(prices)  # another division under its name
    told = run("buchdahl", folder)
    assert told.exit_code == 1
    assert "buchdahl 2021 above 0 is not what is published: " in told.stderr
    assert "differs: " in told.stdout


def test_a_folder_without_files_is_refused_in_one_line(tmp_path: Path) -> None:
    told = run("kaunitz", tmp_path)
    assert told.exit_code == 2
    assert told.stderr.startswith("mon_ps: --football-data: no season file")
