"""python -m jobs backup, restore and restore-check."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.backup import let_go, make_backup
from jobs.backup_files import told
from jobs.command_options import bar
from jobs.restore import restore
from jobs.restore_check import check_restore

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from jobs.backup_files import Backup
    from jobs.restore import Restored
    from jobs.restore_check import Checked
    from jobs.vault import Progress, Vault

    Run = Callable[[Coroutine[Any, Any, Any]], Any]
    OpenVault = Callable[[], AbstractAsyncContextManager[Vault]]

_KILO = 1024


def add_backup_commands(
    app: typer.Typer, run: Run, open_vault: OpenVault, now: Callable[[], datetime]
) -> None:
    """Offer `backup`, `restore` and `restore-check`; none of them migrates what is in use."""

    @app.command()
    def backup(
        to: Annotated[
            Path | None,
            typer.Option(help="Another folder than the settings'; nothing in it is ever removed."),
        ] = None,
    ) -> None:
        """Dump the database as it is now, checked, with its checksum and manifest beside it."""
        with bar("backup") as shown:
            made = run(_backed_up(open_vault, now, to, _on(shown)))
        typer.echo(_words(made))

    @app.command("restore")
    def take_up(
        file: Annotated[Path, typer.Argument(help="A .dump made by `backup`.")],
        replace: Annotated[  # noqa: FBT002  # a flag
            bool,
            typer.Option(
                "--replace", help="Put it in the place of what is there, which stays beside."
            ),
        ] = False,  # a flag
    ) -> None:
        """Take a backup up, paused: beside the database in use first, then in its place."""
        with bar("restore") as shown:
            done = run(_restored(open_vault, now, file, replace=replace, says=_on(shown)))
        typer.echo(_what_next(done))

    @app.command("restore-check")
    def check(
        file: Annotated[Path | None, typer.Argument(help="Unset, the newest.")] = None,
    ) -> None:
        """Take a backup up on trial beside the database, compare it, and drop it again."""
        with bar("restore-check") as shown:
            done = run(_checked(open_vault, now, file, _on(shown)))
        typer.echo(f"{done.file.name}: {done.manifest.total} rows, all as they were dumped")


async def _backed_up(
    open_vault: OpenVault, now: Callable[[], datetime], to: Path | None, says: Progress
) -> Backup:
    async with open_vault() as vault:
        made = await make_backup(vault, now(), to=to, says=says)
        if to is None:
            await let_go(vault, now())
        return made


async def _restored(
    open_vault: OpenVault,
    now: Callable[[], datetime],
    file: Path,
    *,
    replace: bool,
    says: Progress,
) -> Restored:
    async with open_vault() as vault:
        return await restore(vault, file, now(), replace=replace, says=says)


async def _checked(
    open_vault: OpenVault, now: Callable[[], datetime], file: Path | None, says: Progress
) -> Checked:
    async with open_vault() as vault:
        return await check_restore(vault, now(), file=file, says=says)


def _on(shown: Callable[[int, int], None]) -> Progress:
    return lambda _step, done, of: shown(done, of)


def _words(made: Backup) -> str:
    one = told(made)
    kilobytes = max(1, made.size // _KILO)
    return f"{one['file']}: {one['rows']} rows, {kilobytes} kB, schema {one['schema']}"


def _what_next(done: Restored) -> str:
    """Say what was restored, what stands beside it, and what a person does now."""
    kept = "" if done.aside is None else f"what was there before is kept as {done.aside}\n"
    return (
        f"{done.database} is as it was at {done.manifest.made_at:%Y-%m-%d %H:%M} UTC:"
        f" {done.manifest.total} rows, {len(done.migrated)} migrations since\n"
        f"{kept}"
        f"{done.uncertain} alerts waited then and are not sent by themselves; {done.known} were"
        f" said since; {done.forgotten} people stay forgotten\n"
        "alerts are paused: start the service, look at /sante, then write /resume to the bot"
    )
