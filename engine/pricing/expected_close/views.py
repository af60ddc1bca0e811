"""What every book says of the three main markets, on scales on which moves add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import BookmakerKey
from engine.domain.policy import PricingRules
from engine.pricing.devig.book import devig_rows
from engine.pricing.expected_close.lines import (
    expected_goals,
    handicap_logit,
    handicap_supremacy,
    over_logit,
)
from engine.pricing.reference.main_odds import without_wide_exchanges

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]

MEAN: Final = "fd_avg"
BEST: Final = "fd_max"
LOWEST_BOOKSUM: Final = 0.97
"""Of a book below this, one price at least is stale or mistyped."""
HIGHEST_BOOKSUM: Final = 1.25
MANY: Final = 15
"""Ordinary books whose mean and best stand for the printed ones, which are of 30-odd books.

The best of 8 books says less than half of what the best of 35 does, that of 15 most of it.
"""
_MARKETS: Final = ("match_odds", "total", "handicap")


class Anchor(IntEnum):
    """Who says where the market stands now, the sharpest first."""

    SHARP = 0
    EXCHANGE = 1
    CROWD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Which books are sharp and which are exchanges; all others are ordinary.

    An exchange whose booksum is above 1 + `widest` says nothing.
    """

    sharp: tuple[str, ...] = PricingRules().sharp_books
    exchanges: tuple[str, ...] = PricingRules().exchanges
    widest: float = PricingRules().exchange_max_spread

    def of(self, anchor: Anchor) -> tuple[str, ...]:
        """Return the books of an anchor, the first choice first."""
        return {Anchor.SHARP: self.sharp, Anchor.EXCHANGE: self.exchanges}.get(anchor, ())

    def ordinary(self, books: Sequence[str]) -> tuple[str, ...]:
        """Return the books that are neither sharp, nor an exchange, nor an aggregate.

        >>> Sources().ordinary(["bet365", "fd_avg", "pinnacle"])
        ('bet365',)
        """
        others = {*self.sharp, *self.exchanges, MEAN, BEST}
        return tuple(book for book in books if book not in others)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """One source on n fixtures, NaN where it is silent.

    `supremacy` is log(P(home)/P(away)), `draw` log(P(draw)/√(P(home)·P(away))), `total` and
    `handicap` the logits of over and home at the line. `told` is the supremacy that the handicap
    implies: of sharp books, exchanges and means, as nobody asks the others.
    """

    supremacy: Floats
    draw: Floats
    total: Floats
    handicap: Floats
    told: Floats

    def otherwise(self, other: View) -> View:
        """Return this view, with another's where this is silent."""
        return _joined(_or_else, [self, other])

    def where(self, rows: NDArray[np.int64]) -> View:
        """Return the fixtures of these indices."""
        return _joined(lambda one: one[rows], [self])

    def less(self, other: View) -> View:
        """Return how far this view is from another."""
        return _joined(_less, [self, other])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """Every book's view and their mean, at these lines; `goals` are what the totals expect."""

    books: tuple[str, ...]
    each: tuple[View, ...]
    mean: View
    silent: View
    goals: Floats
    total_line: Floats
    handicap_line: Floats

    def of(self, book: str) -> View:
        """Return a book's view: silent throughout where it quotes nothing."""
        return self.each[self.books.index(book)] if book in self.books else self.silent

    def first(self, books: Sequence[str]) -> View:
        """Return, fixture by fixture and market by market, the first of the books that speaks."""
        found = self.silent
        for book in books:
            found = found.otherwise(self.of(book))
        return found

    def anchor(self, anchor: Anchor, sources: Sources) -> View:
        """Return the view of an anchor alone."""
        return self.mean if anchor is Anchor.CROWD else self.first(sources.of(anchor))

    def best(self, anchor: Anchor, sources: Sources) -> View:
        """Return an anchor's view, and where that is silent the next below it."""
        found = self.anchor(anchor, sources)
        for lower in Anchor:
            if lower > anchor:
                found = found.otherwise(self.anchor(lower, sources))
        return found

    def of_many(self) -> tuple[NDArray[np.bool_], ...]:
        """Say of which fixtures' match odds, totals and handicaps the mean of many is known."""
        mean = self.of(MEAN)
        return tuple(np.isfinite(each) for each in (mean.supremacy, mean.total, mean.handicap))

    def at_lines(self, view: View, total_line: Floats, handicap_line: Floats) -> View:
        """Return a view of these books read at other lines, where the lines moved.

        Keeping only the lines that stayed would select on the outcome (METHOD B2).
        """
        goals = expected_goals(view.total, self.total_line)
        total = np.where(self.total_line == total_line, view.total, over_logit(goals, total_line))
        handicap = np.where(
            self.handicap_line == handicap_line,
            view.handicap,
            handicap_logit(view.told, self.goals, handicap_line),
        )
        return replace(view, total=total, handicap=handicap)


