"""The scores of fixtures as bets see them: what stakes on one match are weighed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointOutcomes:
    """Every score of n fixtures with its probability, and what it makes of k bets.

    `fixture` (n,) and `selection` (k,) are rising numbers; fixtures whose scores nobody can tell
    are left out. `probability` (n, s) sums to 1 over the scores. `halves` (k, s): 2 won, 1 half
    won, 0 void, -1 half lost, -2 lost.
    """

    fixture: NDArray[np.int64]
    probability: NDArray[np.float64]
    selection: NDArray[np.int64]
    halves: NDArray[np.int8]

    def of(
        self, fixture: int, selections: Sequence[int]
    ) -> tuple[NDArray[np.float64], NDArray[np.int8]] | None:
        """Return a fixture's scores (s,) and its bets' halves (s, m); None where not told."""
        row = int(np.searchsorted(self.fixture, fixture))
        if row == len(self.fixture) or self.fixture[row] != fixture:
            return None
        columns = np.searchsorted(self.selection, selections)
        return self.probability[row], self.halves[columns].T


Joint = Callable[[NDArray[np.int64], NDArray[np.int64]], JointOutcomes]
"""Tells the outcomes of these fixtures for these selections, both as numbers, rising."""
