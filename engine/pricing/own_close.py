"""Closes told apart from the book that was bet at: its own price is no measure of the bet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from engine.domain.price import Rung
from engine.pricing.close import fair_of, market_view, offered
from engine.pricing.reference.books import fresh
from engine.pricing.reference.consensus import all_rungs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.domain.board import Board
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, FixtureId
    from engine.domain.policy import PricingRules
    from engine.pricing.close import MarketView, RungPayoff

Bet: TypeAlias = "tuple[FixtureId, Selection, BookmakerKey]"


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
    usable = board.where(fresh(board, rules, now))
    for book, mine in _by_book(bets).items():
        rung, views = _rung_of(book, rules), _Without(board, book, rules, now)
        others = [one for one in rules.sharp_books if rung is Rung.SHARP and one != book]
        for fixture_id, selection in mine:
            said = found.get((fixture_id, selection, rung, None))
            view = None if said is None else views.of(fixture_id)
            own = None if view is None else view.payoff(selection)
            if said is None or own == said.payoff:
                continue
            if rung is not Rung.CONSENSUS:
                found[fixture_id, selection, rung, None] = replace(said, book=book)
            if own is not None:
                raw = offered(usable, fixture_id, selection, others)
                found[fixture_id, selection, rung, book] = replace(
                    said, payoff=own, raw_odds=raw, excluded=book
                )
    return tuple(found.values())


class _Without:
    """What a book's rung says of a board without that book."""

    def __init__(
        self, board: Board, book: BookmakerKey, rules: PricingRules, now: datetime
    ) -> None:
        self._index = {fixture.id: place for place, fixture in enumerate(board.fixtures)}
        rung = _rung_of(book, rules)
        code = next((n for n, key in enumerate(board.bookmakers) if key == book), -1)
        self._code = code if rung is Rung.CONSENSUS else None
        left = board if rung is Rung.CONSENSUS else board.where(board.bookmaker != code)
        self._references = all_rungs(left, rules, now)[rung]
        self._views: dict[int, MarketView] = {}

    def of(self, fixture_id: FixtureId) -> MarketView:
        place = self._index[fixture_id]
        if place not in self._views:
            self._views[place] = market_view(fair_of(self._references, place, self._code))
        return self._views[place]


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
