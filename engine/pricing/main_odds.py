"""The three main markets of many fixtures, dense: learned from, and predicted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.numbers import BookmakerKey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainOdds:
    """Decimal odds of b books on n fixtures, NaN where a book has no complete book.

    `match_odds` is (n, b, 3); `total` (n, b, 2) is on `total_line` (n,) goals; `handicap`
    (n, b, 2) is at the home team's `handicap_line` (n,). Sides in the order of `SIDES`, lines in
    goals, NaN where there is none. Aggregates ("fd_avg", "fd_max") stand among the books.
    """

    books: tuple[BookmakerKey, ...]
    match_odds: NDArray[np.float64]
    total: NDArray[np.float64]
    total_line: NDArray[np.float64]
    handicap: NDArray[np.float64]
    handicap_line: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.match_odds)

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> MainOdds:
        """Return the fixtures of a mask, or of indices in their order."""
        return MainOdds(
            books=self.books,
            match_odds=self.match_odds[rows],
            total=self.total[rows],
            total_line=self.total_line[rows],
            handicap=self.handicap[rows],
            handicap_line=self.handicap_line[rows],
        )

    def book(self, key: str) -> int | None:
        """Return a book's place, or None where it quotes nothing here."""
        return self.books.index(key) if key in self.books else None
