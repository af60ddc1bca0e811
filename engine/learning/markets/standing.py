"""From streams to what badges are given by: beliefs, evidence, and what stands out of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.agents.ledger import convincing
from engine.learning.evidence import CLV_OTHER, CLV_SHARP, wealth
from engine.learning.markets.badges import BIAS, HURDLE, Standing
from engine.learning.markets.sequence import ends
from engine.learning.markets.shrink import Shrunk, shrink
from engine.learning.markets.streams import ENOUGH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.evidence import Claim
    from engine.learning.markets.streams import Stream

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

CLOSING_ERROR: Final = 0.01
"""What the mean CLV of a market is off by for reasons that no number of picks cures: a close is
not the truth (METHOD B4)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streams:
    """What k markets' picks came to: CLV against two references, and returns of one unit.

    `sharp` says of which markets the second reference is sharp; the first may have helped to
    choose the picks. `most` is the highest possible return of each day, `yield_high` the upper end
    of the yield's 95 % interval.
    """

    headline: Stream
    alternative: Stream
    sharp: Bools
    returns: Stream
    most: Floats
    yield_high: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Beliefs on each market's CLV and ROI, and its standing.

    `by_other` says where the second reference decides, being the lower.
    """

    clv: Shrunk
    yields: Shrunk
    by_other: Bools
    yield_floor: Floats
    standing: Standing


def judge(streams: Streams, beside: int = 0) -> Judged:
    """Return what is believed of each market; `beside` more segments were ever tabled."""
    first, second = streams.headline, streams.alternative
    by_other = lower(first, second)
    seen = np.where(by_other, second.mean, first.mean)
    sampling = np.where(by_other, second.error(), first.error())
    clv = shrink(seen, np.hypot(sampling, CLOSING_ERROR))
    yields = shrink(streams.returns.mean, streams.returns.error())
    e_value = evidence_of(streams)
    floor, ceiling = ends(streams.returns.day_sums, streams.returns.day_counts, streams.most)
    standing = Standing(
        closes=np.where(by_other, second.n, first.n),
        above_hurdle=clv.above(HURDLE),
        above_bias=clv.above(BIAS),
        below_zero=1 - clv.above(0.0),
        e_value=e_value,
        discovered=discovered(e_value, beside),
        yield_high=streams.yield_high,
        yield_ceiling=np.where(streams.returns.n > 0, ceiling, np.nan),
    )
    return Judged(clv=clv, yields=yields, by_other=by_other, yield_floor=floor, standing=standing)


def lower(first: Stream, second: Stream) -> Bools:
    """Say which markets the second reference decides: where it is lower, and says enough.

    Where the first says nothing at all, the second decides however little it says.
    """
    with np.errstate(invalid="ignore"):
        found: Bools = (second.n >= ENOUGH) & (second.mean < first.mean)
    alone: Bools = (first.n == 0) & (second.n > 0)
    return found | alone


def evidence_of(streams: Streams) -> Floats:
    """Return each market's e-value as it stands: the lower of both references.

    The lower of two is evidence against "one of them is at most its hurdle", which is what has
    to be refuted while nobody knows which reference is right.
    """
    first = _last(streams.headline, CLV_OTHER)
    second = np.where(
        streams.sharp,
        _last(streams.alternative, CLV_SHARP),
        _last(streams.alternative, CLV_OTHER),
    )
    return np.where(streams.alternative.n >= ENOUGH, np.minimum(first, second), first)


def discovered(e_values: Floats, beside: int = 0) -> Bools:
    """Say what e-BH finds in each table among its own e-values and `beside` others that say 0.

    >>> e_values = np.array([[30.0, 1.0]])
    >>> discovered(e_values, 1).tolist(), discovered(e_values, 2).tolist()
    ([[True, False]], [[False, False]])
    """
    markets = e_values.shape[-1]
    others = np.zeros(beside)
    tables = e_values.reshape(-1, markets)
    found = [convincing(np.append(one, others))[:markets] for one in tables]
    return np.array(found, dtype=np.bool_).reshape(e_values.shape)


def _last(stream: Stream, claim: Claim) -> Floats:
    found: Floats = wealth(stream.day_sums, stream.day_counts, claim)[..., -1]
    return found
