"""What is on offer on a board at some moment: which markets, and which books' derived bets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MarketKind

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board

_SIDES: Final = 16
_DERIVED: Final = np.zeros(16, dtype=np.bool_)
_DERIVED[[MarketKind.DOUBLE_CHANCE, MarketKind.DRAW_NO_BET]] = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offered:
    """Backed quotes known at some moment.

    `markets` (m,) are rising numbers, `there` (fixtures, m) says which of them some book quotes
    on which fixture. `derived` (fixtures, sides, books) says who offers which side of double
    chance (sides 4 to 6) and draw no bet (1 and 3).
    """

    markets: NDArray[np.int64]
    there: NDArray[np.bool_]
    derived: NDArray[np.bool_]

    @classmethod
    def of(cls, board: Board, now: datetime) -> Offered:
        """Return what `board` offers; quotes later than `now` are not known."""
        known = ~board.lay & (board.quoted_at <= now.timestamp())
        fixture, number = board.fixture[known].astype(np.int64), board.selection[known] >> 4
        found = np.zeros(1 << 16, dtype=np.bool_)
        found[number] = True
        markets = np.flatnonzero(found)
        there = np.zeros((len(board.fixtures), len(markets)), dtype=np.bool_)
        order = np.cumsum(found) - 1
        there.ravel()[fixture * len(markets) + order[number]] = True
        rows = np.flatnonzero(known & _DERIVED[board.selection >> 16])
        derived = np.zeros((len(board.fixtures), _SIDES, len(board.bookmakers)), dtype=np.bool_)
        derived[board.fixture[rows], board.selection[rows] & 0xF, board.bookmaker[rows]] = True
        return cls(markets=markets, there=there, derived=derived)

    def by(
        self,
        fixture: NDArray[np.int64],
        selection: NDArray[np.int64],
        book: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Say whether a book offers a side of double chance or draw no bet; none does below 0."""
        if not self.derived.size:
            return np.zeros(len(fixture), dtype=np.bool_)
        offers: NDArray[np.bool_] = self.derived[fixture, selection & 0xF, book] & (book >= 0)
        return offers

    def of_kinds(self, *kinds: MarketKind) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the markets of some kinds, and on which fixtures they are offered."""
        some = np.isin(self.markets >> 12, kinds)
        return self.markets[some], self.there[:, some]
