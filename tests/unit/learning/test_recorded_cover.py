"""Intervals of a record hold the truth about as often as they say, in worlds whose truth is known.

Weeks share a shock: what is won in one is won together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.pick import Provenance
from engine.learning.evidence import CONVINCING
from engine.learning.recorded.closing import closing
from engine.learning.recorded.columns import Columns
from engine.learning.recorded.compare import compare
from engine.learning.recorded.money import money
from engine.learning.recorded.proof import BIAS, PRIOR, proven

if TYPE_CHECKING:
    from engine.domain.record import Estimate

DAYS, PICKS, ODDS, CLV, WORLDS = 3, 4, 2.05, 0.02, 200
FIGURES = ("yield_", "strike_rate", "sharpe", "sortino", "profit_factor")


def a_world(rng: np.random.Generator, weeks: int, first: int = 0) -> Columns:
    """Return a record of half the bets won, at odds 2.05, and closes two points below them."""
    per_week = DAYS * PICKS
    n = weeks * per_week
    week = np.repeat(np.arange(weeks), per_week) + first
    chance = np.clip(0.5 + rng.normal(0, 0.05, weeks), 0, 1)[week - first]
    won = (rng.random(n) < chance).astype(np.float64)
    clv = CLV + rng.normal(0, 0.08, n) + rng.normal(0, 0.02, weeks)[week - first]
    return Columns(
        provenance=Provenance.PAPER,
        odds=np.full(n, ODDS),
        stake=np.ones(n),
        profit=np.where(won > 0, ODDS - 1, -1.0),
        expected=np.full(n, CLV),
        refund=np.zeros(n),
        clv=clv,
        clv_alt=clv,
        movement=clv,
        won=won,
        half=np.zeros(n, dtype=np.int64),
        sharp=np.ones(n, dtype=np.bool_),
        grade=(None,) * n,
        week=week,
        day=7 * week + np.tile(np.repeat(np.arange(DAYS), PICKS), weeks),
        fixture=np.arange(n),
    )


def truth() -> dict[str, float]:
    """Return what every figure is in the end: those of 6,000 weeks."""
    world = a_world(np.random.default_rng(9), 6_000)
    days = world.profit.reshape(-1, PICKS).sum(axis=1)
    below = np.sqrt(np.square(np.minimum(days, 0)).mean())
    return {
        "yield_": 0.5 * ODDS - 1,
        "strike_rate": 0.5,
        "sharpe": float(days.mean() / days.std()),
        "sortino": float(days.mean() / below),
        "profit_factor": ODDS - 1,
    }


def holds(found: Estimate, value: float) -> bool:
    assert found.low is not None
    assert found.high is not None
    return found.low <= value <= found.high


@pytest.mark.parametrize("weeks", [6, 20])
def test_intervals_hold_the_truth_in_90_to_98_of_100_worlds(weeks: int) -> None:
    rng, true = np.random.default_rng(weeks), truth()
    held = dict.fromkeys([*FIGURES, "clv", "difference"], 0)
    for _ in range(WORLDS):
        world, later = a_world(rng, weeks), a_world(rng, weeks, first=weeks)
        found = money(world)
        for name in FIGURES:
            held[name] += holds(getattr(found, name), true[name])
        held["clv"] += holds(closing(world).clv, CLV)
        held["difference"] += holds(compare(world, later).yield_, 0.0)
    shares = {name: count / WORLDS for name, count in held.items()}
    assert not {name: share for name, share in shares.items() if not 0.90 <= share <= 0.98}


def moved(world: Columns, by: float) -> Columns:
    return replace(world, clv=world.clv + by, clv_alt=world.clv_alt + by)


def test_what_is_believed_comes_true_as_often_as_it_is_believed() -> None:
    """Edges drawn as the prior says, closes that are off as much as it says, 12 weeks of each."""
    rng, believed, there = np.random.default_rng(4), [], []
    for edge, bias in rng.normal(0, [PRIOR, BIAS], (400, 2)):
        found = proven(moved(a_world(rng, 12), edge + bias - CLV)).positive
        assert found is not None
        believed.append(found)
        there.append(edge > 0)
    low, high = np.array(believed) < 0.5, np.array(believed) >= 0.5
    for some in (low, high):
        assert np.mean(np.array(there)[some]) == pytest.approx(
            np.mean(np.array(believed)[some]), abs=0.06
        )


def test_records_without_an_edge_seldom_have_evidence_though_looked_at_daily() -> None:
    """Weeks share a shock; the closes are half a point too kind, as B5.4 allows for."""
    rng = np.random.default_rng(6)
    false = [
        proven(moved(a_world(rng, 40), 0.005 - CLV)).highest >= CONVINCING for _ in range(200)
    ]
    assert np.mean(false) <= 0.05
