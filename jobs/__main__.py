"""python -m jobs: one run of a walk, the report, or a replay; Telegram may be down meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, TypeVar

import typer

from config.catalogue import load_catalogue
from config.describe import secret_texts
from config.logging import configure_logging
from config.policies import load_policies
from config.settings import BIG_FIVE, load
from engine.domain.errors import MonPsError, SettingsInvalid
from jobs.audit import add_audit_command
from jobs.backfill_command import add_backfill_command
from jobs.backtest import add_backtest_command
from jobs.backup_commands import add_backup_commands
from jobs.catalogue import JOBS
from jobs.clock import SystemClock
from jobs.command_options import STANDARD_OUTPUT, may_write, write_file
from jobs.context import Providers, open_context
from jobs.coverage import read_fixtures
from jobs.coverage_report import (
    Selection,
    coverage_json,
    coverage_png,
    coverage_table,
    run_coverage,
    selections_of,
)
from jobs.evaluate import evaluate_app
from jobs.evaluate_policy import add_policy_command
from jobs.import_command import import_app
from jobs.lookahead import add_lookahead_command
from jobs.names_commands import add_names_commands
from jobs.plan import build_plan, explain, to_json
from jobs.replay_stage import Files, Staged, run_staged
from jobs.report import Coverage, build_report
from jobs.reproduce import reproduce_app
from jobs.rules import rules_from
from jobs.run import RunState
from jobs.runner import Runner
from jobs.seed_record import add_seed_command
from jobs.usage import OneLine
from jobs.vault import Vault
from jobs.verify import add_verify_command
from jobs.versions_commands import add_versions_commands
from storage.database import backup_folder, open_database
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from config.catalogue import Catalogue
    from config.settings import Settings
    from engine.domain.fixture import Fixture
    from jobs.context import Context
    from jobs.replay_stage import Delivers
    from jobs.run import Outcome
    from storage.store import Store

_T = TypeVar("_T")
EX_REFUSED: Final = 2
EX_FAILED: Final = 1
EMULATOR_TOKEN: Final = "4200000001:SANDBOX-not-a-secret-0123456789abcde"  # noqa: S105  # the emulator's own, printed by it; a real token is never sent to --telegram

app = typer.Typer(
    cls=OneLine,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=__doc__,
)
JsonFile = Annotated[str, typer.Option("--json", help="Where to write; - is standard output.")]


def _add_walk(name: str, says: str) -> None:
    """Offer one job as a command: run it once, now, recorded as a run of this moment."""

    @app.command(name.replace("_", "-"), help=says)
    def walk() -> None:
        outcome = _run(_once(_settings(), name))
        typer.echo(json.dumps({"job": name, "state": outcome.state.value, **outcome.report}))
        if outcome.state is not RunState.DONE:
            typer.echo(f"mon_ps: {name} {outcome.state.value}: {outcome.error}", err=True)
            raise typer.Exit(EX_FAILED)


_add_walk("snapshot", "Look at the market once: picks and alerts wait in the outbox after it.")
_add_walk("closing", "Capture the closes of what kicks off within the first offset.")
_add_walk("kick_off", "Fix the close of every pick whose game has begun.")
_add_walk("settle", "Read results and settle what two readings confirm.")
_add_walk(
    "learn", "Compute the record of each provenance, and learn anew from all that is stored."
)
_add_walk("health", "Look at freshness, keys and backlog; tell the owner what is wrong.")
_add_walk("cleanup", "Drop what is older than its retention.")
_add_walk("prove", "Close the days that are over: swear what was sent, and publish the root.")
_add_walk("fixtures_feed", "Look at football-data.co.uk's fixtures.csv, where no key gives odds.")


@app.command()
def report(json_file: JsonFile = "-") -> None:
    """Write everything an outside judge needs: picks and their fates, outbox, runs."""
    _write(_run(_told(_settings())), json_file)


@app.command()
def plan(
    as_json: Annotated[bool, typer.Option("--json", help="For machines, in full.")] = False,  # noqa: FBT002  # a flag
) -> None:
    """Say what will be asked when, at which cost, and what was given up and why."""
    typer.echo(_run(_planned(_settings(), as_json=as_json)))


@app.command()
def coverage(  # noqa: PLR0917  # one parameter an option
    football_data: Annotated[
        Path, typer.Option(help="Folder of football-data.co.uk season files.")
    ],
    season: Annotated[str, typer.Option(help="Such as 2324.")],
    credits_per_key: Annotated[
        str, typer.Option("--credits", help="Credits a month of one key, several by commas.")
    ] = "100,250,500,1000,2000,5000,10000,20000",
    keys: Annotated[int, typer.Option(min=1, help="How many such keys.")] = 1,
    divisions: Annotated[
        str | None, typer.Option(help="Such as E0,F1, most important first; else all.")
    ] = None,
    competitions: Annotated[
        str | None, typer.Option(help="The same by sport key, such as soccer_epl.")
    ] = None,
    json_file: Annotated[str | None, typer.Option("--json", help="Also write this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw this file.")] = None,
) -> None:
    """Show how many closes credits buy, over a season that was played."""
    with _refusing():
        may_write(("--json", json_file), ("--png", png))
    catalogue, rules = load_catalogue(), rules_from(_settings())
    per_key = [int(text) if text.isdecimal() else -1 for text in credits_per_key.split(",")]
    if min(per_key) < 1:
        _refuse(SettingsInvalid(f"--credits: {credits_per_key!r} are not numbers from 1 on"))
    try:
        fixtures = read_fixtures(football_data, season, catalogue.names.leagues)
        wanted = _selections(fixtures, catalogue, divisions, competitions)
        runs = run_coverage(fixtures, wanted, credits_per_key=per_key, keys=keys, rules=rules)
        results = tuple(runs)
    except MonPsError as refused:
        _refuse(refused)
    typer.echo(coverage_table(results))
    if json_file is not None:
        _write(coverage_json(results), json_file)
    if png is not None:
        with _refusing():
            write_file(png, coverage_png(results, season), "--png")


@app.command()
def replay(  # noqa: PLR0917  # one parameter an option
    odds_api: Annotated[Path, typer.Option(help="Folder of recorded Odds API answers.")],
    football_data: Annotated[
        Path | None, typer.Option(help="Folder of football-data.co.uk season files.")
    ] = None,
    json_file: JsonFile = "-",
    telegram: Annotated[
        str | None, typer.Option(help="Deliver to the Bot API emulator running at this URL.")
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option(help="Also read files whose path fits this pattern.")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(help="Replay into this postgresql:// database instead of a fresh one."),
    ] = None,
) -> None:
    """Run recorded answers, instant by instant, through the same code as a live look."""
    with _refusing():
        may_write(("--json", json_file))
    settings = _settings()
    wanted = Staged(
        files=Files(odds_api=odds_api, football_data=football_data, include=tuple(include or ())),
        rules=rules_from(settings),
        names=load_catalogue().names,
        database=database,
        telegram=telegram,
    )
    _write(_run(run_staged(wanted, _deliveries(settings))), json_file)


def _selections(
    fixtures: Sequence[Fixture],
    catalogue: Catalogue,
    divisions: str | None,
    competitions: str | None,
) -> tuple[Selection, ...]:
    """Return the competitions asked for, or the two selections of reference."""
    leagues = catalogue.names.leagues
    wanted = [key for key in (competitions or "").split(",") if key]
    for division in (divisions or "").split(","):
        wanted += leagues.get(("football_data", division), ())
    if divisions or competitions:
        label = f"{len(wanted)} competition{'' if len(wanted) == 1 else 's'}"
        return (Selection(label=label, competitions=tuple(dict.fromkeys(wanted))),)
    known = {fixture.competition for fixture in fixtures}
    order = sorted(known, key=lambda key: (catalogue.competitions[key].tier, key))
    return selections_of(order, BIG_FIVE)


def _deliveries(settings: Settings) -> Delivers:
    """Return how a replay is delivered; Telegram's library is loaded only where it is wanted."""

    def open_one(
        store: Store, rules: Any, url: str, clock: Any
    ) -> AbstractAsyncContextManager[Any]:
        from bot.replayed import Reader, open_delivery  # noqa: PLC0415  # for --telegram alone

        reader = Reader(
            bankroll=settings.bankroll,
            currency=settings.currency,
            time_zone=settings.time_zone,
        )
        return open_delivery(store, rules, reader, url=url, token=EMULATOR_TOKEN, clock=clock)

    return open_one


