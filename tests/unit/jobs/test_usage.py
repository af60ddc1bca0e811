"""What a command line that cannot be followed is told: one line, at once, and exit status 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from jobs.__main__ import app

if TYPE_CHECKING:
    from pathlib import Path

PROG = "python -m jobs"
DAYS = ("--from", "2021-07-01", "--until", "2021-08-31")
HERE = ("--football-data", "{folder}")
NOWHERE = "{folder}/no/where"
REFUSED = [
    (("nothing",), "No such command 'nothing'; see python -m jobs --help"),
    (("evaluate", "nothing"), "No such command 'nothing'; see python -m jobs evaluate --help"),
    (("reproduce", "nobody", *HERE), "No such command 'nobody'"),
    (("import", "nothing"), "No such command 'nothing'"),
    (("plan", "--nonsense"), "No such option: --nonsense; see python -m jobs plan --help"),
    (("learn", "all"), "Got unexpected extra argument"),
    (("backtest", *HERE, *DAYS[:2]), "Missing option '--until'"),
    (("backtest", *HERE, "--from", "2021-13-01", *DAYS[2:]), "Invalid value for '--from'"),
    (("check-lookahead", *HERE, *DAYS, "--permute", "-3"), "Invalid value for '--permute'"),
    (("backtest", *HERE, *DAYS, "--csv", NOWHERE), "--csv: cannot write"),
    (("backtest", *HERE, *DAYS, "--json", NOWHERE), "--json: cannot write"),
    (("backtest", *HERE, *DAYS, "--png", "{folder}"), "Is a directory"),
    (("check-lookahead", *HERE, *DAYS, "--json", NOWHERE), "--json: cannot write"),
    (("reproduce", "buchdahl", *HERE, "--csv", NOWHERE), "--csv: cannot write"),
    (("evaluate", "prices", *HERE, *DAYS, "--png", NOWHERE), "--png: cannot write"),
    (("evaluate", "prices", *HERE, *DAYS, "--calibration", NOWHERE), "--calibration: cannot"),
    (("evaluate", "derived", "--multi-market", "{folder}", "--png", NOWHERE), "--png: cannot"),
    (("coverage", *HERE, "--season", "2324", "--png", NOWHERE), "--png: cannot write"),
    (("replay", "--odds-api", "{folder}", "--json", NOWHERE), "--json: cannot write"),
    (("import", "football-data", "{folder}", "--json", NOWHERE), "--json: cannot write"),
    (("import", "football-data", "--download", "--seasons", "2324,x"), "--seasons: x: write"),
    (("import", "football-data", "{folder}", "--seasons", "2325"), "--seasons: 2325: write"),
]


@pytest.mark.parametrize(("args", "says"), REFUSED)
def test_a_wrong_command_line_is_told_in_one_line(
    tmp_path: Path, args: tuple[str, ...], says: str
) -> None:
    told = CliRunner().invoke(app, [one.format(folder=tmp_path) for one in args], prog_name=PROG)
    assert told.exit_code == 2, told.output
    line, end = told.stderr[:-1], told.stderr[-1:]
    assert line.startswith("mon_ps: ")
    assert says in line
    assert "\n" not in line
    assert end == "\n"
    assert not told.stdout


def test_nothing_is_made_where_nothing_can_be_written(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    args = ["backtest", "--football-data", str(tmp_path), *DAYS, "--csv", str(absent / "p.csv")]
    assert CliRunner().invoke(app, args).exit_code == 2
    assert not absent.exists()


def test_without_a_command_the_help_is_shown() -> None:
    told = CliRunner().invoke(app, [], prog_name=PROG)
    assert told.exit_code == 2
    assert "backtest" in told.output
    assert "mon_ps:" not in told.output
