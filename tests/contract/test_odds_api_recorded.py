"""Recorded answers of The Odds API go through whole, and mean what the season says they meant."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from config.catalogue import load_catalogue
from engine.collect.football_data import FileMatch, match_rows, read_season
from engine.collect.normalise import Intake, Known, normalise
from engine.collect.payload import ODDS_API, Ask, Payload
from engine.collect.rules import CollectRules

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId

pytestmark = pytest.mark.realdata

RULES = CollectRules()
AUGUST = ("2024-08-01T1622Z", "2024-08-04T0022Z", "2024-08-04T2152Z")


def payload(path: Path, at: datetime) -> Payload:
    ask = Ask(source=ODDS_API, path=f"/v4/sports/{path.name.split('.')[0]}/odds")
    body = gzip.decompress(path.read_bytes())
    return Payload(source=ODDS_API, ask=ask, fetched_at=at, status=200, body=body)


def instant(name: str) -> datetime:
    return datetime.strptime(name, "%Y-%m-%dT%H%MZ").replace(tzinfo=UTC)


@dataclass
class Replay:
    """Three looks in their order, each knowing what the ones before have seen."""

    intakes: list[Intake] = field(default_factory=list)
    fixtures: dict[FixtureId, Fixture] = field(default_factory=dict)
    event_ids: dict[tuple[str, str], FixtureId] = field(default_factory=dict)
    first_seen: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def look(self, payloads: list[Payload], now: datetime) -> Intake:
        known = Known(
            names=load_catalogue().names,
            fixtures=tuple(self.fixtures.values()),
            event_ids=dict(self.event_ids),
            first_seen=dict(self.first_seen),
        )
        intake = normalise(payloads, known, RULES, now)
        self.fixtures |= {fixture.id: fixture for fixture in intake.fixtures}
        for each in intake.event_ids:
            self.event_ids[each.provider, each.event_id] = each.fixture_id
            self.first_seen.setdefault((each.provider, each.event_id), each.seen_at)
        self.intakes.append(intake)
        return intake


@cache
def replayed(folder: Path) -> Replay:
    replay = Replay()
    for name in AUGUST:
        paths = sorted(
            path for path in (folder / name).glob("*.json.gz") if path.name.count(".") == 2
        )
        replay.look([payload(path, instant(name)) for path in paths], instant(name))
    return replay


@pytest.fixture
def recordings(real_data: Path) -> Path:
    return real_data / "odds-api"


@cache
def season(folder: Path) -> tuple[FileMatch, ...]:
    paths = sorted(folder.glob("*.csv.gz"))
    return tuple(row for path in paths for row in read_season(path.read_bytes()))


def test_every_event_and_book_of_august_is_seen_and_every_quote_counted(recordings: Path) -> None:
    intakes = replayed(recordings).intakes
    assert len(frozenset().union(*(intake.events for intake in intakes))) == 494
    books = {
        intake.board.bookmakers[code]
        for intake in intakes
        for code in np.unique(intake.board.bookmaker)
    }
    assert len(books) == 19
    for intake in intakes:
        assert intake.offered == len(intake.board) + sum(intake.rejected.values())
        assert len(intake.board) > 0.95 * intake.offered


def test_every_team_of_august_is_known(recordings: Path) -> None:
    assert [intake.unmatched for intake in replayed(recordings).intakes] == [(), (), ()]


def test_two_ids_of_one_match_are_one_fixture(recordings: Path) -> None:
    replay = replayed(recordings)
    pairs = Counter(
        (fixture.competition, fixture.home.key, fixture.away.key)
        for fixture in replay.fixtures.values()
    )
    assert set(pairs.values()) == {1}
    doubled = {fixture for fixture, n in Counter(replay.event_ids.values()).items() if n > 1}
    brest = next(
        fixture
        for fixture in replay.fixtures.values()
        if (fixture.home.key, fixture.away.key) == ("brest", "marseille")
    )
    assert len(doubled) >= 12
    assert brest.id in doubled
    assert brest.kick_off == datetime(2024, 8, 17, 15, 0, tzinfo=UTC), "the id met later"


def test_kick_offs_of_events_in_play_move_nothing(recordings: Path) -> None:
    replay = replayed(recordings)
    for earlier, later in zip(replay.intakes, replay.intakes[1:], strict=False):
        before = {fixture.id: fixture.kick_off for fixture in earlier.board.fixtures}
        moved = [each for each in later.fixtures if each.id in before]
        assert all(abs(each.kick_off - before[each.id]) >= timedelta(minutes=1) for each in moved)


def test_events_of_august_find_their_football_data_rows_and_no_wrong_one(
    recordings: Path, real_data: Path
) -> None:
    """199 events are of football-data's leagues; the two of Guingamp-Bordeaux have no row.

    Bordeaux were relegated after the recordings: Guingamp played Troyes.
    """
    replay = replayed(recordings)
    rows = season(real_data / "football-data/main-2425-august")
    matched = match_rows(replay.fixtures.values(), rows, load_catalogue().names)
    events = [event for event, fixture in replay.event_ids.items() if fixture in matched.rows]
    assert len(events) == 197
    assert matched.unknown_names == ()
    assert [(each.home.key, each.away.key) for each in matched.unmatched] == [
        ("guingamp", "bordeaux")
    ]
    names = load_catalogue().names
    for identity, row in matched.rows.items():
        fixture = replay.fixtures[identity]
        assert names.resolve(fixture.competition, row.home) == fixture.home
        assert names.resolve(fixture.competition, row.away) == fixture.away
        assert abs(row.kick_off - fixture.kick_off) <= timedelta(days=4)
    assert len(set(map(id, matched.rows.values()))) == len(matched.rows), (
        "a row serves one fixture"
    )
    assert all("PS" in row.closes for row in matched.rows.values())


def test_hand_scraped_books_go_through_without_an_exception(recordings: Path) -> None:
    paths = sorted((recordings / AUGUST[0]).glob("*.augmented-*.json.gz"))
    assert paths
    for path in paths:
        intake = Replay().look([payload(path, instant(AUGUST[0]))], instant(AUGUST[0]))
        assert intake.offered == len(intake.board) + sum(intake.rejected.values())
        assert len(intake.board) > 400


def test_the_world_cup_goes_through_with_its_play_prices_of_one_and_lays(recordings: Path) -> None:
    paths = sorted((recordings / "world-cup-2026").glob("*.json.gz"))
    assert paths
    for path in paths:
        at = datetime.strptime(path.name[:17], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
        intake = Replay().look([payload(path, at)], at)
        assert intake.unmatched == ()
        assert len(intake.in_play) == 1
        assert intake.rejected["in_play"] > 30
        assert intake.board.lay.any()
        assert (intake.board.odds > 1).all()
        assert intake.offered == len(intake.board) + sum(intake.rejected.values())


def test_an_answer_of_eight_hundred_kilobytes_is_read_in_milliseconds(recordings: Path) -> None:
    """About 7 ms on the machine it was written on; a loop over quotes would take 40."""
    path = min((recordings / "world-cup-2026").glob("*.json.gz"))
    at = datetime(2026, 6, 19, 20, 24, 15, tzinfo=UTC)
    answer = payload(path, at)
    spent = []
    for _ in range(7):
        begun = time.process_time()
        Replay().look([answer], at)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.035
