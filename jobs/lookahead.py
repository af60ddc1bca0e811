"""python -m jobs check-lookahead: what is known later cannot change what was picked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from engine.domain.errors import MonPsError, SettingsInvalid
from engine.learning.evidence import CLV_OTHER, CONVINCING
from engine.learning.lookahead.check import at_refits, instants_of
from engine.learning.lookahead.permuted import permute
from jobs.backtest_processes import StretchFailed
from jobs.backtest_run import Span
from jobs.command_options import (
    FAILED,
    REFUSED,
    STANDARD_OUTPUT,
    JsonAlone,
    bar,
    may_write,
    write_file,
)
from jobs.lookahead_walk import Asked, candidates_of, checks, walk_archive
from jobs.season_archive import read_archive
from jobs.season_years import DAY, FIRST_WITH_CLOSES, season_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.domain.policy import Policy
    from engine.learning.lookahead.check import Checked
    from engine.learning.lookahead.permuted import Permuted
    from jobs.lookahead_walk import Walked

_BOUND: Final = "fd_max"
_ALLOWED: Final = 0.05
"""The share of shuffles that may ever be convincing, by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which looks are decided anew, from when on is learned; days in UTC, the last included."""

    folder: Path
    since: date
    until: date
    learn_from: date
    divisions: frozenset[str]
    instants: int
    shuffles: int
    seed: int
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was found: every check up to the first that failed, and the evidence shuffled."""

    picks: int
    judged: int
    checked: tuple[Checked, ...]
    permuted: Permuted | None

    @property
    def failed(self) -> Checked | None:
        """The check that found a difference; it is the last."""
        return next((one for one in self.checked if one.differences), None)


def add_lookahead_command(app: typer.Typer, policy: Callable[[], Policy]) -> None:
    """Offer `check-lookahead`; `policy` gives the thresholds in force."""

    @app.command("check-lookahead", cls=JsonAlone)
    def check_lookahead(  # noqa: PLR0917  # one parameter an option
        football_data: Annotated[
            Path, typer.Option(help="Folder of football-data.co.uk season files.")
        ],
        since: Annotated[
            datetime, typer.Option("--from", formats=[DAY], help="First day of looks decided.")
        ],
        until: Annotated[datetime, typer.Option(formats=[DAY], help="Last day, included.")],
        learn_from: Annotated[
            datetime, typer.Option(formats=[DAY], help="Seasons before are not read.")
        ] = FIRST_WITH_CLOSES,
        divisions: Annotated[
            str, typer.Option(help="Such as E0,F1; else all. Only these are learned from.")
        ] = "",
        instants: Annotated[
            int,
            typer.Option(min=0, help="How many instants to cut at: at random, half at refits."),
        ] = 3,
        permute_: Annotated[
            int, typer.Option("--permute", min=0, help="Also shuffle closes so many times.")
        ] = 0,
        seed: Annotated[int, typer.Option(help="Of the instants, the noise and shuffles.")] = 1,
        json_file: Annotated[
            str | None, typer.Option("--json", help="Write JSON; no file is standard output.")
        ] = None,
    ) -> None:
        """Decide again without the future, and with another: every pick must stay, bit for bit.

        Ends with 1 where a pick, score or stake differs, naming the first row and column; or
        where shuffled closes are evidence.
        """
        wanted = Wanted(
            folder=football_data,
            since=since.date(),
            until=until.date(),
            learn_from=min(learn_from.date(), since.date()),
            divisions=frozenset(one.strip() for one in divisions.split(",") if one.strip()),
            instants=instants,
            shuffles=permute_,
            seed=seed,
            policy=replace(policy(), bounds=(_BOUND,)),
        )
        try:
            may_write(("--json", json_file))
            told = check_all(wanted)
            _tell(told, json_file)
        except MonPsError as refused:
            typer.echo(f"mon_ps: {refused}", err=True)
            raise typer.Exit(REFUSED) from None
        except StretchFailed as failed:
            typer.echo(f"mon_ps: check-lookahead failed: {failed}", err=True)
            raise typer.Exit(FAILED) from None
        if faults := tuple(_faults(told)):
            for fault in faults:
                typer.echo(f"mon_ps: {fault}", err=True)
            raise typer.Exit(FAILED)


