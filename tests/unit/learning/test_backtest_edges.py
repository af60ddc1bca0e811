"""What a backtest's figures say at their edges: halves of a stake, exact hurdles, full scores."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.domain.price import Rung
from engine.learning.backtest.bankroll import UNITS, exposure_at, profits
from engine.learning.backtest.closes import NAMES, NOBODY, alternative
from engine.learning.backtest.figures import figures
from engine.learning.backtest.luck import luck, outcome_chances
from engine.learning.backtest.picks import Bets, with_ends
from engine.learning.backtest.reliability import reliability
from engine.learning.backtest.robustness import robustness
from engine.learning.backtest.summary import choose, summarise
from engine.learning.backtest.tried import PASSED, Tried, nothing_tried
from engine.pricing.grid.payoffs import payoff
from engine.settlement.columns import returns
from tests.archives import DAY
from tests.backtests import a_world
from tests.unit.scoring.test_payoffs import LINES, a_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.market import Selection

ARCHIVE = a_world(seed=3)
rates = st.floats(0.5, 2.5)


def home_bets(count: int | None = None, **columns: Any) -> Tried:
    """A bet on the home side of each match, or of the first few, at the best price."""
    row = np.arange(len(ARCHIVE) if count is None else count)
    most = len(ARCHIVE.look.books) - 1  # fd_max
    found: dict[str, NDArray[Any]] = {
        name: np.zeros(len(row), dtype=getattr(nothing_tried(), name).dtype)
        for name in Tried.__dataclass_fields__
    }
    found |= {"row": row, "odds": ARCHIVE.look.match_odds[row, most, 0]}
    found |= {"book": np.full(len(row), most), "gate": np.full(len(row), PASSED)}
    found |= {"edge": np.linspace(0.1, 0.01, len(row)), "second": 0.99 * found["odds"]}
    found |= {"rule": np.linspace(0.01, 0.1, len(row)), "fraction": np.full(len(row), 0.01)}
    return Tried(**(found | columns))


def ended(**columns: Any) -> Bets:
    return replace(with_ends(ARCHIVE, home_bets()), **columns)


ONE = ended().where(np.array([0]))


@given(st.sampled_from(LINES), rates, rates)
def test_luck_is_drawn_from_what_the_scores_make_of_a_bet(
    bet: Selection, home: float, away: float
) -> None:
    """Half a win is no half a loss, though with the same price both are worth the same."""
    told = payoff(a_grid(home, away), bet)
    assume(0 < told.fair < 1)
    one = replace(
        ONE,
        selection=np.array([bet.number]),
        close=np.array([told.fair]),
        refund=np.array([told.refund]),
    )
    expected = [told.win, told.half_win, told.half_loss, told.loss]
    assert outcome_chances(one)[0] == pytest.approx(expected, abs=1e-9)


def test_the_gap_is_what_was_promised_and_not_kept() -> None:
    bets = ended()
    told = figures(replace(bets, clv=bets.tried.edge - 0.02))
    assert told.gap.value == pytest.approx(0.02)
    assert figures(replace(bets, clv=np.full(len(bets), 0.001))).beat.value == 1
    assert figures(replace(bets, clv=np.zeros(len(bets)))).beat.value == 0


def test_a_score_is_held_against_the_hurdle_it_speaks_of() -> None:
    bets = ended(clv=np.full(len(ARCHIVE), 0.01))
    full = replace(bets, tried=replace(bets.tried, sweet_spot_score=np.full(len(bets), 100.0)))
    (only,) = reliability(full, 0.01).bins
    assert only.happened.value == 0, "the hurdle itself is not beaten"
    assert (only.low, only.high) == (90.0, 100.0)
    assert reliability(full, 0.009).bins[0].happened.value == 1
    assert not reliability(full, 0.009).holds, (
        "whoever is never wrong tells no more than a constant"
    )


def test_worse_odds_earn_less_and_lose_the_same() -> None:
    bets = ended()
    lower = returns(bets.outcome, 0.98 * bets.tried.odds)
    assert robustness(bets).worse_odds.roi.value == pytest.approx(lower.mean())
    assert lower.mean() < bets.profit.mean()


def test_only_prices_that_a_published_rule_would_have_taken_are_its_bets() -> None:
    bets = ended()
    worth = np.where(np.arange(len(bets)) % 3 == 0, 0.01, -0.01)
    worth[1] = 0.0
    told = summarise(bets, choose(bets, taken=True), worth, ARCHIVE.competitions, 0.01)
    rule = told.of("kaunitz", None, None)
    assert rule is not None
    assert rule.n == (worth > 0).sum()


def test_the_highest_bankroll_is_that_of_results_in_the_order_they_became_known() -> None:
    """Whatever the order of the bets, as far as results are known one after the other."""
    first = np.unique(ARCHIVE.played_at, return_index=True)[1]
    bets = home_bets().where(first)
    at = float(ARCHIVE.played_at.max())
    running = UNITS + np.cumsum(UNITS * bets.fraction * profits(ARCHIVE, bets))
    for order in (first.argsort(), first.argsort()[::-1]):
        found = exposure_at(ARCHIVE, bets.where(order), at)
        assert found.peak == pytest.approx(max(UNITS, running.max()))
        assert found.bankroll == pytest.approx(running[-1])
    assert UNITS < running.max() != running[-1], "a world in which the order tells"


def test_a_result_counts_from_the_instant_it_may_be_known() -> None:
    bets = home_bets(1)
    played = float(ARCHIVE.played_at[0])
    assert exposure_at(ARCHIVE, bets, np.nextafter(played, 0)).bankroll == UNITS
    assert exposure_at(ARCHIVE, bets, played).bankroll != UNITS


def test_a_settled_stake_is_remembered_for_its_day_and_rides_no_more() -> None:
    bets, start = home_bets(1), float(ARCHIVE.kick_off[0])
    (riding,) = exposure_at(ARCHIVE, bets, float(ARCHIVE.played_at[0]) - 1).stakes
    assert not riding.settled
    assert riding.fraction == 0.01
    (known,) = exposure_at(ARCHIVE, bets, float(ARCHIVE.played_at[0])).stakes
    assert known.settled
    assert exposure_at(ARCHIVE, bets, start + 2 * DAY - 1).stakes
    assert not exposure_at(ARCHIVE, bets, start + 2 * DAY).stakes


def test_refused_bets_win_and_lose_nothing() -> None:
    late = float(ARCHIVE.played_at.max())
    refused = exposure_at(ARCHIVE, home_bets(gate=np.full(len(ARCHIVE), PASSED - 1)), late)
    assert (refused.bankroll, refused.peak) == (UNITS, UNITS)


def test_a_close_of_the_book_that_was_bet_at_is_no_alternative() -> None:
    fair = np.full((1, len(NAMES)), np.nan)
    fair[0, NAMES.index("B365C")] = 0.5
    rung = np.array([int(Rung.SHARP)])
    assert alternative(fair, rung, np.array(["bet365"])).tolist() == [NOBODY]
    assert alternative(fair, rung, np.array(["bwin"])).tolist() == [NAMES.index("B365C")]


@pytest.mark.parametrize("unknown", ["clv", "profit", "everything"])
def test_what_is_not_known_is_told_as_unknown(unknown: str) -> None:
    bets, silent = ended(), np.full(len(ARCHIVE), np.nan)
    some: dict[str, Bets] = {
        "clv": replace(bets, clv=silent, close=silent, refund=silent),
        "profit": replace(bets, profit=silent, outcome=silent),
        "everything": bets.where(np.zeros(len(bets), dtype=np.bool_)),
    }
    mine = some[unknown]
    found, lucky, kept = figures(mine), luck(mine), reliability(mine, 0.01)
    assert (found.n, lucky.n, lucky.percentile) == (len(mine), 0, 50.0)
    assert (found.clv.n == 0) == (unknown != "profit") == (kept.n == 0)
    assert (found.roi.n == 0) == (unknown != "clv")
    assert np.isnan(found.clv.value) == (found.clv.n == 0)
    worth = np.full(len(mine), np.nan)
    for taken in (True, False):
        chosen = choose(mine, taken=taken)
        told = summarise(mine, chosen, worth, ARCHIVE.competitions, 0.01)
        assert told.candidates == len(mine)
        assert not kept.holds or unknown == "profit"
