"""`python -m config.example > .env.example`: the file is derived, a test holds it to that."""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from config.entries import FILE_SUFFIX
from config.settings import Settings, entries

if TYPE_CHECKING:
    from config.entries import Entry

_HEAD = """\
# Copy to .env and uncomment what you change. The environment wins over this file, this file over
# a profile, a profile over the defaults shown; `python -m bot --check-config` prints what is in
# force. Durations are written 600 (seconds), 10m, 1h30m or PT10M; lists with commas. Each secret
# also has a _FILE form, the path of a file to read it from: one or the other, never both.
"""


def example() -> str:
    """Return every setting, commented out, with its meaning and its default."""
    defaults = Settings()
    lines = [_HEAD]
    for field, group in groupby(entries().values(), key=lambda entry: entry.path[0]):
        lines.append(f"# {Settings.model_fields[field].description}")
        lines += [_line(entry, defaults) for entry in group]
        lines.append("")
    return "\n".join(lines)


def _line(entry: Entry, defaults: Settings) -> str:
    line = f"# {entry.name}={_written(entry.value_in(defaults))}"
    return f"{line}\n# {entry.name}{FILE_SUFFIX}=" if entry.secret else line


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(_written(item) for item in value)
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
            if seconds and seconds % size == 0:
                return f"{seconds / size:g}{unit}"
        return f"{seconds:g}s"
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(example())
