"""check-lookahead, from files to verdict and exit status."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from engine.domain.policy import DEFAULT_POLICY
from engine.learning.agents import walk
from engine.learning.agents.patron import fit_patron
from engine.learning.backtest.knowledge import knowledge
from jobs import backtest_run
from jobs.lookahead import add_lookahead_command
from tests.archives import DAY, World, simulate
from tests.season_files import write_season_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from typer.testing import Result

    from engine.agents.patron import Patron
    from engine.domain.signal import AgentName
    from engine.learning.agents.past_bets import PastBets
    from engine.learning.archive import Archive
    from engine.learning.backtest.knowledge import Knowledge

    Leans = Mapping[AgentName, NDArray[np.float64]]

ARCHIVE = replace(
    simulate(21, World(seasons=2, leagues=2, teams=12)).archive, competitions=("E0", "E1")
)
DAYS = ("--from", "2017-09-01", "--until", "2017-10-31", "--learn-from", "2016-07-01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("seasons")
    write_season_files(ARCHIVE, made)
    return made


def run(folder: Path, *args: str) -> Result:
    app = typer.Typer()
    add_lookahead_command(app, lambda: DEFAULT_POLICY)
    app.command("another")(lambda: None)  # one command alone would have no name
    words = ["check-lookahead", "--football-data", str(folder), *args]
    return CliRunner().invoke(app, words)


def test_a_backtest_says_the_same_without_the_future_and_shuffled_closes_are_no_evidence(
    folder: Path,
) -> None:
    told = run(folder, *DAYS, "--instants", "1", "--permute", "20", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["picks"] > 0
    assert found["judged"] > 100
    assert [one["future"] for one in found["checked"]] == ["missing", "another"]
    for one in found["checked"]:
        assert one["rows"] > 20
        assert one["values"] > 20 * one["rows"]
        assert one["differences"] == []
    assert len(found["permuted"]["shuffled_highest"]) == 20
    assert max(found["permuted"]["shuffled_highest"]) < 20
    assert found["permuted"]["alarms"] == 0


def knowing_closes_early(archive: Archive, *rest: Any) -> Knowledge:
    """What closes on Saturday is learned from on Friday, and Sunday's closes are."""
    return knowledge(replace(archive, kick_off=archive.kick_off - 3 * DAY), *rest)


def test_a_backtest_that_learns_closes_early_ends_with_1_and_the_row_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtest_run, "knowledge", knowing_closes_early)
    told = run(folder, *DAYS, "--instants", "1")
    assert told.exit_code == 1
    assert "mon_ps: look-ahead: E" in told.stderr
    assert "where the future after 2017-" in told.stderr
    assert "differs" in told.stdout


def knowing_three_days_more(past: PastBets, leans: Leans, until: float) -> Patron | None:
    """PATRON of Friday has seen what closes until Monday."""
    return fit_patron(past, leans, until + 3 * DAY)


def test_a_judge_that_knows_three_days_too_much_is_caught_where_it_is_fitted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "fit_patron", knowing_three_days_more)
    days = ("--from", "2017-10-15", "--until", "2017-12-31", "--learn-from", "2016-07-01")
    told = run(folder, *days, "--instants", "1", "--seed", "5")
    assert told.exit_code == 1
    assert "differs" in told.stdout


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (("--from", "2017-09-01", "--until", "2017-08-01"), "--from: 2017-09-01 is after"),
        (("--from", "2018-06-20", "--until", "2018-06-25"), "--from: no bet was judged from"),
        (("--from", "2001-08-01", "--until", "2001-09-01"), "--football-data: no season file"),
    ],
)
def test_days_with_nothing_to_decide_are_refused_in_one_line(
    folder: Path, days: tuple[str, ...], says: str
) -> None:
    told = run(folder, *days)
    assert told.exit_code == 2
    assert told.stderr.startswith(f"mon_ps: {says}")
    assert told.stderr.count("\n") == 1
