"""What is learned of agents: each of them, PATRON over them, and the scores of what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.domain.policy import PricingRules, ScoringRules
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.live_record import live_standing
from engine.learning.agents.record import past_bets
from engine.learning.agents.scoreboard import scoreboard
from engine.learning.agents.walk import learn_agents
from jobs.learn_metrics import told
from jobs.learn_shared import Fitted

if TYPE_CHECKING:
    from engine.learning.agents.past_bets import PastBets
    from engine.learning.agents.scoreboard import AgentRecord
    from engine.learning.agents.walk import WalkedAgents
    from jobs.learn_shared import Learning

_RULES: Final = PricingRules()


def fit_agents(learning: Learning) -> Fitted:
    """Return who judges from now on; what they are worth is told by the walk before it.

    What the archive allows an agent, its own record on live bets must confirm.
    """
    past, until = bets_of(learning), learning.seen_until
    past = past.where(past.looked_at < until)  # a look after the last result teaches nothing yet
    refit, walked = learn_agents(past, until, hurdle=ScoringRules().hurdle)
    learned = {name: refit.judges.standing(name) for name in walked.said}
    live = {one.agent: one for one in learning.live}
    standings = {name: live_standing(one, live.get(name)) for name, one in learned.items()}
    standings[AgentName.PATRON] = Standing.COUNTS
    records = scoreboard(past, walked.said, until, learned)
    return Fitted(
        value=replace(refit, judges=replace(refit.judges, standings=standings)),
        seen_until=until,
        metrics={
            "scoreboard": {
                str(one.agent): {"standing": standings[one.agent].value, **_record(one)}
                for one in records
            },
            "sweet_spot": _reliability(past, walked),
        },
    )


def bets_of(learning: Learning) -> PastBets:
    """Return the bets one could have placed at the looks of the archive; bounds are no prices."""
    walked = learning.walked_close
    return past_bets(
        learning.archive,
        learning.references,
        walked.forecast,
        walked.states,
        aggregates=False,
        rules=_RULES,
    )


def _record(one: AgentRecord) -> dict[str, Any]:
    return {
        "learned": one.standing.value,
        "spoken": one.evidence.spoken,
        "favoured": one.favoured,
        "clv": told(one.clv),
        "gain": told(one.gain),
    }


def _reliability(past: PastBets, walked: WalkedAgents) -> dict[str, Any]:
    """Return how often bets beat the hurdle beside how likely that was said to be."""
    hurdle = ScoringRules().hurdle
    known = np.isfinite(walked.sweet_spot) & np.isfinite(past.clv) & (walked.edge > 0)
    said, beat = walked.sweet_spot[known] / 100, (past.clv[known] > hurdle).astype(np.float64)
    if not len(said):
        return {"n": 0}
    return {
        "n": len(said),
        "said": float(said.mean()),
        "beat": float(beat.mean()),
        "brier": float(((said - beat) ** 2).mean()),
        "brier_constant": float(beat.var()),
    }
