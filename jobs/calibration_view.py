"""A reliability curve as its picture takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from charts.calibration import CalibrationView, CurvePoint, TailBias

if TYPE_CHECKING:
    from engine.learning.calibration.curve import Reliability
    from engine.learning.clusters import Clustered


def calibration_view(label: str, curve: Reliability) -> CalibrationView:
    """Return the picture's values; `label` says whose forecasts of what, and when."""
    columns = (curve.predicted, curve.observed, curve.low, curve.high, curve.count)
    return CalibrationView(
        label=label,
        points=tuple(
            CurvePoint(predicted=said, observed=came, low=low, high=high, n=int(n))
            for said, came, low, high, n in zip(*(one.tolist() for one in columns), strict=True)
        ),
        ece=curve.ece,
        ece_low=curve.ece_low,
        ece_high=curve.ece_high,
        ece_by_chance=curve.ece_by_chance,
        likely=_tail(curve.likely),
        unlikely=_tail(curve.unlikely),
    )


def _tail(one: Clustered) -> TailBias:
    mean, low, high = (
        each if np.isfinite(each) else None for each in (one.value, one.low, one.high)
    )
    return TailBias(mean=mean, low=low, high=high, n=one.n)
