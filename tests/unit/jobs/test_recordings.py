from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.errors import SettingsInvalid
from jobs.recordings import find_recordings, read_look

if TYPE_CHECKING:
    from pathlib import Path

INSTANT = datetime(2024, 8, 1, 16, 22, tzinfo=UTC)


def _event(last_update: str = "2024-08-01T16:20:00Z", **overrides: Any) -> dict[str, Any]:
    outcomes = [{"name": name, "price": 3.0} for name in ("Lens", "Draw", "Lille")]
    market = {"key": "h2h", "last_update": last_update, "outcomes": outcomes}
    book = {"key": "pinnacle", "last_update": last_update, "markets": [market]}
    return {
        "id": "e1",
        "sport_key": "soccer_france_ligue_one",
        "commence_time": "2024-08-18T13:00:00Z",
        "home_team": "Lens",
        "away_team": "Lille",
        "bookmakers": [book],
    } | overrides


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = content if isinstance(content, bytes) else gzip.compress(json.dumps(content).encode())
    path.write_bytes(body)


def test_instants_come_in_order_of_time_whatever_the_order_of_files(tmp_path: Path) -> None:
    for instant in ("2024-08-04T2152Z", "2024-08-01T1622Z", "2024-08-04T0022Z"):
        _write(tmp_path / instant / "soccer_epl.json.gz", [_event()])
    library = find_recordings(tmp_path)
    assert [at for at, _ in library.instants] == sorted(at for at, _ in library.instants)
    assert library.instants[0][0] == INSTANT
    assert library.skipped == ()


def test_only_plain_recordings_are_read_and_everything_else_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "2024-08-01T1622Z"
    _write(folder / "soccer_epl.json.gz", [_event()])
    _write(folder / "soccer_epl.augmented-09c116.json.gz", [_event()])
    _write(folder / "basketball_nba.json.gz", [])
    _write(tmp_path / "errors.json", b"{}")
    library = find_recordings(tmp_path)
    assert [len(paths) for _, paths in library.instants] == [1]
    assert {name for name, _ in library.skipped} == {
        "2024-08-01T1622Z/soccer_epl.augmented-09c116.json.gz",
        "2024-08-01T1622Z/basketball_nba.json.gz",
        "errors.json",
    }


def test_a_pattern_brings_in_other_files_at_the_instant_of_their_folder(tmp_path: Path) -> None:
    folder = tmp_path / "2024-08-01T1622Z"
    _write(folder / "soccer_epl.json.gz", [_event()])
    _write(folder / "soccer_epl.augmented-09c116.json.gz", [_event()])
    library = find_recordings(tmp_path, ["*.augmented-*"])
    assert [(at, len(paths)) for at, paths in library.instants] == [(INSTANT, 2)]


def test_a_dump_is_placed_in_time_by_its_own_name(tmp_path: Path) -> None:
    _write(tmp_path / "world-cup-2026" / "2026-06-19T202415Z0000.json.gz", [_event()])
    library = find_recordings(tmp_path, ["world-cup-2026/*"])
    assert [at for at, _ in library.instants] == [datetime(2026, 6, 19, 20, 24, 15, tzinfo=UTC)]


@pytest.mark.parametrize(
    "content",
    [
        b"not gzip at all",
        gzip.compress(b"[{}")[:-6],
        gzip.compress(b"<html>"),
        gzip.compress(b'{"message": "quota"}'),
        gzip.compress(b'[{"no": "event"}]'),
    ],
    ids=["not gzip", "cut off", "html", "an error", "foreign events"],
)
def test_an_unreadable_file_is_listed_with_its_reason_and_the_rest_is_read(
    tmp_path: Path, content: bytes
) -> None:
    folder = tmp_path / "2024-08-01T1622Z"
    _write(folder / "soccer_epl.json.gz", content)
    _write(folder / "soccer_france_ligue_one.json.gz", [_event()])
    ((instant, paths),) = find_recordings(tmp_path).instants
    look, skipped = read_look(tmp_path, instant, paths)
    assert [one.competition for one in look.recordings] == ["soccer_france_ligue_one"]
    assert [name for name, _ in skipped] == ["2024-08-01T1622Z/soccer_epl.json.gz"]


def test_an_answer_is_never_older_than_the_youngest_price_in_it(tmp_path: Path) -> None:
    """Else the replay would decide on prices from its own future."""
    path = tmp_path / "2024-08-01T1622Z" / "soccer_epl.json.gz"
    _write(path, [_event("2024-08-01T16:22:58Z")])
    look, _ = read_look(tmp_path, INSTANT, [path])
    assert look.at == datetime(2024, 8, 1, 16, 22, 58, tzinfo=UTC)
    assert all(payload.fetched_at == look.at for payload in look.payloads())


def test_a_price_from_the_far_future_does_not_move_the_instant(tmp_path: Path) -> None:
    path = tmp_path / "2024-08-01T1622Z" / "soccer_epl.json.gz"
    _write(path, [_event("2031-01-01T00:00:00Z")])
    assert read_look(tmp_path, INSTANT, [path])[0].at == INSTANT


def test_the_answer_is_kept_word_for_word(tmp_path: Path) -> None:
    path = tmp_path / "2024-08-01T1622Z" / "soccer_epl.json.gz"
    _write(path, [_event()])
    look, _ = read_look(tmp_path, INSTANT, [path])
    assert look.payloads()[0].body == gzip.decompress(path.read_bytes())


def test_a_look_over_other_files_has_another_name(tmp_path: Path) -> None:
    first = tmp_path / "2024-08-01T1622Z" / "soccer_epl.json.gz"
    second = tmp_path / "2024-08-01T1622Z" / "soccer_spl.json.gz"
    _write(first, [_event()])
    _write(second, [_event()])
    alone, _ = read_look(tmp_path, INSTANT, [first])
    both, _ = read_look(tmp_path, INSTANT, [first, second])
    assert alone.name != both.name


def test_a_folder_that_is_none_is_refused_by_the_option_s_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="--odds-api"):
        find_recordings(tmp_path / "nothing")
