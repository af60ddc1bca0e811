"""Simulated streams of candidates: what trials choose from, with a truth that is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.policy_version import Thresholds
from engine.learning.policy.stream import PickStream
from engine.learning.policy.trials import Grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DAY: Final = 86_400.0
BEGIN: Final = 20_000 * DAY
GRID: Final = Grid(
    zone_low=(50.0, 55.0, 60.0, 65.0),
    zone_high=(74.0, 79.0, 84.0, 100.0),
    zone_max_odds=(2.0, 2.5, 3.0),
    hurdle=(0.01, 0.02),
)
V0: Final = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
WIDE: Final = replace(V0, zone_high=100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWorld:
    """How many days of how many candidates, and what they share.

    Their CLV is `mean` and what `gain` adds by signal score and odds. `together` is the
    correlation of a week, `pairs` that of two picks of one match; `bias` what the headline is
    wrong by. With `tails` single values follow Student's law of so many degrees.
    """

    days: int = 365
    per_day: int = 12
    mean: float = 0.02
    spread: float = 0.08
    together: float = 0.03
    pairs: float = 0.3
    bias: float = 0.0
    tails: float | None = None


def no_gain(signal: Floats, _: Floats) -> Floats:
    """Return that no score and no odds are worth more than any other."""
    return np.zeros(len(signal))


def a_stream(
    seed: int,
    world: PolicyWorld | None = None,
    gain: Callable[[Floats, Floats], Floats] = no_gain,
) -> PickStream:
    """Return a world's candidates, looked at each morning at ten."""
    how, rng = PolicyWorld() if world is None else world, np.random.default_rng(seed)
    count = how.days * how.per_day
    issued = np.repeat(np.arange(how.days) * DAY + BEGIN + 10 * 3600, how.per_day)
    kick_off = issued + rng.uniform(2, 12, count) * 3600
    signal = rng.uniform(45, 100, count)
    odds = np.exp(rng.uniform(np.log(1.4), np.log(4.0), count))
    week = (kick_off // (7 * DAY)).astype(np.int64)
    shared = rng.normal(0, how.spread * np.sqrt(how.together), int(week.max() - week.min()) + 1)
    pair = np.repeat(rng.normal(0, how.spread * np.sqrt(how.pairs), (count + 1) // 2), 2)[:count]
    alone = _alone(how, rng, count) * how.spread * np.sqrt(1 - how.together - how.pairs)
    clv = how.mean + gain(signal, odds) + shared[week - week.min()] + pair + alone
    return PickStream(
        hurdles=GRID.hurdle,
        issued_at=issued,
        kick_off=kick_off,
        settled_at=kick_off + 3 * 3600,
        season=np.full(count, 2024),
        odds=odds,
        signal_score=signal,
        spot=rng.uniform(40, 90, (count, 2)),
        taken=np.stack([np.ones(count, dtype=np.bool_), rng.random(count) < 0.95], axis=1),
        clv=clv + how.bias,
        clv_alt=clv + rng.normal(0, 0.02, count),
        profit=rng.normal(clv, 1.0),
    )


def better_above(points: float) -> Callable[[Floats, Floats], Floats]:
    """Return a gain that makes WIDE worth so much more than V0: what is above V0's zone is."""
    share = (100 - V0.zone_high) / (100 - V0.zone_low)

    def gain(signal: Floats, _: Floats) -> Floats:
        return np.where(signal > V0.zone_high, points / share, 0.0)

    return gain


def _alone(how: PolicyWorld, rng: np.random.Generator, count: int) -> Floats:
    """Return values of deviation 1, with the tails asked for."""
    if how.tails is None:
        return rng.normal(0, 1, count)
    found: Floats = rng.standard_t(how.tails, count) / np.sqrt(how.tails / (how.tails - 2))
    return found
