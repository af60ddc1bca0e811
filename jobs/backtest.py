"""python -m jobs backtest: seasons gone by, look by look, through the same decision as live."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
import typer

from charts.backtest import LANGUAGES
from engine.domain.errors import MonPsError, SettingsInvalid
from engine.domain.policy import uncapped
from engine.learning.backtest.baselines import kaunitz
from engine.learning.backtest.picks import with_ends
from engine.learning.backtest.summary import choose, summarise
from jobs.backtest_csv import picks_csv
from jobs.backtest_processes import StretchFailed
from jobs.backtest_report import Asked, BacktestReport, backtest_json, backtest_png
from jobs.backtest_run import Span, find_bets
from jobs.backtest_state import key_of, open_state
from jobs.backtest_table import print_backtest
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
from jobs.season_archive import read_archive
from jobs.season_years import DAY, FIRST_WITH_CLOSES, season_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.domain.policy import Policy
    from engine.learning.archive import Archive
    from engine.learning.backtest.tried import Tried
    from engine.pricing.reference.main_odds import MainOdds
    from jobs.backtest_run import Shown

MARKETS: Final = ("1x2", "ou", "ah")
NAMED, BEST = "named", "best"
OPEN, BASE = "open", "v0"
_BOUND: Final = "fd_max"
_Since = Annotated[datetime, typer.Option("--from", formats=[DAY], help="First day of looks.")]
_Until = Annotated[datetime, typer.Option(formats=[DAY], help="Last day, included.")]
_LearnFrom = Annotated[datetime, typer.Option(formats=[DAY], help="No season before is read.")]
_Markets = Annotated[str, typer.Option(help="Of 1x2, ou and ah, by commas.")]
_Price = Annotated[
    str, typer.Option(help="named books alone, or the best of the market, which is a bound.")
]
_Divisions = Annotated[
    str, typer.Option(help="Such as E0,F1; else all. Only these are learned from.")
]
_Without = Annotated[str, typer.Option(help="Books that are not read, such as pinnacle.")]
_Policy = Annotated[
    str, typer.Option(help="open lists every best bet; v0 picks, with caps and stakes.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked, and where season files and results are kept."""

    folder: Path
    asked: Asked
    csv: Path | None
    base: Policy


def add_backtest_command(app: typer.Typer, policies: Callable[[str], Policy]) -> None:
    """Offer `backtest`; `policies` gives the policy of a version's name."""

    @app.command("backtest", cls=JsonAlone)
    def backtest(  # noqa: PLR0913, PLR0917  # one parameter an option
        football_data: Annotated[
            Path, typer.Option(help="Folder of football-data.co.uk season files.")
        ],
        since: _Since,
        until: _Until,
        markets: _Markets = "1x2,ou,ah",
        price: _Price = NAMED,
        divisions: _Divisions = "",
        without: _Without = "",
        policy: _Policy = OPEN,
        learn_from: _LearnFrom = FIRST_WITH_CLOSES,
        csv: Annotated[Path | None, typer.Option(help="Write every bet listed here.")] = None,
        json_file: Annotated[
            str | None, typer.Option("--json", help="Write JSON; no file is standard output.")
        ] = None,
        png: Annotated[Path | None, typer.Option(help="Also draw this file.")] = None,
        language: Annotated[str, typer.Option(help="Of the picture: en or fr.")] = "en",
    ) -> None:
        """Decide seasons gone by look by look, learning only from what came before.

        With --csv a run that was stopped goes on where it was: what it found is kept beside.
        """
        asked = Asked(
            since=since.date(),
            until=until.date(),
            learn_from=min(learn_from.date(), since.date()),
            markets=_listed(markets),
            price=price,
            divisions=_listed(divisions),
            without=_listed(without),
            policy=policy,
        )
        try:
            known_language(language, LANGUAGES)
            may_write(("--csv", csv), ("--json", json_file), ("--png", png))
            wanted = Wanted(
                folder=football_data, asked=_checked(asked), csv=csv, base=policies(BASE)
            )
            report, rows = run_backtest(wanted, bar)
            _tell(report, rows, csv, json_file)
            if png is not None:
                write_file(png, backtest_png(report, language), "--png")
        except MonPsError as refused:
            typer.echo(f"mon_ps: {refused}", err=True)
            raise typer.Exit(REFUSED) from None
        except StretchFailed as failed:
            typer.echo(f"mon_ps: backtest failed: {failed}", err=True)
            raise typer.Exit(FAILED) from None


