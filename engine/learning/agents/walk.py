"""All judges and scores walked over past bets: each refit knows what had closed, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from engine.agents.judges import Judges, judge_bets, numbers_of
from engine.agents.patron import leans
from engine.agents.pattern import Pattern
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.anomaly import fit_anomaly
from engine.learning.agents.backtest import fit_backtest
from engine.learning.agents.drift import fit_drift
from engine.learning.agents.patron import fit_patron
from engine.learning.agents.pattern import fit_pattern
from engine.learning.agents.scoreboard import Said, evidence_of
from engine.learning.agents.signal_score import fit_signal
from engine.learning.agents.spot import fit_spot
from engine.learning.agents.spread import fit_spread
from engine.learning.agents.told import Told
from engine.learning.archive import refit_instants
from engine.scoring.scores import PRIOR_SCORES, Scores

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.agents.bets import Agent
    from engine.domain.signal import Verdicts
    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

REFIT: Final = timedelta(weeks=4)
"""PATRON and the scores learn every four weeks, from what agents said before."""
_PAUSES: Final = {
    AgentName.ANOMALY: 12,
    AgentName.SPREAD: 3,
    AgentName.PATTERN: 3,
    AgentName.BACKTEST: 3,
    AgentName.DRIFT: 3,
}
"""Every how many refits each agent is fitted anew: they look back over five seasons."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refit:
    """Who judges looks taken from an instant (POSIX seconds) on, and how they are scored."""

    at: float
    judges: Judges
    scores: Scores


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WalkedAgents:
    """What was said of m past bets before they closed, by what was known then.

    `said` are the agents', PATRON's included. `edge` is the edge expected of the best price, after
    all corrections, and `deviation` how far the closing value lands from it; `sweet_spot` is the
    score at the hurdle asked for and `signal` the signal score. All NaN where nobody had learned
    anything. `refits` are in order.
    """

    refits: tuple[Refit, ...]
    said: Mapping[AgentName, Said]
    told: Told
    edge: Floats
    deviation: Floats
    sweet_spot: Floats
    signal: Floats
    tier: NDArray[np.int8]


def walk_agents(
    past: PastBets, *, hurdle: float, progress: Callable[[int, int], None] | None = None
) -> WalkedAgents:
    """Return what would have been said of every bet, learned anew every four weeks.

    At a refit, agents learn from closes, PATRON from what agents had said before those closes,
    scores from what PATRON had. `progress` is told how many of the refits are done.
    """
    instants = refit_instants(past, REFIT)
    walker = _Walker(past, hurdle)
    starts = np.searchsorted(past.looked_at, instants).tolist()
    ends = [*starts, len(past)][1:]
    with threadpool_limits(limits=1, user_api="blas"):
        for done, (at, start, end) in enumerate(
            zip(instants.tolist(), starts, ends, strict=True), start=1
        ):
            walker.step(at, np.arange(start, end))
            if progress is not None:
                progress(done, len(instants))
    return walker.found()


def learn_agents(
    past: PastBets,
    until: float,
    *,
    hurdle: float,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Refit, WalkedAgents]:
    """Return who judges looks taken from an instant on, and the walk that it rests on."""
    before = past.where(past.looked_at < until)
    walked = walk_agents(before, hurdle=hurdle, progress=progress)
    with threadpool_limits(limits=1, user_api="blas"):
        walker = _Walker(before, hurdle, walked)
        walker.learn(until, every=True)
    return walker.refits[-1], walked


def _fit(name: AgentName, past: PastBets, until: float, before: Agent | None) -> Agent | None:
    """Return an agent of closes known at an instant; Pattern goes on from what it had tabled."""
    if name is AgentName.PATTERN:
        return fit_pattern(past, until, before if isinstance(before, Pattern) else None)
    fits: dict[AgentName, Callable[[PastBets, float], Agent | None]] = {
        AgentName.ANOMALY: fit_anomaly,
        AgentName.SPREAD: fit_spread,
        AgentName.BACKTEST: fit_backtest,
        AgentName.DRIFT: fit_drift,
    }
    return fits[name](past, until)


class _Walker:
    """What has been learned and said so far."""

    def __init__(self, past: PastBets, hurdle: float, walked: WalkedAgents | None = None) -> None:
        count = len(past)
        self.refits: list[Refit] = [] if walked is None else list(walked.refits)
        self._past, self._hurdle = past, hurdle
        self._selection = numbers_of(past.bets)
        self._said = (
            {name: Said.nothing(count) for name in (*_PAUSES, AgentName.PATRON)}
            if walked is None
            else walked.said
        )
        self._told = Told.nothing(count) if walked is None else walked.told
        self._columns = {name: np.full(count, np.nan) for name in _COLUMNS}
        self._tier = np.zeros(count, dtype=np.int8)

    def step(self, at: float, rows: Ints) -> None:
        """Learn what is known at an instant, and tell the bets looked at until the next."""
        self.learn(at)
        refit = self.refits[-1]
        bets = self._past.bets.where(rows)
        verdicts = judge_bets(bets, self._selection[rows], refit.judges)
        for signals in verdicts.signals:
            self._said[signals.agent].keep(rows, signals, leans(bets, signals))
        self._told.keep(rows, verdicts)
        self._score(rows, verdicts, refit.scores)

    def learn(self, at: float, *, every: bool = False) -> None:
        """Fit the agents whose turn it is (or every one), then PATRON, then the scores."""
        past, turn = self._past, len(self.refits)
        agents = {
            name: _fit(name, past, at, self._agent(name))
            if every or turn % pause == 0
            else self._agent(name)
            for name, pause in _PAUSES.items()
        }
        standings = {name: evidence_of(past, self._said[name], at).standing() for name in _PAUSES}
        counted = [name for name in _PAUSES if standings[name] is Standing.COUNTS]
        patron = fit_patron(past, {name: self._said[name].lean for name in counted}, at)
        judges = Judges(
            **{str(name): agent for name, agent in agents.items()},
            patron=patron,
            standings=standings,
        )
        scores = PRIOR_SCORES
        if patron is not None:
            scores = Scores(
                spot=fit_spot(past, self._told, at),
                signal=fit_signal(past, self._told, counted, at),
            )
        self.refits.append(Refit(at=at, judges=judges, scores=scores))

    def _agent(self, name: AgentName) -> Agent | None:
        if not self.refits:
            return None
        agent: Agent | None = getattr(self.refits[-1].judges, str(name))
        return agent

    def _score(self, rows: Ints, verdicts: Verdicts, scores: Scores) -> None:
        told, columns = scores.spot.expect(verdicts), self._columns
        columns["edge"][rows], columns["deviation"][rows] = told.edge, told.deviation
        columns["sweet_spot"][rows] = scores.spot.score(told.edge, told.deviation, self._hurdle)
        if scores.signal.learned:
            columns["signal"][rows] = scores.signal.score(
                verdicts, np.arange(len(rows)), self._past.bets.odds[rows]
            )
        self._tier[rows] = verdicts.tier

    def found(self) -> WalkedAgents:
        """Return all that was learned and said."""
        return WalkedAgents(
            refits=tuple(self.refits),
            said=self._said,
            told=self._told,
            tier=self._tier,
            **self._columns,
        )


_COLUMNS: Final = ("edge", "deviation", "sweet_spot", "signal")
