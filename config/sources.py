"""From the environment, `.env` and a profile to one text per setting, with its source."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotenv.parser import parse_stream

from config.durations import parse_duration
from config.entries import (
    ENV_FILE,
    FILE_SUFFIX,
    PREFIX,
    TEST_PREFIX,
    Entry,
    refuse_unknown,
    suggestion,
)
from engine.domain.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one source says about one setting; kept out of every repr: it may be a secret."""

    value: str | tuple[str, ...]
    source: str

    def __repr__(self) -> str:
        return f"Given(source={self.source!r})"


def read_text(path: Path, what: str) -> str:
    """Return the text of `path`; a failure names the path and the reason, never the content."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "unreadable"
    except UnicodeDecodeError:
        reason = "not UTF-8 text"
    raise SettingsInvalid(f"{what}: cannot read {path}: {reason}")


def read_env_file(path: Path) -> dict[str, str]:
    """Return the assignments of a `.env` file; a line that is not one is refused, not skipped."""
    text = read_text(path, "env file")
    values: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for binding in parse_stream(StringIO(text)):
        line = binding.original.line
        if binding.error or (binding.key and binding.value is None):
            raise SettingsInvalid(f"{path}, line {line}: not a NAME=value line")
        if binding.key is not None and binding.value is not None:
            values[binding.key] = binding.value
            seen[binding.key] += 1
    for name, times in seen.items():
        if times > 1 and _ours(name):
            raise SettingsInvalid(f"{path}: {name} stands {times} times")
    return values


def given_by_names(
    values: Mapping[str, str], entries: Mapping[str, Entry], source: str
) -> dict[str, Given]:
    """Keep our names of `values`; refuse ours that are unknown, ignore everybody else's."""
    secret_files = {n + FILE_SUFFIX for n, entry in entries.items() if entry.secret}
    known = [*entries, *secret_files]
    given: dict[str, Given] = {}
    for name, value in values.items():
        if _ours(name) and name != ENV_FILE:
            refuse_unknown(name, known, source)
            given[name] = Given(value=value, source=source)
    return given


def given_by_profile(path: Path, entries: Mapping[str, Entry]) -> dict[str, Given]:
    """Read a profile: the settings as TOML tables, without secrets, under the environment."""
    try:
        tree = tomllib.loads(read_text(path, "MON_PS_PROFILE"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(f"{path}: not TOML: {error}") from None
    by_key = {entry.key: entry for entry in entries.values()}
    given: dict[str, Given] = {}
    for key, value in _flat(tree).items():
        entry = by_key.get(key)
        if entry is None:
            raise SettingsInvalid(f"{path}: {key}: no such setting{suggestion(key, by_key)}")
        if entry.secret or key == "profile":
            raise SettingsInvalid(f"{path}: {key} belongs in the environment, not in a profile")
        given[entry.name] = Given(value=_text(value), source=str(path))
    return given


def open_secret_files(
    given: Mapping[str, Given], entries: Mapping[str, Entry]
) -> dict[str, Given]:
    """Replace each `X_FILE` by the content of its file, less the newline at its end."""
    opened = {name: item for name, item in given.items() if name in entries}
    for name, item in given.items():
        target = name.removesuffix(FILE_SUFFIX)
        if name in entries:
            continue
        if target in given:
            raise SettingsInvalid(f"{target} and {name} are both set: keep one")
        path = Path(str(item.value))
        text = read_text(path, name).removesuffix("\n").removesuffix("\r")
        if not text.strip():
            raise SettingsInvalid(f"{name}: {path} is empty")
        value = tuple(text.splitlines()) if entries[target].listed else text
        opened[target] = Given(value=value, source=f"file {path}")
    return opened


def typed(item: Given, entry: Entry) -> Any:
    """Return the value in the form its type wants: lists split, durations read.

    An empty text is a forgotten value, not a choice; only a list may be empty.

    Raises:
        SettingsInvalid: naming the setting and the reason.
    """
    try:
        return _read(item.value, entry)
    except ValueError as error:
        raise SettingsInvalid(f"{entry.name} ({item.source}): {error}") from None


def _read(value: str | tuple[str, ...], entry: Entry) -> Any:
    if entry.listed:
        parts = value if isinstance(value, tuple) else tuple(value.split(","))
        kept = tuple(part.strip() for part in parts if part.strip())
        return tuple(parse_duration(part) for part in kept) if entry.duration else kept
    if isinstance(value, tuple):
        raise ValueError("takes one value, not a list")  # noqa: TRY004 - the reader's words
    if not value.strip():
        raise ValueError(_empty(entry))
    return parse_duration(value) if entry.duration else value


def _empty(entry: Entry) -> str:
    if entry.path == ("database_url",):
        return "is empty: unset it to use the embedded database"
    return "is empty: give it a value or remove it"


def _ours(name: str) -> bool:
    upper = name.upper()
    return upper.startswith(PREFIX) and not upper.startswith(TEST_PREFIX)


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    leaves: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            leaves |= _flat(value, f"{above}{key}.")
        else:
            leaves[f"{above}{key}"] = value
    return leaves


def _text(value: Any) -> str | tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
