"""What each source says a selection pays at the close, read at our own line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.closing import Payoff
from engine.domain.market import MATCH_ODDS, SIDES, Market, MarketKind, Side
from engine.domain.numbers import Odds
from engine.domain.price import Rung
from engine.pricing.devig.book import devig, is_book, is_plausible
from engine.pricing.grid.payoffs import at_price, payoff
from engine.pricing.implied.goals import implied_goals
from engine.pricing.implied.logits import FairMarkets
from engine.pricing.reference.books import fresh
from engine.pricing.reference.consensus import EVERY_BOOK, all_rungs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, FixtureId
    from engine.domain.policy import PricingRules
    from engine.pricing.reference.consensus import References


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarketView:
    """One source's fair probabilities of one fixture, by market, in the order of `SIDES`.

    `counted` says that the grid was fitted to a total: match odds alone tell who wins, not how
    many goals fall (read from them, a close of over 2.5 is off by a tenth).
    """

    fair: Mapping[Market, NDArray[np.float64]]
    grid: NDArray[np.float64] | None
    counted: bool

    def payoff(self, selection: Selection) -> Payoff | None:
        """Return what a bet becomes; None where the source cannot tell.

        Its own quote of the market comes first, with the refund from the grid; a market or line
        it does not quote is read from the grid. Keeping only the lines that stayed would select
        on the outcome (METHOD B2: 37 % of lines move by the close).
        """
        match_odds = self.fair.get(MATCH_ODDS)
        if match_odds is not None and selection.side in _DECIDING[selection.market.kind]:
            return _of_match_odds(match_odds, selection)
        shape = None if self.grid is None else payoff(self.grid, selection)
        quoted = self.fair.get(selection.market)
        if quoted is None:
            told = self.counted or selection.market.kind is MarketKind.ASIAN_HANDICAP
            return shape if told else None
        fair = float(quoted[SIDES[selection.market.kind].index(selection.side)])
        if not selection.market.refundable:
            return _sure(fair)
        return None if shape is None else at_price(shape, fair)


def market_view(fair: Mapping[Market, NDArray[np.float64]]) -> MarketView:
    """Return the view of a source, with the grid that its main markets imply.

    Match odds and the most even total are repeated exactly. Where the source quotes a handicap,
    total and handicap are, and match odds fill what they leave open: a handicap read from match
    odds and total alone is .8 points off the source's own quote, and in favour of favourites
    (3,229 closes of 2019/20 and 2020/21). The next line is read beside the quoted one.
    """
    match_odds = fair.get(MATCH_ODDS)
    if match_odds is None:
        return MarketView(fair=fair, grid=None, counted=False)
    over, total = _most_even(fair, MarketKind.TOTAL_GOALS)
    cover, handicap = _most_even(fair, MarketKind.ASIAN_HANDICAP)
    markets = FairMarkets(
        match_odds=match_odds[None],
        over=over,
        total=total,
        cover=cover,
        handicap=handicap,
        match_odds_error=np.full((1, len(match_odds)), _LOOSE),
        over_error=np.array([_TIGHT]),
        cover_error=np.array([_TIGHT]),
    )
    grid = implied_goals(markets).grids.matrix(0)
    fitted = not np.isnan(grid).any()
    counted = bool(np.isfinite(total[0]))
    return MarketView(fair=fair, grid=grid if fitted else None, counted=counted)


_TIGHT: Final = 0.01
_LOOSE: Final = 0.05
"""Errors, in logits, by which lines outweigh match odds in a grid that lines are read from."""


def _most_even(
    fair: Mapping[Market, NDArray[np.float64]], kind: MarketKind
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the first side's chance and the line of the most even quote; NaN of none."""
    even = min(
        (market for market in fair if market.kind is kind),
        key=lambda market: (abs(fair[market][0] - 0.5), market.number),
        default=None,
    )
    if even is None or even.line is None:
        return np.array([np.nan]), np.array([np.nan])
    return fair[even][:1], np.array([float(even.line)])


class Quotes:
    """What one rung quotes of the fixtures of a board; `without` a book, where it has a part.

    Grids are fitted only to the markets of fixtures of which a bet is asked that no quote tells.
    """

    def __init__(self, references: References, without: int | None = None) -> None:
        self._references = references
        self._without = without
        self._plain: dict[int, MarketView] = {}
        self._fitted: dict[int, MarketView] = {}

    def payoff(self, fixture: int, selection: Selection) -> Payoff | None:
        """Return what a bet on a fixture becomes, as the rung sees it."""
        if fixture not in self._plain:
            fair = _fair_of(self._references, fixture, self._without)
            self._plain[fixture] = MarketView(fair=fair, grid=None, counted=False)
        told = self._plain[fixture].payoff(selection)
        if told is not None:
            return told
        if fixture not in self._fitted:
            self._fitted[fixture] = market_view(self._plain[fixture].fair)
        return self._fitted[fixture].payoff(selection)


