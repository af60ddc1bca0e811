"""What a candidate's fate owes to the others: the best price, room beside picks, stakes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.pick import Gate
from engine.scoring.exposure import capped, has_room, nth, restraint, without
from engine.scoring.gates import GATES, PASSED, family
from engine.scoring.places import place
from engine.scoring.staking import stakes_together, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.exposure import Exposure
    from engine.domain.joint import Joint
    from engine.domain.policy import Policy, ScoringRules
    from engine.scoring.candidates import Candidates
    from engine.scoring.exposure import Held
    from engine.scoring.judge import Judged

    Ints = NDArray[np.int64]


def among_themselves(judged: Judged, held: Held, policy: Policy) -> Judged:
    """Return the gate each candidate fails once they compete with each other and with picks.

    Places go to the best score, then to the highest edge: in a fixture, then in its league's day,
    then in the day. What fails an earlier gate takes no place at a later one.
    """
    failed, rows, rules = judged.failed.copy(), judged.rows, policy.scoring
    through = np.flatnonzero(failed == PASSED)
    best = through[_best_of_each(rows, through)]
    failed[np.setdiff1d(through, best)] = GATES.index(Gate.NOT_THE_BEST_PRICE)
    small = ~(judged.fraction[best] >= rules.min_stake)
    order = np.lexsort((rows.place[best], -rows.edges.edge[best], -judged.sweet_spot[best], small))
    best, small = best[order], small[order]
    fixture, selection = rows.fixture[best], rows.selection[best]
    again = np.isin(rows.place[best], _places(held))
    full = ~_has_place(fixture, selection, again, held, rules)
    gates = [
        GATES.index(gate)
        for gate in (Gate.FIXTURE_FULL, Gate.STAKE_TOO_SMALL, Gate.ALREADY_PICKED)
    ]
    failed[best] = np.select([full & ~again, small, again], gates, default=PASSED)
    for gate, group, most in (
        (Gate.LEAGUE_FULL, held.league, rules.max_picks_per_league),
        (Gate.DAY_FULL, held.day, rules.max_picks_per_day),
    ):
        left = best[failed[best] == PASSED]
        failed[left[~has_room(rows.fixture[left], group, most)]] = GATES.index(gate)
    return replace(judged, failed=failed)


def staked(
    judged: Judged, held: Held, policy: Policy, exposure: Exposure, joint: Joint | None
) -> Judged:
    """Return the stakes of those still in, all together, and who gets too little to be a pick.

    Who falls below the least stake only by caps has no room for it; who does beside the other bets
    of its match or day is too small. What they would have staked goes to nobody, not even at the
    next look: picks that would be made again are staked along, in the place of what they hold.
    """
    rows, rules = judged.rows, policy.scoring
    failed, fraction = judged.failed.copy(), judged.fraction.copy()
    new = np.flatnonzero(failed == PASSED)
    share = restraint(exposure, rules)
    if share == 0:
        failed[new] = GATES.index(Gate.DRAWDOWN)
        return replace(judged, failed=failed)
    again = failed == GATES.index(Gate.ALREADY_PICKED)
    both = np.flatnonzero((failed == PASSED) | again)
    others = without(held, np.isin(_places(held), rows.place[again]))
    wanted = share * stakes_together(rows, both, rules, joint)
    stakes = capped(wanted, rows.fixture[both], others, rules)
    mine = ~again[both]
    wanted, stakes = wanted[mine], capped(stakes[mine], rows.fixture[new], held, rules)
    stakes = written(stakes)
    kept = stakes >= rules.min_stake  # what is no number is never kept
    failed[new[~kept]] = GATES.index(Gate.EXPOSURE_FULL)
    failed[new[~(wanted >= rules.min_stake)]] = GATES.index(Gate.STAKE_TOO_SMALL)
    fraction[new[kept]] = stakes[kept]
    return replace(judged, failed=failed, fraction=fraction)


def _places(held: Held) -> Ints:
    return place(held.pairs[:, 0], held.pairs[:, 1])


def _best_of_each(rows: Candidates, through: Ints) -> Ints:
    """Return the places in `through` of the highest odds of each (fixture, selection)."""
    where = rows.place[through]
    order = np.lexsort((rows.bookmaker[through], -rows.odds[through], where))
    _, first = np.unique(where[order], return_index=True)
    return order[first]


def _has_place(
    fixture: Ints,
    selection: Ints,
    again: NDArray[np.bool_],
    held: Held,
    rules: ScoringRules,
) -> NDArray[np.bool_]:
    """Say which ranked candidates their fixture has room for: one a family, a few in all."""
    group = fixture << 4 | family(selection, rules)
    taken = held.pairs[:, 0] << 4 | family(held.pairs[:, 1], rules)
    fresh = np.flatnonzero(~again & ~np.isin(group, taken))
    leaders = fresh[nth(group[fresh]) == 0]
    place_left = np.zeros(len(fixture), dtype=np.bool_)
    place_left[leaders] = has_room(fixture[leaders], held.fixture, rules.max_picks_per_fixture)
    return place_left
