"""How each bookmaker settles: `config/settlement/*.toml` as the values settlement works with."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from config.durations import parse_duration
from config.entries import suggestion
from engine.domain.errors import SettingsInvalid
from engine.domain.numbers import BookmakerKey
from engine.settlement.rules import BookRules, BookTable

FOLDER: Final = Path(__file__).parent / "settlement"
DEFAULT: Final = "default"
SAME_DAY: Final = "same day"
_KEY: Final = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_LONGEST: Final = timedelta(days=30)
_SHOWN: Final = 6  # digits of a digest: enough to tell the versions of one bookmaker apart


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    """What a file may say; what it leaves unsaid is as in the default."""

    source: str
    replay: str | None = None
    zone: str | None = None
    resettle: str | None = None
    decided_stands: bool | None = None
    part_decided: bool | None = None


@cache
def load_books(folder: Path = FOLDER) -> BookTable:
    """Return the rules of every bookmaker that has a file, and those of all others.

    Raises:
        SettingsInvalid: one line naming the file, the rule and what is wrong with it.
    """
    paths = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if DEFAULT not in paths:
        raise SettingsInvalid(f"{folder.name}: {DEFAULT}.toml is missing")
    standard = _rules(paths.pop(DEFAULT), None)
    return BookTable(
        default=standard,
        listed=tuple((BookmakerKey(key), _rules(path, standard)) for key, path in paths.items()),
    )


def _rules(path: Path, standard: BookRules | None) -> BookRules:
    where = f"settlement/{path.name}"
    said = _said(path, where)
    unsaid = [name for name in _READ if getattr(said, name) is None]
    if standard is None and unsaid:
        raise SettingsInvalid(f"{where}: {unsaid[0]} is missing")
    told: dict[str, Any] = {
        name: read(value, f"{where}: {name}")
        for name, read in _READ.items()
        if (value := getattr(said, name)) is not None
    }
    rules = replace(standard or BookRules(), **told)
    return replace(rules, version=f"{path.stem}@{_digest(rules)}")


def _said(path: Path, where: str) -> _Said:
    if _KEY.fullmatch(path.stem) is None:
        raise SettingsInvalid(f"{where}: is not named for a bookmaker, such as bet365.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{where}: {error}") from None
    for key in table:
        if key not in _Said.__struct_fields__:
            near = suggestion(key, _Said.__struct_fields__)
            raise SettingsInvalid(f"{where}: {key} is unknown{near}")
    try:
        return msgspec.convert(table, _Said)
    except msgspec.ValidationError as error:
        raise SettingsInvalid(f"{where}: {error}") from None


def _duration(text: str, where: str) -> timedelta:
    try:
        found = parse_duration(text)
    except ValueError as error:
        raise SettingsInvalid(f"{where} {error}") from None
    if not timedelta(0) < found <= _LONGEST:
        raise SettingsInvalid(f"{where} must be longer than nothing and at most 30 days")
    return found


def _replay(text: str, where: str) -> timedelta | None:
    return None if text == SAME_DAY else _duration(text, where)


def _zone(text: str, where: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsInvalid(f"{where} is not a time zone such as Europe/Paris") from None
    return text


def _as_it_is(said: bool, _: str) -> bool:  # noqa: FBT001  # a rule's value
    return said


_READ: Final[dict[str, Any]] = {
    "replay": _replay,
    "zone": _zone,
    "resettle": _duration,
    "decided_stands": _as_it_is,
    "part_decided": _as_it_is,
}


def _digest(rules: BookRules) -> str:
    """Return the digest of what the rules come to: the same rules, the same version."""
    told = {each.name: str(getattr(rules, each.name)) for each in fields(rules)}
    del told["version"]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_SHOWN]
