"""What was learned of the books: whose price says how much about the close, and how well."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.domain.price import Rung

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.domain.market import MarketKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorWeights:
    """The variance of logit(close) - logit(reference), a sum of what makes a price uncertain.

    `level` + `thinness` / books + `dispersion`·(the books' standard deviation)², and times what
    part of the way to the close is still to come: `lead` + `decisive` for home and away of match
    odds (a draw moves less) + `lopsided`·logit². In logits squared; none is negative, so that a
    book more never widens an error. `reach` makes an 80 % interval of normal width hold four
    closes in five.
    """

    level: float
    thinness: float
    dispersion: float
    lead: float
    decisive: float
    lopsided: float
    reach: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolWeights:
    """The logarithmic pool of one kind of market where `rung` is the best source there is.

    ln p = `lead`·ln p(best source) + `crowd`·ln p(crowd) + Σ v(book)·(ln p(book) - ln p(crowd)),
    up to its sum. `books` holds v, 0 for a book that is not in it; weights may be negative.
    `learned`: the crowd is the printed average where the feed has one, else the ordinary books'
    mean; not learned, it is that mean and the average speaks only where no ordinary book does.
    """

    kind: MarketKind
    rung: Rung
    lead: float
    crowd: float
    books: Mapping[str, float] = field(default_factory=dict)
    error: ErrorWeights | None = None
    learned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BookWeights:
    """The pools of every kind and rung that anything was learned of."""

    pools: tuple[PoolWeights, ...]

    def of(self, kind: MarketKind, rung: Rung) -> PoolWeights:
        """Return the pool of a kind of market on a rung; the best source alone if not learned.

        >>> from engine.domain.market import MarketKind
        >>> NOTHING_LEARNED.of(MarketKind.BTTS, Rung.SHARP).lead
        1.0
        """
        for pool in self.pools:
            if pool.kind is kind and pool.rung is rung:
                return pool
        return unlearned(kind, rung)


def unlearned(kind: MarketKind, rung: Rung) -> PoolWeights:
    """Return the best source alone, or the equally weighted crowd where there is none."""
    alone = rung is Rung.CONSENSUS
    return PoolWeights(kind=kind, rung=rung, lead=0.0 if alone else 1.0, crowd=float(alone))


NOTHING_LEARNED = BookWeights(pools=())
