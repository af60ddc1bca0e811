"""The command that buys past odds: it says what that costs before it spends anything."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from engine.collect.costs import cost
from engine.domain.errors import MonPsError, SettingsInvalid
from jobs.backfill import Wanted, plan_backfill, run_backfill

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jobs.context import Context
    from jobs.import_command import Runs

_SPAN: Final = re.compile(r"(\d{1,6})([mhd])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_FORMATS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def add_backfill_command(app: typer.Typer, run: Runs, refuse: Callable[[MonPsError], Any]) -> None:
    """Offer `backfill`; a dry run says the cost and asks nobody."""

    @app.command()
    def backfill(  # noqa: PLR0917  # one parameter an option
        competition: Annotated[list[str], typer.Option(help="Sport key; may be repeated.")],
        since: Annotated[datetime, typer.Option("--from", formats=_FORMATS, help="UTC.")],
        until: Annotated[datetime, typer.Option(formats=_FORMATS, help="UTC; itself not asked.")],
        every: Annotated[str, typer.Option(help="Such as 30m, 4h or 1d.")] = "4h",
        max_credits: Annotated[int, typer.Option(min=0, help="Never spend more.")] = 0,
        dry_run: Annotated[  # noqa: FBT002  # a flag
            bool, typer.Option("--dry-run", help="Say what it would cost, ask nobody.")
        ] = False,
    ) -> None:
        """Buy past odds of The Odds API (paid plans): facts to learn from, no picks, no alerts."""
        try:
            wanted = Wanted(
                competitions=tuple(dict.fromkeys(competition)),
                since=since.replace(tzinfo=UTC),
                until=until.replace(tzinfo=UTC),
                every=read_span(every),
                max_credits=max_credits,
            )
        except MonPsError as wrong:
            refuse(wrong)
            return

        async def work(ctx: Context) -> Mapping[str, Any]:
            asks = plan_backfill(wanted, ctx)
            expected = sum(cost(ask) for _, ask in asks)
            typer.echo(f"{len(asks)} calls, at most {expected} credits", err=True)
            if dry_run:
                return {"calls": len(asks), "expected": expected}
            return await run_backfill(ctx, wanted)

        typer.echo(json.dumps(run(work), indent=2, sort_keys=True))


def read_span(text: str) -> timedelta:
    """Return a span such as 30m, 4h or 1d.

    Raises:
        SettingsInvalid: it is not written like that.

    >>> read_span("4h")
    datetime.timedelta(seconds=14400)
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise SettingsInvalid("--every: is not a span such as 30m, 4h or 1d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
