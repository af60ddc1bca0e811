"""Made-up feeds whose truth is known: a plain grid moved by planted corrections."""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from engine.domain.market import Selection
from engine.learning.derived.past import DerivedPast
from engine.pricing.derived.grid import coherent_grids
from engine.pricing.derived.view import DERIVED, expit, market_view, plain_logits
from engine.pricing.grid.bets import WON, returns
from engine.pricing.grid.score_grid import SIZE, score_grids

FIRST = datetime(2020, 8, 7, 14, tzinfo=UTC)
_TEAMS = 40
_A_WEEK = 20
_RHO = -0.05  # draws are as much likelier than of independent counts as markets hold


def made_up(
    matches: int,
    *,
    level: float = 0.08,
    quote_noise: float = 0.1,
    quote_bias: float = 0.0,
    seed: int = 1,
    first: datetime = FIRST,
) -> DerivedPast:
    """Return a feed: looks every Friday, results by a grid whose BTTS stands `level` higher.

    Quotes are the truth moved by noise and by one bias, in logits.
    """
    rng = np.random.default_rng(seed)
    rates = np.exp(rng.normal([0.35, 0.1], 0.25, (matches, 2)))
    grids = score_grids(rates[:, 0], rates[:, 1], _RHO).counts().matrices()
    sides = [_chance(grids, code) for code in ("home", "draw", "away")]
    main, over = np.column_stack(sides), _chance(grids, "over_2.5")
    plain = plain_logits(market_view(main, over))
    moved = plain + np.array([level, 0, 0, 0, 0])
    tilted = coherent_grids(market_view(main, over), main, over, expit(moved))
    held = np.isfinite(tilted.sum(axis=(1, 2)))  # a few markets leave BTTS no room
    truth = np.where(held[:, None], moved, plain)
    scores = _scores(np.where(held[:, None, None], tilted, grids), rng)
    noise = rng.normal(quote_bias, quote_noise, truth.shape)
    week = np.arange(matches) // _A_WEEK
    looked = np.array([(first + timedelta(weeks=int(one))).timestamp() for one in week])
    return DerivedPast(
        competition=np.zeros(matches, dtype=np.int64),
        home=rng.integers(0, _TEAMS // 2, matches),
        away=rng.integers(_TEAMS // 2, _TEAMS, matches),
        kick_off=looked + rng.integers(1, 10, matches) * timedelta(days=1).total_seconds(),
        looked_at=looked,
        match_odds=main,
        over=over,
        quotes=expit(truth + noise),
        home_goals=scores[0].astype(np.float64),
        away_goals=scores[1].astype(np.float64),
    )


def _chance(grids: NDArray[np.float64], code: str) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = grids[:, returns(Selection.parse(code)) == WON].sum(axis=1)
    return chance


def _scores(
    grids: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    below = np.cumsum(grids.reshape(len(grids), -1), axis=1)
    drawn = (below < rng.random(len(grids))[:, None]).sum(axis=1)
    return drawn // SIZE, drawn % SIZE


BTTS = [one.code for one in DERIVED].index("btts_yes")
