"""Lengths of time as people type them: 45min, 2h, 2h30, 1j, 1d."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(days=30)
_LENGTH: Final = re.compile(
    r"(?:(?P<days>\d{1,3})[jd])?(?:(?P<hours>\d{1,3})h)?(?:(?P<minutes>\d{1,4})(?:m|min|mn)?)?"
)


def read_length(text: str) -> timedelta | None:
    """Return the length that `text` says; None where it says none, or one beyond a month.

    A bare number is none: 2 may be hours or minutes; after hours it is minutes.

    >>> read_length("2h30")
    datetime.timedelta(seconds=9000)
    >>> read_length("30") is None
    True
    """
    said = text.lower()
    found = _LENGTH.fullmatch(said)
    if found is None or not said or said.isdecimal():
        return None
    parts = {name: int(part) for name, part in found.groupdict().items() if part}
    length = timedelta(**parts)
    return length if timedelta(0) < length <= LONGEST else None
