"""The commands about names: the queue of unknown ones, and the fixture a person means."""

from __future__ import annotations

import functools
from datetime import datetime  # noqa: TC003  # the command line is read by it
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.match import Sought, explain_lookup, find_match
from jobs.unmatched import SHELL, explain_accepted, explain_waiting, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from jobs.context import Context
    from jobs.import_command import Runs
    from storage.store import Tx

    Work = Callable[[Context, Tx], Coroutine[Any, Any, str]]

Number = Annotated[int, typer.Argument(help="The number the list shows after #.")]


def add_names_commands(app: typer.Typer, run: Runs) -> None:
    """Offer `unmatched` and `match`; each is one transaction and one answer in words."""
    say = functools.partial(_say, run)
    app.add_typer(_unmatched_app(say), name="unmatched")

    @app.command()
    def match(
        text: Annotated[str, typer.Argument(help='Such as "PSG - Marseille", or one team.')],
        competition: Annotated[str | None, typer.Option(help="Its key: soccer_epl.")] = None,
        date: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day, UTC.")
        ] = None,
    ) -> None:
        """Find a stored fixture by the names of its teams, as people write them."""
        day = None if date is None else date.date()
        sought = Sought(text=text, competition=competition, day=day)

        async def found(ctx: Context, tx: Tx) -> str:
            lookup = await find_match(tx, ctx.names, sought, ctx.clock.now())
            return explain_lookup(lookup, sought)

        say(found)


def _unmatched_app(say: Callable[[Work], None]) -> typer.Typer:
    app = typer.Typer(
        invoke_without_command=True, help="Names no table knows, and what they mean."
    )

    @app.callback()
    def listed(context: typer.Context) -> None:
        """Show the names that wait, with the likeliest teams."""
        if context.invoked_subcommand is None:
            show()

    @app.command("list")
    def show() -> None:
        """Show the names that wait, with the likeliest teams."""

        async def waiting(ctx: Context, tx: Tx) -> str:
            return explain_waiting(await tx.aliases.waiting(), await tx.aliases.names(ctx.names))

        say(waiting)

    _add_answers(app, say)
    _add_ways_back(app, say)
    return app


def _add_answers(app: typer.Typer, say: Callable[[Work], None]) -> None:
    @app.command()
    def accept(
        number: Number,
        team: Annotated[str, typer.Argument(help="A suggestion's place, a key, or a name.")],
    ) -> None:
        """Say which team a name means."""

        async def accepted(ctx: Context, tx: Tx) -> str:
            key = await key_of(tx, ctx.names, number, team)
            now = ctx.clock.now()
            return explain_accepted(
                await tx.aliases.accept(ctx.names, number, key, by=SHELL, now=now)
            )

        say(accepted)

    @app.command()
    def new(
        number: Number, name: Annotated[str, typer.Argument(help="As people shall read it.")]
    ) -> None:
        """Say that a name is a team no table has."""

        async def added(ctx: Context, tx: Tx) -> str:
            now = ctx.clock.now()
            return explain_accepted(
                await tx.aliases.add_team(ctx.names, number, name, by=SHELL, now=now)
            )

        say(added)


def _add_ways_back(app: typer.Typer, say: Callable[[Work], None]) -> None:
    @app.command()
    def ignore(number: Number) -> None:
        """Say that a name is nobody's: it is not shown again."""

        async def ignored(ctx: Context, tx: Tx) -> str:
            await tx.aliases.ignore(number, by=SHELL, now=ctx.clock.now())
            return f"Ignored. To take it back: python -m jobs unmatched unignore {number}"

        say(ignored)

    @app.command()
    def undo(alias: Annotated[int, typer.Argument(help="The number accept showed.")]) -> None:
        """Take an accepted name back: it waits again."""

        async def undone(ctx: Context, tx: Tx) -> str:
            done = await tx.aliases.undo(alias, by=SHELL, now=ctx.clock.now())
            return "Taken back." if done else f"No word in force has the number {alias}."

        say(undone)

    @app.command()
    def unignore(number: Number) -> None:
        """Let an ignored name wait again."""

        async def back(ctx: Context, tx: Tx) -> str:
            done = await tx.aliases.undo_ignore(number, by=SHELL, now=ctx.clock.now())
            return "It waits again." if done else f"#{number} was not ignored."

        say(back)


def _say(run: Runs, work: Work) -> None:
    """Do the work in one transaction and print its answer."""

    async def done(ctx: Context) -> Mapping[str, Any]:
        async with ctx.store.transaction() as tx:
            return {"says": await work(ctx, tx)}

    typer.echo(run(done)["says"])
