"""How odds moved: the stored changes of some fixtures, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.market import MarketKind
    from engine.domain.numbers import BookmakerKey, FixtureId

Scope: TypeAlias = "Mapping[FixtureId, frozenset[MarketKind]]"
"""What a look asked for and was answered: what is absent within it is no longer offered."""


Unconfirmed: TypeAlias = "tuple[tuple[int, int, MarketKind], ...]"
"""Fixtures and bookmakers of a board, by their places, and the kinds of which old prices were
refused: they are listed still, so what is absent of them is unknown and not withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OddsPath:
    """Changes of odds, one row a change, in the order they were stored within each price.

    Rows are sorted by (fixture, selection, bookmaker, lay, changed_at, order stored). `fixture`
    and `bookmaker` index the tuples of the same name, `selection` holds `Selection.number`,
    `odds` decimal odds or NaN where the price was withdrawn, `changed_at` POSIX seconds (UTC) of
    the look that first saw it, `last_seen_at` of the last look that still did.
    """

    fixtures: tuple[FixtureId, ...]
    bookmakers: tuple[BookmakerKey, ...]
    fixture: NDArray[np.int32]
    bookmaker: NDArray[np.int16]
    selection: NDArray[np.int32]
    lay: NDArray[np.bool_]
    odds: NDArray[np.float64]
    changed_at: NDArray[np.float64]
    last_seen_at: NDArray[np.float64]

    def __post_init__(self) -> None:
        columns = (
            self.bookmaker,
            self.selection,
            self.lay,
            self.odds,
            self.changed_at,
            self.last_seen_at,
        )
        if any(len(column) != len(self.fixture) for column in columns):
            msg = "the columns of a path have one length"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.fixture)
