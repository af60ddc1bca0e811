"""One morning's verdicts: what the picks so far ask for, of the challenger and of the champion.

What `reign.Reign` remembers while it walks through the past is read from the store here; the
verdicts are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.policy.challenger import (
    LEAST_PICKS,
    Asked,
    Condition,
    in_force_of_late,
    judge_promotion,
    judge_rollback,
)
from engine.learning.policy.comparison import EMBARGO, compare
from engine.learning.policy.criterion import Tally, choose
from engine.learning.policy.overfitting import overfit_chance
from engine.learning.policy.reign import YEAR
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

_FIRST: Final = (Condition.PICKS, Condition.EVIDENCE, Condition.STEP)


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
    compared, promotion = _promotion(shadowed, grid, standings, standings.shadow, tally)
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


def _promotion(
    shadowed: PickStream, grid: Grid, standings: Standings, shadow: Shadow, tally: Tally
) -> tuple[Comparison, Promotion]:
    """Judge a challenger; how overfitted the search is is asked once all else is there."""
    champion, challenger, at = standings.champion, shadow.thresholds, standings.at
    found = compare(shadowed, champion, challenger, shadow.since, at)
    asked = Asked(
        nth=shadow.nth,
        overfit=float("nan"),
        next=grid.step(standings.in_force[-1][1], challenger),
        in_force=in_force_of_late(standings.in_force, at),
    )
    verdict = judge_promotion(champion, challenger, at, found, asked)
    if all(verdict.held(one).met for one in _FIRST):
        asked = replace(asked, overfit=overfit_chance(*tally.weekly()))
        verdict = judge_promotion(champion, challenger, at, found, asked)
    return found, verdict
