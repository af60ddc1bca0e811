"""Prices evaluated: how much nearer to the close than the baseline, and how reliable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts import theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from engine.learning.clusters import Clustered
    from engine.learning.evaluation.leagues import League
    from engine.learning.evaluation.scores import Line

_STROKES: Final = {
    "reference": theme.EXPECTED,
    "blend": theme.CLOSING,
    "expected_close": theme.ACTUAL,
}
_MARKERS: Final = {"reference": "s", "blend": "D", "expected_close": "o"}
_AIMS: Final = {"match_odds": -6.0, "total": -8.0}
_SHIFT: Final = 0.16
_POINTS: Final = 100.0
_WIDE: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationLabels:
    """The words of the picture, in the reader's language; names by key."""

    title: str
    subtitle: str
    nearer: str
    aim: str
    reliability: str
    said: str
    off: str
    bars: str
    empty: str
    decimal_mark: str
    markets: Mapping[str, str]
    predictors: Mapping[str, str]


ENGLISH: Final = EvaluationLabels(
    title="How near to the close, walked forward",
    subtitle="KL to the close against the price looked at; bars: 95 %, weeks as clusters",
    nearer="change of KL, % (below 0 is nearer)",
    aim="aim",
    reliability="1X2 · reliability of: {name}",
    said="probability said, %",
    off="happened more often than said, points",
    bars="95 % if what was said is true",
    empty="nothing to show",
    decimal_mark=".",
    markets={"match_odds": "1X2", "total": "Over/under 2.5"},
    predictors={
        "reference": "reference",
        "blend": "blend",
        "expected_close": "expected close",
        "goals_model": "goals model",
    },
)
FRENCH: Final = EvaluationLabels(
    title="Combien près de la clôture, pas à pas",
    subtitle="KL à la clôture face au prix relevé ; barres : 95 %, par semaine",
    nearer="écart de KL, % (sous 0 : plus près)",
    aim="objectif",
    reliability="1N2 · fiabilité : {name}",
    said="probabilité annoncée, %",
    off="arrivé plus souvent qu’annoncé, points",
    bars="95 % si l’annonce est vraie",
    empty="rien à montrer",
    decimal_mark=",",
    markets={"match_odds": "1N2", "total": "Plus/moins de 2,5"},
    predictors={
        "reference": "référence",
        "blend": "mélange",
        "expected_close": "clôture attendue",
        "goals_model": "modèle de buts",
    },
)
LANGUAGES: Final = {"en": ENGLISH, "fr": FRENCH}


def evaluation_chart(
    lines: Sequence[Line], leagues: Sequence[League], labels: EvaluationLabels
) -> bytes:
    """Return the picture as PNG bytes; a panel that has nothing to show says so."""
    return theme.png(draw_evaluation(lines, leagues, labels))


def draw_evaluation(
    lines: Sequence[Line], leagues: Sequence[League], labels: EvaluationLabels
) -> Figure:
    """Return the figure behind the picture: KL on 1X2, KL on totals, reliability on 1X2."""
    figure, panels = theme.panels(
        title=labels.title,
        subtitle=labels.subtitle,
        titles=(labels.markets["match_odds"], labels.markets["total"], ""),
        width=_WIDE,
    )
    for axes, market in zip(panels, _AIMS, strict=False):
        _draw_nearness(axes, [one for one in lines if one.market == market], labels)
    _draw_reliability(panels[2], leagues, labels)
    handles, words = panels[0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, words, loc="outside lower left", ncols=4, fontsize=9, frameon=False)
    return figure


