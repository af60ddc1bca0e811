"""What every bookmaker shows for a match at a moment, errors and all.

A bookmaker prices what it knows plus its own error, adds its margin, rounds, and holds the price
for a while.
Now and then one mistypes a price, freezes, or forgets an outcome.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sandbox.world.bookmakers import BOOKMAKERS, Bookmaker
from sandbox.world.goals import HANDICAP_LINES, TOTAL_LINES, Outlook, even_line
from sandbox.world.pricing import back_and_lay, cut, price
from sandbox.world.schedule import Match, Plan
from sandbox.world.truth import Truth, believed

_NODES: Final = 12
_NODE_EVERY: Final = timedelta(minutes=40)
_MEMORY: Final = 0.75
_LASTING: Final = 0.75
"""The share of a book's error on a match that stays until kick-off; the rest comes and goes."""
_LINES_EVERY: Final = timedelta(hours=2)
_POLL: Final = timedelta(minutes=1)
_WAKING: Final = timedelta(minutes=3)
_SOFT: Final = tuple(i for i, book in enumerate(BOOKMAKERS) if not book.sharp)
_ERRORS: Final = np.array([book.error for book in BOOKMAKERS])
_NOISES: Final = np.array([book.noise for book in BOOKMAKERS])
_LEARNS: Final = np.array([0.0 if i in _SOFT else 0.7 for i in range(len(BOOKMAKERS))])
"""By how much a book's error has shrunk at kick-off: the sharp ones close near the truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    name: str
    price: float
    point: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketQuotes:
    key: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookQuotes:
    bookmaker: Bookmaker
    last_update: datetime
    markets: tuple[MarketQuotes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishaps:
    """What goes wrong with one match: indices of bookmakers, None when nothing does."""

    palp: tuple[int, int, float] | None
    palp_from: datetime
    palp_until: datetime
    incomplete: tuple[int, int] | None
    stale: int | None
    stale_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The errors of every bookmaker on one match, and the order in which it lists things."""

    nodes: NDArray[np.float64]
    """bookmaker x time node x (home rate, away rate, three results, total, handicap)"""
    orders: NDArray[np.int64]
    phases: NDArray[np.float64]
    """Where each bookmaker stands in its round of repricing, from 0 to 1."""
    mishaps: Mishaps
    absences: tuple[tuple[frozenset[int], datetime, datetime], ...] = ()
    """Which bookmakers show nothing from when until when."""
    jolts: tuple[tuple[frozenset[int], datetime], ...] = ()
    """Which bookmakers reprice at once, each within three minutes, when news breaks."""

    def absent(self, at: datetime) -> frozenset[int]:
        """Return the bookmakers that show nothing at `at`."""
        gone = (books for books, since, until in self.absences if since <= at < until)
        return frozenset().union(*gone)


def habits_of(plan: Plan, match: Match) -> Habits:
    """Return the habits on a match: always the same for the same seed."""
    random = np.random.default_rng([plan.seed, match.number, 4])
    books = len(BOOKMAKERS)
    steps = random.normal(size=(books, _NODES, 7))
    nodes = np.empty_like(steps)
    nodes[:, 0] = steps[:, 0]
    for i in range(1, _NODES):
        nodes[:, i] = _MEMORY * nodes[:, i - 1] + np.sqrt(1 - _MEMORY**2) * steps[:, i]
    lasting = random.normal(size=(books, 1, 7))
    nodes = np.sqrt(1 - _LASTING) * nodes + np.sqrt(_LASTING) * lasting
    nodes[:, :, :2] *= _ERRORS[:, None, None]
    nodes[:, :, 2:] *= _NOISES[:, None, None]
    orders = random.random((books, books)).argsort(axis=1)
    return Habits(
        nodes=nodes,
        orders=orders,
        phases=random.random(books),
        mishaps=_mishaps(plan, match, random),
    )


def _mishaps(plan: Plan, match: Match, random: np.random.Generator) -> Mishaps:
    shared = np.random.default_rng([plan.seed, match.matchday, match.league.results_id, 5])
    stale = int(shared.choice(_SOFT)) if shared.random() < plan.stale_rate else None
    stale_before = timedelta(hours=float(shared.uniform(0.5, 4)))
    palp_before = timedelta(hours=float(random.uniform(0.2, 4)))
    palp_at = match.kick_off - plan.real(palp_before)
    factor = float(random.choice([0.5, 1.6, 2.2, 4.0]))
    palp = (int(random.choice(_SOFT)), int(random.integers(3)), factor)
    incomplete = (int(random.choice(_SOFT)), int(random.integers(3)))
    return Mishaps(
        palp=palp if random.random() < plan.palp_rate else None,
        palp_from=palp_at,
        palp_until=palp_at + plan.real(timedelta(minutes=40)),
        incomplete=incomplete if random.random() < plan.incomplete_rate else None,
        stale=stale,
        stale_since=match.kick_off - plan.real(stale_before),
    )


