"""python -m jobs import: history from files, told as it goes and summed up at the end."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path  # noqa: TC003  # the command line is read by it
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from engine.domain.errors import SettingsInvalid
from jobs.command_options import may_write
from jobs.file_closes import close_by_imported
from jobs.import_files import Import
from jobs.season_sources import Wanted, download_sources, folder_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping

    from jobs.context import Context

_LANES: Final = 2  # while one waits for the database the other reads
_EVERY: Final = 50
_SHOWN: Final = 40


class Runs(Protocol):
    """Runs work that needs a context, made of the settings in force (`jobs.__main__`)."""

    def __call__(
        self, work: Callable[[Context], Coroutine[Any, Any, Mapping[str, Any]]], /
    ) -> Mapping[str, Any]: ...


def import_app(
    run: Runs,
    write: Callable[[Mapping[str, object], str], None],
    refuse: Callable[[SettingsInvalid], Any],
) -> typer.Typer:
    """Return the commands under `import`; `write` puts JSON where `--json` says."""
    app = typer.Typer(no_args_is_help=True, help="Read history from files.")

    @app.callback()
    def history() -> None:
        """Read history from files."""

    @app.command("football-data")
    def football_data(
        path: Annotated[Path | None, typer.Argument(help="A season file, or a folder.")] = None,
        download: Annotated[  # noqa: FBT002  # a flag
            bool, typer.Option("--download", help="From the site instead, politely.")
        ] = False,
        divisions: Annotated[str, typer.Option(help="E0,F1,...; all when unset.")] = "",
        seasons: Annotated[
            str,
            typer.Option(help="2324,2425,...; all when unset. Extra leagues are read whole."),
        ] = "",
        json_file: Annotated[
            str, typer.Option("--json", help="Where to write all figures; - is standard output.")
        ] = "",
    ) -> None:
        """Import football-data.co.uk's season files: fixtures, results, odds. Safe to repeat."""
        if (path is None) != download:
            refuse(SettingsInvalid("import football-data: give a PATH, or --download, not both"))
        wanted = Wanted(divisions=_items(divisions), seasons=_items(seasons))
        try:
            _known_seasons(wanted.seasons)
            may_write(("--json", json_file or None))
        except SettingsInvalid as refused:
            refuse(refused)
        told = run(lambda ctx: import_seasons(ctx, path, wanted))
        if json_file:
            write(told, json_file)
        if json_file != "-":
            typer.echo(summary(told))

    return app


def _known_seasons(seasons: frozenset[str]) -> None:
    wrong = sorted(one for one in seasons if not is_season(one))
    if wrong:
        raise SettingsInvalid(f"--seasons: {', '.join(wrong)}: write a season as 2324")


def is_season(written: str) -> bool:
    """Say whether this is how the site writes a season.

    >>> is_season("2324"), is_season("9900"), is_season("2325"), is_season("9999")
    (True, True, False, False)
    """
    years = re.fullmatch(r"([0-9]{2})([0-9]{2})", written)
    return years is not None and (int(years[1]) + 1) % 100 == int(years[2])


async def import_seasons(ctx: Context, path: Path | None, wanted: Wanted) -> Mapping[str, Any]:
    """Import from `path`, or from the site where there is none; return it in numbers.

    Picks whose close was not caught, or by one source alone, get what the files declare.

    Raises:
        MonPsError: there is nothing to read, or the database or the site is away.
    """
    async with ctx.store.reading() as tx:
        before = await tx.seasons.files()
        ctx = replace(ctx, names=await tx.aliases.names(ctx.names))
    if path is None:
        sources, lanes = download_sources(ctx, wanted, before), 1
    else:
        sources, lanes = folder_sources(path, wanted), _LANES
    work = Import(
        ctx.store,
        ctx.names,
        ctx.workers,
        clock=ctx.clock,
        max_move=ctx.rules.collect.max_move,
    )
    with _progress(len(sources)) as advance:
        done = await work.run(sources, lanes, advance)
    return {**done.told(), "closes": await close_by_imported(ctx)}


def summary(told: Mapping[str, Any]) -> str:
    """Return an import for a person: by season and reason, bad lines named."""
    rows = told["added_rows"]
    files, left_out = told["files"], sum(told["rejected"].values())
    matches = f"{told['read']} lines read, {told['stored']} matches stored, {left_out} left out"
    lines = [
        f"{files} files ({told['files_unchanged']} unchanged): {matches}",
        f"new: {rows['fixtures']} fixtures, {rows['results']} results, {rows['odds']} odds",
        f"picks that got a better close by them: {told['closes']}",
        "",
        f"{'season':<10}{'read':>9}{'stored':>9}  left out",
    ]
    lines += [
        f"{name:<10}{counts['read']:>9}{counts['stored']:>9}  {_reasons(counts['rejected'])}"
        for name, counts in told["seasons"].items()
    ]
    lines += [f"{'all':<10}{told['read']:>9}{told['stored']:>9}  {_reasons(told['rejected'])}"]
    if told["prices_rejected"]:
        lines += ["", f"prices left out: {_reasons(told['prices_rejected'])}"]
    bad = [
        f"  {file['name']}:{row['line']} {row['reason']}: {row['text']}"
        for reason in sorted(told["rejected"], key=told["rejected"].__getitem__)
        for file in told["by_file"]
        for row in file["bad_rows"]
        if row["reason"] == reason
    ]
    failed = [f"  {name}: {why}" for name, why in told["files_failed"].items()]
    unknown = [f"  {competition}: {name}" for competition, name in told["unmatched"]]
    lines += _listed("lines left out:", bad)
    lines += _listed("files not read:", failed)
    lines += _listed("names nobody knows (they wait in the queue of names):", unknown)
    return "\n".join(lines)


def _listed(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    more = len(items) - _SHOWN
    rest = [f"  ... and {more} more; --json FILE lists them all"] if more > 0 else []
    return ["", title, *items[:_SHOWN], *rest]


def _reasons(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) or "-"


def _items(text: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text.split(",") if item.strip())


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Give what to call for each file that is over: it moves a bar, or writes a line at times."""
    console = Console(stderr=True)
    if not console.is_terminal:
        done = iter(range(1, total + 1))

        def line(name: str) -> None:
            number = next(done)
            if number % _EVERY == 0 or number == total:
                print(f"{number}/{total} {name}", file=sys.stderr)  # noqa: T201  # what is told of

        yield line
        return
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("import", total=total)
        yield lambda name: bar.update(task, advance=1, description=name[-22:])
