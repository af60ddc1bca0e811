"""A backtest as a picture: CLV beside the rule's, profit beside the closes', the score's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from charts import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from engine.learning.backtest.reliability import Reliability
    from engine.learning.backtest.summary import Compared

    Floats = NDArray[np.float64]

_STROKES: Final = {"product": theme.ACTUAL, "rule": theme.EXPECTED}
_MARKERS: Final = {"product": "o", "rule": "s"}
_WIDE: Final = 12.5
_PER_CENT: Final = 100.0
_SHIFT: Final = 0.12
_TOLERANCE: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BacktestView:
    """What is drawn: `size` best picks of a season (all where None), their ends in columns."""

    compared: Sequence[Compared]
    size: int | None
    price: str
    kick_off: Floats
    profit: Floats
    clv: Floats
    reliability: Reliability


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestLabels:
    """The words of the picture, in the reader's language."""

    title: str
    subtitle: str
    best: str
    named: str
    every: str
    clv: str
    clv_axis: str
    product: str
    rule: str
    profit: str
    profit_axis: str
    actual: str
    closing: str
    reliability: str
    said: str
    happened: str
    tolerance: str
    empty: str
    decimal_mark: str


ENGLISH: Final = BacktestLabels(
    title="Backtest, walked forward",
    subtitle="{size} · {price} · provenance: backtest · bars: 95 %, weeks as clusters",
    best="best price of the market (a bound)",
    named="prices of named books",
    every="every pick",
    clv="Closing line value by season",
    clv_axis="mean CLV, %",
    product="picks",
    rule="Buchdahl’s rule",
    profit="Profit, one unit a pick",
    profit_axis="units",
    actual="earned",
    closing="expected by the closes",
    reliability="Does the Sweet Spot score keep its word?",
    said="score",
    happened="closes above the hurdle, %",
    tolerance="± 10 points",
    empty="nothing to show",
    decimal_mark=".",
)
FRENCH: Final = BacktestLabels(
    title="Backtest, pas à pas",
    subtitle="{size} · {price} · provenance : backtest · barres : 95 %, par semaine",
    best="meilleure cote du marché (une borne)",
    named="cotes de bookmakers nommés",
    every="toutes les sélections",
    clv="Valeur à la clôture par saison",
    clv_axis="CLV moyenne, %",
    product="sélections",
    rule="règle de Buchdahl",
    profit="Profit, une unité par sélection",
    profit_axis="unités",
    actual="gagné",
    closing="attendu par les clôtures",
    reliability="Le score Sweet Spot tient-il parole ?",
    said="score",
    happened="clôtures au-dessus du seuil, %",
    tolerance="± 10 points",
    empty="rien à montrer",
    decimal_mark=",",
)
LANGUAGES: Final = {"en": ENGLISH, "fr": FRENCH}
_BEST_OF: Final = {"en": "{size} best of each season", "fr": "{size} meilleures par saison"}


def backtest_chart(view: BacktestView, labels: BacktestLabels) -> bytes:
    """Return the picture as PNG bytes; a panel that has nothing to show says so."""
    return theme.png(draw_backtest(view, labels))


def draw_backtest(view: BacktestView, labels: BacktestLabels) -> Figure:
    """Return the figure behind the picture."""
    figure, panels = theme.panels(
        title=labels.title,
        subtitle=labels.subtitle.format(
            size=_size(view, labels), price=labels.best if view.price == "best" else labels.named
        ),
        titles=(labels.clv, labels.profit, labels.reliability),
        width=_WIDE,
    )
    _draw_clv(panels[0], view, labels)
    _draw_profit(panels[1], view, labels)
    _draw_reliability(panels[2], view, labels)
    return figure


def _size(view: BacktestView, labels: BacktestLabels) -> str:
    if view.size is None:
        return labels.every
    language = "fr" if labels.decimal_mark == "," else "en"
    thousands = f"{view.size:,}".replace(",", "\u202f" if language == "fr" else ",")
    return _BEST_OF[language].format(size=thousands)


