"""The version in the shadow: what it would have chosen, written at the look that makes the picks.

It chooses among the same picks as the one in force, for the thresholds that are learned say which
of them are in the zone, not which are made. So nothing of it is reckoned afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.policies import Marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.pick import Pick
    from engine.domain.policy_version import Thresholds
    from jobs.policy_in_force import Standing
    from storage.store import Tx


def chooses(thresholds: Thresholds, signal_score: float, odds: float, edge: float) -> bool:
    """Say whether a version's zone holds a pick, and the pick promises what the version asks."""
    inside = thresholds.zone_low <= signal_score <= thresholds.zone_high
    return inside and odds < thresholds.zone_max_odds and edge >= thresholds.hurdle


async def keep_shadow(
    tx: Tx, standing: Standing, champion: Thresholds, picks: Sequence[Pick]
) -> None:
    """Keep what the challenger, if there is one, says of new picks beside the version in force."""
    if not picks or standing.challenger is None or standing.challenger.thresholds is None:
        return
    challenger = standing.challenger.thresholds
    marked = [
        Marked(
            pick_id=pick.id,
            signal_score=pick.score.signal_score,
            odds=pick.odds,
            edge=pick.edge,
            by_champion=chooses(champion, pick.score.signal_score, pick.odds, pick.edge),
            by_challenger=chooses(challenger, pick.score.signal_score, pick.odds, pick.edge),
        )
        for pick in picks
    ]
    at = max(pick.taken_at for pick in picks)
    await tx.policies.add_shadow(standing.challenger.number, standing.number, marked, at)
