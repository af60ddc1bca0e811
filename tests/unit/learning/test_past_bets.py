"""Bets of an archive: their prices, where they closed, what came back of their stakes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.agents.bets import KINDS
from engine.domain.market import MarketKind, Selection
from engine.domain.policy import PricingRules
from engine.learning.agents.past_bets import PastBets, logit
from engine.learning.agents.record import past_bets
from engine.learning.expected_close.walk import walk_close, walk_expected_close
from engine.learning.reference.walk import walk_reference
from engine.pricing.grid.payoffs import payoff
from engine.pricing.implied.goals import fit_grid
from tests.archives import DAY, World, simulate
from tests.learning_future import assert_blind_to_the_future

if TYPE_CHECKING:
    from engine.learning.archive import Archive

RULES = PricingRules()


@cache
def archive() -> Archive:
    return simulate(4, World(leads=(3.0, 0.0))).archive


@cache
def bets(*, aggregates: bool = True) -> PastBets:
    return recorded(archive(), aggregates=aggregates)


def recorded(seen: Archive, *, aggregates: bool = True) -> PastBets:
    walked = walk_close(seen)
    return past_bets(
        seen,
        walk_reference(seen),
        walked.forecast,
        walked.states,
        aggregates=aggregates,
        rules=RULES,
    )


def test_each_side_of_each_market_is_a_bet_at_its_best_price() -> None:
    past, odds = bets(aggregates=False).bets, archive().look
    own = [place for place, book in enumerate(odds.books) if not book.startswith("fd_m")]
    own.remove(odds.books.index("fd_avg"))
    for market, table in enumerate((odds.match_odds, odds.total, odds.handicap)):
        rows = past.market == market
        best = table[past.fixture[rows]][:, own].max(axis=1)
        assert (past.odds[rows] == best[np.arange(rows.sum()), past.side[rows]]).all()
    assert (bets().bets.odds >= past.odds).all(), "the best price of the market is a bound"


def test_a_bet_closes_where_the_sharp_book_did_at_the_line_of_the_look() -> None:
    past, seen = bets(), archive()
    kept = (past.bets.market == 2) & (seen.look.handicap_line == seen.close.handicap_line)[
        past.row
    ]
    sharp = seen.close.handicap[past.row, seen.close.books.index("pinnacle")]
    by_hand = (1 / sharp) / (1 / sharp).sum(axis=1, keepdims=True)
    sides = np.maximum(past.bets.side, 0).clip(0, 1)
    found = by_hand[np.arange(len(past)), sides]
    np.testing.assert_allclose(past.close[kept], found[kept], atol=0.01)
    moved = (past.bets.market == 2) & ~kept
    assert moved.any()
    assert np.isfinite(past.close[moved]).mean() > 0.95


def test_refunds_are_those_of_the_grid_that_the_references_imply() -> None:
    past, seen = bets(), archive()
    references = walk_reference(seen)
    assert not past.bets.refund[past.bets.market == 0].any()
    rows = np.flatnonzero((past.bets.market == 2) & (past.bets.side == 0))[::40]
    for row in rows.tolist():
        fixture = past.row[[row]]
        grid = fit_grid(
            references.match_odds.probability[fixture],
            references.total.probability[fixture, 0],
            seen.look.total_line[fixture],
        ).matrix(0)
        line = float(past.bets.line[row])
        bet = Selection.parse(f"ah_home@{line:g}" if line <= 0 else f"ah_home@{line:+g}")
        assert past.bets.refund[row] == pytest.approx(payoff(grid, bet).refund, abs=0.01)
    assert past.bets.refund[past.bets.market == 2].max() > 0.1


def test_what_was_won_and_decided_is_what_the_score_makes_of_the_bet() -> None:
    past, seen = bets(), archive()
    home = (past.bets.market == 2) & (past.bets.side == 0)
    ahead = (seen.home_goals - seen.away_goals)[past.row] + past.bets.line
    profit = past.decided * (past.won * past.bets.odds - 1)
    assert (profit[home & (ahead == 0)] == 0).all()
    assert (profit[home & (ahead <= -0.5)] == -1).all()
    half = home & (ahead == 0.25)
    np.testing.assert_allclose(profit[half], (past.bets.odds[half] - 1) / 2)


def test_a_reference_has_moved_since_the_first_look_at_the_match() -> None:
    past, seen = bets(), archive()
    moved = past.bets.feature("moved")
    early = (seen.kick_off - seen.looked_at)[past.row] > 3 * DAY
    assert not moved[early].any()
    late = ~early & (past.bets.market == 0)
    assert (moved[late] != 0).mean() > 0.9
    row = int(np.flatnonzero(late)[5])
    same = np.flatnonzero(
        (seen.home[past.row] == seen.home[past.row[row]])
        & (seen.away[past.row] == seen.away[past.row[row]])
        & (seen.kick_off[past.row] == seen.kick_off[past.row[row]])
        & (past.bets.market == 0)
        & (past.bets.side == past.bets.side[row])
    )
    first = past.bets.fair[same[[0]]]
    way = logit(past.bets.fair[[row]]) - logit(first)
    assert moved[row] == pytest.approx(way.item())


def test_nobody_bets_at_exchanges() -> None:
    rules = PricingRules(exchanges=("bet365", "fd_bw"))
    seen = archive()
    walked = walk_close(seen)
    found = past_bets(
        seen,
        walk_reference(seen),
        walked.forecast,
        walked.states,
        aggregates=False,
        rules=rules,
    )
    assert {found.bets.books[each] for each in found.bets.bookmaker} == {"pinnacle"}


def test_the_states_of_a_walk_come_with_the_same_forecast() -> None:
    seen = archive()
    walked, told = walk_close(seen), walk_expected_close(seen)
    assert walked.forecast.total.tobytes() == told.total.tobytes()
    assert len(walked.states.moves) == len(seen)


def test_bets_know_nothing_of_what_came_after_their_look() -> None:
    def told(seen: Archive) -> list[np.ndarray]:
        past = recorded(seen)
        table = np.full((len(seen), 7, 4 + past.bets.features.values.shape[1]), np.nan)
        bet = past.bets.side + np.array([0, 3, 5])[past.bets.market]
        columns = (past.bets.odds, past.bets.fair, past.bets.expected, past.bets.refund)
        table[past.row, bet] = np.column_stack([*columns, past.bets.features.values])
        return [table]

    seen = archive()
    assert_blind_to_the_future(told, seen, float(seen.looked_at[300]) + 1.2 * DAY)


def test_the_markets_of_bets_are_the_main_ones() -> None:
    assert KINDS == (MarketKind.MATCH_ODDS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)
