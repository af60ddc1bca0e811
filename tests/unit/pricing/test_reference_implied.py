"""Match odds from a handicap and a total: right where the truth is a grid, silent where not."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.market import Selection
from engine.pricing.grid.payoffs import payoff
from engine.pricing.grid.score_grid import score_grids
from engine.pricing.reference.implied import RHO, cover_at, implied_match_odds
from engine.pricing.reference.voices import ImpliedBy

LINES = st.integers(-6, 6)


def read(home: float, away: float, handicap: float, total: float) -> tuple[ImpliedBy, list[float]]:
    """What a grid says of a handicap and a total, and its match odds."""
    grid = score_grids(np.array([home]), np.array([away]), RHO).matrix(0)
    fair = {
        code: payoff(grid, Selection.parse(code)).fair
        for code in (f"ah_home@{handicap:+g}", f"over_{total:g}", "home", "draw", "away")
    }
    cover, over, *match_odds = fair.values()
    by = ImpliedBy(
        cover=np.array([cover]),
        handicap=np.array([handicap]),
        over=np.array([over]),
        total=np.array([total]),
    )
    return by, match_odds


@settings(max_examples=60, deadline=None)
@given(
    home=st.floats(0.5, 3.0),
    away=st.floats(0.5, 3.0),
    handicap=LINES.map(lambda quarters: quarters / 4),
    total=st.sampled_from([2.0, 2.25, 2.5, 2.75, 3.0]),
)
def test_the_match_odds_of_a_grid_are_found_again_from_its_handicap_and_total(
    home: float, away: float, handicap: float, total: float
) -> None:
    by, match_odds = read(home, away, handicap, total)
    np.testing.assert_allclose(implied_match_odds(by)[0], match_odds, atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(home=st.floats(0.5, 3.0), away=st.floats(0.5, 3.0), ours=LINES, theirs=LINES)
def test_a_moved_handicap_is_read_at_the_old_line(
    home: float, away: float, ours: int, theirs: int
) -> None:
    by, _ = read(home, away, theirs / 4, 2.5)
    expected, _ = read(home, away, ours / 4, 2.5)
    told = cover_at(by, np.array([ours / 4]))
    np.testing.assert_allclose(told, expected.cover, atol=1e-8)


def test_nothing_is_implied_by_half_of_it_and_each_match_is_read_by_itself() -> None:
    known, match_odds = read(1.7, 1.1, -0.5, 2.5)
    many = known.where(np.zeros(4, dtype=np.int64))
    many.over[1], many.cover[2], many.handicap[3] = np.nan, np.nan, np.nan
    told = implied_match_odds(many)
    np.testing.assert_allclose(told[0], match_odds, atol=1e-8)
    assert np.isnan(told[1:]).all()
    assert np.isnan(cover_at(many, np.full(4, np.nan))).all()
