"""Looks and bets of the past in which what is to be found was put there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.agents.bets import Bets, Look, Prices, bets_of, bettable_books
from engine.domain.numbers import BookmakerKey
from engine.learning.agents.past_bets import PastBets, logit
from engine.pricing.expected_close.state import Fixtures, LeagueColumn, StateRows
from engine.pricing.reference.main_odds import MainOdds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BOOKS = ("pinnacle", "bet365", "fd_bw", "fd_max", "fd_avg")
DAY = 86_400.0
START = 1_500_000_000.0
_SWAPPED = [2, 1, 0, 3, 4, 6, 5]


def a_look(
    seed: int,
    count: int = 12,
    books: Sequence[str] = BOOKS,
    missing: float = 0.1,
    *,
    aggregates: bool = False,
) -> Look:
    """One look at `count` fixtures a week, prices around a reference, some of them missing."""
    rng = np.random.default_rng(seed)
    fair = _fair(rng, count)
    noise = rng.normal(0.02, 0.04, (count, len(books), 7))
    odds = np.maximum(1 / (fair[:, None] * np.exp(noise)), 1.01)
    for first, last in ((0, 3), (3, 5), (5, 7)):
        odds[:, :, first:last][rng.random((count, len(books))) < missing] = np.nan
    looked_at = START + DAY * np.arange(count, dtype=np.float64)
    return Look(
        odds=MainOdds(
            books=tuple(BookmakerKey(book) for book in books),
            match_odds=odds[:, :, :3],
            total=odds[:, :, 3:5],
            total_line=rng.choice([2.25, 2.5, 3.0], count),
            handicap=odds[:, :, 5:],
            handicap_line=rng.choice([-1.0, -0.25, 0.0, 0.5], count),
        ),
        fixtures=Fixtures(
            competition=("league",) * count,
            home=tuple(f"home_{each}" for each in range(count)),
            away=tuple(f"away_{each}" for each in range(count)),
            kick_off=looked_at + rng.uniform(1, 70, count) * 3600,
            looked_at=looked_at,
        ),
        state=_state(rng, count),
        reference=Prices(probability=fair, error=np.full_like(fair, 0.01)),
        expected=Prices(
            probability=_moved(fair, rng.normal(0, 0.02, (count, 7))),
            error=np.full_like(fair, 0.02),
        ),
        refund=np.zeros((count, 7)),
        moved=rng.normal(0, 0.02, (count, 7)),
        bettable=bettable_books(books, (), aggregates=aggregates),
    )


def mirrored(look: Look) -> Look:
    """The same look with home and away swapped."""
    odds, state, names = look.odds, look.state, look.fixtures
    league = state.league.copy()
    league[:, LeagueColumn.MOVE] *= -1
    return replace(
        look,
        odds=replace(
            odds,
            match_odds=odds.match_odds[:, :, ::-1].copy(),
            handicap=odds.handicap[:, :, ::-1].copy(),
            handicap_line=-odds.handicap_line,
        ),
        fixtures=replace(names, home=names.away, away=names.home),
        state=replace(
            state,
            moves=-state.moves,
            league=league,
            expected=-state.expected,
            surprise=-state.surprise,
            rest=state.rest[:, ::-1].copy(),
        ),
        reference=_swapped(look.reference),
        expected=_swapped(look.expected),
        refund=look.refund[:, _SWAPPED],
        moved=look.moved[:, _SWAPPED],
    )


def mirror_of(bets: Bets) -> NDArray[np.int64]:
    """Where each bet's mirror stands among the mirrored look's bets, if nothing is missing."""
    side = np.where(bets.market == 0, 2 - bets.side, 1 - bets.side)
    side = np.where(bets.market == 1, bets.side, side)
    return np.lexsort((side, bets.market, bets.fixture))


def past_bets(seed: int, count: int = 800, **planted: float) -> PastBets:
    """Bets that closed where the reference stood plus `planted` weights times features."""
    look = a_look(seed, count)
    bets, rng = bets_of(look), np.random.default_rng(seed + 1)
    way = rng.normal(0, 0.02, len(bets))
    for name, weight in planted.items():
        way += weight * bets.feature(name)
    looked_at = look.fixtures.looked_at[bets.fixture]
    kick_off = look.fixtures.kick_off[bets.fixture]
    return PastBets(
        bets=bets,
        row=bets.fixture,
        close=_moved(bets.fair, way),
        won=np.full(len(bets), np.nan),
        decided=np.full(len(bets), np.nan),
        closed_at=np.maximum(kick_off, looked_at),
        played_at=kick_off + 2 * 3600,
    )


def another_end(past: PastBets, until: float) -> PastBets:
    """The same bets with all closes after `until` others, and what was looked at then too."""
    late = past.closed_at > until
    values = past.bets.features.values.copy()
    values[past.looked_at > until] *= -3
    return replace(
        past,
        bets=replace(past.bets, features=replace(past.bets.features, values=values)),
        close=np.where(late, np.where(past.close > 0.5, 0.2, np.nan), past.close),
        played_at=past.played_at + late,
    )


def same_bits(one: Any, other: Any) -> bool:
    """Whether two fitted values are the same to the last bit."""
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.tobytes() == other.tobytes())
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same_bits, one, other))
    if hasattr(one, "__dataclass_fields__"):
        return all(same_bits(getattr(one, f), getattr(other, f)) for f in one.__dataclass_fields__)
    return bool(one == other)


def way(to: Floats, start: Floats) -> Floats:
    return logit(to) - logit(start)


def _fair(rng: np.random.Generator, count: int) -> Floats:
    sides = np.exp(rng.normal([0.4, 0, 0], [0.5, 0.1, 0.5], (count, 3)))
    over, home = (1 / (1 + np.exp(rng.normal(0, 0.2, (2, count)))))[:, :, None]
    pairs = [np.hstack([each, 1 - each]) for each in (over, home)]
    return np.hstack([sides / sides.sum(axis=1, keepdims=True), *pairs])


def _state(rng: np.random.Generator, count: int) -> StateRows:
    return StateRows(
        moves=rng.normal(0, 0.1, (count, 3)),
        goals_moves=rng.normal(0, 0.1, (count, 3)),
        league=rng.normal(0, 0.02, (count, len(LeagueColumn))),
        expected=rng.normal(0.3, 0.5, count),
        goals=rng.normal(0.1, 0.2, count),
        surprise=rng.normal(0, 1, count),
        rest=rng.uniform(2, 14, (count, 2)),
    )


def _swapped(prices: Prices) -> Prices:
    return Prices(probability=prices.probability[:, _SWAPPED], error=prices.error[:, _SWAPPED])


def _moved(probability: Floats, by: Floats) -> Floats:
    found: Floats = 1 / (1 + (1 / probability - 1) * np.exp(-by))
    return found
