"""Matches that somebody names: those surely meant, and those that may be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.likely import NEARLY, SURE, likely

if TYPE_CHECKING:
    from bot.context import Visit
    from engine.domain.fixture import Fixture

OFFERED: Final = 4
_BACK: Final = timedelta(days=3)
_AHEAD: Final = timedelta(days=21)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """`sure` are the matches surely meant, the next first; `offered` those that may be."""

    sure: tuple[Fixture, ...]
    offered: tuple[Fixture, ...]


async def find(visit: Visit, asked: str) -> Meant:
    """Return the matches that words mean."""
    async with visit.door.store.reading() as tx:
        fixtures = await tx.fixtures.between(visit.now - _BACK, visit.now + _AHEAD)
        names = await tx.aliases.names(visit.door.names)
    found = await asyncio.to_thread(likely, asked, fixtures, names, visit.now)
    best = found[0].score if found else 0.0
    near = [one.fixture for one in found if best >= SURE and one.score >= best - NEARLY]
    offered = tuple(one.fixture for one in found[:OFFERED])
    return Meant(sure=tuple(near[:OFFERED]), offered=offered)


async def next_matches(visit: Visit) -> tuple[Fixture, ...]:
    """Return the matches that kick off next."""
    async with visit.door.store.reading() as tx:
        found = await tx.fixtures.between(visit.now, visit.now + _AHEAD)
    return tuple(each for each in found if each.kick_off > visit.now)[:OFFERED]