def _draw_clv(axes: Axes, view: BacktestView, labels: BacktestLabels) -> None:
    seasons = sorted({one.season for one in view.compared if one.season is not None})
    for place, (name, stroke) in enumerate(_STROKES.items()):
        found = {
            one.season: one.figures.clv
            for one in view.compared
            if one.name == name and one.size == view.size and one.figures.clv.n
        }
        shown = [season for season in seasons if season in found]
        values = np.array([found[season].value for season in shown]) * _PER_CENT
        low = np.array([found[season].low for season in shown]) * _PER_CENT
        axes.errorbar(
            [seasons.index(season) + _SHIFT * (2 * place - 1) for season in shown],
            values,
            yerr=np.nan_to_num(values - low),
            color=stroke.colour,
            marker=_MARKERS[name],
            markersize=7,
            linestyle="none",
            elinewidth=1.6,
            label=getattr(labels, name),
        )
    if not axes.has_data() or not seasons:
        _say_nothing(axes, labels)
        return
    axes.axhline(0, color=theme.FAINT, linewidth=1)
    axes.set_xticks(
        range(len(seasons)),
        labels=[f"{season % 100:02}/{(season + 1) % 100:02}" for season in seasons],
    )
    axes.set_xlim(-0.6, len(seasons) - 0.4)
    axes.set_ylabel(labels.clv_axis, fontsize=10, color=theme.FAINT)
    axes.legend(loc="best", fontsize=9, frameon=False)
    _local_ticks(axes, labels)


def _draw_profit(axes: Axes, view: BacktestView, labels: BacktestLabels) -> None:
    known = np.flatnonzero(np.isfinite(view.profit) & np.isfinite(view.clv))
    if not len(known):
        _say_nothing(axes, labels)
        return
    order = known[np.argsort(view.kick_off[known], kind="stable")]
    days = [datetime.fromtimestamp(at, UTC) for at in view.kick_off[order].tolist()]
    for column, stroke, label in (
        (view.profit, theme.ACTUAL, labels.actual),
        (view.clv, theme.CLOSING, labels.closing),
    ):
        axes.plot(
            days,  # type: ignore[arg-type]  # matplotlib reads datetimes, its stubs do not say so
            np.cumsum(column[order]),
            color=stroke.colour,
            linestyle=stroke.dash,
            linewidth=stroke.width,
            label=label,
        )
    axes.axhline(0, color=theme.FAINT, linewidth=1)
    axes.set_ylabel(labels.profit_axis, fontsize=10, color=theme.FAINT)
    axes.legend(loc="upper left", fontsize=9, frameon=False)
    years = [
        datetime(year, 1, 1, tzinfo=UTC) for year in range(days[0].year + 1, days[-1].year + 1)
    ]
    axes.set_xticks(years, labels=[str(day.year) for day in years])  # type: ignore[arg-type]  # as above


def _draw_reliability(axes: Axes, view: BacktestView, labels: BacktestLabels) -> None:
    bins = [one for one in view.reliability.bins if one.holds is not None]
    if not bins:
        _say_nothing(axes, labels)
        return
    ends = np.array([0.0, _PER_CENT])
    axes.fill_between(
        ends, ends - _TOLERANCE, ends + _TOLERANCE, color=theme.WIDE_BAND, label=labels.tolerance
    )
    axes.plot(ends, ends, color=theme.FAINT, linewidth=1)
    happened = np.array([one.happened.value for one in bins]) * _PER_CENT
    low = np.array([one.happened.low for one in bins]) * _PER_CENT
    axes.errorbar(
        [one.said for one in bins],
        happened,
        yerr=np.nan_to_num(happened - low),
        color=theme.ACTUAL.colour,
        marker="o",
        markersize=6,
        linestyle="none",
        elinewidth=1.6,
    )
    axes.set_xlim(0, _PER_CENT)
    axes.set_ylim(0, _PER_CENT)
    axes.set_xlabel(labels.said, fontsize=10, color=theme.FAINT)
    axes.set_ylabel(labels.happened, fontsize=10, color=theme.FAINT)
    axes.legend(loc="upper left", fontsize=9, frameon=False)


def _local_ticks(axes: Axes, labels: BacktestLabels) -> None:
    low, high = axes.get_ylim()
    ticks = [tick for tick in axes.get_yticks() if low <= tick <= high]
    axes.set_yticks(
        ticks,
        labels=[
            f"{tick:g}".replace(".", labels.decimal_mark).replace("-", "\u2212") for tick in ticks
        ],
    )
    axes.set_ylim(low, high)


def _say_nothing(axes: Axes, labels: BacktestLabels) -> None:
    axes.set(xticks=[], yticks=[])
    axes.text(0.5, 0.5, labels.empty, transform=axes.transAxes, ha="center", color=theme.FAINT)