def polled_at(plan: Plan, match: Match, habits: Habits, at: datetime) -> list[datetime]:
    """Return when each bookmaker was last looked at: once a minute, each at its own second."""
    period = plan.real(_POLL)
    elapsed = at - match.kick_off
    looks = []
    for i in range(len(BOOKMAKERS)):
        phase = period * (i / len(BOOKMAKERS))
        looks.append(at - (elapsed + phase) % period)
    if habits.mishaps.stale is not None:
        frozen = habits.mishaps.stale
        looks[frozen] = min(looks[frozen], habits.mishaps.stale_since)
    return looks


def _priced_at(plan: Plan, match: Match, habits: Habits, looks: list[datetime]) -> list[datetime]:
    """Return when each bookmaker last set its prices: soft ones hold theirs for a while."""
    priced = []
    for i, (look, book) in enumerate(zip(looks, BOOKMAKERS, strict=True)):
        phase = float(habits.phases[i])
        hold = plan.real(book.hold)
        held = (look - match.kick_off + phase * hold) % hold if hold else timedelta(0)
        woken = (
            moment + phase * plan.real(_WAKING) for books, moment in habits.jolts if i in books
        )
        priced.append(max(look - held, *(at for at in woken if at <= look), look - held))
    return priced


def quotes_before(
    plan: Plan, match: Match, truth: Truth, habits: Habits, at: datetime
) -> list[BookQuotes]:
    """Return every bookmaker's quotes on a match not yet begun."""
    looks = polled_at(plan, match, habits, at)
    priced = _priced_at(plan, match, habits, looks)
    errors = _errors(plan, match, habits, priced)
    rates = np.stack([truth.rates(moment) for moment in priced])
    outlook = believed(rates + errors[:, :2])
    books = _books(match, outlook, errors, _main_lines(plan, truth, at))
    return _listed(habits, looks, books, at)


def quotes_during(
    plan: Plan, match: Match, truth: Truth, habits: Habits, at: datetime, *, score: tuple[int, int]
) -> list[BookQuotes]:
    """Return the quotes of those who go on pricing: prices of 1.0 can appear."""
    looks = polled_at(plan, match, habits, at)
    errors = _errors(plan, match, habits, looks)
    left = max(0.02, 1 - (at - match.kick_off) / plan.real(timedelta(minutes=105)))
    rates = truth.rates(match.kick_off) + np.log(left) + errors[:, :2]
    outlook = believed(rates).after(*score)
    lines = even_line(outlook.total, TOTAL_LINES), even_line(outlook.handicap, HANDICAP_LINES)
    books = _books(match, outlook, errors, lines)
    live = [
        markets if book.in_play else [] for markets, book in zip(books, BOOKMAKERS, strict=True)
    ]
    return _listed(habits, looks, live, at)


def _errors(
    plan: Plan, match: Match, habits: Habits, priced: list[datetime]
) -> NDArray[np.float64]:
    """Return each bookmaker's errors when it last priced, moving slowly from node to node."""
    every = plan.real(_NODE_EVERY)
    to_go = np.array([(match.kick_off - moment) / every for moment in priced])
    place = np.clip(_NODES - 1 - to_go, 0, _NODES - 1)
    low = np.minimum(place.astype(np.int64), _NODES - 2)
    weight = (place - low)[:, None]
    books = np.arange(len(BOOKMAKERS))
    errors = (1 - weight) * habits.nodes[books, low] + weight * habits.nodes[books, low + 1]
    shrunk = 1 - _LEARNS * place / (_NODES - 1)
    return np.asarray(errors * shrunk[:, None], dtype=np.float64)


def _main_lines(plan: Plan, truth: Truth, at: datetime) -> tuple[float, float]:
    """Return the total and the handicap nearest to even: looked at anew only now and then."""
    every = plan.real(_LINES_EVERY)
    home, away = np.exp(truth.rates(at - (at - truth.match.kick_off) % every))
    return _even_lines(float(home), float(away))


