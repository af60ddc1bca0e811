import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import skellam

from engine.pricing.grid.skellam import margin_counts, margins

rates = st.floats(0.25, 4.0)


@given(rates, rates)
def test_margins_are_skellams(home: float, away: float) -> None:
    found = margins(np.array([home]), np.array([away]))
    law = skellam(home, away)
    assert found.home[0] == pytest.approx(law.sf(0), abs=1e-9)
    assert found.draw[0] == pytest.approx(law.pmf(0), rel=1e-9)
    assert found.away[0] == pytest.approx(law.cdf(-1), abs=1e-9)
    assert found.home_by_one[0] == pytest.approx(law.pmf(1), rel=1e-9)
    assert found.away_by_one[0] == pytest.approx(law.pmf(-1), rel=1e-9)


def test_a_row_without_rates_does_not_shorten_the_sums_of_its_neighbours() -> None:
    alone = margins(np.array([7.0]), np.array([7.5]))
    beside = margins(np.array([7.0, np.nan]), np.array([7.5, np.nan]))
    assert [part[0] for part in beside] == [part[0] for part in alone]
    wide = margin_counts(np.array([7.0, np.nan]), np.array([7.5, np.nan]), 5)
    np.testing.assert_array_equal(
        wide[:, 0], margin_counts(np.array([7.0]), np.array([7.5]), 5)[:, 0]
    )
