"""A small world walked as a backtest walks it, in this process, and its bets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.domain.policy import DEFAULT_POLICY, Policy, uncapped
from engine.learning.backtest.knowledge import knowledge
from engine.learning.backtest.tried import Tried, joined
from jobs.backtest_run import Span, blocks_of, stretches
from jobs.backtest_stage import walk_stretch
from tests.archives import World, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.learning.archive import Archive
    from jobs.backtest_state import State

WORLD: Final = World(seasons=2, leagues=2, teams=8)
OPEN: Final = replace(uncapped(DEFAULT_POLICY), bounds=("fd_max",))


def a_world(seed: int = 5, world: World = WORLD) -> Archive:
    """Return a simulated archive under the site's names of divisions."""
    return replace(simulate(seed, world).archive, competitions=("E0", "E1"))


def everything(archive: Archive) -> Span:
    """Return the span of all looks."""
    return Span(since=float(archive.looked_at[0]), until=float(archive.looked_at[-1]) + 1)


def decided(
    archive: Archive,
    state: State,
    *,
    policy: Policy = OPEN,
    capped: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> Tried:
    """Return every bet of an archive's looks, decided one after another in this process."""
    known = knowledge(archive, policy, lambda *_: None)
    blocks = blocks_of(archive, known, everything(archive))
    for stretch in stretches(archive, known, blocks, policy, capped=capped):
        walk_stretch(stretch, state, told)
    found = [state.load(block.name) for block in blocks]
    return joined([one for one in found if one is not None])
