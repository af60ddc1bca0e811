"""The running profit of a record, beside what was expected of it and how far luck carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.recorded.columns import columns
from engine.learning.recorded.fortune import edges_at_close, running_bands

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.record import SettledBet


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Cumulative units after each settled bet, oldest first; all series have one length.

    Bands are where half, and nine tenths, of records with the edges at the close would lie.
    `n_close` bets have a close; for the others the expectation at alert stands in.
    """

    at: tuple[datetime, ...]
    actual: tuple[float, ...]
    expected_alert: tuple[float, ...]
    expected_close: tuple[float, ...]
    low50: tuple[float, ...]
    high50: tuple[float, ...]
    low90: tuple[float, ...]
    high90: tuple[float, ...]
    n_close: int


def profit_curve(bets: Sequence[SettledBet]) -> Curve:
    """Return the running profit of one provenance, actual and expected, with its luck bands.

    Bets of one match are taken as wholly dependent, matches as independent (`fortune`).

    Raises:
        ValueError: bets of several provenances.
    """
    if not bets:
        nothing: tuple[float, ...] = ()
        return Curve(
            at=(),
            actual=nothing,
            expected_alert=nothing,
            expected_close=nothing,
            low50=nothing,
            high50=nothing,
            low90=nothing,
            high90=nothing,
            n_close=0,
        )
    told = columns(bets, bets[0].provenance)
    edges = edges_at_close(told)
    low90, low50, high50, high90 = running_bands(told, edges).T
    return Curve(
        at=tuple(sorted(bet.settled_at for bet in bets)),
        actual=_listed(np.cumsum(told.profit)),
        expected_alert=_listed(np.cumsum(told.stake * told.expected)),
        expected_close=_listed(np.cumsum(told.stake * edges)),
        low50=_listed(low50),
        high50=_listed(high50),
        low90=_listed(low90),
        high90=_listed(high90),
        n_close=int(np.isfinite(told.clv).sum()),
    )


def _listed(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.round(9).tolist())
