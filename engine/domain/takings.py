"""Money of one provenance, as a type: what a live pick earned cannot be added to a paper one.

The kinds of record are classes, so that the type checker keeps them apart:
`Takings[Live] + Takings[Paper]` is refused before it ever runs. Where provenances are
known as values alone it is refused as it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

from engine.domain.numbers import Units, units
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


class Kind:
    """A kind of record; which one is known only as the program runs."""

    provenance: ClassVar[Provenance]


class Live(Kind):
    """What was recommended to people before the match."""

    provenance = Provenance.LIVE


class Paper(Kind):
    """What was recommended to nobody, before the match."""

    provenance = Provenance.PAPER


class Backtest(Kind):
    """What would have been recommended, worked out afterwards."""

    provenance = Provenance.BACKTEST


_NOTHING: Final = units(0)
_K = TypeVar("_K", bound=Kind)
KINDS: Final[dict[Provenance, type[Kind]]] = {
    kind.provenance: kind for kind in (Live, Paper, Backtest)
}
"""The kind of each provenance, for where it is known as a value alone."""


@dataclass(frozen=True, slots=True)
class Takings(Generic[_K]):
    """Bets of one kind: how many, what was staked on them, and what they earned, in units."""

    of: type[_K]
    n: int = 0
    staked: Units = _NOTHING
    profit: Units = _NOTHING

    def __add__(self, other: Takings[_K]) -> Takings[_K]:
        """Return both as one.

        Raises:
            TypeError: they are of two kinds.
        """
        if self.of is not other.of:
            ours, theirs = self.of.provenance, other.of.provenance
            raise TypeError(f"a {ours} record and a {theirs} record have no sum")
        return Takings(
            self.of,
            n=self.n + other.n,
            staked=Units(self.staked + other.staked),
            profit=Units(self.profit + other.profit),
        )

    @property
    def yield_(self) -> Decimal | None:
        """Profit for each unit staked; None where nothing was."""
        return self.profit / self.staked if self.staked else None


def total(of: type[_K], takings: Iterable[Takings[_K]]) -> Takings[_K]:
    """Return all of them as one; that of no bet where there is none.

    Raises:
        TypeError: one is of another kind.

    >>> won = Takings(Live, n=1, staked=units(1), profit=units("0.9"))
    >>> total(Live, [won, won]).profit
    Decimal('1.8000')
    """
    found = Takings(of)
    for one in takings:
        found = found + one
    return found
