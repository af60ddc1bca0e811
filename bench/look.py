"""A look at the market, on one core: from a board to the prices of all 22 markets, and decided on.

`decided` is the whole decision while nothing has been learned, `judged` that of a house that has:
agents, PATRON and scores in force, and the first look at every fixture known.
"""

from __future__ import annotations

import pickle
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

import numpy as np

from bench._look_past import taught
from engine.alerting.rules import AlertRules
from engine.domain.board import Board
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import CATALOGUE, MarketKind, Selection
from engine.domain.numbers import BookmakerKey, FixtureId
from engine.domain.pick import Provenance
from engine.domain.policy import DEFAULT_POLICY, PricingRules
from engine.domain.price import Rung
from engine.pipeline import Decision, Known, decide
from engine.pricing.grid.bets import loss_share, returns, win_share
from engine.pricing.grid.score_grid import score_grids
from engine.pricing.learned import Learned
from engine.pricing.price import price
from engine.pricing.reference.weights import BookWeights, ErrorWeights, PoolWeights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.domain.price import PriceTable

FIXTURES: Final = 500
ORDINARY: Final = 24
_NOW: Final = datetime(2026, 8, 1, 12, tzinfo=UTC)
_CODES: Final = (
    *("home", "draw", "away", "over_2.5", "under_2.5", "btts_yes", "btts_no"),
    *("dnb_home", "dnb_away", "ah_home@-0.25", "ah_away@+0.25"),
)
"""Five markets, as a feed offers them."""
_COMPETITION: Final = "soccer_france_ligue_one"
_ROUNDS: Final = 15


def measure() -> Mapping[str, object]:
    """Return the time and the peak memory of a look: with a sharp book, without, and learned."""
    rules, learned = PricingRules(), learned_weights()
    board, crowd = a_look(sharp=True), a_look(sharp=False)
    looks: dict[str, Callable[[], PriceTable]] = {
        "sharp": lambda: price(board, rules, _NOW),
        "consensus": lambda: price(crowd, rules, _NOW),
        "learned": lambda: price(board, rules, _NOW, learned),
    }
    figures: dict[str, object] = {"quotes": len(board), "catalogue": len(CATALOGUE)}
    for name, look in looks.items():
        wall, busy = _seconds(look)
        figures[f"{name}_rows"] = len(look())
        figures[f"{name}_ms"] = 1000 * median(busy)
        figures[f"{name}_wall_ms"] = 1000 * median(wall)
        figures[f"{name}_best_ms"] = 1000 * min(wall)
        figures[f"{name}_peak_mb"] = _peak(look) / 2**20
    return {**figures, **_decisions(board)}


def _decisions(board: Board) -> Mapping[str, object]:
    """Return the time and the peak memory of whole decisions, and what they lead to."""
    judges = known_judges(board)
    figures: dict[str, object] = {"judges_pickled_mb": len(pickle.dumps(judges)) / 2**20}
    for name, known in (("decided", replace(a_known(), first=judges.first)), ("judged", judges)):
        wall, busy = _seconds(lambda known=known: decide(board, known, _NOW))  # type: ignore[misc]
        made = decide(board, known, _NOW)
        figures[f"{name}_picks"], figures[f"{name}_opinions"] = len(made.picks), len(made.opinions)
        figures[f"{name}_ms"] = 1000 * median(busy)
        figures[f"{name}_wall_ms"] = 1000 * median(wall)
        figures[f"{name}_best_ms"] = 1000 * min(busy)
        figures[f"{name}_peak_mb"] = _peak(lambda: decide(board, known, _NOW)) / 2**20  # noqa: B023  # called here and now
    return figures


def a_known() -> Known:
    """Return what a house knows that has learned nothing."""
    return Known(
        policy=DEFAULT_POLICY,
        provenance=Provenance.PAPER,
        open_picks=(),
        subscribers=(),
        alert_rules=AlertRules(),
    )


def known_judges(board: Board) -> Known:
    """Return what a house knows whose agents and scores have learned, after a first look."""
    house = taught(_COMPETITION, FIXTURES, _books(sharp=True), _quoted, _NOW)
    known = replace(a_known(), learned=house.learned, judges=house.judges, scores=house.scores)
    return replace(known, first=_first(decide(board, known, _NOW)))


