"""A folder of recorded answers, served as if it were the odds provider."""

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from sandbox.feeds import Json, Wanted, sport


class RecordedFolder:
    """Serve `{folder}/{instant}/{sport_key}.json.gz` for one chosen instant.

    The latest instant is chosen first. Files with other names are ignored.
    """

    def __init__(self, folder: Path, instant: str | None = None) -> None:
        self._folder = folder
        found = [path.name for path in folder.iterdir() if path.is_dir() and _payloads(path)]
        self.instants = tuple(sorted(name for name in found if name[:1].isdigit()))
        if not self.instants:
            raise ValueError(f"no {{instant}}/{{sport_key}}.json.gz under {folder}")
        self.instant = self.instants[-1]
        if instant is not None:
            self.choose(instant)

    def choose(self, instant: str) -> None:
        """Serve this instant from now on.

        Raises:
            ValueError: nothing was recorded then.
        """
        if instant not in self.instants:
            raise ValueError(f"instant was {instant!r}: recorded are {', '.join(self.instants)}")
        self.instant = instant

    def sports(self) -> list[Json]:
        return [sport(_sport_key(path)) for path in _payloads(self._folder / self.instant)]

    def events(self, sport_key: str, wanted: Wanted, at: datetime) -> list[Json] | None:  # noqa: ARG002  # a recording has one instant
        """Return the recorded events; books are those recorded, whatever the regions."""
        paths = {_sport_key(path): path for path in _payloads(self._folder / self.instant)}
        if sport_key not in paths:
            return None
        events = orjson.loads(gzip.decompress(paths[sport_key].read_bytes()))
        return [_filtered(event, wanted) for event in events]


def _payloads(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.json.gz") if path.name.count(".") == 2)  # noqa: PLR2004  # {sport_key}.json.gz


def _sport_key(path: Path) -> str:
    return path.name.removesuffix(".json.gz")


def _filtered(event: dict[str, Any], wanted: Wanted) -> Json:
    books = [
        book
        | {"markets": [market for market in book["markets"] if wanted.has_market(market["key"])]}
        for book in event["bookmakers"]
        if not wanted.bookmakers or book["key"] in wanted.bookmakers
    ]
    return event | {"bookmakers": [book for book in books if book["markets"]]}
