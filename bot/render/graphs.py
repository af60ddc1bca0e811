"""The words of the pictures of a record, and the same figures in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.render.cells import cell_name
from bot.render.numbers import day, decimal, percent
from bot.render.stats import ALL_LOST, estimate
from charts.course import CourseLabels, course_chart
from charts.forest import ForestLabels, ForestRow, forest_chart
from charts.histogram import HistogramLabels, histogram_chart
from charts.matrix import MatrixLabels, matrix_chart
from charts.reliability import ReliabilityLabels, reliability_chart
from engine.learning.slices import By

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick import Provenance
    from engine.domain.preferences import Shade
    from engine.learning.recorded.calibrated import Calibrated, SaidAndDone
    from engine.learning.recorded.correlated import Correlated, Correlation
    from engine.learning.recorded.course import Course
    from engine.learning.recorded.histogram import Histogram
    from engine.learning.slices import Cell, Sliced

MOST_ROWS = 16
"""Lines of a picture; there are no more on a phone."""
_TOLD = 6
"""Lines of a picture that its caption repeats: it holds 1,024 characters."""
_MOST_MARKETS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told what: a picture of one record, in one language, on one clock."""

    graph: str
    provenance: Provenance
    voice: Voice
    money: Money
    filter: str = ""

    def title(self, n: int) -> str:
        return self.voice.plain(
            f"graphs.title_{self.graph}",
            provenance=self.voice.plain(f"stats.{self.provenance}"),
            n=n,
        )

    def subtitle(self, told: str) -> str:
        return f"{told} · {self.filter}" if self.filter else told

    def caption(self, n: int, *told: str) -> str:
        """Return the title, what is told, the filter, and how the picture is read."""
        how = self.voice.plain(f"graphs.how_{self.graph}")
        kept = [f"🔎 {self.filter}"] if self.filter else []
        return "\n".join([self.title(n), *(one for one in told if one), *kept, how])

    @property
    def mark(self) -> str:
        """The reader's decimal mark."""
        return decimal(0.0, self.voice.language, digits=1)[1]

    def points(self, value: float) -> str:
        """Write a share as points of a hundred."""
        return decimal(100 * value, self.voice.language, digits=1, signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphic:
    """A picture that can be drawn, and what it shows in words."""

    caption: str
    draw: Callable[[Shade], bytes]


def told_spread(spread: Histogram, telling: Telling) -> Graphic | None:
    """Return the spread of CLV; None without a close."""
    if not spread.closes:
        return None
    voice = telling.voice
    mean = estimate(spread.mean, voice)
    beat = estimate(spread.beat, voice, signed=False)
    median = telling.points(spread.median or 0.0)
    labels = HistogramLabels(
        title=telling.title(spread.n),
        subtitle=telling.subtitle(voice.plain("graphs.mean_is", value=mean)),
        mean=voice.plain("graphs.mean_at", value=telling.points(spread.mean.mean or 0.0)),
        median=voice.plain("graphs.median_at", value=median),
        axis_clv=voice.plain("graphs.axis_clv_points"),
        axis_bets=voice.plain("graphs.axis_bets"),
        decimal_mark=telling.mark,
    )
    told = (
        voice.plain("graphs.mean_is", value=mean),
        voice.plain("graphs.median_is", value=median),
        voice.plain("graphs.beat_is", value=beat),
        voice.plain("stats.coverage", closes=spread.closes, n=spread.n),
    )
    return Graphic(
        caption=telling.caption(spread.n, *told),
        draw=partial(histogram_chart, spread, labels),
    )


def told_course(course: Course, telling: Telling) -> Graphic | None:
    """Return the course of CLV; None without a close."""
    if not course.mean:
        return None
    voice = telling.voice
    ends = {
        name: day(at, telling.money.time_zone, voice.language)
        for name, at in (("since", course.at[0]), ("until", course.at[-1]))
    }
    weeks = voice.count("graphs.weeks", len(course.mean), **ends)
    value = telling.points(course.mean[-1])
    if course.low[-1] == course.low[-1]:  # NaN while there are too few weeks
        value = voice.plain(
            "graphs.within",
            value=value,
            low=telling.points(course.low[-1]),
            high=telling.points(course.high[-1]),
        )
    now = voice.plain("graphs.course_now", value=value, closes=course.closes[-1])
    labels = CourseLabels(
        title=telling.title(course.n),
        subtitle=telling.subtitle(now),
        mean=voice.plain("graphs.course_mean"),
        interval=voice.plain("graphs.interval"),
        week=voice.plain("graphs.course_week"),
        axis_clv=voice.plain("graphs.axis_clv"),
        day=lambda at: day(at, telling.money.time_zone, voice.language),
        decimal_mark=telling.mark,
    )
    return Graphic(
        caption=telling.caption(course.n, now, weeks),
        draw=partial(course_chart, course, labels),
    )


def told_cut(cut: Sliced, telling: Telling) -> Graphic | None:
    """Return a record cut by one trait, by CLV; None without a bet."""
    if not cut.cells:
        return None
    voice, shown = telling.voice, _shown(cut)
    rest = len(cut.cells) - len(shown)
    rows = [ForestRow(label=cell_name(cut.by, one.key, voice), value=one.clv) for one in shown]
    more = voice.count("graphs.rest", rest) if rest else ""
    labels = ForestLabels(
        title=telling.title(cut.n),
        subtitle=telling.subtitle(more or voice.count("graphs.groups", len(shown))),
        axis=voice.plain("graphs.axis_clv_95"),
        sure=voice.plain("graphs.enough"),
        few=voice.plain("graphs.few"),
        decimal_mark=telling.mark,
    )
    told = [
        voice.plain(
            "graphs.cell",
            name=cell_name(cut.by, one.key, voice),
            clv=estimate(one.clv, voice),
            yields=estimate(one.yield_, voice, floor=ALL_LOST),
        )
        for one in shown[:_TOLD]
    ]
    return Graphic(
        caption=telling.caption(cut.n, *told, more),
        draw=partial(forest_chart, rows, labels),
    )


def _shown(cut: Sliced) -> Sequence[Cell]:
    """Return the cells that are drawn: bands in their order, names by their CLV."""
    if cut.by is By.TIMING:
        return cut.cells
    most = cut.cells[:MOST_ROWS]
    return sorted(most, key=lambda one: (one.clv.mean is None, -(one.clv.mean or 0.0)))


def told_calibration(found: Calibrated, telling: Telling) -> Graphic | None:
    """Return how chances came true; None without a bet that was won or lost."""
    if not found.bins:
        return None
    voice = telling.voice

    def number(value: float | None) -> str:
        return "" if value is None else decimal(value, voice.language, digits=3)

    scores = voice.plain(
        "graphs.scores",
        brier=number(found.brier.mean),
        loss=number(found.log_loss.mean),
        odds=number(found.of_odds.mean),
    )
    error = voice.plain("graphs.error", value=telling.points(found.error or 0.0).lstrip("+"))
    labels = ReliabilityLabels(
        title=telling.title(found.n),
        subtitle=telling.subtitle(f"{error} · {scores}"),
        right=voice.plain("graphs.right"),
        seen=voice.plain("graphs.enough"),
        few=voice.plain("graphs.few"),
        axis_said=voice.plain("graphs.axis_said"),
        axis_won=voice.plain("graphs.axis_won"),
        decimal_mark=telling.mark,
    )
    told = [_said(one, voice) for one in found.bins]
    return Graphic(
        caption=telling.caption(found.n, scores, error, *told),
        draw=partial(reliability_chart, found, labels),
    )


def _said(one: SaidAndDone, voice: Voice) -> str:
    return voice.plain(
        "graphs.said",
        said=percent(one.said, voice.language, digits=0),
        won=estimate(one.won, voice, signed=False),
    )


def told_correlations(found: Correlated, telling: Telling) -> Graphic | None:
    """Return how markets go together; None where no match had bets on two of them."""
    markets = found.markets[:_MOST_MARKETS]
    if not markets:
        return None
    voice = telling.voice
    names = [cell_name(By.MARKET, one, voice) for one in markets]

    def pair(one: str, other: str) -> Correlation | None:
        return found.pairs.get((one, other)) or found.pairs.get((other, one))

    cells = [
        tuple(pair(one, other) for other in markets[:place]) for place, one in enumerate(markets)
    ]
    strongest = sorted(
        ((key, one) for key, one in found.pairs.items() if one.value is not None and not one.few),
        key=lambda each: -abs(each[1].value or 0.0),
    )[:_TOLD]
    told = [
        voice.plain(
            "graphs.pair",
            one=cell_name(By.MARKET, key[0], voice),
            other=cell_name(By.MARKET, key[1], voice),
            value=decimal(one.value or 0.0, voice.language, signed=True),
            low=decimal(one.low or 0.0, voice.language, signed=True),
            high=decimal(one.high or 0.0, voice.language, signed=True),
            n=one.n,
        )
        for key, one in strongest
    ]
    matches = sum(one.n for one in found.pairs.values())
    pairs = voice.count("graphs.pairs", matches)
    labels = MatrixLabels(
        title=telling.title(found.n),
        subtitle=telling.subtitle(pairs),
        together=voice.plain("graphs.together"),
        apart=voice.plain("graphs.apart"),
        few=voice.plain("graphs.few_matches"),
        decimal_mark=telling.mark,
    )
    return Graphic(
        caption=telling.caption(found.n, pairs, *(told or [voice.plain("graphs.no_pair")])),
        draw=partial(matrix_chart, names, cells, labels),
    )
