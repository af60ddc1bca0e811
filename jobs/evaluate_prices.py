"""evaluate prices: every price of the three main markets against results and closes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from charts.evaluation import LANGUAGES
from engine.domain.errors import MonPsError, SettingsInvalid
from engine.learning.evaluation.aims import judge
from engine.learning.evaluation.evaluation import MARKETS, book_forecasts
from engine.learning.evaluation.leagues import score_leagues
from engine.learning.evaluation.leaks import bands, leaks
from engine.learning.evaluation.scores import score_lines, validity_slopes
from engine.learning.evaluation.targets import targets
from jobs.command_options import (
    FAILED,
    REFUSED,
    STANDARD_OUTPUT,
    JsonAlone,
    bar,
    known_language,
    may_write,
    write_file,
)
from jobs.evaluate_prices_report import (
    PricesReport,
    calibration_png,
    named,
    prices_json,
    prices_png,
)
from jobs.evaluate_prices_table import print_prices
from jobs.evaluate_prices_walks import walk_forecasts
from jobs.season_archive import read_archive
from jobs.season_years import DAY, FIRST_WITH_CLOSES, season_of

if TYPE_CHECKING:
    from engine.learning.archive import Archive
    from engine.learning.evaluation.evaluation import Forecast
    from jobs.evaluate_prices_walks import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which looks are scored, and from when on is learned; days in UTC, the last one included."""

    folder: Path
    since: date
    until: date
    learn_from: date
    divisions: frozenset[str] = frozenset()


def add_prices_command(app: typer.Typer) -> None:
    """Offer `prices` among the evaluations."""

    @app.command("prices", cls=JsonAlone)
    def prices(  # noqa: PLR0917  # one parameter an option
        football_data: Annotated[
            Path, typer.Option(help="Folder of football-data.co.uk season files.")
        ],
        since: Annotated[
            datetime, typer.Option("--from", formats=[DAY], help="First day of looks scored.")
        ],
        until: Annotated[datetime, typer.Option(formats=[DAY], help="Last day, included.")],
        learn_from: Annotated[
            datetime, typer.Option(formats=[DAY], help="Seasons before are not read.")
        ] = FIRST_WITH_CLOSES,
        divisions: Annotated[
            str, typer.Option(help="Such as E0,F1; else all. Only these are learned from.")
        ] = "",
        json_file: Annotated[
            str | None, typer.Option("--json", help="Write JSON; no file is standard output.")
        ] = None,
        png: Annotated[Path | None, typer.Option(help="Also draw this file.")] = None,
        calibration: Annotated[
            Path | None, typer.Option(help="Also draw the reliability curve into this file.")
        ] = None,
        language: Annotated[str, typer.Option(help="Of the chart: en or fr.")] = "en",
    ) -> None:
        """Score books, reference, models and close, walked forward, by season and market.

        Ends with 1 where a season's RPS says that somebody knew the results.
        """
        wanted = Wanted(
            folder=football_data,
            since=since.date(),
            until=until.date(),
            learn_from=min(learn_from.date(), since.date()),
            divisions=frozenset(one.strip() for one in divisions.split(",") if one.strip()),
        )
        try:
            known_language(language, LANGUAGES)
            may_write(("--json", json_file), ("--png", png), ("--calibration", calibration))
            report = evaluate_prices(wanted, bar)
            _tell(report, json_file, png, language)
            _draw_calibration(report, calibration, language)
        except MonPsError as refused:
            typer.echo(f"mon_ps: {refused}", err=True)
            raise typer.Exit(REFUSED) from None
        if report.leaks:
            typer.echo(f"mon_ps: leakage: {'; '.join(map(named, report.leaks))}", err=True)
            raise typer.Exit(FAILED)


def evaluate_prices(wanted: Wanted, shown: Shown) -> PricesReport:
    """Read, walk and score; nothing said of a look knows what came after it.

    Raises:
        SettingsInvalid: the days are reversed, or there is nothing to read, score or measure
            against.
    """
    if wanted.since > wanted.until:
        raise SettingsInvalid(f"--from: {wanted.since} is after --until {wanted.until}")
    begun = time.monotonic()
    with shown("reading") as steps:
        archive = read_archive(
            wanted.folder,
            range(season_of(wanted.learn_from), season_of(wanted.until) + 1),
            wanted.divisions,
            progress=steps,
        )
    archive = archive.where(archive.looked_at < _midnight(wanted.until) + _one_day())
    rows = archive.looked_at >= _midnight(wanted.since)
    if not rows.any():
        raise SettingsInvalid(
            f"--from: no match was looked at from {wanted.since} to {wanted.until}"
        )
    seconds = {"reading": time.monotonic() - begun}
    _measurable(archive.where(rows), wanted)
    walks = walk_forecasts(archive, shown)
    told = tuple(one.where(rows) for one in walks.forecasts)
    begun = time.monotonic()
    with shown("scoring"):
        report = _scored(archive.where(rows), told, wanted)
    seconds |= {**walks.seconds, "scoring": time.monotonic() - begun}
    return report.timed(seconds)


def _measurable(archive: Archive, wanted: Wanted) -> None:
    known = targets(archive)
    if not any(one.close_sources for one in known.markets.values()):
        raise SettingsInvalid(
            f"--from: no closing price from {wanted.since} to {wanted.until}: "
            "nothing to measure against"
        )


def _scored(archive: Archive, models: tuple[Forecast, ...], wanted: Wanted) -> PricesReport:
    known = targets(archive)
    every = (*book_forecasts(archive.look), *models)
    lines = score_lines(known, every)
    return PricesReport(
        since=wanted.since,
        until=wanted.until,
        matches=len(archive),
        seasons=known.seasons,
        close_sources={name: known.markets[name].close_sources for name in MARKETS},
        baseline_sources={name: known.markets[name].baseline_sources for name in MARKETS},
        lines=lines,
        aims=judge(lines),
        validity=validity_slopes(known),
        leaks=leaks(known, every),
        bands=bands(known),
        leagues=score_leagues(known, every),
        seconds={},
    )


def _tell(report: PricesReport, json_file: str | None, png: Path | None, language: str) -> None:
    told = json.dumps(prices_json(report), indent=2, sort_keys=True, allow_nan=False)
    if json_file == STANDARD_OUTPUT:
        typer.echo(told)  # standard output is for JSON alone
    else:
        print_prices(report)
        if json_file is not None:
            write_file(Path(json_file), (told + "\n").encode(), "--json")
    if png is not None:
        write_file(png, prices_png(report, language), "--png")


def _draw_calibration(report: PricesReport, path: Path | None, language: str) -> None:
    if path is None:
        return
    picture = calibration_png(report, language)
    if picture is None:
        raise SettingsInvalid("--calibration: too few matches to draw a curve of")
    write_file(path, picture, "--calibration")


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _one_day() -> float:
    return timedelta(days=1).total_seconds()
