"""The bookmakers a person bets with, and how much each of them takes of a bet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003  # read as it runs: what was kept becomes it
from decimal import Decimal  # noqa: TC003  # as datetime

from engine.domain.numbers import BookmakerKey, Odds  # noqa: TC001  # as datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLimit:
    """The most a bookmaker takes of one bet, in money, as a person found; 0: nothing at all.

    Raises:
        ValueError: it is no amount.
    """

    most: Decimal
    noted_at: datetime

    def __post_init__(self) -> None:
        if not (self.most.is_finite() and self.most >= 0):
            raise ValueError(f"limit was {self.most}: an amount, or 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBooks:
    """`mine` are the bookmakers a person can bet with, empty for any; `limits` by bookmaker."""

    mine: tuple[BookmakerKey, ...] = ()
    limits: dict[BookmakerKey, BookLimit] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.mine or self.limits)

    def toggled(self, book: BookmakerKey) -> OwnBooks:
        """Return the same with a bookmaker among one's own, or no more."""
        if book in self.mine:
            return replace(self, mine=tuple(one for one in self.mine if one != book))
        return replace(self, mine=(*self.mine, book))

    def limited(self, book: BookmakerKey, limit: BookLimit | None) -> OwnBooks:
        """Return the same with another limit of a bookmaker; None takes it away."""
        others = {key: one for key, one in self.limits.items() if key != book}
        return replace(self, limits=others if limit is None else {**others, book: limit})


NO_BOOKS = OwnBooks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a bookmaker offered for one selection, and when that was quoted."""

    bookmaker: BookmakerKey
    odds: Odds
    quoted_at: datetime
