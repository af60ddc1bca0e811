"""What agents look at: the best price of each side of the main markets, and what surrounds it.

Live boards and archives come here as the same dense columns, so that what an agent learned from is
what it will see.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from engine.domain.board import AGGREGATES
from engine.domain.market import MarketKind
from engine.pricing.expected_close.features import Table
from engine.pricing.expected_close.lines import at_usual_line
from engine.pricing.expected_close.state import LeagueColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.signal import AgentName, Signals
    from engine.pricing.expected_close.state import Fixtures, StateRows
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

KINDS: Final = (MarketKind.MATCH_ODDS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)
MARKET: Final = np.array([0, 0, 0, 1, 1, 2, 2])
"""The place in `KINDS` of each of a fixture's seven bets."""
SIDE: Final = np.array([0, 1, 2, 0, 1, 0, 1])
"""The side of each, in the order of `SIDES`."""
SIGN: Final = np.array([1.0, 0.0, -1.0, 1.0, -1.0, 1.0, -1.0])
"""1 where a bet wins with the home team (or goals), -1 with the away team (or few), 0 the draw."""
_WIDEST: Final = 0.5
_FAR: Final = 1.5
_SHORTEST: Final = 1 / 60


class Agent(Protocol):
    """Whoever judges bets. Fitted, frozen, and silent where it has nothing to say."""

    @property
    def name(self) -> AgentName: ...

    def judge(self, bets: Bets) -> Signals:
        """Return a signal for each bet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """Probabilities of n fixtures' seven bets (n, 7), with errors; NaN where there are none."""

    probability: Floats
    error: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """The main markets of n fixtures as a look saw them.

    `reference` is W/(W+L) by the ladder, for the bets of every book; `expected` where the main
    model expects the close, with the close's deviation around it. `refund` (n, 7) is the expected
    part of the stake given back. `moved` (n, 7) is how far the reference's logit moved since the
    first look at the fixture, 0 where there was none. `bettable` (b,) are the books one can bet
    at, in the order of `odds.books`.
    """

    odds: MainOdds
    fixtures: Fixtures
    state: StateRows
    reference: Prices
    expected: Prices
    refund: Floats
    moved: Floats
    bettable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bets:
    """m bets that could be placed, sorted by (fixture, market, side): the best price of each.

    `fixture` is a row of `fixtures`, `market` a place in `KINDS`, `side` a place in `SIDES`;
    `line` is in goals, NaN for match odds. `odds` are offered by `bookmaker` (a place in `books`).
    `fair`, `expected` and their errors are W/(W+L) as in `Look`; every bet has both. Gaps and
    prices among the `features` are natural logarithms; what concerns a team is signed towards the
    bet. For draws that is how the league's draws move, and goals that become fewer; else 0.
    """

    fixtures: Fixtures
    books: tuple[str, ...]
    fixture: Ints
    market: Ints
    side: Ints
    line: Floats
    odds: Floats
    bookmaker: Ints
    fair: Floats
    fair_error: Floats
    expected: Floats
    expected_error: Floats
    refund: Floats
    features: Table

    def __len__(self) -> int:
        return len(self.fixture)

    @property
    def lead_hours(self) -> Floats:
        """From the look to kick-off, a minute at least."""
        lead = (self.fixtures.kick_off - self.fixtures.looked_at) / 3600
        hours: Floats = np.maximum(lead, _SHORTEST)[self.fixture]
        return hours

    def feature(self, name: str) -> Floats:
        """Return one feature's column."""
        return self.features.values[:, self.features.names.index(name)]

    def where(self, rows: NDArray[np.bool_] | Ints) -> Bets:
        """Return the bets of a mask, or of indices in their order; all fixtures stay."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {
            name: column[rows]
            for name, column in columns.items()
            if isinstance(column, np.ndarray)
        }
        table = Table(names=self.features.names, values=self.features.values[rows])
        return Bets(**{**columns, **kept, "features": table})


def bettable_books(
    books: Sequence[str], barred: Sequence[str], *, aggregates: bool = False
) -> NDArray[np.bool_]:
    """Say at which books one can bet: not at the barred ones, nor at an aggregate.

    With `aggregates` the best-price aggregate is a bound that a backtest may look at.
    """
    never = {*barred, *(AGGREGATES - {"fd_max"} if aggregates else AGGREGATES)}
    return np.array([book not in never for book in books], dtype=np.bool_)


def bets_of(look: Look) -> Bets:
    """Return the bets of a look: every side with a price, a reference and an expected close."""
    wide = _wide(look.odds)
    best, book = _best(look, wide)
    known = np.isfinite(best) & _sure(look.reference) & _sure(look.expected)
    fixture, bet = np.nonzero(known)
    at = fixture, bet
    lines = np.stack(
        [np.full(len(look.odds), np.nan), look.odds.total_line, look.odds.handicap_line], axis=1
    )
    columns = _features(look, wide, best, book)
    return Bets(
        fixtures=look.fixtures,
        books=tuple(str(each) for each in look.odds.books),
        fixture=fixture,
        market=MARKET[bet],
        side=SIDE[bet],
        line=lines[fixture, MARKET[bet]],
        odds=best[at],
        bookmaker=book[at],
        fair=look.reference.probability[at],
        fair_error=np.nan_to_num(look.reference.error[at]),
        expected=look.expected.probability[at],
        expected_error=np.nan_to_num(look.expected.error[at]),
        refund=np.nan_to_num(look.refund[at]),
        features=Table(
            names=tuple(columns),
            values=np.nan_to_num(
                np.stack([each[at] for each in columns.values()], axis=1), posinf=0, neginf=0
            ),
        ),
    )


def _wide(odds: MainOdds) -> Floats:
    """Return the odds of the seven bets (n, b, 7), NaN where there is no price."""
    wide = np.concatenate([odds.match_odds, odds.total, odds.handicap], axis=2)
    wide[~((wide > 1) & (wide < np.inf))] = np.nan
    return wide


def _sure(prices: Prices) -> NDArray[np.bool_]:
    """Say where there is a probability that can be leant on: neither 0 nor 1."""
    return (prices.probability > 0) & (prices.probability < 1)


def _best(look: Look, wide: Floats) -> tuple[Floats, Ints]:
    """Return the best price that one can bet at, NaN where there is none, and whose it is.

    Of books with the same price the first by name has it; an aggregate only where it is alone.
    """
    books = look.odds.books
    best = np.full((len(wide), len(MARKET)), np.nan)
    whose = np.zeros(best.shape, dtype=np.int64)
    for place in sorted(range(len(books)), key=lambda at: (books[at] in AGGREGATES, books[at])):
        if look.bettable[place]:
            better = (wide[:, place] > best) | (np.isnan(best) & np.isfinite(wide[:, place]))
            best[better] = wide[:, place][better]
            whose[better] = place
    return best, whose


def _features(look: Look, wide: Floats, best: Floats, book: Ints) -> dict[str, Floats]:
    """Return every feature as a table (n, 7)."""
    logs = np.log(wide)
    logs[:, [key in AGGREGATES for key in look.odds.books]] = np.nan
    count = np.isfinite(logs).sum(axis=1)
    mean = np.nansum(logs, axis=1) / np.where(count > 0, count, np.nan)
    square = np.nansum((logs - mean[:, None]) ** 2, axis=1) / np.maximum(count, 1)
    price = np.log(best)
    lead = np.maximum((look.fixtures.kick_off - look.fixtures.looked_at) / 3600, _SHORTEST)
    return {
        "edge": price + np.log(look.reference.probability),
        "edge_expected": price + np.log(look.expected.probability),
        "gap_second": price - _second(logs, book, price),
        "gap_mean": price - mean,
        "books": np.log1p(count),
        "dispersion": np.minimum(np.sqrt(square), _WIDEST),
        "booksum": _of_market(1 / wide, book),
        "booksum_best": _sum_best(best),
        "log_odds": price,
        "reference_error": look.reference.error / look.reference.probability,
        "close_error": look.expected.error / look.expected.probability,
        "lead": np.repeat(np.log(lead / 24)[:, None], len(MARKET), axis=1),
        "moved": np.nan_to_num(look.moved),
        **_of_teams(look),
    }


def _second(logs: Floats, book: Ints, price: Floats) -> Floats:
    """Return the logarithm of the best price of another book; the best one's where alone.

    Books one cannot bet at are heard: a price above the best is taken for as good as the best.
    """
    others = np.where(np.isfinite(logs), logs, -np.inf)
    if others.shape[1]:
        np.put_along_axis(others, book[:, None, :], -np.inf, axis=1)
    second = others.max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(second), np.minimum(second, price), price)


def _of_market(inverse: Floats, book: Ints) -> Floats:
    """Return the overround of the book that each bet would be placed at."""
    sums = _market_sums(inverse)
    if not inverse.shape[1]:
        return np.full((inverse.shape[0], len(MARKET)), np.nan)
    return np.take_along_axis(sums, book[:, None, :], axis=1)[:, 0] - 1


def _sum_best(best: Floats) -> Floats:
    """Return the overround of the market's best prices together."""
    return _market_sums((1 / best)[:, None])[:, 0] - 1


