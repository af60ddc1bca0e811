"""Scales of counts and of days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from charts.phone import round_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from charts.phone import Sheet

_ROOM: Final = 1.08
_DAYS: Final = 4
_EDGE: Final = 0.1
"""Of the scale: days are told further from its ends, where they would leave the paper."""
_DAY: Final = 86_400.0


def scale_counts(page: Sheet, most: int) -> None:
    """Show y from nought to `most` things, whole numbers on lines."""
    high = _ROOM * max(most, 1)
    page.axes.set_ylim(0, high)
    page.name_y({value: f"{value:g}" for value in round_values(0, high) if value % 1 == 0})


def scale_days(
    page: Sheet, first: datetime, last: datetime, told: Callable[[datetime], str]
) -> None:
    """Show x from a day to another, some of them told; x is POSIX seconds."""
    low, high = first.timestamp(), last.timestamp()
    room = 0.02 * (high - low) or _DAY / 2
    page.axes.set_xlim(low - room, high + room)
    edge = _EDGE * (high - low)
    days = {round(at / _DAY) for at in np.linspace(low + edge, high - edge, _DAYS).tolist()}
    moments = [datetime.fromtimestamp(day * _DAY, UTC) for day in sorted(days)]
    page.name_x({moment.timestamp(): told(moment) for moment in moments})