def check_all(wanted: Wanted) -> Told:
    """Read, decide, and decide again at each instant until something differs.

    Raises:
        SettingsInvalid: the days are reversed, or nothing is there to decide.
        StretchFailed: a process could not go on.
    """
    if wanted.since > wanted.until:
        raise SettingsInvalid(f"--from: {wanted.since} is after --until {wanted.until}")
    asked = _read(wanted)
    span = asked.span
    drawn = instants_of(asked.archive, span.since, span.until, wanted.instants, wanted.seed)
    walked = walk_archive(asked, "first")
    at = [one for one in at_refits(drawn, walked.refits) if len(walked.rows.by(one))]
    if not at and wanted.instants:
        raise SettingsInvalid(
            f"--from: no bet was judged from {wanted.since} to {wanted.until}: nothing to compare"
        )
    checked: list[Checked] = []
    for one in checks(walked, asked, at, wanted.seed):
        checked.append(one)
        if one.differences:
            break
    return Told(
        picks=walked.picks,
        judged=len(walked.rows),
        checked=tuple(checked),
        permuted=_permuted(walked, wanted) if wanted.shuffles else None,
    )


def _read(wanted: Wanted) -> Asked:
    with bar("reading") as steps:
        archive = read_archive(
            wanted.folder,
            range(season_of(wanted.learn_from), season_of(wanted.until) + 1),
            wanted.divisions,
            progress=steps,
        )
    since, until = _midnight(wanted.since), _midnight(wanted.until + timedelta(days=1))
    return Asked(
        archive=archive.where(archive.looked_at < until),
        span=Span(since=since, until=until),
        policy=wanted.policy,
    )


def _permuted(walked: Walked, wanted: Wanted) -> Permuted:
    with bar("shuffling"):
        return permute(candidates_of(walked), CLV_OTHER, seeds=wanted.shuffles, seed=wanted.seed)


def _faults(told: Told) -> Iterator[str]:
    failed = told.failed
    if failed is not None:
        first = failed.differences[0]
        yield (
            f"look-ahead: {first.row}: {first.column} was {first.was}, and is {first.now} where"
            f" the future after {_shown(failed.at)} is {failed.future}"
        )
    if told.permuted is not None and told.permuted.alarms > _ALLOWED:
        yield f"shuffled closes are evidence in {told.permuted.alarms:.0%} of shuffles"


def _tell(told: Told, json_file: str | None) -> None:
    text = json.dumps(_json(told), indent=2, sort_keys=True, allow_nan=False)
    if json_file == STANDARD_OUTPUT:
        typer.echo(text)
        return
    typer.echo("\n".join(_lines(told)))
    if json_file is not None:
        write_file(Path(json_file), (text + "\n").encode(), "--json")


def _lines(told: Told) -> Iterator[str]:
    yield f"{told.judged:,} bets judged, {told.picks:,} picks; provenance: backtest"
    for one in told.checked:
        verdict = "differs" if one.differences else "the same, bit for bit"
        yield (
            f"{_shown(one.at)}, future {one.future}: {one.rows:,} rows, {one.cells:,} values:"
            f" {verdict}"
        )
    if told.permuted is not None:
        shuffled = told.permuted.highest
        yield (
            f"evidence of CLV (hurdle 1 point): {told.permuted.real.value:.3g}, at most"
            f" {told.permuted.real.highest:.3g}; with closes shuffled {len(shuffled)} times"
            f" at most {shuffled.max():.2f}; {told.permuted.alarms:.1%} ever reached"
            f" {CONVINCING:.0f}"
        )


def _json(told: Told) -> dict[str, object]:
    permuted = told.permuted
    return {
        "judged": told.judged,
        "picks": told.picks,
        "provenance": "backtest",
        "checked": [
            {
                "at": _shown(one.at),
                "future": one.future.value,
                "rows": one.rows,
                "values": one.cells,
                "differences": [
                    {
                        "row": each.row,
                        "column": each.column,
                        "looked_at": _shown(each.looked_at),
                        "was": each.was,
                        "now": each.now,
                    }
                    for each in one.differences
                ],
            }
            for one in told.checked
        ],
        "permuted": permuted
        and {
            "e_value": permuted.real.value,
            "highest_e_value": permuted.real.highest,
            "shuffled_highest": permuted.highest.tolist(),
            "alarms": permuted.alarms,
            "blind_clv": None if isnan(permuted.blind) else permuted.blind,
        },
    }


def _shown(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
