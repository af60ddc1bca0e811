"""The version in the shadow: what it would have chosen, written at the look that makes the picks.

It chooses among the picks that the one in force makes: a zone says which of them it holds, not
which are made. Another hurdle would give places to other picks now and then, which the shadow does
not see: live, the hurdle stays as declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.policy_version import thresholds_of
from storage.shadows import Marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.pick import Pick
    from engine.domain.policy import Policy
    from jobs.policy_in_force import Standing
    from storage.store import Tx


async def keep_shadow(tx: Tx, standing: Standing, policy: Policy, picks: Sequence[Pick]) -> None:
    """Keep what the challenger, if there is one, says of new picks beside the policy in force."""
    if not picks or standing.challenger is None or standing.challenger.thresholds is None:
        return
    challenger, champion = standing.challenger.thresholds, thresholds_of(policy.scoring)
    marked = [
        Marked(
            pick_id=pick.id,
            signal_score=pick.score.signal_score,
            odds=pick.odds,
            edge=pick.edge,
            by_champion=champion.chooses(pick.score.signal_score, pick.odds),
            by_challenger=challenger.chooses(pick.score.signal_score, pick.odds),
        )
        for pick in picks
    ]
    at = max(pick.taken_at for pick in picks)
    await tx.shadows.add(standing.challenger.number, standing.number, marked, at)
