"""The market table as Telegram HTML: 22 markets, each badge with its reasons."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import day, decimal, percent
from bot.render.stats import ALL_LOST, estimate
from charts.markets import MarketLabels, MarketMark
from engine.learning.markets.badges import ASKED, Badge, Condition
from engine.learning.markets.rows import Order, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.learning.markets.rows import Belief, MarketRow, MarketTable, Verdict

MARKS: Final[Mapping[Badge, str]] = {
    Badge.TOP: "🏆",
    Badge.GOOD: "✅",
    Badge.AVOID: "⚠️",
    Badge.INSUFFICIENT: "⏳",
}
_COUNTED: Final = {Condition.CLOSES_100, Condition.CLOSES_50}
_KEYS: Final = {Condition.EVIDENCE: "evidence_20"}
_SAID: Final = 8
"""Markets told in a caption, which holds 1,024 characters."""
_HUGE: Final = 1e6
_CERTAIN: Final = 0.99


def market_name(code: str, voice: Voice) -> str:
    """Return a market's short name, without teams."""
    stem, _, line = code.partition("_")
    if stem in {"over", "under"}:
        return voice.plain(f"short.{stem}", line=decimal(float(line), voice.language, digits=1))
    return voice.plain(f"short.{code}")


def render_markets(table: MarketTable, order: Order, *, voice: Voice, money: Money) -> Html:
    """Return the table of one provenance; markets nobody picked close it."""
    provenance = voice.plain(f"stats.{table.provenance}")
    title = bold(voice.html("markets.title", provenance=provenance))
    picks = sum(row.picks for row in table.rows)
    rows = ordered(table.rows, order)
    picked = [row for row in rows if row.picks]
    if table.since is None:
        return paragraphs(
            title, voice.html("markets.empty", provenance=provenance), _without(table, voice)
        )
    window = voice.count(
        "markets.window",
        picks,
        order=voice.plain(f"markets.{order}"),
        **_window(table, voice, money),
    )
    outside = voice.count("markets.outside", table.outside) if table.outside else ""
    return paragraphs(
        lines(title, window, outside, _counts(table, voice)),
        lines(*(_row(row, voice) for row in picked)),
        _without(table, voice),
        voice.html("markets.how"),
    )


def render_market(row: MarketRow, table: MarketTable, *, voice: Voice, money: Money) -> Html:
    """Return all figures of one market, and what each badge asks of it."""
    title = voice.html(
        "markets.detail_title",
        mark=MARKS[row.badge],
        badge=bold(voice.plain(f"markets.{row.badge}")),
        market=bold(_full_name(row.code, voice)),
        provenance=voice.plain(f"stats.{table.provenance}"),
    )
    window: Html | str = ""
    if table.since is not None:
        window = voice.html("markets.detail_window", **_window(table, voice, money))
    return paragraphs(
        lines(title, window),
        _seen(row, voice),
        _believed(row, table, voice),
        *(_asked(badge, row, voice) for badge in ASKED),
    )


def chart_marks(table: MarketTable, voice: Voice) -> list[MarketMark]:
    """Return the markets of which anything is believed, the best first."""
    return [
        MarketMark(
            label=market_name(row.code, voice),
            belief=row.true_clv,
            closes=row.closes,
            badge=row.badge,
        )
        for row in ordered(table.rows, Order.CLV)
        if row.true_clv is not None
    ]


def chart_labels(table: MarketTable, *, voice: Voice, money: Money) -> MarketLabels:
    """Return the words of the chart: provenance and window above it."""
    provenance = voice.plain(f"stats.{table.provenance}")
    return MarketLabels(
        title=voice.plain("markets.chart_title", provenance=provenance),
        subtitle=voice.plain("markets.chart_subtitle", **_window(table, voice, money)),
        axis=voice.plain("markets.chart_axis"),
        hurdle=voice.plain("markets.chart_hurdle"),
        empty=voice.plain("markets.chart_empty"),
        badges={badge: voice.plain(f"markets.{badge}") for badge in Badge},
        decimal_mark=decimal(0.0, voice.language, digits=1)[1],
    )