def run_backtest(wanted: Wanted, shown: Shown) -> tuple[BacktestReport, bytes]:
    """Read, learn, decide and measure; return the report, and the bets as a file.

    Raises:
        SettingsInvalid: there is nothing to read, or to decide, in what was asked for.
        StretchFailed: a process could not go on.
    """
    asked, clock = wanted.asked, _Stopwatch()
    policy = policy_of(asked, wanted.base)
    with shown("reading") as steps:
        archive = _archive(wanted, steps)
    span = Span(since=_midnight(asked.since), until=_midnight(asked.until) + _one_day())
    if not ((archive.looked_at >= span.since) & (archive.looked_at < span.until)).any():
        raise SettingsInvalid(
            f"--from: no match was looked at from {asked.since} to {asked.until}"
        )
    clock.lap("reading")
    tried = _tried(archive, span, policy, wanted, shown)
    clock.lap("learning and deciding")
    with shown("measuring"):
        report, rows = _measured(archive, tried, policy, asked)
    clock.lap("measuring")
    return replace(report, seconds=clock.laps), rows


def policy_of(asked: Asked, policy: Policy) -> Policy:
    """Return the policy that decides: the one given, its caps lifted where open."""
    if asked.policy == OPEN:
        policy = uncapped(policy)
    if asked.price == BEST:
        policy = replace(policy, version=f"{policy.version}+best", bounds=(_BOUND,))
    return policy


def _archive(wanted: Wanted, steps: Callable[[int, int], None]) -> Archive:
    """Return all that may be learned from or decided, without the books not wanted."""
    asked = wanted.asked
    archive = read_archive(
        wanted.folder,
        range(season_of(asked.learn_from), season_of(asked.until) + 1),
        frozenset(asked.divisions),
        progress=steps,
    )
    archive = archive.where(archive.looked_at < _midnight(asked.until) + _one_day())
    unknown = sorted(set(asked.without) - {str(book) for book in archive.look.books})
    if unknown:
        raise SettingsInvalid(f"--without: no file names {', '.join(unknown)}")
    return replace(
        archive,
        look=_without(archive.look, asked.without),
        close=_without(archive.close, asked.without),
    )


def _without(odds: MainOdds, books: tuple[str, ...]) -> MainOdds:
    kept = np.array([book not in books for book in odds.books], dtype=np.bool_)
    return replace(
        odds,
        books=tuple(book for book in odds.books if book not in books),
        match_odds=odds.match_odds[:, kept],
        total=odds.total[:, kept],
        handicap=odds.handicap[:, kept],
    )


def _tried(archive: Archive, span: Span, policy: Policy, wanted: Wanted, shown: Shown) -> Tried:
    """Return the bets of the markets asked for; what is found is kept beside the file of bets."""
    capped = wanted.asked.policy != OPEN
    key = key_of(f"{policy!r} {span!r}", archive)
    with tempfile.TemporaryDirectory(prefix="mon_ps-backtest-") as aside:
        csv = wanted.csv
        folder = Path(aside) if csv is None else csv.with_name(f"{csv.name}.state")
        state = open_state(folder, key)
        tried = find_bets(archive, span, policy, state, shown, capped=capped)
    places = [MARKETS.index(market) for market in wanted.asked.markets]
    return tried.where(np.isin(tried.market, places))


def _measured(
    archive: Archive, tried: Tried, policy: Policy, asked: Asked
) -> tuple[BacktestReport, bytes]:
    if not len(tried):
        raise SettingsInvalid(f"--markets: no price of {', '.join(asked.markets)} could be judged")
    bets = with_ends(archive, tried)
    chosen = choose(bets, taken=asked.policy != OPEN)
    if not len(chosen.bets):
        raise SettingsInvalid(f"--policy: {policy.version} picks nothing from what was asked for")
    hurdle = policy.scoring.hurdle
    report = BacktestReport(
        asked=asked,
        policy_version=policy.version,
        hurdle=hurdle,
        summary=summarise(bets, chosen, kaunitz(archive, tried), archive.competitions, hurdle),
        chosen=chosen,
        seconds={},
    )
    return report, picks_csv(archive, chosen, policy.version)


def _tell(report: BacktestReport, rows: bytes, csv: Path | None, json_file: str | None) -> None:
    told = json.dumps(backtest_json(report), indent=2, sort_keys=True, allow_nan=False)
    if json_file == STANDARD_OUTPUT:
        typer.echo(told)  # standard output is for JSON alone
    else:
        print_backtest(report)
        if json_file is not None:
            write_file(Path(json_file), (told + "\n").encode(), "--json")
    if csv is not None:
        write_file(csv, rows, "--csv")


def _checked(asked: Asked) -> Asked:
    """Return what was asked for, if it can be."""
    if asked.since > asked.until:
        raise SettingsInvalid(f"--from: {asked.since} is after --until {asked.until}")
    for option, given, known in (
        ("--markets", asked.markets, MARKETS),
        ("--price", (asked.price,), (NAMED, BEST)),
        ("--policy", (asked.policy,), (OPEN, BASE)),
    ):
        wrong = [one for one in given if one not in known]
        if wrong or not given:
            said = ", ".join(wrong) or "nothing"
            raise SettingsInvalid(f"{option}: {said} is none of {', '.join(known)}")
    return asked


class _Stopwatch:
    """Where the time goes; no figure depends on it."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name], self._since = now - self._since, now


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _one_day() -> float:
    return timedelta(days=1).total_seconds()
