"""python -m sandbox: the outside world, with the real service in it (make demo)."""

import asyncio
import errno
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from sandbox.clock import now
from sandbox.demo import MISHAPS, Wish, play, scale_of, show, stopping
from sandbox.demo_service import ServiceBroken
from sandbox.providers import Providers, open_providers
from sandbox.recorded import RecordedFolder
from sandbox.telegram import open_telegram
from sandbox.world.schedule import Plan
from sandbox.world.world import World


class Part(StrEnum):
    TELEGRAM = "telegram"
    PROVIDERS = "providers"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(  # noqa: PLR0913  # one parameter an option of the command line
    *,
    matchdays: Annotated[int, typer.Option(min=1, help="How many to play with --exit.")] = 2,
    exit_after: Annotated[
        bool, typer.Option("--exit", help="Play alone, without a browser, then exit.")
    ] = False,
    json: Annotated[
        Path | None, typer.Option(help="With --exit: where to write the figures.")
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="With mishaps, as config/demo_faults.toml says.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another world.")] = 1,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    only: Annotated[Part | None, typer.Option(help="Start one part alone.")] = None,
    recorded: Annotated[
        Path | None, typer.Option(help="Serve this folder of recorded odds instead of a world.")
    ] = None,
    instant: Annotated[str | None, typer.Option(help="With --recorded: which instant.")] = None,
    scale: Annotated[
        float | None, typer.Option(min=0.1, help="With --only providers: another time factor.")
    ] = None,
) -> None:
    """Play the world, the chat emulator and the real service together until Ctrl-C."""
    wish = Wish(seed=seed, port=port, mishaps=MISHAPS if faults else None)
    try:
        if recorded is not None or only is Part.PROVIDERS:
            asyncio.run(_providers_alone(wish, recorded, instant, scale))
        elif only is Part.TELEGRAM:
            asyncio.run(_telegram_alone(wish))
        elif exit_after:
            _judged(asyncio.run(play(wish, typer.echo, matchdays)), json)
        else:
            asyncio.run(show(wish, typer.echo))
    except* (ServiceBroken, ValueError) as broken:
        _fail(str(_first(broken)))
    except* OSError as refused:
        _fail(_plain(_first(refused), port))


async def _providers_alone(
    wish: Wish, recorded: Path | None, instant: str | None, scale: float | None
) -> None:
    plan = Plan(seed=wish.seed, scale=scale or scale_of(wish.profile))
    folder = RecordedFolder(recorded, instant) if recorded else None
    world = None if folder else World(plan, now())
    async with (
        open_providers(world=world, recorded=folder, port=wish.port) as providers,
        stopping(typer.echo) as stopped,
    ):
        typer.echo(providers.url)
        _describe(providers)
        typer.echo(f"  {_what(folder, plan)}")
        await stopped.wait()


async def _telegram_alone(wish: Wish) -> None:
    async with open_telegram(port=wish.port) as telegram, stopping(typer.echo) as stopped:
        typer.echo(telegram.url)
        typer.echo(f"  token {telegram.token}")
        await stopped.wait()


def _describe(providers: Providers) -> None:
    for name, url, provider in (
        ("odds", providers.odds_api_url, "odds_api"),
        ("results", providers.api_football_url, "api_football"),
    ):
        keys = ", ".join(providers.accounts.keys_of(provider))
        typer.echo(f"  {name:<8} {url}  keys {keys}")


def _what(folder: RecordedFolder | None, plan: Plan) -> str:
    if folder is not None:
        return f"recorded at {folder.instant} (of {', '.join(folder.instants)})"
    return f"a world of seed {plan.seed}, {plan.scale:g} times as fast"


def _judged(figures: dict[str, Any], json: Path | None) -> None:
    """Print and keep the figures; fail when an alert was lost, doubled or stale, or on errors."""
    text = orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode()
    if json is not None:
        json.write_text(text + "\n")
    typer.echo(text)
    counts = {name: figures[name] for name in ("lost", "duplicates", "errors")}
    counts["stale alerts"] = figures["stale_alerts"]["stale"]
    wrong = [f"{name}: {count}" for name, count in counts.items() if count]
    if wrong:
        _fail(", ".join(wrong), code=1)


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


def _plain(error: Exception, port: int) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} is in use: give another with --port, or 0 for a free one"
    return str(error)


def _fail(reason: str, *, code: int = 2) -> None:
    typer.echo(f"sandbox: {reason}", err=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()
