"""An evaluation of prices as tables in a terminal, the verdicts last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from engine.learning.evaluation.evaluation import MARKETS
from engine.learning.evaluation.leaks import RULE
from engine.learning.evaluation.scores import BASELINE, BEST_BOOK
from jobs.evaluate_prices_report import named, season_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.learning.clusters import Clustered
    from engine.learning.evaluation.aims import Aim
    from engine.learning.evaluation.leagues import League
    from engine.learning.evaluation.scores import Against, Line
    from jobs.evaluate_prices_report import PricesReport

_NARROWEST: Final = 150
_MILLI, _TENTHS, _PER_CENT = 1e3, 1e4, 100.0
_NAMES: Final = {"match_odds": "1X2", "total": "over/under 2.5", "handicap": "Asian handicap"}
_NONE: Final = "–"


def print_prices(report: PricesReport, console: Console | None = None) -> None:
    """Print the tables, wide enough for their figures whatever the terminal."""
    out = console or Console()
    out.width = max(out.width, _NARROWEST)
    out.print(_introduction(report), highlight=False)
    for market in MARKETS:
        for season in (*report.seasons, None):
            lines = [one for one in report.lines if (one.market, one.season) == (market, season)]
            if lines:
                out.print(_market_table(report, lines))
    out.print(_league_table(report.leagues))
    out.print(_validity_table(report))
    out.print(_aims_table(report.aims))
    out.print(_endings(report), highlight=False)


def _introduction(report: PricesReport) -> str:
    return (
        f"{report.matches} looks from {report.since} to {report.until}, walked forward; "
        "provenance: backtest\n"
        "± is half of a 95 % interval with weeks as clusters. Log-loss in nats per unit decided "
        "(handicaps weighted by payoff);\n"
        "KL to the close in ten-thousandths, of handicaps at the look's line. The columns "
        "after it compare with the baseline,\n"
        "or the best single book, on the matches that both spoke of; the way is the share of the "
        "baseline's distance\n"
        "to the close in log-loss of results."
    )


def _market_table(report: PricesReport, lines: Sequence[Line]) -> Table:
    first = lines[0]
    named_sources = {
        place: _sources(sources[first.market], first.season)
        for place, sources in (
            ("close", report.close_sources),
            ("baseline", report.baseline_sources),
        )
    }
    best = next((one.against[BEST_BOOK].name for one in lines if BEST_BOOK in one.against), _NONE)
    table = Table(
        box=SIMPLE_HEAD,
        title=f"{_NAMES[first.market]} · {season_name(first.season)} · close: "
        f"{named_sources['close']} · baseline: {named_sources['baseline']} · "
        f"best single book: {best}",
        title_justify="left",
    )
    table.add_column("predictor", no_wrap=True)
    for heading in ("n", "log-loss", "RPS", "KL e-4"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in (
        "e-3 log-loss",
        "e-3 RPS",
        "% KL",
        "% KL, best book",
        "% of the way",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in lines:
        table.add_row(*_cells(line))
    return table


def _sources(by_season: Mapping[int, str], season: int | None) -> str:
    found = by_season.values() if season is None else [by_season.get(season, "none")]
    return " / ".join(dict.fromkeys(found)) or "none"


def _cells(line: Line) -> tuple[str, ...]:
    base, best = line.against.get(BASELINE), line.against.get(BEST_BOOK)
    return (
        line.predictor,
        str(line.log_loss.n),
        _figure(line.log_loss.value, ".5f"),
        _figure(line.rps.value, ".5f"),
        _figure(line.kl.value * _TENTHS, ".2f"),
        _of(base, "log_loss", _MILLI, "+.2f"),
        _of(base, "rps", _MILLI, "+.2f"),
        _of(base, "kl_change", _PER_CENT, "+.1f"),
        _of(best, "kl_change", _PER_CENT, "+.1f"),
        _of(base, "way", _PER_CENT, "+.0f") if line.season is None else "",
    )


def _of(against: Against | None, name: str, scale: float, form: str) -> str:
    return _NONE if against is None else _interval(getattr(against, name), scale, form)


def _interval(found: Clustered, scale: float, form: str) -> str:
    """Return a figure and how far its interval reaches; "same" where nothing differs at all."""
    if not math.isfinite(found.value):
        return _NONE
    if found.value == found.error == 0:
        return "same"
    reach = (found.high - found.low) / 2 * scale
    return f"{found.value * scale:{form}} ± {reach:{form.removeprefix('+')}}"


def _figure(value: float, form: str) -> str:
    return f"{value:{form}}" if math.isfinite(value) else _NONE


def _league_table(leagues: Iterable[League]) -> Table:
    table = Table(box=SIMPLE_HEAD, title="Models by league, all seasons", title_justify="left")
    for heading in ("market", "predictor", "league"):
        table.add_column(heading, no_wrap=True)
    for heading in ("n", "log-loss", "RPS", "ECE, pt", "by chance", "bias p > .6, pt"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in leagues:
        curve = one.reliability
        told = (_NONE, _NONE, _NONE)
        if curve is not None:
            points = (100 * figure for figure in (curve.ece, curve.ece_low, curve.ece_high))
            likely = _interval(curve.likely, _PER_CENT, "+.2f")
            ece = "{:.2f} ({:.2f}, {:.2f})".format(*points)
            told = (ece, f"{100 * curve.ece_by_chance:.2f}", likely)
        table.add_row(
            _NAMES[one.market],
            one.predictor,
            one.league or "all",
            str(one.log_loss.n),
            _interval(one.log_loss, 1, ".4f"),
            f"{one.rps.value:.4f}",
            *told,
        )
    return table


def _validity_table(report: PricesReport) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        title="Is CLV a currency: results on the move from baseline to close, b = 1 if moves are "
        "information",
        title_justify="left",
    )
    for heading in ("market", "season", "n", "b (95 %)", "CLV as evidence"):
        table.add_column(heading)
    for one in report.validity:
        slope = one.slope
        known = math.isfinite(slope.value)
        table.add_row(
            _NAMES[one.market],
            season_name(one.season),
            str(slope.n),
            f"{slope.value:.2f} ({slope.low:.2f}, {slope.high:.2f})" if known else _NONE,
            slope.worth.value.replace("_", " "),
        )
    return table


def _aims_table(aims: Iterable[Aim]) -> Table:
    table = Table(box=SIMPLE_HEAD, title="Aims", title_justify="left")
    for heading in ("aim", "market", "season", "against", "n", "figure (95 %)", "at most", ""):
        table.add_column(heading)
    for one in aims:
        table.add_row(
            one.name,
            _NAMES[one.market],
            season_name(one.season),
            one.against,
            str(one.n),
            f"{one.value:+.5f} ({one.low:+.5f}, {one.high:+.5f})",
            f"{one.limit:+.4f}",
            "[green]reached[/]" if one.holds else "[red]missed[/]",
        )
    return table


def _endings(report: PricesReport) -> str:
    strays = [
        f"{one.division} {season_name(one.season)}: RPS {one.rps:.4f}, log-loss {one.log_loss:.4f}"
        for one in report.bands
        if not one.holds
    ]
    told = (
        (
            f"Big leagues' market beyond its usual bands: {len(strays)} of {len(report.bands)}"
            f" seasons{': ' * bool(strays)}{'; '.join(strays)}"
        ),
        f"Leakage ({RULE}): {'; '.join(map(named, report.leaks)) or 'none'}",
        "Seconds: " + ", ".join(f"{name} {taken:.1f}" for name, taken in report.seconds.items()),
    )
    return "\n".join(told)