def declared_view(books: Mapping[Market, tuple[float, ...]]) -> MarketView:
    """Return the view of one source's declared odds; books that cannot be read are left out."""
    return market_view(
        {
            market: devig(np.array(odds))
            for market, odds in books.items()
            if len(odds) == len(SIDES[market.kind])
            if is_book(np.array([odds]))[0] and is_plausible(np.array([odds]))[0]
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RungPayoff:
    """What one rung says of one selection; `raw_odds` where one book stands behind it.

    `book` is that book, where it was bet at. `excluded` was bet at and took no part here, though
    it does in what the rung says to others (`own_close`).
    """

    fixture_id: FixtureId
    selection: Selection
    rung: Rung
    payoff: Payoff
    raw_odds: Odds | None
    book: BookmakerKey | None = None
    excluded: BookmakerKey | None = None


def payoffs(
    board: Board,
    wanted: Iterable[tuple[FixtureId, Selection]],
    rules: PricingRules,
    now: datetime,
) -> tuple[RungPayoff, ...]:
    """Return every rung's view at `now` of each wanted selection, the highest rung first.

    Each rung speaks without the sources of the others, so that one can check another.
    """
    index = {fixture.id: number for number, fixture in enumerate(board.fixtures)}
    asked = [(index[key], selection) for key, selection in wanted if key in index]
    usable = board.where(fresh(board, rules, now))
    found: list[RungPayoff] = []
    for rung, references in all_rungs(board, rules, now).items():
        quotes = Quotes(references)
        sources = rules.sharp_books if rung is Rung.SHARP else ()
        for fixture, selection in asked:
            view = quotes.payoff(fixture, selection)
            if view is not None:
                found.append(
                    RungPayoff(
                        fixture_id=board.fixtures[fixture].id,
                        selection=selection,
                        rung=rung,
                        payoff=view,
                        raw_odds=offered(usable, board.fixtures[fixture].id, selection, sources),
                    )
                )
    return tuple(found)


def still_offered(
    board: Board,
    wanted: Iterable[tuple[FixtureId, Selection, BookmakerKey]],
    rules: PricingRules,
    now: datetime,
) -> Mapping[tuple[FixtureId, Selection, BookmakerKey], Odds]:
    """Return what each wanted book offers at `now`; those that left the line are missing."""
    usable = board.where(fresh(board, rules, now))
    told = {key: offered(usable, key[0], key[1], (key[2],)) for key in wanted}
    return {key: odds for key, odds in told.items() if odds is not None}


_DECIDING = {
    kind: SIDES[kind]
    if kind in (MarketKind.MATCH_ODDS, MarketKind.DOUBLE_CHANCE, MarketKind.DRAW_NO_BET)
    else ()
    for kind in MarketKind
}
"""The selections that match odds settle by themselves."""


def _of_match_odds(fair: NDArray[np.float64], selection: Selection) -> Payoff:
    home, draw, away = fair.tolist()
    if selection.market.kind is MarketKind.DRAW_NO_BET:
        win, loss = (home, away) if selection.side is Side.HOME else (away, home)
        return Payoff(win=win, half_win=0.0, push=draw, half_loss=0.0, loss=loss)
    return _sure(
        {
            Side.HOME: home,
            Side.DRAW: draw,
            Side.AWAY: away,
            Side.HOME_OR_DRAW: 1 - away,
            Side.HOME_OR_AWAY: 1 - draw,
            Side.DRAW_OR_AWAY: 1 - home,
        }[selection.side]
    )


def _sure(win: float) -> Payoff:
    """Return the payoff of a bet that is won or lost, nothing between."""
    return Payoff(win=win, half_win=0.0, push=0.0, half_loss=0.0, loss=1 - win)


def _fair_of(
    references: References, fixture: int, without: int | None = None
) -> dict[Market, NDArray[np.float64]]:
    """Return each market's fair probabilities; `without` a book, where it has a part in them."""
    here = references.fixture == fixture
    whole = _fair_in(references.where(here & (references.excluded == EVERY_BOOK)))
    if without is None:
        return whole
    return whole | _fair_in(references.where(here & (references.excluded == without)))


def _fair_in(rows: References) -> dict[Market, NDArray[np.float64]]:
    fair = {}
    for number, probability in zip(rows.market.tolist(), rows.probability, strict=True):
        market = Market.from_number(number)
        fair[market] = probability[: len(SIDES[market.kind])]
    return fair


def offered(
    usable: Board, fixture_id: FixtureId, selection: Selection, sources: Sequence[str]
) -> Odds | None:
    """Return the latest odds of the first of `sources` that offers the selection."""
    fixture = next((n for n, one in enumerate(usable.fixtures) if one.id == fixture_id), -1)
    here = ~usable.lay & (usable.fixture == fixture) & (usable.selection == selection.number)
    code = {str(key): number for number, key in enumerate(usable.bookmakers)}
    for source in sources:
        rows = np.flatnonzero(here & (usable.bookmaker == code.get(source, -1)))
        if len(rows):
            last = rows[np.lexsort((-usable.odds[rows], usable.quoted_at[rows]))[-1]]
            return Odds(float(usable.odds[last]))
    return None
