"""The gates a candidate passes in order; the first that holds names its refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MarketKind, Selection, in_catalogue
from engine.domain.pick import Gate
from engine.scoring.candidates import NO_PRICE
from engine.scoring.edge import chance_of_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import ScoringRules
    from engine.scoring.candidates import Candidates
    from engine.scoring.edge import Edges

GATES: Final = tuple(Gate)
PASSED: Final = len(GATES)

RESULT_FAMILY: Final = 0
GOALS_FAMILY: Final = 1
_FAMILY: Final = {
    MarketKind.MATCH_ODDS: RESULT_FAMILY,
    MarketKind.DOUBLE_CHANCE: RESULT_FAMILY,
    MarketKind.DRAW_NO_BET: RESULT_FAMILY,
    MarketKind.ASIAN_HANDICAP: RESULT_FAMILY,
    MarketKind.TOTAL_GOALS: GOALS_FAMILY,
    MarketKind.BTTS: GOALS_FAMILY,
}
"""Markets that win and lose together."""


def family(selection: NDArray[np.int64], rules: ScoringRules) -> NDArray[np.int64]:
    """Return which of the numbers' selections share one place: a family, or a kind of market."""
    if not rules.by_family:
        return selection >> 16
    table = np.zeros(16, dtype=np.int64)
    for kind, member in _FAMILY.items():
        table[kind] = member
    found: NDArray[np.int64] = table[selection >> 16]
    return found


def first_failed(rows: Candidates, rules: ScoringRules) -> NDArray[np.int64]:
    """Return the index in `GATES` of the first gate each candidate fails on its own.

    `PASSED` where none does; what depends on the other candidates is `select`'s to ask.
    """
    priced, found = rows.price != NO_PRICE, rows.edges
    failed = {
        Gate.NOT_IN_CATALOGUE: ~_in_catalogue(rows.selection),
        Gate.TOO_CLOSE_TO_KICK_OFF: rows.seconds_left <= rules.cut_off.total_seconds(),
        Gate.TOO_FAR_FROM_KICK_OFF: rows.seconds_left > rules.horizon.total_seconds(),
        Gate.QUOTE_STALE: ~rows.fresh,
        Gate.PRICE_UNPROVEN: rows.unproven,
        Gate.NO_REFERENCE: ~priced & ~rows.stale_reference,
        Gate.REFERENCE_STALE: ~priced,
        Gate.TOO_FEW_BOOKS: rows.books < rules.min_books,
        Gate.ODDS_OUT_OF_RANGE: (rows.odds < rules.min_odds) | (rows.odds > rules.max_odds),
        Gate.EDGE_TOO_SMALL: ~(found.edge >= rules.min_edge),
        Gate.EDGE_IMPLAUSIBLE: rows.implausible,
        Gate.EDGE_UNCERTAIN: _is_uncertain(found, rules),
    }
    index = [GATES.index(gate) for gate in failed]
    return np.select(list(failed.values()), index, default=PASSED).astype(np.int64)


def _is_uncertain(found: Edges, rules: ScoringRules) -> NDArray[np.bool_]:
    """Say which edges the close may well not show.

    Where a model says how far the close may be, by the chance that it shows an edge at all; else
    by the lower end of the interval.
    """
    chance = chance_of_value(found)
    uncertain: NDArray[np.bool_] = np.where(
        np.isnan(chance), found.low < rules.min_edge_low, chance < rules.min_chance
    )
    return uncertain


def _in_catalogue(selection: NDArray[np.int64]) -> NDArray[np.bool_]:
    distinct, index = np.unique(selection, return_inverse=True)
    known = [in_catalogue(Selection.from_number(number)) for number in distinct.tolist()]
    listed: NDArray[np.bool_] = np.array(known, dtype=np.bool_)[index]
    return listed