def views(odds: MainOdds, sources: Sources) -> Views:
    """Return what every book says, and the mean of the ordinary ones.

    The mean is the site's where there is one, else of the ordinary books present.
    """
    odds = without_wide_exchanges(odds, sources.exchanges, sources.widest)
    goals = _goals(odds)
    books = tuple(str(book) for book in odds.books)
    each = tuple(_view(odds, place) for place in range(len(books)))
    each = tuple(
        view if book in sources.ordinary(books) else _told(view, goals, odds.handicap_line)
        for book, view in zip(books, each, strict=True)
    )
    silent = _silent(len(odds))
    ordinary = [each[books.index(book)] for book in sources.ordinary(books)]
    mean = _told(_joined(_mean, [silent, *ordinary]), goals, odds.handicap_line)
    if MEAN in books:
        mean = each[books.index(MEAN)].otherwise(mean)
    return Views(
        books=books,
        each=each,
        mean=mean,
        silent=silent,
        goals=goals,
        total_line=odds.total_line,
        handicap_line=odds.handicap_line,
    )


def with_aggregates(odds: MainOdds, sources: Sources) -> MainOdds:
    """Return the odds with the mean and the best of many books, where they can be told.

    Printed ones stay; elsewhere they are made of the books of a market where at least `MANY`
    ordinary ones quote it. The best is of sharp books too: exchanges are no price to take.
    """
    names = tuple(str(book) for book in odds.books)
    ordinary = [names.index(book) for book in sources.ordinary(names)]
    if len(ordinary) < MANY:
        return odds
    offered = [*ordinary, *(names.index(book) for book in sources.sharp if book in names)]
    books = (*odds.books, *(BookmakerKey(key) for key in (MEAN, BEST) if key not in names))
    place = {key: books.index(BookmakerKey(key)) for key in (MEAN, BEST)}

    def told(market: Floats) -> Floats:
        count = np.isfinite(market[:, ordinary, 0]).sum(axis=1)[:, None]
        missing = np.full((len(market), len(books) - len(names), market.shape[2]), np.nan)
        whole = np.concatenate([market, missing], axis=1)
        mean = np.nansum(market[:, ordinary], axis=1) / np.maximum(count, 1)
        best = np.fmax.reduce(market[:, offered], axis=1)
        for key, made in ((MEAN, mean), (BEST, best)):
            printed = whole[:, place[key]]
            absent = np.isnan(printed) & (count >= MANY)
            whole[:, place[key]] = np.where(absent, made, printed)
        return whole

    return replace(odds, books=books, **{name: told(getattr(odds, name)) for name in _MARKETS})


def without_aggregates(odds: MainOdds) -> MainOdds:
    """Return the odds of books alone."""
    kept = [place for place, book in enumerate(odds.books) if book not in {MEAN, BEST}]
    return replace(
        odds,
        books=tuple(odds.books[place] for place in kept),
        **{name: getattr(odds, name)[:, kept] for name in _MARKETS},
    )


def sane(odds: Floats) -> Floats:
    """Return the books (n, k) with those struck out whose booksum no market has."""
    booksum = (1 / odds).sum(axis=1, keepdims=True)
    return np.where((booksum < LOWEST_BOOKSUM) | (booksum > HIGHEST_BOOKSUM), np.nan, odds)


def _goals(odds: MainOdds) -> Floats:
    """Return the goals the market expects: the mean over its books."""
    nobody = np.full(len(odds), np.nan)
    over = [_logit(odds.total[:, book]) for book in range(len(odds.books))]
    return expected_goals(_mean(nobody, *over), odds.total_line)


def _view(odds: MainOdds, book: int) -> View:
    fair = np.log(devig_rows(sane(odds.match_odds[:, book])))
    return View(
        supremacy=fair[:, 0] - fair[:, 2],
        draw=fair[:, 1] - (fair[:, 0] + fair[:, 2]) / 2,
        total=_logit(odds.total[:, book]),
        handicap=_logit(odds.handicap[:, book]),
        told=np.full(len(odds), np.nan),
    )


def _told(view: View, goals: Floats, line: Floats) -> View:
    """Return a view with the supremacy that its handicap implies."""
    if np.isnan(view.handicap).all():
        return view
    return replace(view, told=handicap_supremacy(view.handicap, goals, line))


def _logit(pair: Floats) -> Floats:
    fair = np.log(devig_rows(sane(pair)))
    logit: Floats = fair[:, 0] - fair[:, 1]
    return logit


def _or_else(one: Floats, two: Floats) -> Floats:
    return np.where(np.isnan(one), two, one)


def _less(one: Floats, two: Floats) -> Floats:
    return one - two


def _mean(*each: Floats) -> Floats:
    """Return the mean of those that are not NaN."""
    total, count = np.zeros(len(each[0])), np.zeros(len(each[0]))
    for one in each:
        known = np.isfinite(one)
        total += np.where(known, one, 0.0)
        count += known
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _joined(how: Callable[..., Floats], parts: Sequence[View]) -> View:
    return View(
        **{
            name: how(*(getattr(part, name) for part in parts))
            for name in ("supremacy", "draw", "total", "handicap", "told")
        }
    )


def _silent(count: int) -> View:
    empty = np.full(count, np.nan)
    return View(supremacy=empty, draw=empty, total=empty, handicap=empty, told=empty)