async def _once(settings: Settings, name: str) -> Outcome:
    async with _open_store(settings) as store, _open_context(settings, store) as ctx:
        return await Runner(ctx).run(JOBS[name], ctx.clock.now())


async def _planned(settings: Settings, *, as_json: bool) -> str:
    async with _open_store(settings) as store, _open_context(settings, store) as ctx:
        made, keys = await build_plan(ctx, ctx.clock.now()), ctx.feeds.key_states
    return json.dumps(to_json(made, keys), indent=2) if as_json else explain(made, keys)


async def _told(settings: Settings) -> Mapping[str, object]:
    async with _open_store(settings) as store:
        until = SystemClock().now()
        return await build_report(
            store, coverage=Coverage(rules=rules_from(settings), until=until)
        )


@asynccontextmanager
async def _open_store(settings: Settings) -> AsyncIterator[Store]:
    async with (
        open_database(
            settings.database_url, data_dir=settings.data_dir, bin_dir=settings.postgres_bin
        ) as (dsn, _),
        open_store(dsn.get_secret_value()) as store,
    ):
        yield store


@asynccontextmanager
async def _open_vault() -> AsyncIterator[Vault]:
    """Give the vault over a database that stays as it is: nothing is migrated before a backup."""
    settings = _settings()
    async with open_database(
        settings.database_url, data_dir=settings.data_dir, bin_dir=settings.postgres_bin
    ) as (dsn, _):
        yield Vault(
            dsn=dsn,
            folder=backup_folder(settings.backup_dir, settings.data_dir),
            rules=settings.backup,
            programs=settings.postgres_bin,
        )


