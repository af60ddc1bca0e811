"""Odds paths for tests: what one selection cost at several books, change for change."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.fixture import fixture_id
from engine.domain.numbers import BookmakerKey
from engine.domain.path import OddsPath

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.market import Selection

GONE = nan
"""Stands for odds that were withdrawn."""


def a_path(
    selection: Selection,
    books: Mapping[str, Sequence[tuple[datetime, float]]],
    *,
    seen_until: datetime,
) -> OddsPath:
    """The changes of one selection at `books`, all last seen at `seen_until`."""
    keys = sorted(books)
    rows = [(place, at, odds) for place, key in enumerate(keys) for at, odds in books[key]]
    n = len(rows)
    return OddsPath(
        fixtures=(fixture_id("soccer_epl", "home", "away", seen_until.date()),),
        bookmakers=tuple(BookmakerKey(key) for key in keys),
        fixture=np.zeros(n, np.int32),
        bookmaker=np.array([place for place, _, _ in rows], np.int16),
        selection=np.full(n, selection.number, np.int32),
        lay=np.zeros(n, np.bool_),
        odds=np.array([odds for _, _, odds in rows], np.float64),
        changed_at=np.array([at.timestamp() for _, at, _ in rows], np.float64),
        last_seen_at=np.full(n, seen_until.timestamp(), np.float64),
    )
