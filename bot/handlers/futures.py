"""What may become of a bankroll: by a record's bets, the reader's own, or one that is typed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.keyboards import in_rows
from bot.render.futures import Base, render_futures, render_thin
from bot.render.sums import render_unread
from bot.sums import BETS, read_run
from engine.domain.notation import LARGEST, OddsUnread
from engine.domain.pick import Provenance
from engine.domain.record import FEW
from engine.learning.futures import MOST, Bet, described, recorded
from engine.learning.recorded.columns import columns
from engine.learning.recorded.taken import own_bets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from engine.domain.record import SettledBet
    from engine.learning.futures import Futures

_AHEAD: Final = (100, 500, 2000)
_OWN: Final = "mine"
_EXAMPLE: Final = Bet(odds=2.0, edge=0.03, fraction=0.01)
_ODDS_STEPS: Final = 100
_EDGE_STEPS: Final = 1_000
_STAKE_STEPS: Final = 10_000
_TOLD: Final = 3


async def montecarlo(visit: Visit) -> None:
    """Run a record's bets, or one described, thousands of times with a fixed seed."""
    n = min(visit.tap.number or BETS, MOST)
    bet = _unpacked(visit.tap.args)
    if visit.words:
        try:
            asked = read_run(visit.words)
        except OddsUnread as unread:
            text = render_unread("montecarlo", str(unread), voice=visit.voice)
            await visit.show(text, _under(visit, [_example(visit)]))
            return
        n, bet = asked.n, asked.bet
    if bet is not None:
        found = await asyncio.to_thread(described, bet, n)
        await _show(visit, found, Base(bet=bet))
        return
    await _of_record(visit, n)


async def _of_record(visit: Visit, n: int) -> None:
    """Run the reader's own bets if they are many, else those of the record in force."""
    own, settled = await _records(visit)
    asked = visit.tap.args
    provenance = Provenance(asked) if asked in set(Provenance) else visit.door.provenance
    if asked == _OWN or (not asked and len(own) >= FEW):
        base, bets = Base(provenance=visit.door.provenance, own=True, n=len(own)), own
    else:
        bets = settled.get(provenance, ())
        base = Base(provenance=provenance, n=len(bets))
    try:
        found = await asyncio.to_thread(_recorded, bets, base, n)
    except ValueError:
        rows = [[_example(visit)], _ways(visit, base, own, settled, n)]
        await visit.show(render_thin(base, voice=visit.voice), _under(visit, *rows))
        return
    await _show(visit, found, base, _ways(visit, base, own, settled, n))


async def _records(
    visit: Visit,
) -> tuple[Sequence[SettledBet], Mapping[Provenance, Sequence[SettledBet]]]:
    """Return what the reader took, in private alone, and the settled bets of each record."""
    settled = {each: (await visit.door.records.of(each)).bets for each in Provenance}
    async with visit.door.store.reading() as tx:
        taken = await tx.bets.of(visit.user_id) if visit.private else ()
    own = own_bets(taken, settled[visit.door.provenance])
    return [each.at_own_terms() for each in own], settled


def _recorded(bets: Sequence[SettledBet], base: Base, n: int) -> Futures:
    provenance = base.provenance
    if provenance is None or not bets:
        raise ValueError("no bets")
    return recorded(columns(bets, provenance), n)


async def _show(
    visit: Visit, found: Futures, base: Base, ways: Sequence[InlineKeyboardButton] = ()
) -> None:
    text = render_futures(found, base, voice=visit.voice, money=visit.money)
    args = _args(base)
    others = [
        visit.buttons.make(f"ahead_{n}", "future", number=n, args=args)
        for n in _AHEAD
        if n != found.n
    ]
    await visit.show(text, _under(visit, others, list(ways)))


def _ways(
    visit: Visit,
    base: Base,
    own: Sequence[SettledBet],
    settled: Mapping[Provenance, Sequence[SettledBet]],
    n: int,
) -> list[InlineKeyboardButton]:
    """Return the ways to the other records that have bets."""
    found = [
        visit.buttons.make(f"record_{each}", "future", number=n, args=each.value)
        for each, bets in settled.items()
        if bets and (base.own or each is not base.provenance)
    ]
    if own and not base.own:
        found.append(visit.buttons.make("own_bets", "future", number=n, args=_OWN))
    return found


def _under(visit: Visit, *rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    made = [row for group in rows for row in in_rows(group)]
    last = [
        visit.buttons.info("drawdown"),
        visit.buttons.make("back_tools", "tools"),
        visit.buttons.home(),
    ]
    return InlineKeyboardMarkup([*made, last])


def _example(visit: Visit) -> InlineKeyboardButton:
    text = visit.voice.plain("montecarlo.example")
    return visit.buttons.labelled(text, "future", number=BETS, args=_args(Base(bet=_EXAMPLE)))


def _args(base: Base) -> str:
    """Return how a button knows what runs rest on."""
    bet = base.bet
    if bet is None:
        return _OWN if base.own else str(base.provenance)
    edge = round(bet.edge * _EDGE_STEPS)
    sign = "m" if edge < 0 else ""
    odds, stake = round(bet.odds * _ODDS_STEPS), round(bet.fraction * _STAKE_STEPS)
    return f"{sign}{abs(edge)}x{odds}x{stake}"


def _unpacked(args: str) -> Bet | None:
    """Return the bet that a button means; None where it means a record."""
    told = args.removeprefix("m").split("x")
    if len(told) != _TOLD or not all(each.isdecimal() for each in told):
        return None
    edge, odds, stake = (int(each) for each in told)
    sign = -1 if args.startswith("m") else 1
    bet = Bet(
        odds=odds / _ODDS_STEPS, edge=sign * edge / _EDGE_STEPS, fraction=stake / _STAKE_STEPS
    )
    return bet if 1 < bet.odds <= LARGEST and 0 < bet.fraction < 1 else None
