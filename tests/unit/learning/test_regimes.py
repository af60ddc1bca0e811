"""Regimes: lasting shifts are told, odd weeks are not, and nothing knows what comes later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.domain.regime import Watch
from engine.learning.lookahead.futures import scrambled
from engine.learning.regimes.alarms import alarms, home_share
from engine.learning.regimes.cusum import watched
from engine.learning.regimes.weeks import standardised
from tests.archives import DAY, World, simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.regime import Regime
    from engine.learning.archive import Archive

    Floats = NDArray[np.float64]

ARCHIVE = simulate(3, World(seasons=3, leagues=3, teams=14)).archive
END = float(ARCHIVE.looked_at.max() + DAY / 2)
SHARP = ("pinnacle",)


def told(archive: Archive, now: float = END) -> dict[str, Regime]:
    return {one.name: one for one in alarms(archive, now, SHARP)}


def test_weeks_of_chance_raise_no_more_false_alarms_than_stated() -> None:
    """At most one in 465 weeks (Montgomery): 300 decades of seasons of 45 weeks."""
    rng = np.random.default_rng(2)
    opened = 0
    for _ in range(300):
        side = watched(rng.standard_normal(450)).side
        opened += int((np.diff((side != 0).astype(int), prepend=0) == 1).sum())
    assert 0.5 < opened / 300 < 1.1


def test_a_shift_of_one_deviation_is_seen_after_ten_weeks() -> None:
    rng, delays = np.random.default_rng(4), []
    for _ in range(200):
        side = watched(np.concatenate([np.zeros(1), rng.normal(1, 1, 80)])).side
        delays.append(int(np.argmax(side == 1)))
    assert np.median(delays) <= 11


def test_one_odd_week_is_no_regime_and_an_alarm_ends_with_its_cause() -> None:
    assert not watched(np.array([0.0, 40.0, 0.0, 0.0])).side.any()
    found = watched(np.array([0.1, 3.0, 3.0, 3.0, *[0.0] * 30, -3.0]))
    assert found.side[3] == 1
    assert found.since[3] == 1
    assert found.side[-1] == 0


@given(arrays(np.float64, st.integers(2, 40), elements=st.floats(-5, 5)), st.integers(1, 39))
def test_an_alarm_knows_nothing_of_later_weeks(z: Floats, cut: int) -> None:
    whole, part = watched(z), watched(z[:cut])
    assert whole.side[:cut].tolist() == part.side.tolist()
    assert whole.since[:cut].tolist() == part.since.tolist()
    assert watched(-z).side.tolist() == (-whole.side).tolist()


def test_weeks_are_held_against_the_weeks_before_them_alone() -> None:
    rng = np.random.default_rng(1)
    at = np.sort(rng.uniform(0, 60 * 7 * DAY, 1200))
    values, group = rng.normal(2.6, 1.6, 1200), rng.integers(0, 3, 1200)
    whole = standardised(values, at, group)
    early = at < 40 * 7 * DAY
    part = standardised(values[early], at[early], group[early])
    kept = len(part.n) - 1
    assert whole.z[:kept].tolist() == pytest.approx(part.z[:kept].tolist(), nan_ok=True)
    assert np.isnan(whole.z[:20]).all()
    assert np.nanstd(whole.z) == pytest.approx(1.0, abs=0.25)


def test_a_world_that_stays_as_it_is_raises_nothing_that_matters() -> None:
    assert told(ARCHIVE) == {}


def test_home_advantage_that_goes_is_told_with_what_it_was_and_is() -> None:
    half = float(np.quantile(ARCHIVE.kick_off, 0.6))
    late = ARCHIVE.kick_off > half
    turned = replace(
        ARCHIVE,
        home_goals=np.where(late, ARCHIVE.away_goals, ARCHIVE.home_goals),
        away_goals=np.where(late, ARCHIVE.home_goals, ARCHIVE.away_goals),
    )
    before, after = home_share(ARCHIVE)[~late].mean(), home_share(turned)[late].mean()
    assert after < before
    found = told(turned)["home"]
    assert not found.up
    assert found.high < found.usual
    assert found.now == pytest.approx(after, abs=0.05)
    assert abs(found.since.timestamp() - half) < 70 * DAY


def test_a_book_that_leaves_and_one_that_charges_more_are_named() -> None:
    odds = ARCHIVE.look
    late = ARCHIVE.looked_at > END - 60 * DAY
    quotes = odds.match_odds.copy()
    gone, dear = odds.books.index("bet365"), odds.books.index("fd_bw")
    quotes[late, gone] = np.nan
    quotes[late, dear] = quotes[late, dear] / 1.03
    found = told(replace(ARCHIVE, look=replace(odds, match_odds=quotes)))
    assert found["feed.bet365"].now == pytest.approx(0.0, abs=0.2)
    assert found["margin.fd_bw"].up
    assert set(found) == {"feed.bet365", "margin.fd_bw"}


def test_a_sharp_reference_that_vanishes_is_told_within_the_day() -> None:
    odds = ARCHIVE.look
    day = np.sort(np.unique(np.floor(ARCHIVE.looked_at / DAY)))[-1]
    today = np.floor(ARCHIVE.looked_at / DAY) == day
    assert today.sum() >= 10
    quotes = odds.match_odds.copy()
    quotes[today, odds.books.index("pinnacle")] = np.nan
    now = float(ARCHIVE.looked_at[today].max() + 1)
    found = told(replace(ARCHIVE, look=replace(odds, match_odds=quotes)), now)
    assert found["sharp"].watch is Watch.SHARP
    assert found["sharp"].now == 0.0
    assert found["sharp"].usual > 0.9
    assert "sharp" not in told(ARCHIVE, now)


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_nothing_later_changes_what_is_told(share: float) -> None:
    now = float(np.quantile(ARCHIVE.looked_at, share))
    assert alarms(scrambled(ARCHIVE, now, 7), now, SHARP) == alarms(ARCHIVE, now, SHARP)
