"""One morning's verdicts: what the picks so far ask for, of the challenger and of the champion.

What `reign.Reign` remembers while it walks through the past is read from the store here; the
verdicts are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.policy.challenger import (
    LEAST_PICKS,
    Condition,
    judge_rollback,
)
from engine.learning.policy.comparison import EMBARGO
from engine.learning.policy.criterion import Tally, choose
from engine.learning.policy.reign import YEAR, Duel, judge_duel
from engine.learning.policy.summary import deflated

if TYPE_CHECKING:
    from engine.domain.policy_version import Thresholds
    from engine.learning.policy.challenger import Promotion, Rollback
    from engine.learning.policy.comparison import Comparison
    from engine.learning.policy.criterion import Choice
    from engine.learning.policy.overfitting import Deflated
    from engine.learning.policy.reign import Shadow
    from engine.learning.policy.stream import PickStream
    from engine.learning.policy.trials import Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """How things stand on a morning, at `at`.

    `champion` is judged on picks since `since`; `in_force` is what served since when, in order of
    time: on the way to a champion that was reached by steps.
    """

    at: float
    declared: Thresholds
    champion: Thresholds
    since: float
    in_force: tuple[tuple[float, Thresholds], ...]
    shadow: Shadow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The verdicts of a morning; `withdrawn`: nothing speaks for the challenger any more.

    `sharpe` is the challenger's Sharpe ratio of matchdays, deflated by every trial ever
    registered: shown, and asked of nobody (METHOD B5.5).
    """

    choice: Choice
    rollback: Rollback
    promotion: Promotion | None = None
    compared: Comparison | None = None
    sharpe: Deflated | None = None
    withdrawn: bool = False


def judge_morning(
    stream: PickStream, shadowed: PickStream, grid: Grid, standings: Standings, tried: int = 0
) -> Morning:
    """Return what is known by now of the champion, its challenger and every trial.

    `shadowed` are the candidates of which the challenger spoke at the look that made them: it is
    judged by no others. `tried` is how many trials were ever registered.
    """
    tally = Tally(stream, grid, standings.declared)
    tally.add(np.flatnonzero(stream.settled_at <= standings.at - EMBARGO))
    choice = choose(tally)
    rollback = judge_rollback(stream, standings.champion, standings.since, standings.at)
    if standings.shadow is None:
        return Morning(choice=choice, rollback=rollback)
    duel = Duel(champion=standings.champion, shadow=standings.shadow, in_force=standings.in_force)
    compared, promotion = judge_duel(shadowed, grid, tally, duel, standings.at)
    age = standings.at - standings.shadow.since
    enough = promotion.held(Condition.PICKS).value >= LEAST_PICKS or age >= YEAR
    unwanted = standings.shadow.thresholds not in choice.credible
    return Morning(
        choice=choice,
        rollback=rollback,
        promotion=promotion,
        compared=compared,
        sharpe=_sharpe(shadowed, grid, standings, standings.shadow, tried),
        withdrawn=enough and unwanted and not promotion.earned,
    )


def _sharpe(
    shadowed: PickStream, grid: Grid, standings: Standings, shadow: Shadow, tried: int
) -> Deflated:
    known = shadowed.where(shadowed.settled_at <= standings.at - EMBARGO)
    masks = {"challenger": known.selected(shadow.thresholds)}
    count = max(tried, len(grid))
    return deflated(known, masks, known.members(grid.trials), count)["challenger"]
