"""Calibration: what was said against what happened, with what chance alone would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from charts import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Language = Literal["fr", "en"]

_TEXTS: Final = {
    "fr": {
        "title": "Calibration : ce qui était dit, ce qui est arrivé",
        "x": "probabilité annoncée, %",
        "y": "fréquence observée, %",
        "perfect": "calibration parfaite",
        "observed": "observé",
        "bars": "95 % si l’annonce est vraie",
        "count": "issues par classe : {n}",
        "ece": "ECE {ece} pt [{low} ; {high}] · par hasard {chance} pt · n = {n}",
        "tail": "{side} : {mean} pt [{low} ; {high}], n = {n}",
        "likely": "biais si p > 60 %",
        "unlikely": "biais si p < 20 %",
    },
    "en": {
        "title": "Calibration: what was said, what happened",
        "x": "probability said, %",
        "y": "observed frequency, %",
        "perfect": "perfect calibration",
        "observed": "observed",
        "bars": "95 % if what was said is true",
        "count": "outcomes per bin: {n}",
        "ece": "ECE {ece} pt [{low}, {high}] · by chance {chance} pt · n = {n}",
        "tail": "{side}: {mean} pt [{low}, {high}], n = {n}",
        "likely": "bias where p > 60 %",
        "unlikely": "bias where p < 20 %",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One bin: what was said, what happened, of how many, and where chance would put it."""

    predicted: float
    observed: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TailBias:
    """By how much something happened more often than said, as shares, with its 95 % interval."""

    mean: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationView:
    """A reliability curve and its figures, as shares of 1; `label` says of what and when."""

    label: str
    points: tuple[CurvePoint, ...]
    ece: float
    ece_low: float
    ece_high: float
    ece_by_chance: float
    likely: TailBias
    unlikely: TailBias


def calibration_chart(view: CalibrationView, language: Language = "fr") -> bytes:
    """Return the picture as PNG bytes."""
    return theme.png(draw_calibration(view, language))


def draw_calibration(view: CalibrationView, language: Language = "fr") -> Figure:
    """Return the figure behind the picture; the bars stand where a true forecast would fall."""
    said = _TEXTS[language]
    figure, axes = theme.sheet(title=said["title"], subtitle=view.label, x=said["x"], y=said["y"])
    axes.plot(
        [0, 100],
        [0, 100],
        color=theme.FAINT,
        linestyle=":",
        linewidth=1.2,
        label=said["perfect"],
    )
    _draw_bars(axes, view.points, said["bars"])
    axes.plot(
        [100 * point.predicted for point in view.points],
        [100 * point.observed for point in view.points],
        color=theme.ACTUAL.colour,
        linestyle=theme.ACTUAL.dash,
        linewidth=theme.ACTUAL.width,
        marker="o",
        markersize=5,
        label=said["observed"],
    )
    _draw_ticks(axes, view.points)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.legend(loc="upper left", fontsize=9, framealpha=0.85, edgecolor=theme.GRID)
    axes.text(
        0.985,
        0.04,
        f"{caption(view, language)}\n{_counted(view.points, language)}",
        transform=axes.transAxes,
        ha="right",
        fontsize=9,
        linespacing=1.5,
        color=theme.INK,
        bbox={"facecolor": theme.PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 3},
    )
    return figure


def caption(view: CalibrationView, language: Language = "fr") -> str:
    """Return the figures under the curve: the ECE and the biases of both tails, in points."""
    said = _TEXTS[language]
    total = sum(point.n for point in view.points)
    first = said["ece"].format(
        ece=_points(view.ece, language),
        low=_points(view.ece_low, language),
        high=_points(view.ece_high, language),
        chance=_points(view.ece_by_chance, language),
        n=_whole(total, language),
    )
    tails = [
        said["tail"].format(
            side=said[name],
            mean=_points(bias.mean, language, signed=True),
            low=_points(bias.low, language, signed=True),
            high=_points(bias.high, language, signed=True),
            n=_whole(bias.n, language),
        )
        for name, bias in (("likely", view.likely), ("unlikely", view.unlikely))
    ]
    return "\n".join((first, *tails))


def _draw_bars(axes: Axes, points: Sequence[CurvePoint], label: str) -> None:
    axes.vlines(
        [100 * point.predicted for point in points],
        [100 * point.low for point in points],
        [100 * point.high for point in points],
        color=theme.EXPECTED.colour,
        linewidth=7,
        alpha=0.45,
        label=label,
    )


def _draw_ticks(axes: Axes, points: Sequence[CurvePoint]) -> None:
    """Mark where the bins stand: equally many in each, so ticks crowd where most is said."""
    axes.vlines(
        [100 * point.predicted for point in points], 0, 1.5, color=theme.FAINT, linewidth=1
    )


def _counted(points: Sequence[CurvePoint], language: Language) -> str:
    """Say how many stand behind each bin."""
    counts = [point.n for point in points] or [0]
    low, high = (_whole(count, language) for count in (min(counts), max(counts)))
    return _TEXTS[language]["count"].format(n=low if low == high else f"{low}-{high}")


def _points(share: float | None, language: Language, *, signed: bool = False) -> str:
    """Write a share in points of a hundred."""
    if share is None:
        return "–"
    text = f"{100 * share:+.1f}" if signed else f"{100 * share:.1f}"
    return text.replace("-", "\u2212").replace(".", "," if language == "fr" else ".")


def _whole(number: int, language: Language) -> str:
    return f"{number:,}".replace(",", "\u202f" if language == "fr" else ",")
