import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from jobs.evaluate_derived import add_derived_command
from jobs.multi_market import read_multi_market
from tests.unit.jobs.multi_market_files import write_feed
from tests.unit.learning.derived_worlds import made_up

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("multi-market")
    feed = made_up(1_400)
    unquoted = np.where(np.arange(5) == 1, np.nan, feed.quotes)
    write_feed(made, replace(feed, quotes=unquoted))
    return made


def ask(*words: object) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    add_derived_command(app)
    return CliRunner().invoke(app, ["derived", *map(str, words)])


def test_it_tells_a_table_of_every_market_and_season(folder: Path) -> None:
    told = ask("--multi-market", folder)
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    count = len(read_multi_market(folder).past)
    assert count > 1_380
    assert lines[0].startswith(f"{count} matches priced; 0 earlier results")
    assert f"{count} no_quote_over_ft_0_5" in lines[1]
    assert [line for line in lines if line.startswith(("all", "season"))] == [
        "all seasons",
        "season 2020/21",
        "season 2021/22",
    ]
    [first, *_] = [line for line in lines if line.startswith("btts_yes")]
    assert 1_380 < int(first.split()[1]) <= count
    assert first.endswith("not proven: no pick on its own")
    assert sum(line.startswith("over_0.5") and "not quoted" in line for line in lines) == 3


def test_json_without_a_file_is_all_that_standard_output_has(folder: Path, tmp_path: Path) -> None:
    told = ask("--multi-market", folder, "--json", "--png", tmp_path / "chart.png")
    found = json.loads(told.stdout)
    codes = [one["score"]["code"] for one in found["verdicts"] if one["season"] is None]
    assert codes[:2] == ["btts_yes", "over_0.5"]
    assert found["verdicts"][1]["score"]["n"] == 0
    assert found["verdicts"][1]["score"]["quote_log_loss"] is None
    first = found["verdicts"][0]["score"]["corrected"]["loss"]
    assert first["low"] < first["value"] < first["high"]
    assert (tmp_path / "chart.png").read_bytes().startswith(PNG)


def test_json_to_a_file_leaves_the_table_on_standard_output(folder: Path, tmp_path: Path) -> None:
    told = ask("--multi-market", folder, "--json", tmp_path / "report.json")
    assert "all seasons" in told.stdout
    assert json.loads((tmp_path / "report.json").read_text())["matches"] > 1_380


def test_what_cannot_be_done_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    for words, said in (
        (("--multi-market", tmp_path), "--multi-market: no match"),
        (("--multi-market", folder, "--football-data", tmp_path), "--football-data: no season"),
        (("--multi-market", folder, "--language", "de"), "--language: 'de'"),
        (("--multi-market", folder, "--json", tmp_path / "no" / "where"), "--json: cannot write"),
    ):
        told = ask(*words)
        assert told.exit_code == 2
        assert told.stderr.strip().splitlines()[-1].startswith(f"mon_ps: {said}")


@pytest.mark.realdata
def test_in_england_corrected_prices_are_near_their_quotes(
    real_data: Path, tmp_path: Path
) -> None:
    for path in (real_data / "multi-market").glob("E[01]_*.csv.gz"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    past = read_multi_market(tmp_path).past
    assert len(past) > 2_600
    assert np.isfinite(past.quotes).mean() > 0.98
    assert ((past.kick_off - past.looked_at) <= timedelta(days=4).total_seconds()).all()
    told = ask("--multi-market", tmp_path, "--json")
    verdicts = json.loads(told.stdout)["verdicts"][:5]
    for one in verdicts:
        assert abs(one["score"]["pooled"]["loss"]["value"]) < 0.002
        assert abs(one["score"]["corrected"]["loss"]["value"]) < 0.004
        assert 0.5 < one["calibration"]["variance"] < 2.0