@lru_cache(maxsize=4096)
def _even_lines(home: float, away: float) -> tuple[float, float]:
    outlook = Outlook.of(np.array([home]), np.array([away]))
    return even_line(outlook.total, TOTAL_LINES), even_line(outlook.handicap, HANDICAP_LINES)


def _books(
    match: Match, outlook: Outlook, errors: NDArray[np.float64], lines: tuple[float, float]
) -> list[list[MarketQuotes]]:
    results = outlook.match_odds()
    main_total, main_handicap = lines
    totals = {line: outlook.total(line).probability for line in {2.5, main_total}}
    handicaps = outlook.handicap(main_handicap).probability
    quoted = []
    for i, book in enumerate(BOOKMAKERS):
        noise = errors[i, 2:]
        markets = _match_odds(match, book, results[i], noise[:3])
        if book.totals:
            line = main_total if book.quarters else 2.5
            over, under = _two_way(book, float(totals[line][i]), float(noise[3]))
            markets.append(_totals(line, over, under))
        if book.spreads:
            home, away = _two_way(book, float(handicaps[i]), float(noise[4]))
            markets.append(_spreads(match, main_handicap, home, away))
        quoted.append(markets)
    return quoted


def _match_odds(
    match: Match, book: Bookmaker, results: NDArray[np.float64], noise: NDArray[np.float64]
) -> list[MarketQuotes]:
    names = (match.home.name, "Draw", match.away.name)
    if book.exchange:
        back, lay = back_and_lay(results, book.margin, noise)
        sides = {"h2h": back, "h2h_lay": lay}
    else:
        sides = {"h2h": cut(price(results, book.margin, noise), fine=book.key == "pinnacle")}
    return [
        MarketQuotes(
            key=key,
            outcomes=tuple(
                Outcome(name=name, price=odds) for name, odds in zip(names, prices, strict=True)
            ),
        )
        for key, prices in sides.items()
    ]


def _two_way(book: Bookmaker, probability: float, noise: float) -> tuple[float, float]:
    chances = np.array([probability, 1 - probability])
    prices = price(chances, book.margin_two_way, np.array([noise, -noise]))
    first, second = cut(prices, fine=book.key == "pinnacle")
    return first, second


def _totals(line: float, over: float, under: float) -> MarketQuotes:
    return MarketQuotes(
        key="totals",
        outcomes=(
            Outcome(name="Over", price=over, point=line),
            Outcome(name="Under", price=under, point=line),
        ),
    )


def _spreads(match: Match, line: float, home: float, away: float) -> MarketQuotes:
    return MarketQuotes(
        key="spreads",
        outcomes=(
            Outcome(name=match.home.name, price=home, point=line),
            Outcome(name=match.away.name, price=away, point=-line + 0.0),
        ),
    )


def _listed(
    habits: Habits,
    looks: list[datetime],
    books: list[list[MarketQuotes]],
    at: datetime,
) -> list[BookQuotes]:
    """Apply the mishaps and list books and outcomes in each source's own order."""
    listed = []
    absent = habits.absent(at)
    for i in habits.orders[0]:
        if int(i) in absent:
            continue
        markets = [
            _reordered(habits, int(i), market) for market in _spoilt(habits, int(i), books, at)
        ]
        if markets:
            listed.append(
                BookQuotes(
                    bookmaker=BOOKMAKERS[i],
                    last_update=looks[i].replace(microsecond=0),
                    markets=tuple(markets),
                )
            )
    return listed


def _spoilt(
    habits: Habits, i: int, books: list[list[MarketQuotes]], at: datetime
) -> list[MarketQuotes]:
    mishaps = habits.mishaps
    markets = books[i]
    if not markets:
        return markets
    outcomes = list(markets[0].outcomes)
    if mishaps.palp and mishaps.palp[0] == i and mishaps.palp_from <= at < mishaps.palp_until:
        wrong = outcomes[mishaps.palp[1]]
        typed = round(max(1.01, wrong.price * mishaps.palp[2]), 2)
        outcomes[mishaps.palp[1]] = Outcome(name=wrong.name, price=typed)
    if mishaps.incomplete and mishaps.incomplete[0] == i:
        del outcomes[mishaps.incomplete[1]]
    return [MarketQuotes(key=markets[0].key, outcomes=tuple(outcomes)), *markets[1:]]


def _reordered(habits: Habits, i: int, market: MarketQuotes) -> MarketQuotes:
    """List outcomes in an order of the book's own: position means nothing."""
    places = [int(place) for place in habits.orders[i] if place < len(market.outcomes)]
    return MarketQuotes(key=market.key, outcomes=tuple(market.outcomes[p] for p in places))
