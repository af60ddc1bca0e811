"""When a season file's prices stood: its kick-offs, and the days on which its odds are taken."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")  # the clock of its Time column, for every country
_NOON: Final = "12:00"  # where a file has no times
_DATES: Final = ("%d/%m/%Y", "%d/%m/%y", "%Y/%m/%d")
_DAY: Final = re.compile(r"^(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})(?:$|[T\s])")
_CLOCK: Final = re.compile(r"^(\d{1,2})[:.](\d{2})(?:$|[:.])")
_COLLECTED: Final = time(15, 0)  # "Friday afternoons ... Tuesday afternoons", say the site's notes
_AT_LATEST: Final = timedelta(hours=1)
_FRIDAY, _TUESDAY = 4, 1
_YEARS: Final = range(1990, 2100)


@lru_cache(maxsize=65536)
def read_kick_off(date: str, clock: str) -> datetime | None:
    """Return the kick-off in UTC, or None where the date or the time cannot be read.

    >>> read_kick_off("19/08/00", "").isoformat(), read_kick_off("2000-8-19", "15.30").isoformat()
    ('2000-08-19T11:00:00+00:00', '2000-08-19T14:30:00+00:00')
    """
    day, hour = _DAY.match(date), _CLOCK.match(clock or _NOON)
    if day is None or hour is None:
        return None
    text = f"{'/'.join(day.groups())} {':'.join(hour.groups())}"
    for form in _DATES:
        try:
            at = datetime.strptime(text, f"{form} %H:%M")  # noqa: DTZ007  # its zone follows
        except ValueError:
            continue
        return at.replace(tzinfo=LONDON).astimezone(UTC) if at.year in _YEARS else None
    return None


@lru_cache(maxsize=65536)
def pre_match_instant(kick_off: datetime) -> datetime:
    """Return when the pre-match odds of a game were taken, by the site's own account.

    On the Friday for games from Friday to Monday, on the Tuesday for the others, at 15:00 in
    London, and an hour before kick-off at the latest: never after it.

    >>> from datetime import UTC, datetime
    >>> pre_match_instant(datetime(2024, 8, 18, 15, tzinfo=UTC)).isoformat()
    '2024-08-16T14:00:00+00:00'
    >>> pre_match_instant(datetime(2024, 1, 17, 12, tzinfo=UTC)).isoformat()
    '2024-01-16T15:00:00+00:00'
    >>> pre_match_instant(datetime(2024, 1, 19, 12, tzinfo=UTC)).isoformat()
    '2024-01-19T11:00:00+00:00'
    """
    day = kick_off.astimezone(LONDON).date()
    midweek = _TUESDAY <= day.weekday() < _FRIDAY
    back = (day.weekday() - (_TUESDAY if midweek else _FRIDAY)) % 7
    taken = datetime.combine(day - timedelta(days=back), _COLLECTED, LONDON).astimezone(UTC)
    return min(taken, kick_off - _AT_LATEST)
