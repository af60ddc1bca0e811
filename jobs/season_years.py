"""Where one season ends and the next begins: in July, between two years."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

FIRST_WITH_CLOSES: Final = datetime(2012, 7, 1)  # noqa: DTZ001  # as typer reads it
"""The turn of the first season whose files have closing odds."""
DAY: Final = "%Y-%m-%d"
"""How a day is written on a command line."""
_TURN: Final = 7


def season_of(day: date) -> int:
    """Return the year in which a day's season began.

    >>> season_of(date(2022, 6, 30)), season_of(date(2022, 7, 1))
    (2021, 2022)
    """
    return day.year - (day.month < _TURN)


def turn_of(year: int) -> float:
    """Return the instant at which the season of a year begins (POSIX seconds)."""
    return datetime(year, _TURN, 1, tzinfo=UTC).timestamp()