def _market_sums(inverse: Floats) -> Floats:
    sums = np.stack(
        [inverse[:, :, market == MARKET].sum(axis=2) for market in range(len(KINDS))], axis=2
    )
    return sums[:, :, MARKET]


def _of_teams(look: Look) -> dict[str, Floats]:
    """Return what past closes say of the teams, towards each bet."""
    state, fair = look.state, look.reference.probability
    supremacy = np.log(fair[:, 0] / fair[:, 2])
    over = at_usual_line(np.log(fair[:, 3] / fair[:, 4]), look.odds.total_line)
    sides, goals = np.where(MARKET == 1, 0.0, SIGN), np.where(MARKET == 1, SIGN, 0.0)
    draw = ((MARKET == 0) & (SIGN == 0)).astype(np.float64)

    def towards(team: Floats, total: Floats, towards_goals: Floats = goals) -> Floats:
        return np.nan_to_num(team)[:, None] * sides + np.nan_to_num(total)[:, None] * towards_goals

    league = state.league
    none = np.zeros(len(state.surprise))
    moves = {
        name: towards(state.moves[:, decay], state.goals_moves[:, decay], goals - draw)
        for decay, name in enumerate(("drift_fast", "drift", "drift_slow"))
    }
    leagues = towards(league[:, LeagueColumn.MOVE], league[:, LeagueColumn.GOALS_MOVE])
    return {
        **moves,
        "drift_league": leagues + league[:, [LeagueColumn.DRAW_MOVE]] * draw,
        "rating": towards(
            np.clip(state.expected - supremacy, -_FAR, _FAR),
            np.clip(state.goals - over, -_FAR, _FAR),
        ),
        "surprise": towards(state.surprise, none),
        "rest": towards(state.rest[:, 0] - state.rest[:, 1], none),
    }
