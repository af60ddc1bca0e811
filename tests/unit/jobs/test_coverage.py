from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from config.settings import load
from engine.collect.plan import Purpose
from engine.domain.errors import SettingsInvalid
from jobs.coverage import read_fixtures
from jobs.coverage_report import (
    FREE,
    PAID,
    Selection,
    coverage_json,
    coverage_png,
    coverage_table,
    run_coverage,
    selections_of,
)
from jobs.rules import rules_from
from tests.unit.collect.plans import MAJOR, SECOND, a_match

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.fixture import Fixture
    from jobs.coverage import Coverage

RULES = rules_from(load({}, None))
FIRST = datetime(2023, 8, 12, 14, tzinfo=UTC)
SEASON = tuple(
    a_match(FIRST + timedelta(weeks=week, hours=3 * slot), competition, number)
    for week in range(9)
    for slot in range(3)
    for competition in (MAJOR, SECOND)
    for number in range(1 if slot else 4)
)


def reached(credits_: int, keys: int = 1, fixtures: tuple[Fixture, ...] = SEASON) -> Coverage:
    chosen = Selection(label="two", competitions=(MAJOR, SECOND), pointed=())
    [one] = run_coverage(fixtures, [chosen], credits_per_key=[credits_], keys=keys, rules=RULES)
    return one


def test_with_enough_credits_every_match_gets_a_grade_a_close() -> None:
    one = reached(5000)
    assert (one.grade_a.mean, one.grade_b.mean, one.missed.mean) == (1.0, 0.0, 0.0)
    assert one.grade_a.n == one.matches == len(SEASON)
    assert one.grade_a.low is not None
    assert one.grade_a.low < 1.0


def test_few_credits_go_to_the_closes_that_price_the_most_matches() -> None:
    one = reached(30)  # ten calls a month; four Saturdays of two leagues need eight
    assert one.grade_a.mean is not None
    assert one.grade_a.mean >= 2 / 3
    assert one.missed.mean is not None
    assert one.missed.mean > 0
    assert set(one.spent) <= {Purpose.CLOSING, Purpose.SWEEP}


def test_coverage_never_falls_with_more_credits() -> None:
    shares = [reached(credits_).grade_a.mean or 0.0 for credits_ in (1, 9, 30, 60, 90, 300)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0


def test_no_month_costs_more_than_it_is_given() -> None:
    for credits_, keys in ((30, 1), (50, 4), (1000, 2)):
        one = reached(credits_, keys)
        assert one.busiest <= one.setting.monthly
        assert one.unspent == one.setting.monthly - one.busiest


def test_the_runs_of_reference_are_pointed_at() -> None:
    first, second = selections_of([SECOND, "soccer_greece", MAJOR], [MAJOR, SECOND])
    assert (first.competitions, first.pointed) == ((MAJOR, SECOND), (FREE,))
    assert (second.competitions[:2], second.pointed) == ((MAJOR, SECOND), (PAID,))
    results = tuple(run_coverage(SEASON, [first], credits_per_key=[60], keys=1, rules=RULES))
    assert [one.setting.monthly for one in results] == [60, 2000]
    assert coverage_png(results, "2324").startswith(b"\x89PNG")
    lines = coverage_table(results).splitlines()
    assert len(lines) == 3
    assert "100.00" in lines[2]
    told = json.loads(json.dumps(coverage_json(results)))["runs"][1]
    assert (told["keys"], told["credits_per_key"], told["grade_a"]["n"]) == (4, 500, len(SEASON))


def test_season_files_are_found_below_the_folder_and_read_on_the_clock_of_the_file(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "main" / "2324"
    folder.mkdir(parents=True)
    (folder / "E0.csv").write_text(
        "Div,Date,Time,HomeTeam,AwayTeam\nE0,11/08/2023,20:00,Burnley,Man City\n"
        "XX,11/08/2023,20:00,Ours,Not\n",
        encoding="utf-8",
    )
    [one] = read_fixtures(tmp_path, "2324", {("football_data", "E0"): (MAJOR,)})
    assert one.kick_off == datetime(2023, 8, 11, 19, tzinfo=UTC)
    assert one.competition == MAJOR
    with pytest.raises(SettingsInvalid, match="no season '2223'"):
        read_fixtures(tmp_path, "2223", {})


def test_a_selection_without_a_match_is_refused() -> None:
    nobody = Selection(label="none", competitions=("soccer_greece",), pointed=())
    with pytest.raises(SettingsInvalid, match="no match"):
        tuple(run_coverage(SEASON, [nobody], credits_per_key=[9], keys=1, rules=RULES))


def test_a_match_put_off_is_played_at_the_hour_it_was_played() -> None:
    late = replace(SEASON[0], kick_off=FIRST + timedelta(days=3, hours=4, minutes=45))
    assert reached(5000, fixtures=(late, *SEASON[1:])).grade_a.mean == 1.0
