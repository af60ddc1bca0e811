"""The recorded August of 2024 through the command that people type."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.telegram import open_people, open_telegram

if TYPE_CHECKING:
    from storage.dsn import Dsn

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = ("--include", "*.augmented-*", "--include", "world-cup-2026/*")


def _command(real_data: Path, out: Path, *options: str) -> list[str]:
    return [
        *(sys.executable, "-m", "jobs", "replay"),
        *("--odds-api", str(real_data / "odds-api")),
        *("--football-data", str(real_data / "football-data" / "main-2425-august")),
        *("--json", str(out)),
        *options,
    ]


def _environment(**settings: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MON_PS_")}
    return ours | {"MON_PS_ENV_FILE": os.devnull} | settings


def _replay(real_data: Path, out: Path, *options: str, **settings: str) -> dict[str, Any]:
    done = subprocess.run(
        _command(real_data, out, *options),
        cwd=ROOT,
        env=_environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(out.read_text())
    return found


@pytest.mark.realdata
def test_august_2024_comes_out_as_counted_by_hand(
    real_data: Path, database: Dsn, tmp_path: Path
) -> None:
    out = _replay(real_data, tmp_path / "out.json", "--database", database.get_secret_value())
    assert out["events"] == 494
    assert out["bookmakers"] == 19
    assert out["events_of_football_data"] == 199
    assert out["matched_football_data"] >= 195
    assert out["unmatched"] == []
    assert out["quotes_offered"] == out["quotes_kept"] + sum(out["quotes_rejected"].values())
    assert 0 < out["quotes_stored"] <= out["quotes_kept"]
    assert out["picks"] > 0
    assert out["alerts_delivered"] == 0
    assert out["alerts_committed"] >= out["picks"]
    assert out["events_in_play_ignored"] > 0


@pytest.mark.realdata
def test_replaying_twice_into_one_database_adds_nothing(
    real_data: Path, database: Dsn, tmp_path: Path
) -> None:
    options = ("--database", database.get_secret_value())
    first = _replay(real_data, tmp_path / "first.json", *options)
    assert _replay(real_data, tmp_path / "second.json", *options) == first


@pytest.mark.realdata
def test_dirty_recordings_and_in_play_dumps_go_through_the_same_command(
    real_data: Path, database: Dsn, tmp_path: Path
) -> None:
    """With a horizon that reaches the season's start, so that closes and results are met too."""
    options = ("--database", database.get_secret_value(), *EVERYTHING)
    out = _replay(real_data, tmp_path / "out.json", *options, MON_PS_SCORING__HORIZON="40d")
    assert len(out["instants"]) == 7
    assert out["events"] > 494
    assert {"in_play", "duplicate_event"} <= out["quotes_rejected"].keys()
    assert out["closes"] == out["settled"] == out["clv_n"] > 0
    assert out["clv"]["low"] < out["clv_mean"] < out["clv"]["high"]
    assert {name for name, _ in out["skipped"]} == {
        "errors.json",
        "sports/sports.json",
        "sports/sports_all.json",
    }


@pytest.mark.lasting
@pytest.mark.realdata
async def test_a_replay_delivers_every_card_to_the_emulator(
    real_data: Path, database: Dsn, tmp_path: Path
) -> None:
    async with open_telegram() as telegram, open_people(telegram.url) as people:
        options = ("--database", database.get_secret_value(), "--telegram", telegram.url)
        out = await asyncio.to_thread(_replay, real_data, tmp_path / "out.json", *options)
        cards = [event for event in await people.events(1002) if event.get("by_bot")]
    assert out["alerts_delivered"] > 0
    assert out["outbox"].keys() <= {"sent", "cancelled"}
    assert len({card["message_id"] for card in cards}) == out["picks"]


def test_what_is_wrong_with_the_command_is_one_line(tmp_path: Path) -> None:
    for options, words in (
        (("--odds-api", str(tmp_path / "none")), "--odds-api"),
        (("--odds-api", str(tmp_path)), "no recorded answers"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "jobs", "replay", *options],
            cwd=ROOT,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 2
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
