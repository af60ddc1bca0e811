"""The profit chart of a long record, warm, beside the same picture by plain plotting.

Both draw the same curve of 2,000 bets on a sheet of the same size: two bands, three lines, named
axes, a grid and a key. Plain plotting lays out tightly and saves as its manual shows.
"""

from __future__ import annotations

from io import BytesIO
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Final

import numpy as np

from charts.phone import DOTS_PER_INCH
from charts.profit import ProfitLabels, draw_profit, profit_chart
from engine.domain.preferences import Shade
from engine.learning.recorded.curve import Curve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

BETS: Final = 2_000
_ROUNDS: Final = 25
_LABELS: Final = ProfitLabels(
    title=f"Cumulative profit · backtest · n = {BETS}",
    subtitle="Yield +2% [-3%; +7%]",
    actual="actual",
    expected="expected at the alert",
    closing="expected at the close",
    band="nine times in ten",
    half_band="every other time",
    axis_bets="settled bets",
    axis_units="units",
    decimal_mark=".",
)


def measure() -> Mapping[str, object]:
    """Return the processor time of both pictures, their ratio, and what ours weighs."""
    curve = a_curve(BETS)

    def ours() -> bytes:
        return profit_chart(curve, _LABELS, Shade.LIGHT)

    def plain() -> bytes:
        return plainly(curve)

    mine, theirs = _side_by_side(ours, plain)
    return {
        "bets": BETS,
        "ours, ms": round(1_000 * mine, 1),
        "plain, ms": round(1_000 * theirs, 1),
        "ours of plain (aim 1/3)": round(mine / theirs, 3),
        "ours light, bytes": len(ours()),
        "ours dark, bytes": len(profit_chart(curve, _LABELS, Shade.DARK)),
        "plain, bytes": len(plain()),
    }


def a_curve(n: int) -> Curve:
    """Return a record of `n` bets of one unit at an edge of 2 %."""
    bets = np.arange(1.0, n + 1.0)
    luck, drift = np.sqrt(bets), 0.02 * bets
    actual = drift + np.random.default_rng(7).normal(0, 1, n).cumsum()

    def told(values: NDArray[np.floating]) -> tuple[float, ...]:
        return tuple(values.tolist())

    return Curve(
        bets=tuple(range(1, n + 1)),
        actual=told(actual),
        expected_alert=told(drift),
        expected_close=told(0.9 * drift),
        low50=told(drift - 0.67 * luck),
        high50=told(drift + 0.67 * luck),
        low90=told(drift - 1.64 * luck),
        high90=told(drift + 1.64 * luck),
        n_close=n,
    )


def plainly(curve: Curve) -> bytes:
    """Return the same picture as the plotting library's own manual makes one."""
    import matplotlib as mpl  # noqa: PLC0415  # its state is global: only where it is measured

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    size = draw_profit(curve, _LABELS, Shade.LIGHT).figure.get_size_inches()
    figure, axes = plt.subplots(figsize=(float(size[0]), float(size[1])))
    bets = range(len(curve.actual))
    axes.fill_between(bets, curve.low90, curve.high90, alpha=0.3, label=_LABELS.band)
    axes.fill_between(bets, curve.low50, curve.high50, alpha=0.3, label=_LABELS.half_band)
    axes.plot(bets, curve.expected_close, ":", label=_LABELS.closing)
    axes.plot(bets, curve.expected_alert, "--", label=_LABELS.expected)
    axes.plot(bets, curve.actual, label=_LABELS.actual)
    axes.set_title(_LABELS.title)
    axes.set_xlabel(_LABELS.axis_bets)
    axes.set_ylabel(_LABELS.axis_units)
    axes.grid(visible=True)
    axes.legend()
    figure.tight_layout()
    out = BytesIO()
    figure.savefig(out, dpi=DOTS_PER_INCH)
    plt.close(figure)
    return out.getvalue()


def _side_by_side(one: Callable[[], bytes], other: Callable[[], bytes]) -> tuple[float, float]:
    """Return the median processor seconds of both, taken in turns once both are warm."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(_ROUNDS + 2):
        for place, draw in enumerate((one, other)):
            start = process_time()
            draw()
            if turn > 1:
                seconds[place].append(process_time() - start)
    return median(seconds[0]), median(seconds[1])
