"""evaluate policy: what daily learning of thresholds would have come to, walked forward."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from engine.domain.errors import MonPsError, SettingsInvalid
from engine.domain.policy import uncapped
from engine.domain.policy_version import thresholds_of
from engine.learning.backtest.picks import with_ends
from engine.learning.policy.ledger import stream_of
from engine.learning.policy.summary import summarise
from engine.learning.policy.trials import grid_of
from engine.learning.policy.walk import walk_policy
from jobs.backtest_processes import StretchFailed
from jobs.backtest_run import Span, find_bets
from jobs.backtest_state import key_of, open_state
from jobs.command_options import (
    FAILED,
    REFUSED,
    STANDARD_OUTPUT,
    JsonAlone,
    bar,
    may_write,
    write_file,
)
from jobs.evaluate_policy_report import PolicyReport, policy_json
from jobs.evaluate_policy_table import print_policy
from jobs.rules import trials_of
from jobs.season_archive import read_archive
from jobs.season_years import turn_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.domain.policy import Policy
    from engine.learning.archive import Archive
    from engine.learning.policy.stream import PickStream
    from engine.learning.policy.trials import Grid
    from jobs.backtest_run import Shown
    from jobs.rules import Registered

BASE: Final = "v0"
LEARN_FROM: Final = 2012
"""The first season with closes."""
BURN_IN: Final = 2
"""Seasons of picks, before those that are told, that the first choices rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which seasons are told, by their first years, and what they may rest on."""

    folder: Path
    first: int
    last: int
    burn_in: int = BURN_IN
    learn_from: int = LEARN_FROM
    divisions: frozenset[str] = frozenset()
    keep: Path | None = None


def add_policy_command(
    app: typer.Typer, policies: Callable[[str], Policy], registered: Callable[[], Registered]
) -> None:
    """Offer `policy`; `policies` gives one by its version, `registered` what may be tried."""

    @app.command("policy", cls=JsonAlone)
    def policy(  # noqa: PLR0917  # one parameter an option
        football_data: Annotated[
            Path, typer.Option(help="Folder of football-data.co.uk season files.")
        ],
        seasons: Annotated[
            str, typer.Option(help="First years of the seasons told, such as 2016-2023.")
        ],
        burn_in: Annotated[
            int, typer.Option(min=0, help="Seasons before whose picks are learned from.")
        ] = BURN_IN,
        learn_from: Annotated[
            int, typer.Option(help="First year of the first season that is read.")
        ] = LEARN_FROM,
        divisions: Annotated[
            str, typer.Option(help="Such as E0,F1; else all. Only these are learned from.")
        ] = "",
        keep: Annotated[
            Path | None,
            typer.Option(help="Folder for what is found: a run that was stopped goes on there."),
        ] = None,
        json_file: Annotated[
            str | None, typer.Option("--json", help="Write JSON; no file is standard output.")
        ] = None,
    ) -> None:
        """Learn zone and hurdle anew at each look of seasons gone by, from what had settled.

        Nothing is put in force by it.
        """
        try:
            first, last = _years(seasons)
            may_write(("--json", json_file))
            wanted = Wanted(
                folder=football_data,
                first=first,
                last=last,
                burn_in=burn_in,
                learn_from=learn_from,
                divisions=frozenset(one.strip() for one in divisions.split(",") if one.strip()),
                keep=keep,
            )
            _tell(evaluate_policy(wanted, policies(BASE), registered(), bar), json_file)
        except MonPsError as refused:
            typer.echo(f"mon_ps: {refused}", err=True)
            raise typer.Exit(REFUSED) from None
        except StretchFailed as failed:
            typer.echo(f"mon_ps: evaluation failed: {failed}", err=True)
            raise typer.Exit(FAILED) from None


def evaluate_policy(
    wanted: Wanted, base: Policy, registered: Registered, shown: Shown
) -> PolicyReport:
    """Read, decide every look as live, then learn thresholds from look to look.

    Raises:
        SettingsInvalid: there is nothing to read, or no pick, in what was asked for.
        StretchFailed: a process could not go on.
    """
    begun = time.monotonic()
    trials = trials_of(registered)
    grid, declared = grid_of(trials.settings), thresholds_of(base.scoring)
    with shown("reading") as steps:
        archive = read_archive(
            wanted.folder,
            range(min(wanted.learn_from, wanted.first), wanted.last + 1),
            wanted.divisions,
            progress=steps,
        )
    seconds = {"reading": time.monotonic() - begun}
    begun = time.monotonic()
    stream = _stream(archive, base, grid, wanted, shown)
    seconds["deciding"] = time.monotonic() - begun
    since = turn_of(wanted.first)
    if not (stream.picked(declared.hurdle) & (stream.issued_at >= since)).any():
        raise SettingsInvalid(f"--seasons: {base.version} picks nothing in what was asked for")
    begun = time.monotonic()
    with shown("choosing") as steps:
        walked = walk_policy(stream, grid, declared, progress=steps)
    seconds["choosing"] = time.monotonic() - begun
    begun = time.monotonic()
    with shown("measuring"):
        summary = summarise(stream, walked, grid, declared, since)
    seconds["measuring"] = time.monotonic() - begun
    return PolicyReport(
        version=base.version,
        declared=declared,
        registered_on=trials.registered_on,
        seasons_read=(int(archive.season.min()), wanted.last),
        picks_from=int(stream.season.min()),
        summary=summary,
        seconds=seconds,
    )


def _stream(
    archive: Archive, base: Policy, grid: Grid, wanted: Wanted, shown: Shown
) -> PickStream:
    """Return every candidate of the seasons and their burn-in, as the backtest decides it."""
    policy = uncapped(base)
    span = Span(
        since=max(turn_of(wanted.first - wanted.burn_in), float(archive.looked_at[0])),
        until=turn_of(wanted.last + 1),
    )
    if not ((archive.looked_at >= span.since) & (archive.looked_at < span.until)).any():
        raise SettingsInvalid("--seasons: no match was looked at in what was asked for")
    key = key_of(f"{policy!r} {span!r}", archive)
    with tempfile.TemporaryDirectory(prefix="mon_ps-policy-") as aside:
        state = open_state(Path(aside) if wanted.keep is None else wanted.keep, key)
        tried = find_bets(archive, span, policy, state, shown, capped=False)
        known = state.load_knowledge()
    refits = () if known is None else known.judged
    return stream_of(
        with_ends(archive, tried), archive.looked_at[tried.row], refits, base.scoring, grid.hurdle
    )


def _tell(report: PolicyReport, json_file: str | None) -> None:
    told = json.dumps(policy_json(report), indent=2, sort_keys=True, allow_nan=False)
    if json_file == STANDARD_OUTPUT:
        typer.echo(told)  # standard output is for JSON alone
        return
    print_policy(report)
    if json_file is not None:
        write_file(Path(json_file), (told + "\n").encode(), "--json")


def _years(seasons: str) -> tuple[int, int]:
    """Return the first and the last year of "2016-2023", or of one season.

    Raises:
        SettingsInvalid: it is no such range.
    """
    first, _, last = (part.strip() for part in seasons.partition("-"))
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise SettingsInvalid(f"--seasons: {seasons!r} is no range of years, such as 2016-2023")
    found = int(first), int(last or first)
    if found[0] > found[1]:
        raise SettingsInvalid(f"--seasons: {found[0]} is after {found[1]}")
    return found
