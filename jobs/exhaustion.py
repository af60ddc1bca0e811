"""Credits that ran out: noticed, said once, and said once more when they are back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.collect.asks import ask_sports
from engine.collect.budget import next_day, next_month
from engine.collect.costs import cost_of_odds, regions_charged
from engine.collect.payload import API_FOOTBALL, ODDS_API
from jobs.look import keep
from jobs.telling import Trouble, tell_owners

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from engine.collect.budget import KeyState
    from jobs.context import Context
    from storage.runs import Exhaustion
    from storage.store import Tx

WHO: Final = {ODDS_API: "The Odds API", API_FOOTBALL: "API-Football"}
_RESETS: Final = {ODDS_API: next_month, API_FOOTBALL: next_day}


async def look_for_credits(ctx: Context) -> None:
    """Where a key is spent, ask for free whether it has credits again.

    A plan may be paid for, or a month begin, before the reset we know of: closes need not wait.
    A key whose last credits buy no call is spent, although no provider ever said so.
    """
    now, price = ctx.clock.now(), _price(ctx, ODDS_API)
    states = [state for state in ctx.feeds.key_states if state.source == ODDS_API]
    if all(state.disabled is not None or state.affords(price, now) for state in states):
        return
    await keep(ctx, await ctx.feeds.fetch(ask_sports()))
    async with ctx.store.transaction() as tx:
        await tell_owners(tx, ODDS_API, await notice_credits(tx, ctx, now), now)


async def notice_credits(tx: Tx, ctx: Context, now: datetime) -> tuple[Trouble, ...]:
    """Note which providers have run out of credits or give them again; return what is news.

    The note in the database, not the runs that fail, is what is said: an exhaustion is one
    however many walks meet it, before and after a restart.
    """
    known = {one.provider: one for one in await tx.keys.exhaustions()}
    news: list[Trouble] = []
    for source in WHO:
        states = [state for state in ctx.feeds.key_states if state.source == source]
        before = known.get(source)
        price = _price(ctx, source)
        if before is None and (until := spent_until(states, price, now)) is not None:
            if await tx.keys.begin_exhaustion(source, now, until):
                news.append(said_spent(source, now, until))
        elif before is not None and _renewed(states, price, now):
            await tx.keys.end_exhaustion(source, now)
            news.append(_said_back(before))
    return tuple(news)


def spent_until(states: Iterable[KeyState], price: int, now: datetime) -> datetime | None:
    """Return until when no declared key can pay `price`; None where one may, or none is left.

    A key refused for good waits for nothing: it is another trouble.
    """
    alive = [state for state in states if state.disabled is None]
    if not alive or any(state.affords(price, now) for state in alive):
        return None
    reset = _RESETS[alive[0].source](now)
    return min(state.parked_until or state.renews_at or reset for state in alive)


def said_spent(source: str, began_at: datetime, until: datetime) -> Trouble:
    """Return the one sentence said of an exhaustion."""
    return Trouble(
        text=f"{WHO[source]}: every key is out of credits until {until:%d %b %H:%M} UTC;"
        " collection goes on by itself then",
        episode=f"spent|{source}|{began_at.isoformat()}",
    )


def refused_keys(states: Iterable[KeyState]) -> tuple[Trouble, ...]:
    """Return what is said, once for each key, of keys that their provider refuses for good."""
    return tuple(
        Trouble(
            text=f"{WHO[state.source]}: key {state.fingerprint} is refused ({state.disabled})",
            episode=f"refused|{state.source}|{state.fingerprint}|{state.disabled}",
        )
        for state in states
        if state.disabled is not None
    )


def _said_back(one: Exhaustion) -> Trouble:
    return Trouble(
        text=f"{WHO[one.provider]}: credits are back, collection goes on",
        episode=f"back|{one.provider}|{one.began_at.isoformat()}",
        resumed=True,
    )


def _renewed(states: Sequence[KeyState], price: int, now: datetime) -> bool:
    """Say whether a key has shown, not only promised, that it can pay again."""
    return any(
        state.usable(now) and state.remaining is not None and state.remaining >= price
        for state in states
    )


def _price(ctx: Context, source: str) -> int:
    """Return what the cheapest useful call costs: a league's odds, or one request."""
    if source != ODDS_API:
        return 1
    rules = ctx.rules.collect
    return cost_of_odds(len(rules.markets), regions_charged(rules.regions.split(",")))
