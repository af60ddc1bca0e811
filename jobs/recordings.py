"""Recorded answers of The Odds API on disk, as looks in order of time."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import msgspec

from engine.collect import odds_api
from engine.collect.payload import ODDS_API, Ask, Payload
from engine.domain.errors import SettingsInvalid, Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_INSTANT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{4})(\d{2})?Z")
_PLAIN: Final = re.compile(r"(soccer_[a-z0-9_]+)\.json\.gz")
_SPORT_KEY: Final = re.compile(r"soccer_[a-z0-9_]+")
_RECORDING_TOOK: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One readable file: the answer word for word and the events in it."""

    name: str
    competition: str
    body: bytes
    events: tuple[odds_api.Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLook:
    """The answers of one instant. `at` is when the last of them can have been given."""

    at: datetime
    recordings: tuple[Recording, ...]

    @property
    def name(self) -> str:
        """The look's identity: its instant and the files that make it."""
        files = "\n".join(recording.name for recording in self.recordings)
        digest = hashlib.sha256(files.encode()).hexdigest()[:12]
        return f"replay {self.at:%Y-%m-%dT%H%M%SZ} {digest}"

    def payloads(self) -> tuple[Payload, ...]:
        """Return the answers as the wire would have brought them."""
        return tuple(
            Payload(
                source=ODDS_API,
                ask=Ask(
                    source=ODDS_API,
                    path=f"/v4/sports/{recording.competition}/odds",
                    params=(("recording", recording.name),),
                    competition=recording.competition,
                    purpose="replay",
                ),
                fetched_at=self.at,
                status=200,
                body=recording.body,
            )
            for recording in self.recordings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The files of each instant, by time, and those that belong to none with the reason."""

    folder: Path
    instants: tuple[tuple[datetime, tuple[Path, ...]], ...]
    skipped: tuple[tuple[str, str], ...]


def find_recordings(folder: Path, include: Sequence[str] = ()) -> Library:
    """Find `{instant}/{sport_key}.json.gz`, and what else a pattern of `include` names.

    Raises:
        SettingsInvalid: the folder is not one.
    """
    if not folder.is_dir():
        raise SettingsInvalid(f"--odds-api: {folder} is not a folder")
    found: dict[datetime, list[Path]] = defaultdict(list)
    skipped: list[tuple[str, str]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        try:
            found[_instant(path, name, include)].append(path)
        except Skip as refused:
            skipped.append((name, str(refused)))
    instants = tuple((at, tuple(paths)) for at, paths in sorted(found.items()))
    return Library(folder=folder, instants=instants, skipped=tuple(skipped))


def read_look(
    folder: Path, instant: datetime, paths: Iterable[Path]
) -> tuple[RecordedLook, tuple[tuple[str, str], ...]]:
    """Read the answers of one instant; files that cannot be read come back with the reason."""
    kept: list[Recording] = []
    skipped: list[tuple[str, str]] = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            kept.append(_read(path, name))
        except Skip as refused:
            skipped.append((name, str(refused)))
    return _look(instant, kept), tuple(skipped)


def _instant(path: Path, name: str, include: Sequence[str]) -> datetime:
    """Return when a file was recorded, by its folder's name or its own."""
    usual = _INSTANT.fullmatch(path.parent.name) and _PLAIN.fullmatch(path.name)
    if not usual and not any(_matches(name, pattern) for pattern in include):
        raise Skip("not {instant}/{sport_key}.json.gz")
    stamp = _INSTANT.search(path.parent.name) or _INSTANT.search(path.name)
    if stamp is None:
        raise Skip("no instant in its name")
    day, minute, second = stamp.groups()
    try:
        return datetime.strptime(f"{day}{minute}{second or '00'}Z", "%Y-%m-%d%H%M%S%z")
    except ValueError:
        raise Skip("no instant in its name") from None


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern)


def _read(path: Path, name: str) -> Recording:
    try:
        raw = path.read_bytes()
        body = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error):
        raise Skip("unreadable") from None
    try:
        listed = msgspec.json.decode(body, type=list[dict[str, object]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Skip("not a list of events") from None
    events = tuple(odds_api.decode(body).events)
    if listed and not events:
        raise Skip("not a list of events")
    return Recording(name=name, competition=_competition(path, events), body=body, events=events)


def _competition(path: Path, events: Sequence[odds_api.Event]) -> str:
    keys = {event.sport_key for event in events}
    if len(keys) == 1:
        return keys.pop()
    named = _SPORT_KEY.match(path.name)
    if named is None:
        raise Skip("of no one competition")
    return named.group()


def _look(instant: datetime, kept: Sequence[Recording]) -> RecordedLook:
    """Return the look of an instant; an answer is no older than the youngest price in it.

    A folder is named for the minute its recording began; the last answers came a little later.
    """
    latest = instant + _RECORDING_TOOK
    stamps = [at for recording in kept for at in _stamps(recording) if at <= latest]
    return RecordedLook(at=max([instant, *stamps]).astimezone(UTC), recordings=tuple(kept))


def _stamps(recording: Recording) -> Iterator[datetime]:
    return odds_api.stamps(recording.events)
