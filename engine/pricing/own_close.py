"""Closes told apart from the book that was bet at: its own price is no measure of the bet."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.domain.price import Rung
from engine.pricing.close import Quotes, offered
from engine.pricing.reference.books import fresh
from engine.pricing.reference.consensus import all_rungs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.domain.board import Board
    from engine.domain.closing import Payoff
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, FixtureId
    from engine.domain.policy import PricingRules
    from engine.pricing.close import RungPayoff
    from engine.pricing.reference.consensus import References

Bet: TypeAlias = "tuple[FixtureId, Selection, BookmakerKey]"
_ROUNDING: Final = 1e-12


def tell_apart(
    told: Iterable[RungPayoff],
    board: Board,
    bets: Iterable[Bet],
    rules: PricingRules,
    now: datetime,
) -> tuple[RungPayoff, ...]:
    """Return what is told of each bet, and what would be without the book it was placed at.

    A book has a part in one rung only: it leads as a sharp book or an exchange, which is then
    named as its own, or it is a voice of the crowd. Where it changes nothing nothing is added.
    """
    found = {(one.fixture_id, one.selection, one.rung, one.excluded): one for one in told}
    usable, without = board.where(fresh(board, rules, now)), _Others(board, rules, now)
    for book, mine in _by_book(bets).items():
        rung, quotes = _rung_of(book, rules), without.quotes(book)
        others = [one for one in rules.sharp_books if rung is Rung.SHARP and one != book]
        for fixture_id, selection in mine:
            said = found.get((fixture_id, selection, rung, None))
            if said is None:
                continue
            own = quotes.payoff(without.place(fixture_id), selection)
            if own is not None and _alike(own, said.payoff):
                continue
            if rung is not Rung.CONSENSUS:
                found[fixture_id, selection, rung, None] = replace(said, book=book)
            if own is not None:
                raw = offered(usable, fixture_id, selection, others)
                found[fixture_id, selection, rung, book] = replace(
                    said, payoff=own, raw_odds=raw, excluded=book
                )
    return tuple(found.values())


class _Others:
    """What a book's rung says of a board without that book."""

    def __init__(self, board: Board, rules: PricingRules, now: datetime) -> None:
        self._board, self._rules, self._now = board, rules, now
        self._index = {fixture.id: place for place, fixture in enumerate(board.fixtures)}
        self._crowd: References | None = None

    def quotes(self, book: BookmakerKey) -> Quotes:
        """Return the quotes: the others of the crowd, or who leads where a leader is away."""
        code = next((n for n, key in enumerate(self._board.bookmakers) if key == book), -1)
        rung = _rung_of(book, self._rules)
        if rung is Rung.CONSENSUS:
            if self._crowd is None:
                self._crowd = all_rungs(self._board, self._rules, self._now)[rung]
            return Quotes(self._crowd, code)
        left = self._board.where(self._board.bookmaker != code)
        return Quotes(all_rungs(left, self._rules, self._now)[rung])

    def place(self, fixture_id: FixtureId) -> int:
        """Return where a fixture stands on the board."""
        return self._index[fixture_id]


def _alike(one: Payoff, other: Payoff) -> bool:
    """Say whether two readings of one bet differ by no more than rounding."""
    return math.isclose(one.fair, other.fair, abs_tol=_ROUNDING) and math.isclose(
        one.refund, other.refund, abs_tol=_ROUNDING
    )


def _rung_of(book: BookmakerKey, rules: PricingRules) -> Rung:
    if book in rules.sharp_books:
        return Rung.SHARP
    return Rung.EXCHANGE if book in rules.exchanges else Rung.CONSENSUS


def _by_book(
    bets: Iterable[Bet],
) -> Mapping[BookmakerKey, dict[tuple[FixtureId, Selection], None]]:
    found: dict[BookmakerKey, dict[tuple[FixtureId, Selection], None]] = {}
    for fixture_id, selection, book in bets:
        found.setdefault(book, {})[fixture_id, selection] = None
    return found
