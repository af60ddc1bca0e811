"""All agents over one look, and what PATRON makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.bets import KINDS, bets_of
from engine.agents.patron import Patron
from engine.domain.market import SIDES
from engine.domain.signal import AgentName, Standing, Verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.agents.bets import Agent, Bets, Look

    Floats = NDArray[np.float64]

_ZERO_LINE: Final = 512
_KINDS: Final = np.array([int(kind) for kind in KINDS])
_SIDES: Final = np.array([[int(side) for side in (*SIDES[kind], 0)[:3]] for kind in KINDS])
BESIDE: Final = ("odds", "refund", "fair", "expected")
"""Columns of bets that stand behind their features in verdicts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judges:
    """The agents as fitted, None who has not learned enough, and how they stand."""

    anomaly: Agent | None = None
    spread: Agent | None = None
    pattern: Agent | None = None
    backtest: Agent | None = None
    drift: Agent | None = None
    patron: Patron | None = None
    standings: Mapping[AgentName, Standing] = field(default_factory=dict)

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Those who have learned enough to speak, PATRON apart."""
        each = (self.anomaly, self.spread, self.pattern, self.backtest, self.drift)
        return tuple(agent for agent in each if agent is not None)

    def standing(self, name: AgentName) -> Standing:
        """Return how an agent stands; PATRON always counts, others are in shadow at first."""
        patron = Standing.COUNTS if name is AgentName.PATRON else Standing.SHADOW
        return self.standings.get(name, patron)


NO_JUDGES: Final = Judges()
"""Nobody has learned anything yet: PATRON is the expected close."""


def verdicts(look: Look, judges: Judges) -> Verdicts | None:
    """Return PATRON's verdicts on the bets of a look; None where nothing can be bet."""
    bets = bets_of(look)
    if not len(bets):
        return None
    number = numbers_of(bets)
    order = np.lexsort((number, bets.fixture))
    return judge_bets(bets.where(order), number[order], judges)


def numbers_of(bets: Bets) -> NDArray[np.int64]:
    """Return `Selection.number` of each bet."""
    quarters = np.where(np.isfinite(bets.line), bets.line * 4, 0).astype(np.int64) + _ZERO_LINE
    side = _SIDES[bets.market, bets.side]
    number: NDArray[np.int64] = (_KINDS[bets.market] << 12 | quarters) << 4 | side
    return number


def judge_bets(bets: Bets, selection: NDArray[np.int64], judges: Judges) -> Verdicts:
    """Return PATRON's verdict on each bet; `selection` is `Selection.number` of each.

    Agents that do not count are among the signals, and move nothing.
    """
    signals = tuple(agent.judge(bets) for agent in judges.agents)
    patron = judges.patron or Patron()
    counted = [each for each in signals if judges.standing(each.agent) is Standing.COUNTS]
    heard = patron.hear(bets, counted)
    signals = (*signals, heard.signals)
    return Verdicts(
        fixture=bets.fixture,
        selection=selection,
        probability=heard.signals.probability,
        deviation=heard.deviation,
        doubt=heard.doubt,
        tier=heard.tier,
        agreement=heard.agreement,
        effective=heard.effective,
        signals=signals,
        standings={each.agent: judges.standing(each.agent) for each in signals},
        names=(*bets.features.names, *BESIDE),
        features=np.column_stack(
            [bets.features.values, *(getattr(bets, name) for name in BESIDE)]
        ),
    )
