from __future__ import annotations

import numpy as np
import pytest

from engine.learning.clusters import week_of
from engine.learning.evaluation.validity import Slope, Worth, move_slope
from engine.learning.outcomes import handicap_outcome, match_odds_outcome, total_outcome
from engine.pricing.devig.book import devig_rows
from tests.archives import World, simulate

WORLD = simulate(7, World(seasons=30, leagues=4, teams=10, news=0.15))
ARCHIVE = WORLD.archive
WEEK = week_of(ARCHIVE.kick_off)
OUTCOMES = {
    "match_odds": match_odds_outcome(ARCHIVE),
    "total": total_outcome(ARCHIVE, ARCHIVE.look.total_line),
    "handicap": handicap_outcome(ARCHIVE, ARCHIVE.look.handicap_line),
}


def the_slope(market: str, close: str) -> Slope:
    """Return b of moves from the sharp look to the truth, or to noise."""
    reference = devig_rows(getattr(ARCHIVE.look, market)[:, 0])
    if close == "truth":
        told = getattr(WORLD, market)
    else:
        noise = np.random.default_rng(1).normal(0, 0.1, reference.shape)
        told = reference * np.exp(noise)
        told /= told.sum(axis=1, keepdims=True)
    return move_slope(reference, told, OUTCOMES[market], WEEK)


@pytest.mark.parametrize("market", list(OUTCOMES))
def test_moves_to_the_truth_have_the_slope_one(market: str) -> None:
    slope = the_slope(market, "truth")
    assert slope.low < 1 < slope.high
    assert slope.high - slope.low < 0.6
    assert slope.worth is Worth.EVIDENCE
    assert slope.n == len(ARCHIVE)


@pytest.mark.parametrize("market", list(OUTCOMES))
def test_moves_that_are_noise_are_not_shown_as_evidence(market: str) -> None:
    slope = the_slope(market, "noise")
    assert slope.low < 0 < slope.high
    assert slope.worth is Worth.NOT_SHOWN


@pytest.mark.parametrize("market", ["match_odds", "handicap"])
def test_the_slope_is_where_what_was_decided_is_likeliest(market: str) -> None:
    """Half stakes count half: no other b makes the shares won of quarter lines likelier."""
    reference = devig_rows(getattr(ARCHIVE.look, market)[:, 0])
    told, came = getattr(WORLD, market), OUTCOMES[market]

    def likelihood(b: float) -> float:
        lean = reference * (told / reference) ** b
        return float((came * np.log(lean / lean.sum(axis=1, keepdims=True))).sum())

    found = the_slope(market, "truth").value
    best = likelihood(found)
    assert best > max(likelihood(found - 0.01), likelihood(found + 0.01))


def test_a_slope_of_few_matches_is_undecided() -> None:
    few = slice(0, 200)
    reference = devig_rows(ARCHIVE.look.match_odds[few, 0])
    slope = move_slope(reference, WORLD.match_odds[few], OUTCOMES["match_odds"][few], WEEK[few])
    assert slope.worth is Worth.UNDECIDED


def test_without_moves_or_matches_there_is_no_slope() -> None:
    reference = WORLD.match_odds
    still = move_slope(reference, reference, OUTCOMES["match_odds"], WEEK)
    assert np.isnan(still.value)
    assert still.worth is Worth.UNDECIDED
    empty = move_slope(
        np.full((5, 3), np.nan), reference[:5], OUTCOMES["match_odds"][:5], WEEK[:5]
    )
    assert (empty.n, empty.worth) == (0, Worth.UNDECIDED)
