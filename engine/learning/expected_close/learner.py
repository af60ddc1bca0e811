"""What closes teach about moves from one anchor, and how well it was known before they came."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.expected_close.curse import curse_slope
from engine.learning.expected_close.fit import (
    Shrinkage,
    correlation,
    fit_move,
    fit_noise,
    fit_width,
)
from engine.pricing.expected_close.model import (
    MARKETS,
    AnchorModel,
    Moves,
    anchored,
    prior_noises,
)
from engine.pricing.expected_close.move import noise_columns, still

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.expected_close.features import CloseFeatures, Table
    from engine.pricing.expected_close.move import Chances, Move, Noise
    from engine.pricing.expected_close.views import View

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

ENOUGH: Final = 500
"""Closes before a move is learned, and again before its forecasts are believed."""
MEMORY: Final = 5 * 365.25 * 86_400
"""Seconds back to the oldest close that moves are learned from: five seasons."""
RECENT: Final = 7_500
"""Closes that uncertainty and the right to speak rest on: about one season of 22 divisions."""
_NAMES: Final = Moves._fields


class AnchorLearner:
    """Learns from the rows of an archive that are over; remembers what it had foreseen of each."""

    def __init__(
        self, features: CloseFeatures, closes: View, over_at: Floats, shrink: Shrinkage
    ) -> None:
        self._features, self._over_at, self._shrink = features, over_at, shrink
        move = closes.less(features.anchor)
        self._moved = np.stack([getattr(move, name) for name in _NAMES], axis=1)
        self._foreseen = np.full_like(self._moved, np.nan)
        self._fair = [anchored(features.anchor, market) for market in range(len(MARKETS))]
        self._closed = [anchored(closes, market) for market in range(len(MARKETS))]
        self._both = [
            _known(closed) & _known(fair)
            for closed, fair in zip(self._closed, self._fair, strict=True)
        ]

    def learn(self, until: float) -> AnchorModel:
        """Return the model of all that was over at an instant."""
        known = self._over_at <= until
        remembered = self._over_at > until - MEMORY
        moves = tuple(self._move(known, remembered, place) for place in range(len(_NAMES)))
        foretold = known[:, None] & np.isfinite(self._foreseen) & np.isfinite(self._moved)
        error = np.where(foretold, self._moved - self._foreseen, np.nan)
        model = AnchorModel(
            moves=moves,
            noises=tuple(self._noise(error, place) for place in range(len(_NAMES))),
            correlation=_together(error),
        )
        return self._judged(model, known)

    def foresee(self, rows: NDArray[np.int64], model: AnchorModel) -> None:
        """Remember what a model expects of rows that it has not seen the close of."""
        self._foreseen[rows] = np.stack(model.expected(self._features.where(rows)), axis=1)

    def _move(self, known: Bools, remembered: Bools, place: int) -> Move:
        rows = np.flatnonzero(known & remembered & np.isfinite(self._moved[:, place]))
        if len(rows) < ENOUGH:
            return still()
        table = self._table(place)
        return fit_move(
            replace(table, values=table.values[rows]),
            self._features.lead_hours[rows],
            self._moved[rows, place],
            self._shrink,
        )

    def _table(self, place: int) -> Table:
        signed = _NAMES[place] in {"supremacy", "handicap"}
        return self._features.signed if signed else self._features.even

    def _noise(self, error: Floats, place: int) -> Noise:
        rows = np.flatnonzero(np.isfinite(error[:, place]))[-RECENT:]
        if len(rows) < ENOUGH:
            return prior_noises()[place]
        columns = noise_columns(self._features.where(rows), self._foreseen[rows, place])
        return fit_noise(columns, error[rows, place])

    def _judged(self, model: AnchorModel, known: Bools) -> AnchorModel:
        """Return the model with its record: does it speak, how wide is it, how cursed is it."""
        widths, speaks, curse = [], [], []
        for market, name in enumerate(MARKETS):
            closed, fair = self._closed[market], self._fair[market]
            needed = self._foreseen[:, :2] if market == 0 else self._foreseen[:, [market + 1]]
            usable = known & self._both[market]
            best = getattr(self._features.best, name)[usable]
            curse.append(curse_slope(fair[usable], best, closed[usable]))
            rows = np.flatnonzero(usable & _known(needed))[-RECENT:]
            told = self._told(model, rows, market)
            enough = len(rows) >= ENOUGH
            widths.append(fit_width(told.mean, told.deviation, closed[rows]) if enough else 1.0)
            gain = divergence(closed[rows], fair[rows]) - divergence(closed[rows], told.mean)
            speaks.append(enough and float(gain.mean()) > 0)
        return replace(
            model, widths=np.array(widths), speaks=np.array(speaks), curse=np.array(curse)
        )

    def _told(self, model: AnchorModel, rows: NDArray[np.int64], market: int) -> Chances:
        moves = Moves(*self._foreseen[rows].T)
        return model.chances(self._features.where(rows), moves)[market]


def divergence(closed: Floats, told: Floats) -> Floats:
    """Return KL(closed || told) of each row (n, k), in nats.

    >>> float(divergence(np.array([[0.5, 0.5]]), np.array([[0.5, 0.5]]))[0])
    0.0
    """
    nats: Floats = (closed * np.log(closed / told)).sum(axis=1)
    return nats


def _known(values: Floats) -> Bools:
    """Say which rows (n, k) are known throughout."""
    known: Bools = np.logical_and.reduce(np.isfinite(values.T), axis=0)
    return known


def _together(error: Floats) -> float:
    return correlation(error[:, 0], error[:, 1])
