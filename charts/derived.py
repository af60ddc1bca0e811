"""Derived prices against quotes: what each way to price a market loses, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts import theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from engine.learning.derived.scores import Against, MarketScore, Mean

_STROKES: Final = (theme.EXPECTED, theme.ACTUAL, theme.CLOSING)
_MARKERS: Final = ("o", "s", "D")
_OFFSETS: Final = (0.24, 0.0, -0.24)
_SCALE: Final = 1_000
_POINTS: Final = 100
_ROOM: Final = 0.55  # beside the marks, for the words on bias
_HIGHEST: Final = 0.62


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedLabels:
    """The words of the chart, in the reader's language; `markets` by code."""

    title: str
    subtitle: str
    plain: str
    corrected: str
    pooled: str
    aim: str
    bias: str
    axis: str
    empty: str
    decimal_mark: str
    markets: Mapping[str, str]


ENGLISH: Final = DerivedLabels(
    title="Prices derived from 1X2 and over 2.5",
    subtitle="log-loss less the quote's, n = {n} matches; bars: 95 %, weeks as clusters",
    plain="plain grid",
    corrected="corrected",
    pooled="pooled with the quote",
    aim="aim",
    bias="bias {corrected} pt\nquote {quote} pt",
    axis="thousandths of log-loss; left of 0 is better than the quote",
    empty="No match to compare",
    decimal_mark=".",
    markets={
        "btts_yes": "Both score",
        "over_0.5": "Over 0.5",
        "over_1.5": "Over 1.5",
        "over_3.5": "Over 3.5",
        "over_4.5": "Over 4.5",
    },
)
FRENCH: Final = DerivedLabels(
    title="Prix déduits du 1N2 et du plus de 2,5",
    subtitle="log-loss moins celle de la cote, n = {n} matchs ; barres : 95 %, par semaine",
    plain="grille brute",
    corrected="corrigé",
    pooled="mêlé à la cote",
    aim="objectif",
    bias="biais {corrected} pt\ncote {quote} pt",
    axis="millièmes de log-loss ; à gauche de 0 : mieux que la cote",
    empty="Aucun match à comparer",
    decimal_mark=",",
    markets={
        "btts_yes": "2 marquent",
        "over_0.5": "+ de 0,5",
        "over_1.5": "+ de 1,5",
        "over_3.5": "+ de 3,5",
        "over_4.5": "+ de 4,5",
    },
)
LANGUAGES: Final = {"en": ENGLISH, "fr": FRENCH}


def derived_chart(scores: Sequence[MarketScore], labels: DerivedLabels) -> bytes:
    """Return the picture of `scores` as PNG bytes; no match at all is said in words."""
    return theme.png(draw_derived(scores, labels))


def draw_derived(scores: Sequence[MarketScore], labels: DerivedLabels) -> Figure:
    """Return the figure behind the picture: one row a market, the first on top."""
    shown = [score for score in scores if score.n]
    most = max((score.n for score in shown), default=0)
    figure, axes = theme.sheet(
        title=labels.title,
        subtitle=labels.subtitle.format(n=f"{most:,}".replace(",", "\u202f")),
        x=labels.axis,
        y="",
    )
    if not shown:
        axes.set(xticks=[], yticks=[], xlabel="")
        axes.text(0.5, 0.5, labels.empty, transform=axes.transAxes, ha="center", color=theme.FAINT)
        return figure
    _draw_rows(axes, shown, labels)
    figure.legend(
        loc="outside lower center", ncols=4, fontsize=9, frameon=False, columnspacing=1.2
    )
    return figure


def _draw_rows(axes: Axes, scores: Sequence[MarketScore], labels: DerivedLabels) -> None:
    axes.axvline(0, color=theme.FAINT, linewidth=1)
    rows = [len(scores) - 1 - place for place in range(len(scores))]
    words = (labels.plain, labels.corrected, labels.pooled)
    ways = [(score.plain, score.corrected, score.pooled) for score in scores]
    for way, (word, stroke, marker) in enumerate(zip(words, _STROKES, _MARKERS, strict=True)):
        means = [against[way].loss for against in ways]
        axes.errorbar(
            [mean.value * _SCALE for mean in means],
            [row + _OFFSETS[way] for row in rows],
            xerr=[[_below(mean) for mean in means], [_above(mean) for mean in means]],
            color=stroke.colour,
            marker=marker,
            markersize=6,
            linewidth=stroke.width,
            linestyle="none",
            elinewidth=1.6,
            label=word,
        )
    _draw_aims(axes, scores, rows, labels)
    for row, score in zip(rows, scores, strict=True):
        axes.text(
            1.0,
            row,
            _bias(score.corrected, score.quote_bias, labels),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=9,
            color=theme.INK,
        )
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    axes.set_xticks(ticks, labels=[_signed(tick, "g", labels) for tick in ticks])
    axes.set_xlim(low, high + (high - low) * _ROOM / 2)
    axes.set_ylim(-_HIGHEST, len(scores) - 1 + _HIGHEST)
    axes.set_yticks(rows, labels=[labels.markets.get(s.code, s.code) for s in scores])
    axes.tick_params(axis="y", labelsize=11, labelcolor=theme.INK)
    axes.grid(visible=False, axis="y")


def _draw_aims(
    axes: Axes, scores: Sequence[MarketScore], rows: Sequence[int], labels: DerivedLabels
) -> None:
    aims = [(score.aim, row) for score, row in zip(scores, rows, strict=True)]
    known = [(aim * _SCALE, row) for aim, row in aims if aim is not None]
    axes.vlines(
        [aim for aim, _ in known],
        [row - 0.4 for _, row in known],
        [row + 0.4 for _, row in known],
        color=theme.INK,
        linewidth=1.6,
        linestyle=":",
        label=labels.aim,
    )


def _bias(corrected: Against, quote: Mean, labels: DerivedLabels) -> str:
    return labels.bias.format(
        corrected=_signed(corrected.bias.value * _POINTS, ".1f", labels),
        quote=_signed(quote.value * _POINTS, ".1f", labels),
    )


def _signed(value: float, form: str, labels: DerivedLabels) -> str:
    text = f"{value:+{form}}"
    if float(text) == 0:
        text = text[1:]
    return text.replace(".", labels.decimal_mark).replace("-", "\u2212")


def _below(mean: Mean) -> float:
    return (mean.value - mean.low) * _SCALE


def _above(mean: Mean) -> float:
    return (mean.high - mean.value) * _SCALE
