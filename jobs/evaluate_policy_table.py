"""An evaluation of learned thresholds as tables in a terminal, the verdicts last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from engine.learning.policy.challenger import MOST_OVERFIT
from engine.learning.policy.summary import ALT, CLV, DECLARED, IN_FORCE, LEARNED, NO_ZONE, RETURN
from engine.learning.policy.trials import MOST_POINTS, named
from jobs.evaluate_policy_report import day
from jobs.evaluate_prices_report import season_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.learning.clusters import Clustered
    from engine.learning.policy.challenger import Promotion
    from engine.learning.policy.summary import Beside, Line, Moves, PolicySummary
    from jobs.evaluate_policy_report import PolicyReport

_NARROWEST: Final = 160
_PER_CENT: Final = 100.0
_NONE: Final = "–"
_WHO: Final = {
    DECLARED: "declared zone",
    LEARNED: "learned, ungated",
    IN_FORCE: "in force",
    NO_ZONE: "no zone",
}
_OF: Final = {CLV: "CLV", ALT: "clv_alt", RETURN: "ROI"}


def print_policy(report: PolicyReport, console: Console | None = None) -> None:
    """Print the tables, wide enough for their figures whatever the terminal."""
    out = console or Console()
    out.width = max(out.width, _NARROWEST)
    summary = report.summary
    out.print(_introduction(report), highlight=False)
    out.print(_lines_table(summary))
    out.print(_beside_table(summary))
    for moves in summary.moves:
        out.print(_moves_table(moves))
    out.print(_events_table(summary))
    out.print(_endings(report), highlight=False)


def _introduction(report: PolicyReport) -> str:
    summary = report.summary
    first, last = report.seasons_read
    return (
        f"{summary.candidates:,} candidates of {season_name(summary.seasons[0])} to "
        f"{season_name(summary.seasons[-1])}, {summary.looks} batches of looks; provenance: "
        f"backtest; files from {season_name(first)} to {season_name(last)}, picks learned from "
        f"{season_name(report.picks_from)} on\n"
        f"{summary.trials} trials, registered on {report.registered_on}. Declared: "
        f"{report.version}, {named(report.declared)}. Closes of grade D (declared, no time "
        "stamp) count here, as A and B do live.\n"
        "Learned, ungated: what the inner window asks for, by bounded steps. In force: the "
        "champion, promoted on evidence alone. No zone: every pick, signal score or not.\n"
        "± is half of a 95 % interval with weeks as clusters; stakes of one unit. Outer folds "
        "alone: each look chose by what had settled two days before it."
    )


def _lines_table(summary: PolicySummary) -> Table:
    table = _table(
        "Picks within the zone",
        ("season", "policy"),
        ("n", "CLV %", "n alt", "alt %", "beat %", "ROI %", "units"),
    )
    for line in summary.lines:
        table.add_row(*_cells(line))
        if line.who == NO_ZONE:
            table.add_section()
    return table


def _cells(line: Line) -> tuple[str, ...]:
    return (
        season_name(line.season),
        _WHO[line.who],
        f"{line.n:,}",
        _interval(line.clv),
        f"{line.clv_alt.n:,}",
        _interval(line.clv_alt),
        _figure(line.beat, ".0f"),
        _interval(line.roi),
        f"{line.profit:+.1f}",
    )


def _beside_table(summary: PolicySummary) -> Table:
    table = _table(
        "Less the declared zone, points (overlapping picks count on both sides)",
        ("season", "policy"),
        tuple(_OF.values()),
    )
    for season in (*summary.seasons, None):
        for who in (LEARNED, IN_FORCE, NO_ZONE):
            own = [one for one in summary.beside if (one.who, one.season) == (who, season)]
            table.add_row(season_name(season), _WHO[who], *map(_difference, own))
    return table


def _difference(one: Beside) -> str:
    return "same picks" if one.same else _interval(one.difference)


def _moves_table(moves: Moves) -> Table:
    table = _table(f"Thresholds, {_WHO[moves.who]}", ("from",), ("zone and hurdle",))
    for at, setting in moves.settings:
        table.add_row(day(at), named(setting))
    table.caption = (
        f"{moves.steps} moves; within a week no bound by more than {moves.furthest:g} points "
        f"(limit {MOST_POINTS:g})"
    )
    return table


def _events_table(summary: PolicySummary) -> Table:
    table = _table(
        "Challengers",
        ("day", "what", "thresholds"),
        ("picks", "e-value / asked", "PBO", "step"),
    )
    for one in summary.events:
        figures: tuple[str, ...] = ()
        if one.promotion is not None:
            figures = _held(one.promotion)
        elif one.rollback is not None:
            figures = ("", f"{one.rollback.evidence:.2f} / {one.rollback.asked:.0f}", "", "")
        what = one.what.value.replace("_", " ")
        table.add_row(day(one.at), what, named(one.thresholds), *figures)
    if summary.standing is not None:
        last = summary.standing
        table.add_row(day(last.at), "still runs", named(last.challenger), *_held(last))
    return table


def _held(verdict: Promotion) -> tuple[str, ...]:
    picks, evidence, overfit, step, _ = verdict.conditions
    return (
        f"{picks.value:.0f}",
        f"{evidence.value:.2f} / {evidence.asked:.0f}",
        f"{overfit.value:.2f}" if math.isfinite(overfit.value) else _NONE,
        f"{step.value:g}",
    )


def _endings(report: PolicyReport) -> str:
    summary = report.summary
    verdicts = [
        f"{_WHO[one.who]} beside {report.version}, {_OF[one.of]}: {one.verdict}"
        f"{'' if one.same else f' ({_difference(one)})'}"
        for one in summary.beside
        if one.season is None
    ]
    sharpe = [
        f"{_WHO[who]} {one.ratio:.3f} (luck of {one.trials} trials {one.by_luck:.3f}, "
        f"chance above it {one.chance:.2f}, {one.periods} matchdays)"
        for who, one in summary.deflated.items()
    ]
    told = "none" if not math.isfinite(summary.overfit) else f"{summary.overfit:.2f}"
    seconds = ", ".join(f"{name} {taken:.1f}" for name, taken in report.seconds.items())
    return "\n".join(
        (
            *verdicts,
            f"PBO over all trials, ten blocks: {told} (asked for: below {MOST_OVERFIT})",
            f"Sharpe ratios by matchday, deflated: {'; '.join(sharpe)}",
            f"Seconds: {seconds}",
        )
    )


def _table(title: str, words: Iterable[str], figures: Iterable[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left")
    for heading in words:
        table.add_column(heading, no_wrap=True)
    for heading in figures:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _interval(found: Clustered) -> str:
    if not math.isfinite(found.value):
        return _NONE
    reach = (found.high - found.low) / 2 * _PER_CENT
    return f"{found.value * _PER_CENT:+.2f}" + (f" ± {reach:.2f}" if math.isfinite(reach) else "")


def _figure(found: Clustered, form: str) -> str:
    return f"{found.value * _PER_CENT:{form}}" if math.isfinite(found.value) else _NONE
