"""Recorded answers of API-Football: every row is read, and only ours become results."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from config.catalogue import load_catalogue
from engine.collect import api_football
from engine.collect.known import Known
from engine.collect.payload import API_FOOTBALL, Ask, Payload
from engine.collect.results import ResultsIntake, read_results
from engine.domain.fixture import Fixture, fixture_id
from engine.domain.settlement import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from engine.collect.api_football import Row

pytestmark = pytest.mark.realdata
NOW = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
def bodies(real_data: Path) -> dict[str, bytes]:
    paths = sorted((real_data / "api-football").glob("fixtures_by_*/*.json*"))
    return {
        path.name.split(".")[0]: gzip.decompress(raw) if path.suffix == ".gz" else raw
        for path in paths
        for raw in [path.read_bytes()]
    }


def payload(body: bytes) -> Payload:
    ask = Ask(source=API_FOOTBALL, path="/fixtures", purpose="results")
    return Payload(source=API_FOOTBALL, ask=ask, fetched_at=NOW, status=200, body=body)


def read(body: bytes, fixtures: Iterable[Fixture] = ()) -> ResultsIntake:
    known = Known(names=load_catalogue().names, fixtures=tuple(fixtures))
    return read_results([payload(body)], known)


def stored(row: Row) -> Fixture | None:
    """The fixture a row is of, as The Odds API would have let us store it."""
    names = load_catalogue().names
    for competition in names.leagues.get((API_FOOTBALL, str(row.league.id)), ()):
        home = names.resolve(competition, row.teams.home.name)
        away = names.resolve(competition, row.teams.away.name)
        if home is not None and away is not None:
            identity = fixture_id(competition, home.key, away.key, row.fixture.date.date())
            return Fixture(
                id=identity,
                competition=competition,
                home=home,
                away=away,
                kick_off=row.fixture.date,
            )
    return None


def test_every_row_is_read(bodies: dict[str, bytes]) -> None:
    for name, body in bodies.items():
        decoded = api_football.decode(body)
        assert decoded.malformed == 0, name
        assert len(decoded.rows) == len(json.loads(body)["response"])
        assert read(body).failures == ()


@pytest.mark.parametrize("league", [41, 42, 48, 180])
def test_every_name_of_a_league_is_known(bodies: dict[str, bytes], league: int) -> None:
    rows = api_football.decode(bodies[f"fixtures_league{league}_season2024"]).rows
    assert rows
    assert [row.teams for row in rows if stored(row) is None] == []


@pytest.mark.parametrize("league", [41, 42, 180])
def test_a_season_of_results_finds_its_fixtures_and_each_its_own(
    bodies: dict[str, bytes], league: int
) -> None:
    body = bodies[f"fixtures_league{league}_season2024"]
    rows = api_football.decode(body).rows
    fixtures = {row.fixture.id: fixture for row in rows if (fixture := stored(row))}
    intake = read(body, fixtures.values())
    assert intake.unmatched == ()
    assert len(intake.results) == len(set(fixtures.values()))
    found = {each.event_id: each.fixture_id for each in intake.event_ids}
    assert found == {str(number): fixture.id for number, fixture in fixtures.items()}
    for result in intake.results:
        assert (result.full_time is not None) == (result.phase is Phase.FINISHED)


def test_extra_time_rows_are_sorted_into_safe_and_to_review(bodies: dict[str, bytes]) -> None:
    """Of the FA Cup's 38 AET rows more than half carry a placeholder 0-0 for extra time."""
    rows = api_football.decode(bodies["fixtures_league45_season2024"]).rows
    phases = Counter(api_football.phase(row) for row in rows if row.fixture.status.short == "AET")
    assert phases == {Phase.REVIEW: 25, Phase.FINISHED: 13}
    assert {api_football.phase(row) for row in rows if row.fixture.status.short == "Canc"} == {
        Phase.CANCELLED
    }


def test_every_recorded_status_has_a_meaning(bodies: dict[str, bytes]) -> None:
    shorts = {
        row.fixture.status.short.upper()
        for body in bodies.values()
        for row in api_football.decode(body).rows
    }
    assert shorts <= set(api_football.PHASES)


def test_foreign_fixtures_of_a_day_are_ignored_quietly(bodies: dict[str, bytes]) -> None:
    for name, body in bodies.items():
        if "date" in name:
            intake = read(body)
            assert (intake.results, intake.unmatched) == ((), ())
            assert intake.foreign == len(json.loads(body)["response"])


def test_recorded_errors_are_failures(real_data: Path) -> None:
    errors = json.loads((real_data / "api-football/errors.json").read_text())["errors"]
    assert errors
    for each in errors:
        intake = read(json.dumps(each["body"]).encode())
        assert len(intake.failures) == 1, each
