"""The board: every quote of one look at the market, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import BookmakerKey, Odds, require_aware

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.fixture import Fixture
    from engine.domain.market import Selection


AGGREGATES: Final = frozenset(
    BookmakerKey(key) for key in ("fd_avg", "fd_bbav", "fd_bbmx", "fd_max")
)
"""The best and the mean of several books, as football-data.co.uk prints them beside the books.

Nobody offers them: they are never bet at, and they would count the books they are made of twice.
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Board:
    """Quotes of many fixtures at one instant, one row per quote.

    Columns have the same length n: `fixture` and `bookmaker` index the tuples of the same
    name, `selection` holds `Selection.number`, `odds` decimal odds, `quoted_at` POSIX seconds
    (UTC) at which the book last confirmed the price, `lay` marks an exchange's lay side.
    """

    as_of: datetime
    fixtures: tuple[Fixture, ...]
    bookmakers: tuple[BookmakerKey, ...]
    fixture: NDArray[np.int32]
    bookmaker: NDArray[np.int16]
    selection: NDArray[np.int32]
    odds: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    lay: NDArray[np.bool_]

    def __post_init__(self) -> None:
        require_aware(as_of=self.as_of)
        columns = (self.bookmaker, self.selection, self.odds, self.quoted_at, self.lay)
        if any(len(column) != len(self.fixture) for column in columns):
            msg = "the columns of a board have one length"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.fixture)

    @property
    def is_aggregate(self) -> NDArray[np.bool_]:
        """Which rows are made of several books' prices: no voice and no bet."""
        made = np.array([key in AGGREGATES for key in self.bookmakers], dtype=np.bool_)
        return made[self.bookmaker]

    @property
    def market(self) -> NDArray[np.int32]:
        """`Market.number` of each row."""
        return self.selection >> 4

    def where(self, mask: NDArray[np.bool_]) -> Board:
        """Return the board of the rows where `mask` is true."""
        return Board(
            as_of=self.as_of,
            fixtures=self.fixtures,
            bookmakers=self.bookmakers,
            fixture=self.fixture[mask],
            bookmaker=self.bookmaker[mask],
            selection=self.selection[mask],
            odds=self.odds[mask],
            quoted_at=self.quoted_at[mask],
            lay=self.lay[mask],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One row of a board, for building, reading and explaining."""

    fixture: int
    bookmaker: BookmakerKey
    selection: Selection
    odds: Odds
    quoted_at: float
    lay: bool = False


def build_board(as_of: datetime, fixtures: tuple[Fixture, ...], quotes: list[Quote]) -> Board:
    """Return the board of `quotes`; `Quote.fixture` indexes `fixtures`."""
    bookmakers = tuple(sorted({quote.bookmaker for quote in quotes}))
    code: Mapping[BookmakerKey, int] = {key: index for index, key in enumerate(bookmakers)}
    return Board(
        as_of=as_of,
        fixtures=fixtures,
        bookmakers=bookmakers,
        fixture=np.array([quote.fixture for quote in quotes], dtype=np.int32),
        bookmaker=np.array([code[quote.bookmaker] for quote in quotes], dtype=np.int16),
        selection=np.array([quote.selection.number for quote in quotes], dtype=np.int32),
        odds=np.array([quote.odds for quote in quotes], dtype=np.float64),
        quoted_at=np.array([quote.quoted_at for quote in quotes], dtype=np.float64),
        lay=np.array([quote.lay for quote in quotes], dtype=np.bool_),
    )
