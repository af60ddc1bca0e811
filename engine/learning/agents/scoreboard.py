"""What came of what agents said: their evidence, their standing, and a line each to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.linear import certain
from engine.domain.signal import AgentName, Signals, Standing
from engine.learning.agents.linear import MEMORY
from engine.learning.clusters import Clustered, clustered_mean, week_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ENOUGH: Final = 1_000
"""Bets spoken of and closed before an agent can leave the shadow; live, `ENOUGH_LIVE`."""
ENOUGH_LIVE: Final = 200
GOOD: Final = 2.0
BAD: Final = -2.0
TURNED: Final = -1.0
"""Standard errors, by weeks, of evidence that is good, bad, or of late no longer good."""
_LATE: Final = 365.25 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Said:
    """What one agent said of m past bets before they closed, NaN where nothing."""

    probability: Floats
    std_error: Floats
    lean: Floats
    direction: NDArray[np.int8]

    @classmethod
    def nothing(cls, count: int) -> Said:
        """Return room for what is said of `count` bets."""
        return cls(
            probability=np.full(count, np.nan),
            std_error=np.full(count, np.nan),
            lean=np.full(count, np.nan),
            direction=np.zeros(count, dtype=np.int8),
        )

    def keep(self, rows: Ints, signals: Signals, lean: Floats) -> None:
        """Take in what was said of rows."""
        self.probability[rows], self.std_error[rows] = signals.probability, signals.std_error
        self.lean[rows], self.direction[rows] = lean, signals.direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What closes known at an instant say of an agent, in standard errors by weeks.

    `spoken` counts the closed bets it spoke of. `lean`: does the close go where it leans from the
    expected close, and `late`, did it so in the last year; `clv` is of the bets it favours. NaN
    where there are none.
    """

    spoken: int
    lean: float
    late: float
    clv: float

    def standing(self, enough: int = ENOUGH) -> Standing:
        """Return what an agent of such evidence is allowed.

        In shadow until enough is known and it is good. Benched when the bets it favours lose
        against the close, when the close goes the other way, or when it lately has begun to.
        """
        if self.spoken < enough:
            return Standing.SHADOW
        if self.clv < BAD or self.lean < BAD:
            return Standing.BENCHED
        if self.lean < GOOD or np.isnan(self.lean):
            return Standing.SHADOW
        return Standing.BENCHED if self.late < TURNED else Standing.COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """One agent's line of the scoreboard: the bets it favours, its forecasts, its standing.

    `clv` and `roi` are means of the `favoured` bets per unit staked. `gain` is how much lower its
    log-loss of results was than the reference's on the same bets; above 0 it foretold them better.
    """

    agent: AgentName
    standing: Standing
    evidence: Evidence
    favoured: int
    clv: Clustered
    roi: Clustered
    log_loss: float
    reference_log_loss: float
    gain: Clustered


def evidence_of(past: PastBets, said: Said, until: float) -> Evidence:
    """Return what closes known at an instant say of what was said before them."""
    rows = np.flatnonzero(past.known(until) & (past.closed_at > until - MEMORY))
    rows = rows[np.isfinite(said.lean[rows]) & ~certain(past.close[rows])]
    these, week = past.where(rows), week_of(past.closed_at[rows])
    expected, lean = these.bets.expected, said.lean[rows]
    # the slope, at no weight at all, of the divergence from the close
    push = expected * (1 - expected) * lean * np.clip(these.moved, -1, 1)
    late = these.closed_at > until - _LATE
    mine = favoured(past, said, rows)
    return Evidence(
        spoken=len(rows),
        lean=_t_of(push, week),
        late=_t_of(push[late], week[late]),
        clv=_t_of(these.clv[mine], week[mine]),
    )


def favoured(past: PastBets, said: Said, rows: Ints) -> NDArray[np.bool_]:
    """Say which of the rows an agent speaks for and finds worth their price."""
    worth = past.bets.odds[rows] * said.probability[rows] > 1
    mine: NDArray[np.bool_] = (said.direction[rows] > 0) & worth
    return mine


def scoreboard(
    past: PastBets,
    said: Mapping[AgentName, Said],
    until: float,
    standings: Mapping[AgentName, Standing],
) -> tuple[AgentRecord, ...]:
    """Return each agent's record on the closes and results known at an instant."""
    return tuple(
        _record(name, past, each, until, standings.get(name, Standing.SHADOW))
        for name, each in said.items()
    )


def _record(
    name: AgentName, past: PastBets, said: Said, until: float, standing: Standing
) -> AgentRecord:
    rows = np.flatnonzero((past.looked_at < until) & np.isfinite(said.probability))
    mine = rows[favoured(past, said, rows)]
    closed = mine[past.known(until)[mine]]
    played = (past.played_at <= until) & np.isfinite(past.won)
    settled, tested = mine[played[mine]], rows[played[rows] & (past.decided[rows] > 0)]
    profit = past.decided * (past.won * past.bets.odds - 1)
    own, reference = (_log_loss(past, p, tested) for p in (said.probability, past.bets.fair))
    weight = past.decided[tested]
    return AgentRecord(
        agent=name,
        standing=standing,
        evidence=evidence_of(past, said, until),
        favoured=len(mine),
        clv=clustered_mean(past.clv[closed], week_of(past.closed_at[closed])),
        roi=clustered_mean(profit[settled], week_of(past.played_at[settled])),
        log_loss=_mean(own, weight),
        reference_log_loss=_mean(reference, weight),
        gain=clustered_mean((reference - own) * weight, week_of(past.played_at[tested])),
    )


def _log_loss(past: PastBets, probability: Floats, rows: Ints) -> Floats:
    told, won = np.clip(probability[rows], 1e-6, 1 - 1e-6), past.won[rows]
    loss: Floats = -(won * np.log(told) + (1 - won) * np.log(1 - told))
    return loss


def _mean(values: Floats, weight: Floats) -> float:
    return float(np.average(values, weights=weight)) if weight.sum() > 0 else float("nan")


def _t_of(values: Floats, week: Ints) -> float:
    """Return the mean in standard errors when a week's values are one draw; NaN of nothing."""
    if not len(values):
        return float("nan")
    _, place = np.unique(week, return_inverse=True)
    sums = np.bincount(place, values)
    counts = np.bincount(place)
    mean = sums.sum() / counts.sum()
    spread = float(np.sqrt(((sums - mean * counts) ** 2).sum())) / counts.sum()
    return float(mean / spread) if spread > 0 else float("nan")
