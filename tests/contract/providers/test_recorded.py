import gzip
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.providers import open_providers
from sandbox.recorded import RecordedFolder

KEY = "sandbox-odds-1"


def an_event(name: str) -> dict[str, Any]:
    market = {"key": "h2h", "outcomes": [{"name": name, "price": 2.0}]}
    return {
        "id": name,
        "commence_time": "2024-08-16T19:00:00Z",
        "bookmakers": [{"key": "pinnacle", "title": "Pinnacle", "markets": [market]}],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for instant in ("2024-08-01T1622Z", "2024-08-04T0022Z"):
        (tmp_path / instant).mkdir()
        for name in ("soccer_epl.json.gz", "soccer_epl.augmented-1.json.gz"):
            body = json.dumps([an_event(f"{instant} {name}")]).encode()
            (tmp_path / instant / name).write_bytes(gzip.compress(body))
    (tmp_path / "sports").mkdir()
    return tmp_path


async def test_the_chosen_instant_is_served_and_can_be_changed(
    folder: Path, session: aiohttp.ClientSession
) -> None:
    recorded = RecordedFolder(folder, "2024-08-01T1622Z")
    async with open_providers(recorded=recorded) as serving:
        url = f"{serving.odds_api_url}/v4/sports/soccer_epl/odds?apiKey={KEY}&regions=eu"
        async with session.get(url) as answer:
            assert [e["id"] for e in await answer.json()] == [
                "2024-08-01T1622Z soccer_epl.json.gz"
            ]
        change = {"instant": "2024-08-04T0022Z"}
        async with session.post(f"{serving.url}/instant", json=change) as changed:
            assert changed.status == 200
        async with session.get(url) as answer:
            assert (await answer.json())[0]["id"].startswith("2024-08-04T0022Z")
        async with session.post(f"{serving.url}/instant", json={"instant": "never"}) as refused:
            assert refused.status == 400


async def test_other_files_are_no_sports(folder: Path, session: aiohttp.ClientSession) -> None:
    async with (
        open_providers(recorded=RecordedFolder(folder)) as serving,
        session.get(f"{serving.odds_api_url}/v4/sports?apiKey={KEY}") as answer,
    ):
        assert [sport["key"] for sport in await answer.json()] == ["soccer_epl"]


def test_a_folder_without_recordings_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=str(tmp_path)):
        RecordedFolder(tmp_path)


def test_an_instant_never_recorded_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="2024-08-04T0022Z"):
        RecordedFolder(folder, "2024-08-02T0000Z")


@pytest.mark.realdata
async def test_a_recorded_answer_is_served_as_it_was(
    real_data: Path, session: aiohttp.ClientSession
) -> None:
    instant = "2024-08-01T1622Z"
    path = real_data / "odds-api" / instant / "soccer_epl.json.gz"
    recorded = RecordedFolder(real_data / "odds-api", instant)
    async with open_providers(recorded=recorded) as serving:
        url = f"{serving.odds_api_url}/v4/sports/soccer_epl/odds?apiKey={KEY}&regions=eu"
        async with session.get(url) as answer:
            assert await answer.json() == json.loads(gzip.decompress(path.read_bytes()))
