"""Fixture and selection as one number, and where numbers stand in a sorted column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOWHERE: Final = -1


def place(fixture: NDArray[np.int64], selection: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return fixture and selection as one number that sorts like the pair."""
    return fixture << 20 | selection


def index_of(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each number stands in rising `keys`, -1 where it does not.

    >>> index_of(np.array([3, 5, 8]), np.array([5, 4, 9])).tolist()
    [1, -1, -1]
    """
    if not len(keys):
        return np.full(len(wanted), NOWHERE, dtype=np.int64)
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[found] == wanted, found, NOWHERE).astype(np.int64)
