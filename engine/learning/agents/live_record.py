"""What came of what agents said live, counted or not: a line each, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.closing import Grade
from engine.domain.settlement import Outcome
from engine.domain.signal import Standing
from engine.learning.agents.scoreboard import ENOUGH_LIVE
from engine.learning.clusters import week_of
from engine.learning.intervals import clustered_ratio
from engine.settlement.closing import best_close, judging
from engine.settlement.grading import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.domain.opinion import OpinionFate
    from engine.domain.record import Estimate
    from engine.domain.signal import AgentName

_TRUSTED: Final = frozenset({Grade.A, Grade.B})
"""Closes that were caught well enough for a live record (METHOD B2)."""
_DECIDED: Final = {
    Outcome.WON: (1.0, 1.0),
    Outcome.HALF_WON: (1.0, 0.5),
    Outcome.HALF_LOST: (0.0, 0.5),
    Outcome.LOST: (0.0, 1.0),
}
"""What share of the decided stake is won, and what share is decided; nothing of a void."""
_SOME: Final = 30
"""Bets below which no interval is believed."""
_SURE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRecord:
    """One agent's bets of one provenance whose matches have begun.

    `standing` is that of its latest bet. `clv` is a mean per unit staked at the best price there
    was when it spoke, over bets with a close of grade A or B. `log_loss` is of results foretold,
    `reference` that of the reference on the same bets (both None where none is decided), over
    `decided` bets. `gain` is how much lower its own is. Intervals treat a week as one draw.
    """

    agent: AgentName
    standing: Standing
    said: int
    clv: Estimate
    decided: int
    log_loss: float | None
    reference: float | None
    gain: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """A bet with a result: its weight, its log-loss and the reference's, and its week."""

    weight: float
    loss: float
    reference: float
    week: str


def live_standing(learned: Standing, live: LiveRecord | None) -> Standing:
    """Return what an agent is allowed live, given what an archive's closes allow it.

    It counts once the archive speaks for it and `ENOUGH_LIVE` bets that it was for on trial have
    beaten the close on average. It is benched when its live bets lose against the close: when the
    whole interval of their CLV is below 0, from `_SOME` on.
    """
    if live is None or live.clv.mean is None:
        return Standing.SHADOW if learned is Standing.COUNTS else learned
    if live.clv.n >= _SOME and live.clv.high is not None and live.clv.high < 0:
        return Standing.BENCHED
    if learned is Standing.COUNTS and (live.clv.n < ENOUGH_LIVE or live.clv.mean <= 0):
        return Standing.SHADOW
    return learned


def live_records(fates: Sequence[OpinionFate]) -> tuple[LiveRecord, ...]:
    """Return a record of each agent that was for a bet; the caller never mixes provenances."""
    told: dict[AgentName, list[OpinionFate]] = {}
    for fate in fates:
        told.setdefault(fate.opinion.signal.agent, []).append(fate)
    return tuple(_record(agent, mine) for agent, mine in sorted(told.items()))


def _record(agent: AgentName, fates: Sequence[OpinionFate]) -> LiveRecord:
    closed = [(clv, _week(fate)) for fate in fates if (clv := _clv(fate)) is not None]
    tested = [one for fate in fates if (one := _tested(fate)) is not None]
    weight = sum(one.weight for one in tested)
    return LiveRecord(
        agent=agent,
        standing=max(fates, key=lambda fate: fate.opinion.issued_at).opinion.signal.standing,
        said=len(fates),
        clv=clustered_ratio(
            [clv for clv, _ in closed], [1.0] * len(closed), [week for _, week in closed]
        ),
        decided=len(tested),
        log_loss=_mean((one.loss * one.weight for one in tested), weight),
        reference=_mean((one.reference * one.weight for one in tested), weight),
        gain=clustered_ratio(
            [(one.reference - one.loss) * one.weight for one in tested],
            [one.weight for one in tested],
            [one.week for one in tested],
        ),
    )


def _clv(fate: OpinionFate) -> float | None:
    """Return the closing line value of the bet; None where its close was not caught well."""
    said = fate.opinion.issued_at
    lines = [
        line
        for line in fate.closes
        if line.grade in _TRUSTED and line.kick_off == fate.kick_off and line.captured_at > said
    ]
    close = best_close(judging(lines, fate.opinion.bookmaker))
    return None if close is None else close.clv(fate.opinion.odds)


def _tested(fate: OpinionFate) -> _Tested | None:
    if fate.full_time is None:
        return None
    won, decided = _DECIDED.get(settle(fate.opinion.selection, fate.full_time), (0.0, 0.0))
    if not decided:
        return None
    return _Tested(
        weight=decided,
        loss=_log_loss(fate.opinion.signal.probability, won),
        reference=_log_loss(fate.opinion.fair, won),
        week=_week(fate),
    )


def _log_loss(probability: float, won: float) -> float:
    sure = min(max(probability, _SURE), 1 - _SURE)
    return -float(np.log(sure if won else 1 - sure))


def _week(fate: OpinionFate) -> str:
    return str(int(week_of(np.array([fate.kick_off.timestamp()]))[0]))


def _mean(weighted: Iterable[float], weight: float) -> float | None:
    return sum(weighted) / weight if weight else None
