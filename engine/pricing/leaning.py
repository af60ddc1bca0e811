"""References that lean on what was learned of them: their own habit, and a model of goals."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, Market, MarketKind
from engine.pricing.calibrated import CalibrationMethod
from engine.pricing.grid.bets import returns
from engine.pricing.grid.prices import PriceList
from engine.pricing.grid.score_grid import score_grids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.fixture import Fixture
    from engine.pricing.blend import Blend
    from engine.pricing.calibrated import Calibrations
    from engine.pricing.goals_model import GoalsModel
    from engine.pricing.learned import Learned
    from engine.pricing.reference.consensus import References

_NAMES: Final = {
    MarketKind.MATCH_ODDS: "match_odds",
    MarketKind.TOTAL_GOALS: "total",
    MarketKind.ASIAN_HANDICAP: "handicap",
}
"""The markets that blends and calibrations are learned of, as they name them."""
_USUAL_TOTAL: Final = 10  # quarters: the one total that a blend is learned on
_ZERO_LINE: Final = 512


def leaned(references: References, fixtures: Sequence[Fixture], learned: Learned) -> References:
    """Return the references calibrated, then blended with the goals model, where that helps.

    Where the model was given no weight and the reference needs no calibration, which is the rule
    (METHOD A5: a weight of 0.000), they come back as they are, bit for bit.
    """
    found = references
    if learned.calibrations is not None:
        found = _calibrated(found, learned.calibrations)
    if learned.blend is not None and learned.goals and (learned.blend.weight > 0).any():
        found = _blended(found, fixtures, learned.blend, learned.goals)
    return found


def _calibrated(references: References, maps: Calibrations) -> References:
    probability = references.probability
    for kind, name in _NAMES.items():
        one, sides = maps.maps.get(name), len(SIDES[kind])
        if one is None or one.method is CalibrationMethod.IDENTITY:
            continue
        rows = np.flatnonzero(references.market >> 12 == kind)
        probability = probability.copy()
        probability[rows, :sides] = one.calibrated(probability[rows, :sides])
    return replace(references, probability=probability)


def _blended(
    references: References,
    fixtures: Sequence[Fixture],
    blend: Blend,
    goals: Sequence[GoalsModel],
) -> References:
    place = blend.places([str(one.competition) for one in fixtures])
    rows = np.flatnonzero(_is_weighed(references, blend, place))
    if not len(rows):
        return references
    markets, column = np.unique(references.market[rows], return_inverse=True)
    told = _told(fixtures, goals, tuple(markets.tolist()))
    probability, error = references.probability.copy(), references.std_error.copy()
    for kind, name in _NAMES.items():
        mine = references.market[rows] >> 12 == kind
        at, sides = rows[mine], len(SIDES[kind])
        fixture = references.fixture[at]
        model = told[:, fixture, column[mine]].T[:, :sides]
        mixed, doubt = blend.blended(name, place[fixture], probability[at, :sides], model)
        probability[at, :sides] = mixed
        error[at, :sides] = np.hypot(error[at, :sides], doubt)
    return replace(references, probability=probability, std_error=error)


def _is_weighed(
    references: References, blend: Blend, place: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say where the model has a weight; of totals one was learned on the usual line alone."""
    weighed = np.zeros(len(references), dtype=np.bool_)
    kind, line = references.market >> 12, (references.market & 0xFFF) - _ZERO_LINE
    for one, name in _NAMES.items():
        if name in blend.markets:
            weight = blend.weight[blend.markets.index(name), place]
            weighed |= (kind == one) & (weight[references.fixture] > 0)
    weighed &= (kind != MarketKind.TOTAL_GOALS) | (line == _USUAL_TOTAL)
    return weighed


def _told(
    fixtures: Sequence[Fixture], goals: Sequence[GoalsModel], markets: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return what the goals models say (3, fixtures, markets), NaN where they say nothing."""
    home, away, rho = np.full((3, len(fixtures)), np.nan)
    names = [str(one.competition) for one in fixtures]
    for model in goals:
        teams = {name.partition(":")[2] or name: name for name in model.teams}
        rates = model.rates(
            names,
            [teams.get(one.home.key, "") for one in fixtures],
            [teams.get(one.away.key, "") for one in fixtures],
        )
        mine = np.isfinite(rates.home)
        home[mine], away[mine], rho[mine] = rates.home[mine], rates.away[mine], rates.rho[mine]
    prices = _sides(markets).price(score_grids(home, away, rho)).probability
    return prices.reshape(3, len(markets), len(fixtures)).transpose(0, 2, 1)


@lru_cache(maxsize=64)
def _sides(markets: tuple[int, ...]) -> PriceList:
    """Return all first sides, then all second, then all third, the last again if there is none."""
    each = [Market.from_number(number).selections for number in markets]
    return PriceList.of(
        {
            f"{side} {number}": returns(sides[min(side, len(sides) - 1)])
            for side in range(3)
            for number, sides in zip(markets, each, strict=True)
        }
    )
