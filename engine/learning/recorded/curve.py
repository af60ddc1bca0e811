"""The running profit of a record, beside what was expected of it and how far luck carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.recorded.columns import columns
from engine.learning.recorded.fortune import edges_at_close, running_bands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.record import SettledBet


PARTS: Final = 350
"""Of a long curve: finer than a phone shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Cumulative units after settled bets, oldest first; all series have one length.

    `bets` says after how many of them: after each where they are few, else at the lowest and the
    highest point of each small part, which no eye can tell from the whole.

    Bands are where half, and nine tenths, of records with the edges at the close would lie.
    `n_close` bets have a close; for the others the expectation at alert stands in.
    """

    bets: tuple[int, ...]
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
        return Curve(
            bets=(),
            actual=(),
            expected_alert=(),
            expected_close=(),
            low50=(),
            high50=(),
            low90=(),
            high90=(),
            n_close=0,
        )
    told = columns(bets, bets[0].provenance)
    edges = edges_at_close(told)
    low90, low50, high50, high90 = running_bands(told, edges).T
    actual = np.cumsum(told.profit)
    kept = shown(actual)
    return Curve(
        bets=tuple((kept + 1).tolist()),
        actual=_listed(actual[kept]),
        expected_alert=_listed(np.cumsum(told.stake * told.expected)[kept]),
        expected_close=_listed(np.cumsum(told.stake * edges)[kept]),
        low50=_listed(low50[kept]),
        high50=_listed(high50[kept]),
        low90=_listed(low90[kept]),
        high90=_listed(high90[kept]),
        n_close=int(np.isfinite(told.clv).sum()),
    )


def shown(actual: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of a line that are kept: its ends, and the ends of each small part."""
    places = np.arange(len(actual))
    if len(places) <= 4 * PARTS:
        return places
    ends = [
        part[[actual[part].argmin(), actual[part].argmax()]]
        for part in np.array_split(places, PARTS)
    ]
    return np.unique(np.concatenate([places[:1], *ends, places[-1:]]))


def _listed(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.round(9).tolist())
