"""The morning's look at the world itself: alarms opened and closed, and said once each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.regime import Watch
from engine.learning.regimes.alarms import alarms
from jobs.archive import build_archive
from jobs.telling import Trouble, tell_owners

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.regime import Regime
    from jobs.context import Context
    from jobs.run import Report
    from storage.archive import StoredPast

_SAYS: Final = {
    Watch.GOALS: "goals a match, against what prices expected",
    Watch.HOME: "the home side's share",
    Watch.MARGIN: "the margin of",
    Watch.FEED: "the share of matches priced by",
    Watch.SHARP: "the share of looks with a sharp reference",
}


async def watch_regimes(ctx: Context, past: StoredPast, now: datetime) -> Report:
    """Open and close alarms by what is stored; return what is open."""
    sharp = ctx.rules.policy.pricing.sharp_books
    found = await ctx.workers.run(regimes_of, past, now.timestamp(), sharp)
    return await keep_regimes(ctx, found, now)


async def keep_regimes(ctx: Context, found: Sequence[Regime], now: datetime) -> Report:
    """Open what is new, close what is over, and tell owners of both, once."""
    async with ctx.store.transaction() as tx:
        await tx.regimes.hold()
        before = await tx.regimes.open()
        names = {one.name for one in found}
        was = {one.name for one in before.values()}
        opened = [one for one in found if one.name not in was]
        closed = {number: one for number, one in before.items() if one.name not in names}
        for one in opened:
            await tx.regimes.add(one, now)
        for number in closed:
            await tx.regimes.end(number, now)
        told = [*(_opened(one, now) for one in opened), *(_closed(*one) for one in closed.items())]
        await tell_owners(tx, "learn", told, now)
    return {one.name: _words(one) for one in found}


def regimes_of(past: StoredPast, now: float, sharp: Sequence[str]) -> tuple[Regime, ...]:
    """Return the alarms that what is stored raises."""
    return alarms(build_archive(past), now, sharp)


def _opened(one: Regime, now: datetime) -> Trouble:
    text = f"not as it was: {_words(one)}"
    return Trouble(text=text, episode=f"regime|{one.name}|{now.isoformat()}")


def _closed(number: int, one: Regime) -> Trouble:
    text = f"as it was again: {_what(one)}"
    return Trouble(text=text, episode=f"regime over|{number}", resumed=True)


def _words(one: Regime) -> str:
    """Return an alarm with its figures."""
    return (
        f"{_what(one)}: {one.usual:.3f} before, {one.now:.3f} [{one.low:.3f}; {one.high:.3f}]"
        f" since {one.since:%Y-%m-%d}, n = {one.n:,}"
    )


def _what(one: Regime) -> str:
    return f"{_SAYS[one.watch]} {one.of}".rstrip()
