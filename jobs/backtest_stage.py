"""A stretch of a backtest: looks in order of time, each decided as a live look would be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from engine.alerting.rules import AlertRules
from engine.domain.exposure import NO_EXPOSURE
from engine.domain.pick import Provenance
from engine.learning.backtest.bankroll import exposure_at
from engine.learning.backtest.boards import board_of, looks
from engine.learning.backtest.knowledge import Learner
from engine.learning.backtest.tried import Tried, joined, tried
from engine.pipeline import Known, decide

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.domain.exposure import Exposure
    from engine.domain.policy import Policy
    from engine.learning.archive import Archive
    from engine.learning.backtest.knowledge import Knowledge
    from jobs.backtest_state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Looks from one instant up to another (POSIX seconds): what is kept as one file."""

    since: float
    until: float

    @property
    def name(self) -> str:
        """A name that sorts by time."""
        return f"{int(self.since):012d}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """Blocks of looks that share one bankroll, in order of time.

    `archive` holds their looks, the first of which is row `offset` of the whole. Where `capped`,
    earlier picks count against the caps of later ones; else every bet is judged by itself.
    """

    archive: Archive
    offset: int
    blocks: tuple[Block, ...]
    knowledge: Knowledge
    policy: Policy
    capped: bool


def walk_stretch(stretch: Stretch, state: State, told: Callable[[int], None]) -> None:
    """Decide every block that is not kept yet, and keep it; `told` of each look's matches.

    A block kept by an earlier run counts as if it had been decided just now.
    """
    learner, before = Learner(stretch.knowledge), joined([])
    with threadpool_limits(limits=1, user_api="blas"):
        for block in stretch.blocks:
            found = state.load(block.name)
            if found is None:
                found = _decided(stretch, block, learner, before, told)
                state.save(block.name, found)
            else:
                told(_matches(stretch, block))
            before = joined([before, found])


def _matches(stretch: Stretch, block: Block) -> int:
    return sum(map(len, looks(stretch.archive, block.since, block.until)))


def _decided(
    stretch: Stretch,
    block: Block,
    learner: Learner,
    before: Tried,
    told: Callable[[int], None],
) -> Tried:
    """Return a block's bets, their rows counted in the whole archive."""
    mine = replace(before, row=before.row - stretch.offset)
    for rows in looks(stretch.archive, block.since, block.until):
        mine = joined([mine, _look(stretch, rows, learner, mine)])
        told(len(rows))
    found = mine.where(np.arange(len(before), len(mine)))
    return replace(found, row=found.row + stretch.offset)


def _look(stretch: Stretch, rows: NDArray[np.int64], learner: Learner, mine: Tried) -> Tried:
    """Decide one look; each match is looked at once, so none has open picks or waits."""
    archive, policy = stretch.archive, stretch.policy
    at = float(archive.looked_at[rows[0]])
    exposure: Exposure = exposure_at(archive, mine, at) if stretch.capped else NO_EXPOSURE
    board = board_of(archive, rows)
    then = learner.at(at)
    known = Known(
        policy=policy,
        provenance=Provenance.BACKTEST,
        open_picks=(),
        subscribers=(),
        alert_rules=AlertRules(),
        learned=then.learned,
        judges=then.judges,
        scores=then.scores,
        exposure=exposure,
    )
    decision = decide(board, known, board.as_of)
    odds = archive.look.where(rows)
    return tried(decision, rows, odds, policy.scoring.max_edge)
