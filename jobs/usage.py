"""What a command line says when it cannot be understood: one line, as every other refusal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError  # no public name has these
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFUSED: Final = 2


class OneLine(TyperGroup):
    """Commands whose wrong names, options and values are told in one line, with exit status 2."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **kept: Any) -> Any:
        with _in_one_line():
            return super().make_context(info_name, args, *more, **kept)

    def invoke(self, ctx: Any) -> Any:
        with _in_one_line():
            return super().invoke(ctx)


@contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:
        raise  # nothing was asked: the help is the answer
    except UsageError as wrong:
        asked = wrong.ctx.command_path if wrong.ctx else "python -m jobs"
        told = " ".join(wrong.format_message().split()).rstrip(".")
        typer.echo(f"mon_ps: {told}; see {asked} --help", err=True)
        raise typer.Exit(_REFUSED) from None
