"""A backtest from archive to bets: learned once, then decided season by season."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.backtest.knowledge import knowledge
from engine.learning.backtest.tried import joined
from jobs.backtest_processes import walk_all
from jobs.backtest_stage import Block, Stretch
from jobs.season_years import season_of, turn_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from engine.domain.policy import Policy
    from engine.learning.archive import Archive
    from engine.learning.backtest.knowledge import Knowledge
    from engine.learning.backtest.tried import Tried
    from jobs.backtest_state import State

    Shown = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The looks decided: from one instant up to another (POSIX seconds)."""

    since: float
    until: float


def find_bets(
    archive: Archive, span: Span, policy: Policy, state: State, shown: Shown, *, capped: bool
) -> Tried:
    """Return every bet that the looks of a span offered, judged by what was known at each.

    Where `capped`, stakes and caps are those of one bankroll a season. What the state holds of an
    earlier run is not computed again.
    """
    known = state.load_knowledge()
    if known is None:
        with shown("learning") as steps:
            known = knowledge(archive, policy, steps)
        state.save_knowledge(known)
    blocks = blocks_of(archive, known, span)
    with shown("deciding") as steps:
        walk_all(stretches(archive, known, blocks, policy, capped=capped), state, steps)
    found = [state.load(block.name) for block in blocks]
    return joined([one for one in found if one is not None])


def blocks_of(archive: Archive, known: Knowledge, span: Span) -> list[Block]:
    """Return the span cut at every refit and at every turn of a season, in order of time."""
    seen = archive.looked_at[(archive.looked_at >= span.since) & (archive.looked_at < span.until)]
    years = range(_season(float(seen.min())), _season(float(seen.max())) + 2) if len(seen) else []
    turns = [turn_of(year) for year in years]
    cuts = np.unique([span.since, *known.refits, *turns, span.until])
    cuts = cuts[(cuts >= span.since) & (cuts <= span.until)]
    return [
        Block(since=since, until=until)
        for since, until in zip(cuts.tolist(), cuts.tolist()[1:], strict=False)
        if ((seen >= since) & (seen < until)).any()
    ]


def _season(at: float) -> int:
    return season_of(datetime.fromtimestamp(at, UTC))


def stretches(
    archive: Archive, known: Knowledge, blocks: Iterable[Block], policy: Policy, *, capped: bool
) -> list[Stretch]:
    """Return the blocks of each season together, with the rows they look at."""
    seasons: dict[int, list[Block]] = {}
    for block in blocks:
        seasons.setdefault(_season(block.since), []).append(block)
    found = []
    for own in seasons.values():
        first, last = np.searchsorted(archive.looked_at, [own[0].since, own[-1].until]).tolist()
        found.append(
            Stretch(
                archive=archive.where(np.arange(first, last)),
                offset=first,
                blocks=tuple(own),
                knowledge=known,
                policy=policy,
                capped=capped,
            )
        )
    return found
