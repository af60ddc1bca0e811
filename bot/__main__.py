"""python -m bot: the whole service."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import typer

from bot import service
from engine.domain.errors import MonPsError

EX_USAGE = 2


def main(
    *,
    check_config: bool = typer.Option(
        False, "--check-config", help="Print the settings in force, secrets masked, and exit."
    ),
) -> None:
    """Collect, decide, alert and answer, until Ctrl-C."""
    try:
        if check_config:
            for line in service.check_config(os.environ):
                typer.echo(line)
            return
        asyncio.run(_serve())
    except* asyncio.CancelledError:
        typer.echo("mon_ps: stopped before it had started", err=True)
    except* MonPsError as refused:
        typer.echo(f"mon_ps: {_first(refused)}", err=True)
        sys.exit(EX_USAGE)


async def _serve() -> None:
    """Serve until a signal; a second one ends at once, as does one during the start."""
    stop, started = asyncio.Event(), asyncio.Event()
    loop, starting = asyncio.get_running_loop(), asyncio.current_task()

    def ask() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()
        if starting is not None and not started.is_set():
            starting.cancel()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ask)
    await service.serve(os.environ, stop, started)


def _first(group: BaseException) -> BaseException:
    """Return the first error of a group, however deep."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


if __name__ == "__main__":
    typer.run(main)
