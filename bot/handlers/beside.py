"""A record beside others on the same picks: bettors who are not clever, and the reader."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.render.baselines import Beside, render_baselines
from bot.render.taken import render_taken
from bot.tabs import under_stats
from engine.learning.recorded.baselines import baselines
from engine.learning.recorded.columns import columns
from engine.learning.recorded.compare import closing_backer
from engine.learning.recorded.taken import own_bets, taken_report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.asking import Asked
    from bot.context import Visit
    from engine.domain.bet import TakenBetNow
    from engine.domain.numbers import PickId
    from engine.domain.pick import Provenance
    from engine.domain.record import Alternative, SettledBet
    from engine.learning.recorded.taken import TakenReport

LATEST: Final = 500
"""Bets of which it is asked what else could have been bet: half a second's reading."""


async def show_baselines(visit: Visit, asked: Asked, bets: Sequence[SettledBet]) -> None:
    """Show what blind betting and betting at random would have made of the latest bets."""
    latest = bets[-LATEST:]
    async with visit.door.store.reading() as tx:
        offered = await tx.alternatives.of(latest, visit.door.rules.closing.grade_b)
    told = await asyncio.to_thread(_beside, latest, offered, asked.provenance, len(bets))
    text = render_baselines(told, asked.picks, voice=visit.voice, money=visit.money)
    await visit.show(text, under_stats(visit.buttons, asked))


def _beside(
    latest: Sequence[SettledBet],
    offered: Mapping[PickId, Sequence[Alternative]],
    provenance: Provenance,
    kept: int,
) -> Beside:
    kick_offs = [bet.kick_off for bet in latest]
    return Beside(
        provenance=provenance,
        kept=kept,
        since=min(kick_offs, default=None),
        until=max(kick_offs, default=None),
        found=baselines(latest, offered),
        backer=closing_backer(columns(latest, provenance)),
    )


async def show_taken(visit: Visit, asked: Asked, bets: Sequence[SettledBet]) -> None:
    """Show what the reader took of the picks, to nobody else: a group only learns that."""
    told: TakenReport | None = None
    if visit.private:
        async with visit.door.store.reading() as tx:
            taken = await tx.bets.of(visit.user_id)
        told = await asyncio.to_thread(_taken, taken, bets, asked.provenance)
    text = render_taken(told, asked.provenance, asked.picks, voice=visit.voice, money=visit.money)
    await visit.show(text, under_stats(visit.buttons, asked))


def _taken(
    taken: Sequence[TakenBetNow], bets: Sequence[SettledBet], provenance: Provenance
) -> TakenReport:
    return taken_report(own_bets(taken, bets), bets, provenance)