def _draw_nearness(axes: Axes, lines: Sequence[Line], labels: EvaluationLabels) -> None:
    changes = _changes(lines)
    seasons = sorted({season for found in changes.values() for season in found})
    if not seasons:
        _say_nothing(axes, labels)
        return
    axes.axhline(0, color=theme.FAINT, linewidth=1)
    axes.axhline(
        _AIMS[lines[0].market], color=theme.INK, linewidth=1.4, linestyle=":", label=labels.aim
    )
    for place, (name, found) in enumerate(changes.items()):
        stroke = _STROKES[name]
        shown = [season for season in seasons if season in found]
        values = [found[season].value * _POINTS for season in shown]
        axes.errorbar(
            [
                seasons.index(season) + _SHIFT * (place - (len(changes) - 1) / 2)
                for season in shown
            ],
            values,
            yerr=_reach([found[season] for season in shown]),
            color=stroke.colour,
            marker=_MARKERS[name],
            markersize=6,
            linestyle="none",
            elinewidth=1.6,
            label=labels.predictors[name],
        )
    axes.set_xticks(
        range(len(seasons)),
        labels=[f"{season % 100:02}/{(season + 1) % 100:02}" for season in seasons],
    )
    axes.set_xlim(-0.6, len(seasons) - 0.4)
    axes.set_ylabel(labels.nearer, fontsize=10, color=theme.FAINT)
    axes.grid(visible=False, axis="x")
    _local_ticks(axes, labels)


def _changes(lines: Sequence[Line]) -> dict[str, dict[int, Clustered]]:
    """Return each model's change of KL against the baseline by season."""
    found: dict[str, dict[int, Clustered]] = {}
    for name in _STROKES:
        known = {
            one.season: one.against["baseline"].kl_change
            for one in lines
            if one.predictor == name and one.season is not None
        }
        told = {season: change for season, change in known.items() if change.n}
        if told:
            found[name] = told
    return found


def _reach(found: Sequence[Clustered]) -> list[list[float]]:
    return [
        [(one.value - one.low) * _POINTS for one in found],
        [(one.high - one.value) * _POINTS for one in found],
    ]


def _draw_reliability(axes: Axes, leagues: Sequence[League], labels: EvaluationLabels) -> None:
    """Draw how far what happened is from what was said: on a diagonal one would see nothing."""
    known = {
        one.predictor: one.reliability
        for one in leagues
        if one.market == "match_odds" and not one.league and one.reliability is not None
    }
    name = next((one for one in ("expected_close", "blend", "reference") if one in known), "")
    axes.set_title(
        labels.reliability.format(name=labels.predictors.get(name, "–")),
        loc="left",
        fontsize=11,
        color=theme.INK,
    )
    if not name:
        _say_nothing(axes, labels)
        return
    curve = known[name]
    said = curve.predicted * _POINTS
    low, high = ((bar - curve.predicted) * _POINTS for bar in (curve.low, curve.high))
    axes.axhline(0, color=theme.FAINT, linewidth=1)
    axes.fill_between(said, low, high, color=theme.WIDE_BAND, label=labels.bars)
    axes.plot(
        said,
        (curve.observed - curve.predicted) * _POINTS,
        color=_STROKES[name].colour,
        marker=_MARKERS[name],
        markersize=5,
        linewidth=_STROKES[name].width,
    )
    axes.set_xlabel(labels.said, fontsize=10, color=theme.FAINT)
    axes.set_ylabel(labels.off, fontsize=10, color=theme.FAINT)
    axes.legend(loc="upper left", fontsize=9, frameon=False)
    axes.margins(y=0.25)
    _local_ticks(axes, labels)


def _local_ticks(axes: Axes, labels: EvaluationLabels) -> None:
    low, high = axes.get_ylim()
    ticks = [tick for tick in axes.get_yticks() if low <= tick <= high]
    axes.set_yticks(ticks, labels=[_signed(tick, labels) for tick in ticks])
    axes.set_ylim(low, high)


def _signed(value: float, labels: EvaluationLabels) -> str:
    text = f"{value:+g}" if abs(value) > 1e-9 else "0"  # noqa: PLR2004  # a tick that is zero
    return text.replace(".", labels.decimal_mark).replace("-", "\u2212")


def _say_nothing(axes: Axes, labels: EvaluationLabels) -> None:
    axes.set(xticks=[], yticks=[])
    axes.text(0.5, 0.5, labels.empty, transform=axes.transAxes, ha="center", color=theme.FAINT)
