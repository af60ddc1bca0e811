"""Fits of the expected close: linear moves by lead-time bucket, and how uncertain they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.expected_close.move import (
    BUCKET_HOURS,
    USUAL_HOURS,
    Z80,
    Move,
    Noise,
    buckets,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.expected_close.features import Table

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrinkage:
    """How little a fit believes; chosen on seasons up to 2018/19.

    `pooled` is the ridge on all looks, `bucket` on what a lead-time bucket adds to them, both in
    standardised rows. `fading` is the exponent of a move's size in lead before data speak, which
    weighs `fading_rows`.
    """

    pooled: float = 300.0
    bucket: float = 10_000.0
    fading: float = 0.25
    fading_rows: float = 1000.0


_TAILS: Final = (0.002, 0.998)
_MOVE_TAILS: Final = (0.003, 0.997)
_SAMPLE: Final = 20_000
"""Rows that quantiles are taken of: more would not move them."""
_FLOOR: Final = 1e-3
_NOISE_RIDGE: Final = 10.0
_LARGEST: Final = 0.999
_INSIDE: Final = 0.8


def fit_move(table: Table, lead_hours: Floats, moved: Floats, shrink: Shrinkage) -> Move:
    """Return the linear model of moves (n,), all finite.

    A ridge on clipped, standardised columns; then, bucket by bucket, a stronger ridge on what
    the pooled weights leave. Moves are divided by their usual size at their lead first.
    """
    fading = _fading(lead_hours, moved, shrink)
    low, high = _ends(_sampled(table.values))
    clipped = np.clip(table.values, low, high)
    centre, scale = clipped.mean(axis=0), clipped.std(axis=0)
    scale = np.where(scale > _FLOOR * _FLOOR, scale, 1.0)
    rows = (clipped - centre) / scale
    sized = moved / (lead_hours / USUAL_HOURS) ** fading
    target = np.clip(sized, *np.quantile(_sampled(sized), _MOVE_TAILS))
    offset = float(target.mean())
    pooled = _ridge(rows, target - offset, shrink.pooled)
    left, bucket = target - offset - rows @ pooled, buckets(lead_hours)
    added = [
        _ridge(rows[bucket == each], left[bucket == each], shrink.bucket)
        for each in range(len(BUCKET_HOURS) + 1)
    ]
    return Move(
        columns=table.names,
        low=low,
        high=high,
        centre=centre,
        scale=scale,
        weights=pooled + np.stack(added),
        offset=offset,
        fading=fading,
    )


def fit_noise(columns: Floats, error: Floats) -> Noise:
    """Return the noise of moves that missed by `error` (n,), told by `noise_columns` (n, k).

    The logarithm of the size of an error is regressed on the columns, then the level is set so
    that squared errors are on average what the deviations say.
    """
    size = np.log(np.abs(error) + _FLOOR)
    level, centre = float(size.mean()), columns.mean(axis=0)
    weights: Floats = _ridge(columns - centre, size - level, _NOISE_RIDGE)
    ratio = error**2 / np.exp(2 * (columns @ weights))
    kept = ratio <= np.quantile(ratio, _LARGEST)
    shift = 0.5 * float(np.log(ratio[kept].mean()))
    return Noise(weights=weights + shift * (np.arange(len(weights)) == 0))


def fit_width(mean: Floats, deviation: Floats, closed: Floats) -> float:
    """Return what deviations must be multiplied by for 80 % intervals to hold 80 % of closes."""
    distance = np.abs(closed - mean) / deviation
    return float(np.quantile(distance[np.isfinite(distance)], _INSIDE) / Z80)


def correlation(one: Floats, other: Floats) -> float:
    """Return the correlation of errors that are known of both.

    >>> correlation(np.array([1.0, -1.0, np.nan]), np.array([2.0, -2.0, 1.0]))
    1.0
    """
    known = np.isfinite(one) & np.isfinite(other)
    both, first, second = ((a[known] * b[known]).sum() for a, b in _pairs(one, other))
    return float(both / np.sqrt(first * second)) if first * second > 0 else 0.0


def _pairs(one: Floats, other: Floats) -> tuple[tuple[Floats, Floats], ...]:
    return (one, other), (one, one), (other, other)


def _fading(lead_hours: Floats, moved: Floats, shrink: Shrinkage) -> float:
    """Return the exponent of moves' size in lead, shrunk to the prior's."""
    size = np.log(np.abs(moved) + _FLOOR)
    lead = np.log(lead_hours / USUAL_HOURS)
    lead = lead - lead.mean()
    product = float((lead * (size - size.mean())).sum())
    square = float((lead**2).sum())
    belief = shrink.fading_rows
    return min(1.0, max(0.0, (product + belief * shrink.fading) / (square + belief)))


def _ridge(rows: Floats, target: Floats, shrink: float) -> Floats:
    gram = rows.T @ rows + shrink * np.eye(rows.shape[1])
    return np.asarray(np.linalg.solve(gram, rows.T @ target), dtype=np.float64)


def _ends(values: Floats) -> tuple[Floats, Floats]:
    """Return each column's tails; a column at a time, as they lie together then."""
    columns = np.ascontiguousarray(values.T)
    low, high = np.array([np.quantile(column, _TAILS) for column in columns]).T
    return low, high


def _sampled(values: Floats) -> Floats:
    return values[:: max(1, len(values) // _SAMPLE)]
