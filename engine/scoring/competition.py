"""What a candidate's fate owes to the others: the best price, room in a fixture, picks held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.domain.pick import Gate
from engine.scoring.candidates import place
from engine.scoring.gates import GATES, PASSED, family

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.pick import OpenPick
    from engine.domain.policy import Policy, ScoringRules
    from engine.scoring.candidates import Candidates
    from engine.scoring.judge import Judged


def held_picks(board: Board, mine: Sequence[OpenPick]) -> NDArray[np.int64]:
    """Return (fixture, selection) of the open picks whose fixture is on the board."""
    index = {fixture.id: number for number, fixture in enumerate(board.fixtures)}
    pairs = [
        (index[one.pick.fixture_id], one.pick.selection.number)
        for one in mine
        if one.pick.fixture_id in index
    ]
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def among_themselves(judged: Judged, held: NDArray[np.int64], policy: Policy) -> NDArray[np.int64]:
    """Return the gate each candidate fails once they compete with each other and with picks."""
    failed, rows, rules = judged.failed.copy(), judged.rows, policy.scoring
    through = np.flatnonzero(failed == PASSED)
    best = through[_best_of_each(rows, through)]
    failed[np.setdiff1d(through, best)] = GATES.index(Gate.NOT_THE_BEST_PRICE)
    small = judged.fraction[best] < rules.min_stake
    order = np.lexsort(
        (
            rows.selection[best],
            -rows.edges.edge[best],
            -judged.sweet_spot[best],
            small,
            rows.fixture[best],
        )
    )
    best, small = best[order], small[order]
    again = np.isin(rows.place[best], place(held[:, 0], held[:, 1]))
    full = ~_has_room(rows.fixture[best], family(rows.selection[best]), again, held, rules)
    gates = [
        GATES.index(gate)
        for gate in (Gate.FIXTURE_FULL, Gate.STAKE_TOO_SMALL, Gate.ALREADY_PICKED)
    ]
    failed[best] = np.select([full & ~again, small, again], gates, default=PASSED)
    return failed


def _best_of_each(rows: Candidates, through: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places in `through` of the highest odds of each (fixture, selection)."""
    where = rows.place[through]
    order = np.lexsort((rows.bookmaker[through], -rows.odds[through], where))
    _, first = np.unique(where[order], return_index=True)
    return order[first]


def _has_room(
    fixture: NDArray[np.int64],
    families: NDArray[np.int64],
    again: NDArray[np.bool_],
    held: NDArray[np.int64],
    rules: ScoringRules,
) -> NDArray[np.bool_]:
    """Say which ranked candidates their fixture has room for: one a family, a few in all."""
    group, taken = fixture << 4 | families, held[:, 0] << 4 | family(held[:, 1])
    fresh = np.flatnonzero(~again & ~np.isin(group, taken))
    _, first = np.unique(group[fresh], return_index=True)
    leaders = fresh[np.sort(first)]
    earlier = np.arange(len(leaders)) - np.searchsorted(fixture[leaders], fixture[leaders])
    used = np.bincount(held[:, 0], minlength=int(fixture.max(initial=0)) + 1)
    room = np.zeros(len(fixture), dtype=np.bool_)
    room[leaders] = earlier + used[fixture[leaders]] < rules.max_picks_per_fixture
    return room