def render_caption(table: MarketTable, *, voice: Voice, money: Money) -> str:
    """Return the chart in words: at most 1,024 characters."""
    provenance = voice.plain(f"stats.{table.provenance}")
    marks = chart_marks(table, voice)
    if not marks:
        return voice.plain("markets.caption_empty", provenance=provenance)
    shown = marks if len(marks) <= _SAID else [*marks[: _SAID // 2], *marks[-_SAID // 2 :]]
    told = [
        voice.plain(
            "markets.caption_market",
            market=mark.label,
            n=mark.closes,
            **_ends(mark.belief, voice),
        )
        for mark in shown
    ]
    between = " · … · " if len(marks) > _SAID else " · "
    half = _SAID // 2
    joined = between.join(" · ".join(part) for part in (told[:half], told[half:]) if part)
    return voice.plain(
        "markets.caption", provenance=provenance, told=joined, **_window(table, voice, money)
    )


def _window(table: MarketTable, voice: Voice, money: Money) -> Mapping[str, str]:
    """Return the days of the first and the last match."""
    found = {"since": table.since or 0.0, "until": table.until or 0.0}
    return {
        name: day(datetime.fromtimestamp(at, UTC), money.time_zone, voice.language)
        for name, at in found.items()
    }


def _counts(table: MarketTable, voice: Voice) -> str:
    counts = {badge: sum(row.badge is badge for row in table.rows) for badge in Badge}
    return " · ".join(
        f"{MARKS[badge]} {count} {voice.plain(f'markets.{badge}')}"
        for badge, count in counts.items()
    )


def _row(row: MarketRow, voice: Voice) -> Html:
    head = voice.count(
        "markets.row",
        row.picks,
        mark=MARKS[row.badge],
        market=bold(market_name(row.code, voice)),
        wins=_wins(row, voice),
    )
    figures = voice.html(
        "markets.row_figures",
        returns=_figure(row.true_yield, row.settled, voice),
        clv=_figure(row.true_clv, row.closes, voice),
    )
    return lines(head, figures)


def _without(table: MarketTable, voice: Voice) -> Html | str:
    """Name the markets that nobody picked, in one paragraph: they have no figures."""
    names = [market_name(row.code, voice) for row in table.rows if not row.picks]
    if not names:
        return ""
    mark = MARKS[Badge.INSUFFICIENT]
    return voice.html("markets.without", mark=mark, markets=" · ".join(names))


def _wins(row: MarketRow, voice: Voice) -> str:
    wins = row.wins
    if wins.mean is None or wins.low is None or wins.high is None:
        return voice.plain("markets.wins_unknown", n=wins.n)
    low, high = (decimal(100 * end, voice.language, digits=0) for end in (wins.low, wins.high))
    mean = percent(wins.mean, voice.language, digits=0)
    return voice.plain("markets.wins_figure", mean=mean, low=low, high=high, n=wins.n)


def _figure(belief: Belief | None, n: int, voice: Voice) -> str:
    if belief is None:
        return voice.plain("markets.figure_unknown", n=n)
    return voice.plain("markets.figure", n=n, **_ends(belief, voice))


def _ends(belief: Belief, voice: Voice) -> Mapping[str, str]:
    low, high = (_points(end, voice) for end in (belief.low95, belief.high95))
    return {"mean": percent(belief.mean, voice.language, signed=True), "low": low, "high": high}


def _points(value: float, voice: Voice) -> str:
    return decimal(max(value, ALL_LOST) * 100, voice.language, digits=1, signed=True)


def _seen(row: MarketRow, voice: Voice) -> Html:
    closes = str(row.clv.n)
    if row.coverage is not None:
        share = percent(row.coverage, voice.language, digits=0)
        closes = voice.plain("markets.coverage", closes=closes, share=share)
    return lines(
        voice.html("markets.detail_counts", picks=row.picks, settled=row.settled, closes=closes),
        voice.html("markets.detail_wins", value=estimate(row.wins, voice, signed=False)),
        voice.html("markets.detail_yield", value=estimate(row.yield_, voice, floor=ALL_LOST)),
        voice.html("markets.detail_clv", value=estimate(row.clv, voice)),
        voice.html("markets.detail_clv_alt", value=estimate(row.clv_alt, voice)),
        voice.html("markets.by_other") if row.by_other else "",
    )


def _believed(row: MarketRow, table: MarketTable, voice: Voice) -> Html:
    evidence = voice.html(
        "markets.evidence", value=e_value(row.e_value, voice), segments=table.segments
    )
    if row.true_clv is None and row.true_yield is None:
        return lines(voice.html("markets.unseen"), evidence)
    return lines(
        _belief("true_clv", row.true_clv, voice),
        _belief("true_yield", row.true_yield, voice),
        _chances(row, voice),
        evidence,
        _sequence(row, voice),
    )


def _belief(key: str, belief: Belief | None, voice: Voice) -> Html | str:
    if belief is None:
        return ""
    value = voice.plain(
        "markets.belief",
        low80=_points(belief.low80, voice),
        high80=_points(belief.high80, voice),
        mean=percent(belief.mean, voice.language, signed=True),
        low95=_points(belief.low95, voice),
        high95=_points(belief.high95, voice),
    )
    return voice.html(f"markets.{key}", value=value)


def _chances(row: MarketRow, voice: Voice) -> Html | str:
    if row.chances is None:
        return ""
    hurdle, zero, below = (
        chance(each, voice)
        for each in (
            row.chances.above_hurdle,
            row.chances.above_zero,
            row.chances.below_zero,
        )
    )
    return voice.html("markets.chances", hurdle=hurdle, zero=zero, below=below)


def _sequence(row: MarketRow, voice: Voice) -> Html | str:
    if row.yield_floor is None or row.yield_ceiling is None:
        return ""
    low, high = (
        percent(end, voice.language, digits=0, signed=True)
        for end in (row.yield_floor, row.yield_ceiling)
    )
    return voice.html("markets.sequence", low=low, high=high)


def _asked(badge: Badge, row: MarketRow, voice: Voice) -> Html:
    key = "asks_one" if badge is Badge.AVOID else "asks_all"
    head = voice.html(
        f"markets.{key}", mark=MARKS[badge], badge=bold(voice.plain(f"markets.{badge}"))
    )
    asked = (one for one in row.conditions if one.badge is badge)
    return lines(head, *(_verdict(one, voice) for one in asked))


def _verdict(one: Verdict, voice: Voice) -> Html:
    key = _KEYS.get(one.condition, one.condition.value)
    what = voice.plain(f"markets.{key}", figure=_written(one, voice))
    return voice.html("markets.met" if one.met else "markets.failed", what=what)


def _written(one: Verdict, voice: Voice) -> str:
    if one.figure is None:
        return voice.plain("markets.unknown")
    if one.condition in _COUNTED:
        return decimal(one.figure, voice.language, digits=0)
    if one.condition is Condition.EVIDENCE:
        return e_value(one.figure, voice)
    if one.condition in {Condition.YIELD_OPEN, Condition.YIELD_REFUTED}:
        return percent(one.figure, voice.language, signed=True)
    return chance(one.figure, voice)


def chance(value: float, voice: Voice) -> str:
    """Write a chance; nothing is called certain, and nothing impossible."""
    if value > _CERTAIN:
        return voice.plain("markets.certain")
    if value < 1 - _CERTAIN:
        return voice.plain("markets.unlikely")
    return percent(_cut(value, 3), voice.language)


def e_value(value: float, voice: Voice) -> str:
    """Write evidence; beyond a million nobody needs the digits."""
    if value > _HUGE:
        return f"> {decimal(_HUGE, voice.language, digits=0)}"
    return decimal(_cut(value, 1), voice.language, digits=1)


def _cut(value: float, digits: int) -> float:
    """Return `value` with no more digits, never more than it was: 94.97 % are not 95."""
    whole = 10.0**digits
    return math.floor(value * whole) / whole


def _full_name(code: str, voice: Voice) -> str:
    stem, _, line = code.partition("_")
    total = stem in {"over", "under"}
    told = voice.plain(
        f"market.{stem if total else code}",
        home=voice.plain("markets.home_team"),
        away=voice.plain("markets.away_team"),
        line=decimal(float(line), voice.language, digits=1) if total else "",
    ).strip()
    return told[:1].upper() + told[1:]