def _open_context(settings: Settings, store: Store) -> AbstractAsyncContextManager[Context]:
    key = settings.api_football_key
    return open_context(
        store,
        Providers(
            odds_api_url=settings.odds_api_url,
            odds_api_keys=tuple(one.get_secret_value() for one in settings.odds_api_keys),
            api_football_url=settings.api_football_url,
            api_football_key=key.get_secret_value() if key else None,
            football_data_url=settings.football_data_url,
        ),
        clock=SystemClock(),
        rules=rules_from(settings),
        names=load_catalogue().names,
    )


def _settings() -> Settings:
    """Return the settings in force, or end with the one line that says what is wrong."""
    try:
        settings = load(os.environ)
    except MonPsError as refused:
        _refuse(refused)
    # standard output is for JSON alone; a command run by hand speaks of trouble only
    configure_logging("WARNING", settings.log_format, secret_texts(settings), stream=sys.stderr)
    return settings


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end, or end with one line: a person reads it, not a traceback."""
    try:
        return asyncio.run(work)
    except MonPsError as refused:
        _refuse(refused)
    except BaseExceptionGroup as group:
        ours = group.subgroup(MonPsError)
        if ours is None:
            raise
        _refuse(_first(ours))


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except MonPsError as refused:
        _refuse(refused)


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _refuse(refused: BaseException) -> NoReturn:
    typer.echo(f"mon_ps: {refused}", err=True)
    raise typer.Exit(EX_REFUSED) from None


def _write(value: Mapping[str, object], json_file: str) -> None:
    text = json.dumps(value, indent=2, sort_keys=True)
    if json_file == STANDARD_OUTPUT:
        typer.echo(text)
        return
    with _refusing():
        write_file(Path(json_file), f"{text}\n".encode(), "--json")


def _with_context(
    work: Callable[[Context], Coroutine[Any, Any, Mapping[str, Any]]],
) -> Mapping[str, Any]:
    async def opened() -> Mapping[str, Any]:
        settings = _settings()
        async with _open_store(settings) as store, _open_context(settings, store) as ctx:
            return await work(ctx)

    told: Mapping[str, Any] = _run(opened())
    return told


app.add_typer(import_app(_with_context, _write, _refuse), name="import")
app.add_typer(evaluate_app, name="evaluate")
add_policy_command(
    evaluate_app, lambda name: load_policies().version(name, "evaluate policy"), load_policies
)
app.add_typer(reproduce_app, name="reproduce")
add_backtest_command(app, lambda name: load_policies().version(name, "--policy"))
add_lookahead_command(app, lambda: rules_from(_settings()).policy)
add_names_commands(app, _with_context)
add_versions_commands(app, _with_context)
add_verify_command(app, _with_context, _write)
add_audit_command(app, _with_context, _write)
add_seed_command(app)
add_backup_commands(app, _run, _open_vault, lambda: SystemClock().now())
add_backfill_command(app, _with_context, _refuse)

if __name__ == "__main__":
    app()
