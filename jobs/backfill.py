"""Odds of the past, bought instant by instant: facts alone, never a pick nor an alert."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.asks import ask_history
from engine.collect.costs import cost
from engine.collect.normalise import normalise
from engine.domain.errors import SettingsInvalid, Stop
from jobs.look import keep, read_inputs, seen_look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.collect.payload import Ask, Payload
    from engine.domain.errors import MonPsError
    from jobs.context import Context
    from jobs.run import Report

PURPOSE: Final = "backfill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which past to buy: instants from `since` to before `until`, `every` so often."""

    competitions: tuple[str, ...]
    since: datetime
    until: datetime
    every: timedelta
    max_credits: int

    def __post_init__(self) -> None:
        if self.every <= timedelta(0):
            raise SettingsInvalid("--every: must be longer than nothing")
        if self.until <= self.since:
            raise SettingsInvalid("--until: must be later than --from")

    def instants(self) -> Iterator[datetime]:
        at = self.since
        while at < self.until:
            yield at
            at += self.every


def plan_backfill(wanted: Wanted, ctx: Context) -> tuple[tuple[datetime, Ask], ...]:
    """Return every question with its instant, oldest first; those not yet past are left out."""
    rules, now = ctx.rules.collect, ctx.clock.now()
    return tuple(
        (at, ask_history(competition, at, rules.markets, rules))
        for at in wanted.instants()
        for competition in wanted.competitions
        if at <= now
    )


async def run_backfill(ctx: Context, wanted: Wanted) -> Report:
    """Buy and keep the past, instant by instant, as far as the keys go.

    An instant that cannot be bought is counted by its reason; one that only a person can help
    with (no credits, no paid plan's key) ends the walk where it is, with what it has.

    Raises:
        SettingsInvalid: it would cost more than `max_credits`.
    """
    asks = plan_backfill(wanted, ctx)
    expected = sum(cost(ask) for _, ask in asks)
    if expected > wanted.max_credits:
        raise SettingsInvalid(
            f"--max-credits: {len(asks)} calls would cost {expected} credits, more than the"
            f" {wanted.max_credits} allowed"
        )
    counts: Counter[str] = Counter(calls=len(asks), expected=expected)
    failures: list[MonPsError] = []
    for at, ask in asks:
        fetched = await ctx.feeds.fetch([ask])
        await keep(ctx, fetched)
        counts["empty"] += len(fetched.empty)
        failures += [failure.error for failure in fetched.failures]
        if any(isinstance(failure.error, Stop) for failure in fetched.failures):
            break
        if not fetched.failures:
            counts.update(await _keep_look(ctx, at, ask, fetched.payloads))
    reasons = dict(Counter(type(error).__name__ for error in failures))
    return {**counts, "failures": reasons, "stopped": str(failures[-1]) if failures else ""}


async def _keep_look(
    ctx: Context, at: datetime, ask: Ask, payloads: Sequence[Payload]
) -> dict[str, int]:
    """Keep what one answer says of its own instant; kick-offs told later stay as they are."""
    inputs = await read_inputs(ctx, at)
    intake = await ctx.workers.run(normalise, tuple(payloads), inputs.known, ctx.rules.collect, at)
    async with ctx.judging, ctx.store.transaction() as tx:
        await tx.fixtures.save(intake.fixtures, intake.board.as_of)
        await tx.fixtures.link(intake.event_ids)
        await tx.fixtures.queue_unmatched(intake.unmatched, ctx.clock.now())
        stored = await tx.odds.add(intake.board, intake.scope, intake.unconfirmed)
        name = f"{PURPOSE}|{ask.competition}|{intake.board.as_of.isoformat()}"
        await tx.odds.add_look(seen_look(intake, name, intake.board.as_of, PURPOSE))
    return {"looks": 1, "offered": intake.offered, "changed": stored.changed}
