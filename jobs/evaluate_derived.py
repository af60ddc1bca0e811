"""evaluate derived: what prices derived from 1X2 and over 2.5 are worth against real quotes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from charts.derived import LANGUAGES
from engine.domain.errors import MonPsError
from engine.learning.derived.past import archive_past
from engine.learning.derived.verdicts import judge
from engine.learning.derived.walk import walk_derived
from jobs.command_options import (
    REFUSED,
    STANDARD_OUTPUT,
    JsonAlone,
    bar,
    known_language,
    may_write,
    write_file,
)
from jobs.evaluate_derived_report import DerivedReport, derived_json, derived_png, derived_table
from jobs.multi_market import read_multi_market
from jobs.season_archive import read_archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from engine.learning.derived.past import DerivedPast

    Shown = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
    """Opens a bar with a name; what it gives is told how much of how much is done."""

_REFIT: Final = timedelta(days=7)
_FIRST_SEASON: Final = 2005  # the first whose files have over 2.5
_BOOK: Final = "fd_avg"
_NEW_SEASON: Final = 7  # July


def add_derived_command(app: typer.Typer) -> None:
    """Offer `derived` among the evaluations."""

    @app.command("derived", cls=JsonAlone)
    def derived(
        multi_market: Annotated[
            Path, typer.Option(help="Folder of season files that quote many markets.")
        ],
        football_data: Annotated[
            Path | None,
            typer.Option(help="Folder of football-data.co.uk season files: earlier results."),
        ] = None,
        json_file: Annotated[
            str | None, typer.Option("--json", help="Write JSON; no file is standard output.")
        ] = None,
        png: Annotated[Path | None, typer.Option(help="Also draw this file.")] = None,
        language: Annotated[str, typer.Option(help="Of the chart: en or fr.")] = "en",
    ) -> None:
        """Judge BTTS and other totals derived from 1X2 and over 2.5 against their own quotes."""
        try:
            known_language(language, LANGUAGES)
            may_write(("--json", json_file), ("--png", png))
            report = evaluate_derived(multi_market, football_data, bar)
            _tell(report, json_file, png, language)
        except MonPsError as refused:
            typer.echo(f"mon_ps: {refused}", err=True)
            raise typer.Exit(REFUSED) from None


def evaluate_derived(
    multi_market: Path,
    football_data: Path | None,
    shown: Shown,
) -> DerivedReport:
    """Walk through the quoted matches below `multi_market` and judge what was said of them.

    Raises:
        SettingsInvalid: a folder has nothing to read.
    """
    quoted = read_multi_market(multi_market)
    other = None
    if football_data is not None:
        other = _other_feed(football_data, quoted.past, shown)
    with shown("pricing") as steps:
        walk = walk_derived(quoted.past, other, _REFIT, steps)
    first = quoted.past.looked_at[0]
    return DerivedReport(
        verdicts=judge(walk, quoted.season, quoted.double_chance),
        matches=len(quoted.past),
        other_matches=0 if other is None else int((other.played_at < first).sum()),
        left_out=quoted.left_out,
    )


def _other_feed(folder: Path, quoted: DerivedPast, shown: Shown) -> DerivedPast:
    """Return the site's average prices and results up to the season of the first quote."""
    first = datetime.fromtimestamp(float(quoted.looked_at[0]), UTC)
    last = first.year - (first.month < _NEW_SEASON)
    with shown("reading") as steps:
        archive = read_archive(folder, range(_FIRST_SEASON, last + 1), progress=steps)
    return archive_past(archive, _BOOK)


def _tell(report: DerivedReport, json_file: str | None, png: Path | None, language: str) -> None:
    told = json.dumps(derived_json(report), indent=2, sort_keys=True)
    if json_file == STANDARD_OUTPUT:
        typer.echo(told)  # standard output is for JSON alone
    else:
        typer.echo(derived_table(report))
        if json_file is not None:
            write_file(Path(json_file), (told + "\n").encode(), "--json")
    if png is not None:
        write_file(png, derived_png(report, language), "--png")