def _first(decision: Decision) -> Mapping[FixtureId, Mapping[int, float]]:
    prices = decision.prices
    found: dict[FixtureId, dict[int, float]] = {one.id: {} for one in prices.fixtures}
    for row in np.flatnonzero(prices.excluded < 0).tolist():
        fair = found[prices.fixtures[int(prices.fixture[row])].id]
        fair[int(prices.selection[row])] = float(prices.probability[row])
    return found


def a_look(*, sharp: bool) -> Board:
    """Return 500 fixtures, 25 bookmakers, five markets: some 137,500 quotes."""
    generator = np.random.default_rng(1)
    total, share = generator.uniform(2, 3.4, FIXTURES), generator.uniform(0.3, 0.7, FIXTURES)
    odds = _quoted(generator, total, share)
    index = np.indices(odds.shape)
    order = generator.permutation(odds.size)
    numbers = np.array([Selection.parse(code).number for code in _CODES])
    return Board(
        as_of=_NOW,
        fixtures=tuple(_fixture(number) for number in range(FIXTURES)),
        bookmakers=_books(sharp=sharp),
        fixture=index[0].ravel()[order].astype(np.int32),
        bookmaker=index[1].ravel()[order].astype(np.int16),
        selection=numbers[index[2].ravel()[order]].astype(np.int32),
        odds=odds.ravel()[order],
        quoted_at=_NOW.timestamp() - generator.uniform(1, 300, odds.size),
        lay=np.zeros(odds.size, dtype=np.bool_),
    )


def _books(*, sharp: bool) -> tuple[BookmakerKey, ...]:
    ordinary = (BookmakerKey(f"book{number:02}") for number in range(ORDINARY))
    return (*ordinary, BookmakerKey("pinnacle" if sharp else "zebra"))


def _quoted(
    generator: np.random.Generator, total: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the odds of every book on every selection, by total goals and the home share."""
    cells = score_grids(total * share, total * (1 - share), -0.05).matrices(slice(None))
    fair = np.stack([_fair(cells, Selection.parse(code)) for code in _CODES], axis=1)
    noise = generator.normal(0, 0.04, (len(total), ORDINARY + 1, len(_CODES)))
    logit = np.log(fair / (1 - fair))[:, None] + noise
    odds: NDArray[np.float64] = np.round(np.maximum(1.01, (1 + np.exp(-logit)) / 1.04), 3).astype(
        np.float64
    )
    return odds


def _fair(cells: NDArray[np.float64], selection: Selection) -> NDArray[np.float64]:
    made = returns(selection)
    won, lost = (np.tensordot(cells, part(made), 2) for part in (win_share, loss_share))
    share: NDArray[np.float64] = won / (won + lost)
    return share


def _fixture(number: int) -> Fixture:
    kick_off = _NOW + timedelta(hours=3 + number % 72)
    home, away = f"home{number}", f"away{number}"
    return Fixture(
        id=fixture_id(_COMPETITION, home, away, kick_off.date()),
        competition=_COMPETITION,
        home=Team(key=home, name=home),
        away=Team(key=away, name=away),
        kick_off=kick_off,
    )


def learned_weights() -> Learned:
    """Return weights of the usual size for every main market and rung."""
    error = ErrorWeights(
        level=0.001,
        thinness=0.001,
        dispersion=0.1,
        lead=0.001,
        decisive=0.001,
        lopsided=0.001,
        reach=0.9,
    )
    pools = tuple(
        PoolWeights(
            kind=kind,
            rung=rung,
            lead=0.0 if rung is Rung.CONSENSUS else 0.7,
            crowd=1.0 if rung is Rung.CONSENSUS else 0.3,
            books={"book01": 0.1, "book02": -0.1},
            error=error,
            learned=True,
        )
        for kind in (MarketKind.MATCH_ODDS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)
        for rung in Rung
    )
    return Learned(weights=BookWeights(pools=pools))


def _seconds(work: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Return the rounds' times by the clock, and those the processor was at it."""
    wall, busy = [], []
    for _ in range(_ROUNDS):
        start, begun = perf_counter(), process_time()
        work()
        wall.append(perf_counter() - start)
        busy.append(process_time() - begun)
    return wall, busy


def _peak(work: Callable[[], object]) -> int:
    """Return the most memory held at once, in bytes, beyond what was there before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
