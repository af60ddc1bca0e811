"""The tables know every club of the recorded seasons, and never two clubs as one."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING

import pytest

from config.catalogue import load_catalogue
from engine.collect.football_data import FOOTBALL_DATA

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.realdata


def matches(path: Path) -> list[tuple[str, str, str]]:
    """Return the date, home and away name of every row of a season file."""
    raw = gzip.decompress(path.read_bytes())
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    head, *rows = csv.reader(io.StringIO(text))
    old = "HomeTeam" not in head
    columns = ("Date", "HT", "AT") if old else ("Date", "HomeTeam", "AwayTeam")
    places = [head.index(name) for name in columns]
    found = [
        tuple(row[place].strip() for place in places) for row in rows if len(row) > max(places)
    ]
    return [(date, home, away) for date, home, away in found if home and away]


def test_every_name_of_thirty_seasons_is_known_and_no_club_is_in_two_places(
    real_data: Path,
) -> None:
    """Two clubs merged into one would play each other, or twice on a day."""
    names = load_catalogue().names
    twice, unknown = [], set()
    for path in sorted((real_data / "football-data").glob("main*/**/*.csv.gz")):
        division = path.name.split(".")[0]
        (competition,) = names.leagues[FOOTBALL_DATA, division]
        played: set[tuple[str, str]] = set()
        for date, *sides in matches(path):
            for name in sides:
                team = names.resolve(competition, name)
                if team is None:
                    unknown.add((division, name))
                    continue
                if (date, team.key) in played:
                    twice.append((path.parent.name, division, date, name))
                played.add((date, team.key))
    assert unknown == set()
    assert twice == []


def test_every_name_of_the_new_leagues_is_known(real_data: Path) -> None:
    names = load_catalogue().names
    for path in sorted((real_data / "football-data/extra").glob("*.csv.gz")):
        (competition,) = names.leagues[FOOTBALL_DATA, path.name.split(".")[0]]
        text = gzip.decompress(path.read_bytes()).decode("utf-8-sig")
        seen = {
            row[side] for row in csv.DictReader(io.StringIO(text)) for side in ("Home", "Away")
        }
        assert {name for name in seen if names.resolve(competition, name) is None} == set()
