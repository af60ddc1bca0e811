"""Years of daily looks at records whose true worth is known: how often evidence is false, or late.

Every day brings four matches with three picks each; a pick is of any of the 22 markets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.evidence import CONVINCING, Claim, wealth
from engine.learning.markets.standing import discovered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MARKETS: Final = 22
DAYS: Final = 365
_MATCHES: Final = 4
_PICKS: Final = 3
A_DAY: Final = _MATCHES * _PICKS
WITHOUT_HURDLE: Final = Claim(rate=8.0, hurdle=0.0, ceiling=0.10)
"""The claim that METHOD B5 gives waiting times for."""
_CLOSES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """How a year's picks come about: CLV of `mean` seen with `bias`, correlated by match, week."""

    mean: float = 0.0
    bias: float = 0.0
    own: float = 0.08
    match: float = 0.0
    week: float = 0.0
    days: int = DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """Of `worlds`, in how many something was convincing on any day of the year.

    `record`: the evidence of all picks. `market`: that of any market, which nobody may go by.
    `standing_out`: that of a market with 100 closes, among all segments (e-BH); a false TOP badge
    has to be one of these.
    """

    worlds: int
    record: int
    market: int
    standing_out: int


def picks(year: Year, worlds: int, rng: np.random.Generator) -> Floats:
    """Return the CLV of every pick (worlds, days, picks of a day)."""
    weeks = -(-year.days // 7)
    shape = (worlds, year.days, _MATCHES, _PICKS)
    by_week = np.repeat(rng.standard_normal((worlds, weeks)), 7, axis=1)[:, : year.days]
    shocks = (
        np.sqrt(year.week) * by_week[..., None, None]
        + np.sqrt(year.match) * rng.standard_normal((*shape[:-1], 1))
        + np.sqrt(1 - year.week - year.match) * rng.standard_normal(shape)
    )
    found: Floats = year.mean + year.bias + year.own * shocks.reshape(worlds, year.days, A_DAY)
    return found


def alarms(year: Year, claim: Claim, worlds: int, rng: np.random.Generator) -> Alarms:
    """Return how many worlds raise which alarm; without an edge, all of them are false."""
    values = picks(year, worlds, rng)
    everything = np.full(values.shape[:2], A_DAY)
    record = wealth(values.sum(axis=2), everything, claim) >= CONVINCING
    sums, counts = _by_market(values, rng)
    markets = wealth(sums, counts, claim)
    convincing = (markets >= CONVINCING) & (np.cumsum(counts, axis=-1) >= _CLOSES)
    days = np.argwhere(convincing.any(axis=1))
    looks = discovered(markets[days[:, 0], :, days[:, 1]])
    looks &= convincing[days[:, 0], :, days[:, 1]]
    return Alarms(
        worlds=worlds,
        record=int(record.any(axis=1).sum()),
        market=int((markets >= CONVINCING).any(axis=(1, 2)).sum()),
        standing_out=len(np.unique(days[looks.any(axis=1), 0])),
    )


def waiting(mean: float, worlds: int, rng: np.random.Generator) -> Floats:
    """Return after how many picks each world's evidence reached 20; infinite where it did not."""
    year = Year(mean=mean, days=200)
    values = picks(year, worlds, rng)
    reached = (
        wealth(values.sum(axis=2), np.full(values.shape[:2], A_DAY), WITHOUT_HURDLE) >= CONVINCING
    )
    after = (reached.argmax(axis=1) + 1.0) * A_DAY
    found: Floats = np.where(reached.any(axis=1), after, np.inf)
    return found


def _by_market(values: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return sums and counts (worlds, markets, days) of picks dealt to markets at random."""
    worlds, days, _ = values.shape
    market = rng.integers(0, MARKETS, values.shape)
    world, day = np.arange(worlds)[:, None, None], np.arange(days)[None, :, None]
    place = ((world * MARKETS + market) * days + day).ravel()
    size = worlds * MARKETS * days
    shape = worlds, MARKETS, days
    sums, counts = (
        np.bincount(place, w, size).astype(np.float64).reshape(shape)
        for w in (values.ravel(), None)
    )
    return sums, counts
