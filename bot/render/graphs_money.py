"""The words of the pictures of what a record earned, and the same figures in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from babel.dates import format_date

from bot.render.graphs import Graphic
from bot.render.numbers import decimal
from bot.render.stats import ALL_LOST, chart_labels, estimate, render_caption
from charts.bars import Bar, BarLabels, bars_chart
from charts.profit import profit_chart
from charts.underwater import UnderwaterLabels, underwater_chart
from engine.learning.periods import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.render.graphs import Telling
    from engine.domain.record import Record
    from engine.learning.periods import Period
    from engine.learning.recorded.curve import Curve
    from engine.learning.recorded.underwater import Underwater

MOST_PERIODS: Final[Mapping[Span, int]] = {Span.DAY: 31, Span.WEEK: 26, Span.MONTH: 24}
_TOLD: Final = 5
_PATTERNS: Final[Mapping[Span, str]] = {
    Span.DAY: "d MMM",
    Span.WEEK: "d MMM",
    Span.MONTH: "MMM yy",
}


def told_curve(figures: Record, curve: Curve, telling: Telling) -> Graphic | None:
    """Return the running profit; None without a bet."""
    if not curve.bets:
        return None
    labels = chart_labels(figures, telling.voice)
    caption = render_caption(figures, curve, voice=telling.voice)
    kept = f"\n🔎 {telling.filter}" if telling.filter else ""
    return Graphic(caption=f"{caption}{kept}", draw=partial(profit_chart, curve, labels))


def told_depths(found: Underwater, telling: Telling) -> Graphic:
    """Return the drawdowns of a record."""
    voice = telling.voice

    def units(value: float) -> str:
        return decimal(value, voice.language, signed=True)

    deepest = voice.plain(
        "graphs.deepest", units=units(found.deepest), at=found.deepest_at, n=found.n
    )
    now = voice.plain("graphs.depth_now", units=units(found.now))
    luck = voice.plain(
        "graphs.luck_depths", half=units(found.half), nine_tenths=units(found.nine_tenths)
    )
    labels = UnderwaterLabels(
        title=telling.title(found.n),
        subtitle=telling.subtitle(f"{deepest} · {now}"),
        depth=voice.plain("graphs.depth"),
        half=voice.plain("graphs.depth_half"),
        nine_tenths=voice.plain("graphs.depth_nine_tenths"),
        axis_bets=voice.plain("chart.axis_bets"),
        axis_units=voice.plain("chart.axis_units"),
        decimal_mark=telling.mark,
    )
    longest = voice.count("graphs.longest", found.longest)
    since = voice.count("graphs.since_best", found.since) if found.since else ""
    return Graphic(
        caption=telling.caption(found.n, deepest, now, luck, longest, since),
        draw=partial(underwater_chart, found, labels),
    )


def told_periods(found: Sequence[Period], span: Span, telling: Telling) -> Graphic | None:
    """Return what the last periods with bets earned; None without one."""
    if not found:
        return None
    voice, shown = telling.voice, found[-MOST_PERIODS[span] :]
    n = sum(one.n for one in shown)
    bars = [
        Bar(
            label=format_date(one.start, _PATTERNS[span], locale=voice.language),
            profit=float(one.profit),
            n=one.n,
        )
        for one in shown
    ]
    counted = voice.count(f"graphs.counted_{span}", len(shown))
    labels = BarLabels(
        title=telling.title(n),
        subtitle=telling.subtitle(counted),
        won=voice.plain("graphs.won"),
        lost=voice.plain("graphs.lost"),
        axis_units=voice.plain("graphs.axis_units_n"),
        decimal_mark=telling.mark,
    )
    told = [_period(one, span, telling) for one in reversed(shown[-_TOLD:])]
    return Graphic(
        caption=telling.caption(n, *told),
        draw=partial(bars_chart, bars, labels),
    )


def _period(one: Period, span: Span, telling: Telling) -> str:
    voice = telling.voice
    return voice.plain(
        "graphs.period",
        name=format_date(one.start, _PATTERNS[span], locale=voice.language),
        units=decimal(one.profit, voice.language, signed=True),
        n=one.n,
        yields=estimate(one.yield_, voice, floor=ALL_LOST),
        clv=estimate(one.clv, voice),
    )
