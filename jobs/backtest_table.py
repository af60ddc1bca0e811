"""A backtest as tables in a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from jobs.backtest_report import ratios
from jobs.evaluate_prices_report import season_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.learning.backtest.figures import Figures
    from engine.learning.backtest.reliability import Reliability
    from engine.learning.backtest.robustness import Survived
    from engine.learning.backtest.summary import Compared, Shaken, Summary
    from engine.learning.clusters import Clustered
    from jobs.backtest_report import BacktestReport

_NARROWEST: Final = 175
_PER_CENT: Final = 100.0
_NONE: Final = "–"
_WHO: Final = {
    "product": "picks",
    "rule": "Buchdahl's rule",
    "close": "same sides at the close",
    "kaunitz": "Kaunitz eq. 7, 1X2",
    "blind": "every bet, blind",
}
_FIGURES: Final = ("n", "CLV %", "alt %", "Avg %", "beat %", "EV %", "EV - CLV", "ROI %", "units")


def print_backtest(report: BacktestReport, console: Console | None = None) -> None:
    """Print the tables, wide enough for their figures whatever the terminal."""
    out = console or Console()
    out.width = max(out.width, _NARROWEST)
    out.print(_introduction(report), highlight=False)
    summary = report.summary
    for season in (*summary.seasons, None):
        out.print(_season_table(summary, season))
    out.print(_groups_table(summary))
    out.print(_shaken_table(summary.shaken))
    out.print(_reliability_table(summary.reliability, report.hurdle))
    out.print(_endings(report), highlight=False)


def _introduction(report: BacktestReport) -> str:
    asked, summary = report.asked, report.summary
    bound = " (a bound: nobody can take it everywhere)" if asked.price == "best" else ""
    return (
        f"{summary.matches:,} matches looked at from {asked.since} to {asked.until}, "
        f"{summary.candidates:,} bets judged; provenance: backtest; "
        f"policy {report.policy_version}; markets {', '.join(asked.markets)}\n"
        f"Prices: {asked.price}{bound}"
        f"{'; without ' + ', '.join(asked.without) if asked.without else ''}; "
        "closes of grade D (declared, no time stamp)\n"
        "± is half of a 95 % interval with weeks as clusters. CLV against PSC, else BFEC, AvgC, "
        "B365C; alt against one that took no part in choosing;\n"
        "Avg against AvgC whoever chose. Figures without n are of the bets that have them."
    )


def _season_table(summary: Summary, season: int | None) -> Table:
    table = _table(f"Season {season_name(season)}", ("who", "best"), _FIGURES)
    for one in _in_turn(summary, season):
        table.add_row(_WHO[one.name], _size(one.size), *_cells(one.figures))
    for like in summary.drawn:
        if like.season == season:
            drawn = like.drawn
            table.add_row(
                "matched random",
                _size(like.size),
                f"{drawn.n:,}",
                _span(drawn.clv, drawn.clv_low, drawn.clv_high),
                *[""] * 5,
                _span(drawn.roi, drawn.roi_low, drawn.roi_high),
                "",
            )
    return table


def _in_turn(summary: Summary, season: int | None) -> list[Compared]:
    """Return a season's lines, sizes together; those of all bets last."""
    mine = [one for one in summary.compared if one.season == season and one.figures.n]
    order = list(_WHO)
    return sorted(mine, key=lambda one: (one.size is None, one.size or 0, order.index(one.name)))


def _groups_table(summary: Summary) -> Table:
    of = "all picks" if summary.size is None else f"the {summary.size:,} best of each season"
    table = _table(f"By group, {of}", ("by", "group"), _FIGURES)
    for one in summary.groups:
        name = season_name(int(one.name)) if one.by == "season" else one.name
        table.add_row(one.by, name, *_cells(one.figures))
    return table


def _shaken_table(shaken: Iterable[Shaken]) -> Table:
    table = _table(
        "What survives: CLV % / ROI % of what is left; luck among fortunes the closes allow",
        ("season",),
        (
            "without the best 1 %",
            "odds - 2 %",
            "30 % of prices gone",
            "30 % gone, lonely first",
            "luck percentile",
            "profit (95 % of fortunes)",
        ),
    )
    for one in shaken:
        left, luck = one.robustness, one.luck
        table.add_row(
            season_name(one.season),
            *map(_survived, (left.without_best, left.worse_odds, left.gone, left.gone_first)),
            f"{luck.percentile:.1f} (n {luck.n:,})",
            f"{luck.profit:+.1f} ({luck.low:+.1f}, {luck.high:+.1f})",
        )
    return table


def _survived(left: Survived) -> str:
    return f"{_interval(left.clv)} / {_interval(left.roi)}"


def _reliability_table(found: Reliability, hurdle: float) -> Table:
    table = _table(
        f"sweet_spot_score: share of closes above {hurdle:.1%} by score, bets worth listing",
        ("score",),
        ("n", "said", "happened", "within 10 points"),
    )
    for one in found.bins:
        table.add_row(
            f"{one.low:.0f}-{one.high:.0f}",
            f"{one.happened.n:,}",
            f"{one.said:.1f}",
            _interval(one.happened),
            {None: "too few", True: "yes", False: "no"}[one.holds],
        )
    table.caption = (
        f"Brier {found.brier.value:.4f}, constant {found.brier_constant.value:.4f}, "
        f"gain {found.gain.value:.4f} ± {_reach(found.gain):.4f}, n {found.n:,}"
    )
    return table


def _endings(report: BacktestReport) -> str:
    told = []
    for one in ratios(report.summary):
        figures = ", ".join(
            f"{name} {one[key]:.2f}"
            for name, key in (("CLV", "clv"), ("alt", "clv_alt"), ("AvgC", "clv_average"))
        )
        told.append(f"picks over the rule, mean of seasons, {_size(one['size'])}: {figures}")
    gates = ", ".join(f"{name} {count:,}" for name, count in report.summary.gates.items())
    seconds = ", ".join(f"{name} {taken:.1f}" for name, taken in report.seconds.items())
    return "\n".join(
        (*told, f"First gate failed of the bets listed: {gates}", f"Seconds: {seconds}")
    )


def _table(title: str, words: Iterable[str], figures: Iterable[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left")
    for heading in words:
        table.add_column(heading, no_wrap=True)
    for heading in figures:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _cells(one: Figures) -> tuple[str, ...]:
    return (
        f"{one.n:,}",
        _interval(one.clv),
        _figure(one.clv_alt),
        _figure(one.clv_average),
        _figure(one.beat, ".0f"),
        _figure(one.ev),
        _interval(one.gap),
        _interval(one.roi),
        f"{one.profit:+.1f}",
    )


def _size(size: object) -> str:
    return "all" if size is None else f"{size:,}"


def _interval(found: Clustered) -> str:
    if not math.isfinite(found.value):
        return _NONE
    reach = _reach(found) * _PER_CENT
    return f"{found.value * _PER_CENT:+.2f}" + (f" ± {reach:.2f}" if math.isfinite(reach) else "")


def _reach(found: Clustered) -> float:
    return (found.high - found.low) / 2


def _figure(found: Clustered, form: str = "+.2f") -> str:
    return f"{found.value * _PER_CENT:{form}}" if math.isfinite(found.value) else _NONE


def _span(value: float, low: float, high: float) -> str:
    return f"{value * _PER_CENT:+.2f} ({low * _PER_CENT:+.2f}, {high * _PER_CENT:+.2f})"
