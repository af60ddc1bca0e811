"""Records as Telegram HTML: each provenance apart, each figure with its n and interval."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.render.filters import in_force
from bot.render.html import Html, bold, code, lines, paragraphs
from bot.render.numbers import day, decimal, money, percent
from charts.profit import ProfitLabels
from engine.domain.closing import Grade
from engine.domain.pick import Provenance
from engine.domain.pick_filter import EVERYTHING
from engine.domain.record import FEW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.closing import CloseCoverage
    from engine.domain.pick_filter import PickFilter
    from engine.domain.record import Estimate, Record
    from engine.learning.recorded.curve import Curve

ENOUGH: Final = FEW
"""Settled bets below which nothing is concluded (PRODUCT L3)."""
ALL_LOST: Final = -1.0
"""The yield when every stake is lost: none is lower."""
NOT_COUNTED: Final[Mapping[Provenance, CloseCoverage]] = MappingProxyType({})
"""No coverage of closes, of any provenance."""
_TWO: Final = 2


def render_stats(
    records: Sequence[Record],
    counts: Mapping[Provenance, tuple[int, int]],
    *,
    voice: Voice,
    money: Money,
    coverage: Mapping[Provenance, CloseCoverage] = NOT_COUNTED,
    picks: PickFilter = EVERYTHING,
) -> Html:
    """Return one section a provenance, never a sum of them.

    `coverage` says beside the CLV which share of the finished bets it speaks of, by grade. The
    counts are of all bets, whatever `picks` keeps.
    """
    title = lines(bold(voice.html("stats.title")), in_force(picks, voice))
    told = [
        voice.html(
            "stats.count",
            provenance=voice.plain(f"stats.{provenance}"),
            picks=counts.get(provenance, (0, 0))[0],
            settled=counts.get(provenance, (0, 0))[1],
        )
        for provenance in Provenance
    ]
    banner = voice.html("stats.banner", counts=" · ".join(told))
    if not records:
        return paragraphs(
            title, banner, voice.html("filter.none_kept" if picks else "stats.empty")
        )
    sections = (
        _section(record, coverage.get(record.provenance), voice, money) for record in records
    )
    hint = voice.html("filter.hint", example=code("/stats market=btts,ou odds=1.5-2.5 since=30d"))
    return paragraphs(title, banner, *sections, lines(voice.html("stats.interval"), hint))


def estimate(
    value: Estimate, voice: Voice, *, signed: bool = True, floor: float = -math.inf
) -> str:
    """Write a mean with its 95 % interval and n, or that there is too little to say.

    The interval stops at `floor`: few bets make an interval wider than what can happen.
    """
    if value.mean is None or value.n < _TWO:
        return voice.plain("stats.too_few", n=value.n)
    mean = percent(value.mean, voice.language, signed=signed)
    if value.low is None or value.high is None:
        return voice.plain("stats.estimate_bare", mean=mean, n=value.n)
    low = decimal(max(value.low, floor) * 100, voice.language, digits=1, signed=signed)
    high = decimal(value.high * 100, voice.language, digits=1, signed=signed)
    return voice.plain("stats.estimate", mean=mean, low=low, high=high, n=value.n)


def _section(record: Record, coverage: CloseCoverage | None, voice: Voice, purse: Money) -> Html:
    provenance = voice.plain(f"stats.{record.provenance}")
    worth = purse.worth(record.profit)
    fall = purse.worth(record.drawdown)
    few = record.n < ENOUGH
    return lines(
        bold(voice.html("stats.section", provenance=provenance, n=record.n)),
        _window(record, voice, purse),
        voice.html(
            "stats.profit",
            profit=money(worth, purse.currency, voice.language, signed=True),
            units=decimal(record.profit, voice.language, signed=True),
            staked=decimal(record.staked, voice.language),
        ),
        voice.html("stats.yield", value=estimate(record.yield_, voice, floor=ALL_LOST)),
        _strike(record, voice),
        voice.html("stats.clv", value=estimate(record.clv, voice)),
        voice.html("stats.clv_alt", value=estimate(record.clv_alt, voice)),
        voice.html("stats.coverage", closes=record.n_close, n=record.n),
        _grades(coverage, voice) if coverage and coverage.n else "",
        voice.html(
            "stats.drawdown",
            units=decimal(record.drawdown, voice.language),
            money=money(fall, purse.currency, voice.language),
        ),
        voice.html("stats.caution", n=ENOUGH) if few else "",
    )


def _window(record: Record, voice: Voice, purse: Money) -> Html | str:
    """Write the days of the first and the last settlement."""
    if record.since is None or record.until is None:
        return ""
    since, until = (
        day(at, purse.time_zone, voice.language) for at in (record.since, record.until)
    )
    return voice.html("stats.window", since=since, until=until)


def _grades(coverage: CloseCoverage, voice: Voice) -> Html:
    return voice.html(
        "stats.grades",
        n=coverage.n,
        headline=_shares(coverage.share, voice),
        alternative=_shares(coverage.share_alternative, voice),
    )


def _shares(share: Callable[..., float | None], voice: Voice) -> str:
    """Write the share of each grade that there is, and of what has none; they add up to one."""
    told = [(grade.value, share(grade) or 0.0) for grade in Grade]
    told.append((voice.plain("stats.no_grade"), 1 - (share() or 0.0)))
    return ", ".join(
        f"{name} {percent(part, voice.language, digits=0)}" for name, part in told if part > 0
    )


def _strike(record: Record, voice: Voice) -> Html:
    """Write the strike rate; where its n is not that of the record, say what is left out."""
    shown = voice.html("stats.strike", value=estimate(record.strike_rate, voice, signed=False))
    refunded = record.n - record.strike_rate.n
    if refunded <= 0:
        return shown
    return Html(f"{shown} · {voice.count('stats.refunded', refunded)}")


def chart_labels(figures: Record, voice: Voice) -> ProfitLabels:
    """Return the words of the profit chart: provenance, n and interval in its title."""
    provenance = voice.plain(f"stats.{figures.provenance}")
    subtitle = voice.plain("chart.subtitle_few")
    if figures.yield_.low is not None:
        subtitle = voice.plain(
            "chart.subtitle", value=estimate(figures.yield_, voice, floor=ALL_LOST)
        )
    return ProfitLabels(
        title=voice.plain("chart.title", provenance=provenance, n=figures.n),
        subtitle=subtitle,
        actual=voice.plain("chart.actual"),
        expected=voice.plain("chart.expected"),
        closing=voice.plain("chart.closing", n_close=figures.n_close, n=figures.n),
        band=voice.plain("chart.band"),
        half_band=voice.plain("chart.half_band"),
        axis_bets=voice.plain("chart.axis_bets"),
        axis_units=voice.plain("chart.axis_units"),
        decimal_mark=decimal(0.0, voice.language, digits=1)[1],
    )


def render_caption(figures: Record, curve: Curve, *, voice: Voice) -> str:
    """Return the chart of at least one bet in words, for those who cannot see it.

    They are at most 1,024 characters.
    """

    def units(value: float) -> str:
        return decimal(value, voice.language, signed=True)

    closing = voice.plain("stats.caption_no_close")
    if curve.n_close:
        closing = voice.plain(
            "stats.caption_close",
            units=units(curve.expected_close[-1]),
            closes=curve.n_close,
            n=figures.n,
        )
    return voice.plain(
        "stats.caption",
        provenance=voice.plain(f"stats.{figures.provenance}"),
        n=figures.n,
        actual=units(curve.actual[-1]),
        expected=units(curve.expected_alert[-1]),
        closing=closing,
        low=units(curve.low90[-1]),
        high=units(curve.high90[-1]),
        rate=estimate(figures.yield_, voice, floor=ALL_LOST),
    )
