"""Picks of the store as the search for better thresholds reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.policy.stream import PickStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from storage.shadows import Candidate

_NAN: Final = float("nan")
_TO_JULY: Final = timedelta(days=181)


def stream_of(picks: Sequence[Candidate], hurdles: Iterable[float]) -> PickStream:
    """Return picks as candidates, in the order of their looks.

    Which others would have had their places under another hurdle was not tried live: all
    hurdles share those that were made.
    """
    levels = tuple(sorted(set(hurdles)))
    shape = (len(picks), len(levels))
    spot = _column(one.sweet_spot_score for one in picks)
    known = (_NAN if one.known_at is None else one.known_at.timestamp() for one in picks)
    return PickStream(
        hurdles=levels,
        issued_at=_column(one.looked_at.timestamp() for one in picks),
        kick_off=_column(one.kick_off.timestamp() for one in picks),
        settled_at=_column(known),
        season=np.array([(one.kick_off - _TO_JULY).year for one in picks], dtype=np.int64),
        odds=_column(one.odds for one in picks),
        signal_score=_column(one.signal_score for one in picks),
        spot=np.broadcast_to(spot[:, None], shape).copy(),
        taken=np.ones(shape, dtype=np.bool_),
        clv=_column(_NAN if one.clv is None else one.clv for one in picks),
        clv_alt=_column(_NAN if one.clv_alt is None else one.clv_alt for one in picks),
        profit=_column(_NAN if one.profit is None else one.profit for one in picks),
    )


def _column(values: Iterable[float]) -> NDArray[np.float64]:
    return np.fromiter(values, np.float64)
