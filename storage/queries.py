"""The SQL of `storage/sql/*.sql`, by file and name.

A file is a row of blocks: `-- name: add`, then one `-- purpose` line, then the statement.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "sql"
_NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)$")
_PURPOSE = re.compile(r"^-- \S.*$")


class QueriesMalformed(ValueError):
    """A .sql file is not a row of named, explained statements."""


class Queries:
    """The statements of one file as attributes; a name that is not there is an error."""

    __slots__ = ("_file", "_texts")

    def __init__(self, file: str, texts: Mapping[str, str]) -> None:
        self._file = file
        self._texts = MappingProxyType(dict(texts))

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in self._texts:
            raise AttributeError(f"no query {name!r} in {self._file}; it has: {', '.join(self)}")
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


def queries(group: str, *, folder: Path = FOLDER) -> Queries:
    """Give the statements of `<group>.sql`, read once per process."""
    return _load(folder / f"{group}.sql")


def all_names(folder: Path = FOLDER) -> tuple[str, ...]:
    """Name every statement as `group.name`, so that a test can ask who uses it."""
    return tuple(
        f"{file.stem}.{name}" for file in sorted(folder.glob("*.sql")) for name in _load(file)
    )


@cache
def _load(file: Path) -> Queries:
    if not file.is_file():
        raise QueriesMalformed(f"there is no {file.name} in {file.parent}")
    return Queries(file.name, _parse(file.name, file.read_text(encoding="utf-8")))


def _parse(file: str, text: str) -> dict[str, str]:
    """Cut a file into its blocks; blank lines before the first block are all that may precede."""
    found: dict[str, str] = {}
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("-- name")]
    if any(line.strip() for line in lines[: starts[0] if starts else len(lines)]):
        _refuse(file, 1, "text before the first '-- name: ...' line")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        name = _NAME.match(lines[start])
        if name is None:
            _refuse(file, start + 1, "expected '-- name: lower_case_name'")
        if name["name"] in found:
            _refuse(file, start + 1, f"the name {name['name']!r} appears twice")
        if start + 1 >= end or not _PURPOSE.match(lines[start + 1]):
            _refuse(file, start + 2, "expected one '-- purpose' line after the name")
        found[name["name"]] = "\n".join(lines[start + 2 : end]).strip().removesuffix(";")
        if not found[name["name"]]:
            _refuse(file, start + 3, f"the statement {name['name']!r} is empty")
    return found


def _refuse(file: str, line: int, reason: str) -> NoReturn:
    raise QueriesMalformed(f"{file}:{line}: {reason}")
