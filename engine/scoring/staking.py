"""How much to stake: a cautious fraction of Kelly over all bets at once, capped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import units
from engine.scoring.day import together
from engine.scoring.match_outcomes import MatchOutcomes, match_outcomes
from engine.scoring.payoffs import gains, kelly, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.domain.joint import Joint
    from engine.domain.numbers import Units
    from engine.domain.policy import ScoringRules
    from engine.scoring.candidates import Candidates

    Floats = NDArray[np.float64]

_STEPS: Final = 1e6
_SLACK: Final = 1e-6  # a whole number of steps may be a hair below one as a float


def stakes_alone(rows: Candidates, rules: ScoringRules) -> Floats:
    """Return the share of bankroll that each candidate would be staked were it the only bet.

    On the cautious probability, capped; 0 without an edge even so, or without a price.
    """
    fraction: Floats = np.minimum(
        rules.stake_cap, rules.kelly_fraction * kelly(rows.odds, _become(rows, slice(None)))
    )
    return fraction


def stakes_together(
    rows: Candidates, taken: NDArray[np.int64], rules: ScoringRules, joint: Joint | None
) -> Floats:
    """Return the shares of bankroll of the candidates `taken` (rising rows), staked together.

    The fraction of Kelly of all at once, each capped. Bets on one match are weighed over its
    scores; where nobody tells them, each gets its part of what it would alone, as though all were
    the same bet.
    """
    made, gain = _become(rows, taken), gains(rows.odds[taken])
    alone, several = kelly(rows.odds[taken], made), np.ones(len(taken))
    groups: list[NDArray[np.int64]] = []
    matches: list[MatchOutcomes] = []
    for group, match in _matches(rows, taken, joint):
        if match is not None:
            groups.append(group)
            matches.append(match)
            continue
        several[group] = len(group)
        for bet in group.tolist():
            groups.append(np.array([bet]))
            matches.append(MatchOutcomes(probability=made[bet], gain=gain[bet][:, None]))
    stakes = np.zeros(len(taken))
    found = together(matches, [alone[group] for group in groups])
    for group, each in zip(groups, found, strict=True):
        stakes[group] = each
    fraction: Floats = np.minimum(rules.stake_cap, rules.kelly_fraction * stakes / several)
    return fraction


def _become(rows: Candidates, some: NDArray[np.int64] | slice) -> Floats:
    return outcomes(rows.selection[some], rows.edges.probability_low[some], rows.refund[some])


def _matches(
    rows: Candidates, taken: NDArray[np.int64], joint: Joint | None
) -> Iterator[tuple[NDArray[np.int64], MatchOutcomes | None]]:
    """Yield the places in `taken` of each match's bets, and their scores where there are several.

    None for a single bet, and where nobody tells the scores.
    """
    fixture = rows.fixture[taken]
    distinct, first, count = np.unique(fixture, return_index=True, return_counts=True)
    shared = distinct[count > 1]
    scores = None
    if joint is not None and len(shared):
        asked = np.isin(fixture, shared)
        scores = joint(shared, np.unique(rows.selection[taken[asked]]))
    for number, start, bets in zip(distinct.tolist(), first.tolist(), count.tolist(), strict=True):
        row = taken[start : start + bets]
        told = None
        if scores is not None and bets > 1:
            told = scores.of(number, rows.selection[row].tolist())
        believed = rows.edges.probability_low[row]
        match = told and match_outcomes(*told, rows.odds[row], believed)
        yield np.arange(start, start + bets), match


def written(fraction: Floats) -> Floats:
    """Return fractions of bankroll rounded down to ten-thousandths of a unit, as they are stored.

    Rounded down, so that caps hold for what is stored too.

    >>> written(np.array([0.00666666, 0.01])).tolist()
    [0.006666, 0.01]
    """
    steps: Floats = np.floor(fraction * _STEPS + _SLACK) / _STEPS
    return steps


def in_units(fraction: float) -> Units:
    """Return a fraction of bankroll in units; one unit is one percent of bankroll.

    >>> in_units(0.0025)
    Decimal('0.2500')
    """
    return units(100 * fraction)
