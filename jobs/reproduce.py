"""python -m jobs reproduce: published baselines out of raw files, beside what was published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from engine.domain.errors import MonPsError
from engine.learning.published.compare import reproduce_buchdahl, reproduce_kaunitz
from jobs.command_options import (
    FAILED,
    REFUSED,
    STANDARD_OUTPUT,
    JsonAlone,
    bar,
    may_write,
    write_file,
)
from jobs.reproduce_report import print_reproduced, reproduced_csv, reproduced_json
from jobs.season_archive import read_archive

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.learning.archive import Archive
    from engine.learning.published.compare import Reproduced

_LAST: Final = 2025

reproduce_app = typer.Typer(no_args_is_help=True, help=__doc__)


def _add(name: str, says: str, first: int, reproduce: Callable[[Archive], Reproduced]) -> None:
    @reproduce_app.command(name, cls=JsonAlone, help=says)
    def command(
        football_data: Annotated[
            Path, typer.Option(help="Folder of football-data.co.uk season files.")
        ],
        json_file: Annotated[
            str | None, typer.Option("--json", help="Write JSON; no file is standard output.")
        ] = None,
        csv_file: Annotated[
            Path | None,
            typer.Option("--csv", help="Write every side a rule liked, bet or left and why."),
        ] = None,
    ) -> None:
        try:
            may_write(("--json", json_file), ("--csv", csv_file))
            found = _reproduced(football_data, first, reproduce, json_file, csv_file)
        except MonPsError as refused:
            typer.echo(f"mon_ps: {refused}", err=True)
            raise typer.Exit(REFUSED) from None
        differing = [one for one in found.compared if one.failures]
        for one in differing:
            typer.echo(
                f"mon_ps: {one.rule} {one.first} above {one.above:g} is not what is published:"
                f" {', '.join(one.failures)}",
                err=True,
            )
        if differing:
            raise typer.Exit(FAILED)


_add(
    "buchdahl",
    "Best price against the sharp book's fair one, above 0, 2 and 5 %, by season.\n\n"
    "Ends with 1 where a season that is all there differs from what is published.",
    2016,
    reproduce_buchdahl,
)
_add(
    "kaunitz",
    "Eq. 7 on closing best and mean prices with margin .05, beside chance.\n\n"
    "Ends with 1 where a season that is all there differs from what is published.",
    2019,
    reproduce_kaunitz,
)


def _reproduced(
    folder: Path,
    first: int,
    reproduce: Callable[[Archive], Reproduced],
    json_file: str | None,
    csv_file: Path | None,
) -> Reproduced:
    with bar("reading") as steps:
        archive = read_archive(folder, range(first, _LAST + 1), progress=steps)
    with bar("reproducing"):
        found = reproduce(archive)
    told = json.dumps(reproduced_json(found), indent=2, sort_keys=True, allow_nan=False)
    if json_file == STANDARD_OUTPUT:
        typer.echo(told)  # standard output is for JSON alone
    else:
        print_reproduced(found)
        if json_file is not None:
            write_file(Path(json_file), (told + "\n").encode(), "--json")
    if csv_file is not None:
        write_file(csv_file, reproduced_csv(archive, found).encode(), "--csv")
    return found
