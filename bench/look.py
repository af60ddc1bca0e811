"""A look at the market: from a board to the prices of all 22 markets, on one core."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.board import Board
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import CATALOGUE, MarketKind, Selection
from engine.domain.numbers import BookmakerKey
from engine.domain.policy import PricingRules
from engine.domain.price import Rung
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
    return figures


def a_look(*, sharp: bool) -> Board:
    """Return 500 fixtures, 25 bookmakers, five markets: some 137,500 quotes."""
    generator = np.random.default_rng(1)
    books = [BookmakerKey(f"book{number:02}") for number in range(ORDINARY)]
    books.append(BookmakerKey("pinnacle" if sharp else "zebra"))
    total, share = generator.uniform(2, 3.4, FIXTURES), generator.uniform(0.3, 0.7, FIXTURES)
    cells = score_grids(total * share, total * (1 - share), -0.05).matrices(slice(None))
    selections = [Selection.parse(code) for code in _CODES]
    fair = np.stack([_fair(cells, one) for one in selections], axis=1)
    noise = generator.normal(0, 0.04, (FIXTURES, len(books), len(selections)))
    logit = np.log(fair / (1 - fair))[:, None] + noise
    odds: NDArray[np.float64] = np.round(np.maximum(1.01, (1 + np.exp(-logit)) / 1.04), 3).astype(
        np.float64
    )
    index = np.indices(odds.shape)
    order = generator.permutation(odds.size)
    numbers = np.array([one.number for one in selections])
    return Board(
        as_of=_NOW,
        fixtures=tuple(_fixture(number) for number in range(FIXTURES)),
        bookmakers=tuple(books),
        fixture=index[0].ravel()[order].astype(np.int32),
        bookmaker=index[1].ravel()[order].astype(np.int16),
        selection=numbers[index[2].ravel()[order]].astype(np.int32),
        odds=odds.ravel()[order],
        quoted_at=_NOW.timestamp() - generator.uniform(1, 300, odds.size),
        lay=np.zeros(odds.size, dtype=np.bool_),
    )


def _fair(cells: NDArray[np.float64], selection: Selection) -> NDArray[np.float64]:
    made = returns(selection)
    won, lost = (np.tensordot(cells, part(made), 2) for part in (win_share, loss_share))
    share: NDArray[np.float64] = won / (won + lost)
    return share


def _fixture(number: int) -> Fixture:
    kick_off = _NOW + timedelta(hours=3 + number % 72)
    home, away = f"home{number}", f"away{number}"
    return Fixture(
        id=fixture_id("soccer_france_ligue_one", home, away, kick_off.date()),
        competition="soccer_france_ligue_one",
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
