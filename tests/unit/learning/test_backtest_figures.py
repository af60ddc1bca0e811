"""The statistics of a backtest: closes, ranks, baselines, what survives, luck, reliability."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.agents.board import selections
from engine.domain.closing import ClosingLine, Grade, Payoff
from engine.domain.fixture import Fixture, Team
from engine.domain.market import MATCH_ODDS, Market, MarketKind, Selection
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.pick import Provenance
from engine.domain.price import LADDER, Rung
from engine.learning.backtest.baselines import drawn_alike, kaunitz
from engine.learning.backtest.boards import board_of, fixture_of
from engine.learning.backtest.closes import (
    NAMES,
    NOBODY,
    alternative,
    declared_closes,
    headline,
    values,
)
from engine.learning.backtest.figures import figures, late_figures
from engine.learning.backtest.luck import luck, outcome_chances
from engine.learning.backtest.picks import Bets, best_of_market, ranked, with_ends
from engine.learning.backtest.reliability import reliability
from engine.learning.backtest.robustness import lonely, robustness
from engine.learning.backtest.summary import LEAST, choose, summarise
from engine.learning.backtest.tried import PASSED, Tried, nothing_tried
from engine.pipeline import close_from_file
from engine.settlement.closing import close_pick
from tests.backtests import a_world
from tests.builders import a_pick

if TYPE_CHECKING:
    from numpy.typing import NDArray

ARCHIVE = a_world(seed=3)


def some_bets(**columns: Any) -> Bets:
    """Return every bet of the world at the best price, with edges drawn at random."""
    rng = np.random.default_rng(1)
    row, bet = (each.ravel() for each in np.indices((len(ARCHIVE), 7)))
    wide = np.concatenate(
        [ARCHIVE.look.match_odds, ARCHIVE.look.total, ARCHIVE.look.handicap], axis=2
    )
    most = len(ARCHIVE.look.books) - 1  # fd_max
    count = len(row)
    found: dict[str, NDArray[Any]] = {
        name: np.zeros(count, dtype=getattr(nothing_tried(), name).dtype)
        for name in Tried.__dataclass_fields__
    }
    found |= {"row": row, "bet": bet, "book": np.full(count, most), "odds": wide[row, most, bet]}
    found |= {"edge": rng.normal(0, 0.03, count), "rule": rng.normal(0, 0.03, count)}
    found |= {"rung": np.full(count, int(Rung.SHARP)), "second": found["odds"] * 0.99}
    found |= {"sweet_spot_score": rng.uniform(0, 100, count)}
    return with_ends(ARCHIVE, Tried(**(found | columns)))


def declared(row: int) -> dict[str, dict[Market, tuple[float, ...]]]:
    """Return a row's closes as a historical file declares them."""
    books = {"PSC": "pinnacle", "AvgC": "fd_avg", "B365C": "bet365"}
    close = ARCHIVE.close
    told: dict[str, dict[Market, tuple[float, ...]]] = {}
    for source, book in books.items():
        at = row, close.book(book)
        numbers = selections(close)[row]
        total, handicap = (Market.from_number(int(numbers[place]) >> 4) for place in (3, 5))
        told[source] = {
            MATCH_ODDS: tuple(close.match_odds[at].tolist()),
            total: tuple(close.total[at].tolist()),
            handicap: tuple(close.handicap[at].tolist()),
        }
    return told


def test_closes_are_those_that_files_declare_wherever_the_line_stayed() -> None:
    closes, numbers = declared_closes(ARCHIVE), selections(ARCHIVE.look)
    stayed = np.flatnonzero(ARCHIVE.look.handicap_line == ARCHIVE.close.handicap_line)
    for row in stayed[:25].tolist():
        bets = [Selection.from_number(number) for number in numbers[row].tolist()]
        for line in close_from_file(fixture_of(ARCHIVE, row), bets, declared(row)):
            at = row, NAMES.index(line.source), bets.index(line.selection)
            assert closes.fair[at] == pytest.approx(line.payoff.fair, abs=1e-6)
            # refunds are of two grids, with the draw's correlation and without: a little apart
            assert closes.refund[at] == pytest.approx(line.payoff.refund, abs=0.04)


def test_a_handicap_that_moved_is_read_at_our_line() -> None:
    """The side that got the worse line at the close is worth more at ours."""
    closes, own = declared_closes(ARCHIVE), declared_closes(replace(ARCHIVE, look=ARCHIVE.close))
    psc = NAMES.index("PSC")
    ahead = ARCHIVE.look.handicap_line - ARCHIVE.close.handicap_line
    moved = np.flatnonzero(ahead)
    assert len(moved) > 20
    gain = closes.fair[moved, psc, 5] - own.fair[moved, psc, 5]
    assert (np.sign(gain) == np.sign(ahead[moved])).all()


@pytest.mark.parametrize("rung", [one for one in LADDER if one is not Rung.IMPLIED])
@pytest.mark.parametrize("book", ["bet365", "pinnacle", "betfair_ex_uk", "generous"])
def test_headline_and_alternative_are_those_of_a_live_pick(rung: Rung, book: str) -> None:
    start = datetime(2024, 8, 1, 19, tzinfo=UTC)
    base = a_pick()
    pick = replace(
        base,
        provenance=Provenance.BACKTEST,
        bookmaker=BookmakerKey(book),
        fair=replace(base.fair, rung=rung, source=rung.name.lower()),
        taken_at=start.replace(hour=9),
        quoted_at=start.replace(hour=9),
    )
    payoff = Payoff(win=0.5, half_win=0, push=0, half_loss=0, loss=0.5)
    for there in range(1 << len(NAMES)):
        lines = [
            ClosingLine(
                fixture_id=pick.fixture_id,
                selection=pick.selection,
                source=name,
                payoff=payoff,
                raw_odds=Odds(2.0),
                captured_at=start,
                kick_off=start,
                grade=Grade.D,
            )
            for place, name in enumerate(NAMES)
            if there >> place & 1
        ]
        fair = np.array([[0.5 if there >> place & 1 else np.nan for place in range(len(NAMES))]])
        said = close_pick(pick, lines, kick_off=start, now=start)
        first = headline(fair, np.array([book]))[0]
        other = alternative(fair, np.array([int(rung)]), np.array([book]))[0]
        assert _name(first) == (said.headline.source if said.headline else None)
        assert _name(other) == (said.alternative.source if said.alternative else None)


def _name(place: int) -> str | None:
    return None if place == NOBODY else NAMES[place]


def test_a_board_of_the_past_holds_its_look_and_nothing_later() -> None:
    rows = np.flatnonzero(ARCHIVE.looked_at == ARCHIVE.looked_at[0])
    board = board_of(ARCHIVE, rows)
    assert len(board.fixtures) == len(rows)
    assert len(board) == len(rows) * len(ARCHIVE.look.books) * 7
    assert set(board.quoted_at.tolist()) == {ARCHIVE.looked_at[0]}
    again = board_of(ARCHIVE, rows)
    assert [one.id for one in again.fixtures] == [one.id for one in board.fixtures]
    assert len({one.id for one in board.fixtures}) == len(rows)
    first = board.fixtures[0]
    assert isinstance(first, Fixture)
    assert isinstance(first.home, Team)
    assert first.home.key == ARCHIVE.teams[ARCHIVE.home[rows[0]]]


def test_one_bet_of_a_match_and_market_and_the_best_first() -> None:
    bets = some_bets()
    best = best_of_market(bets, bets.tried.edge)
    groups = bets.tried.row * 8 + bets.tried.market
    assert len(best) == len(np.unique(groups)) == 3 * len(ARCHIVE)
    for one in best[:30].tolist():
        assert bets.tried.edge[one] == bets.tried.edge[groups == groups[one]].max()
    order, rank = ranked(bets, best, bets.tried.edge)
    for season in np.unique(bets.season).tolist():
        mine = bets.season[order] == season
        assert rank[mine].tolist() == list(range(1, int(mine.sum()) + 1))
        assert (np.diff(bets.tried.edge[order][mine]) <= 0).all()


def test_the_closing_chances_of_every_bet_pay_its_clv() -> None:
    """Half wins and half losses included: luck is drawn from what CLV expects."""
    bets = some_bets()
    chances, odds = outcome_chances(bets), bets.tried.odds
    pays = np.stack([odds - 1, (odds - 1) / 2, np.full(len(odds), -0.5), -np.ones(len(odds))])
    np.testing.assert_allclose((chances.T * pays).sum(axis=0), bets.clv, atol=1e-9)
    assert (chances.sum(axis=1) <= 1 + 1e-12).all()
    quarter = Selection.from_number(int(bets.selection[6])).market.kind
    assert quarter is MarketKind.ASIAN_HANDICAP


def test_luck_is_a_matter_of_where_the_profit_stands() -> None:
    bets = some_bets().where(np.arange(0, 400))
    fair = luck(replace(bets, profit=bets.clv))
    assert 30 < fair.percentile < 70
    assert fair.low < fair.expected < fair.high
    assert luck(replace(bets, profit=bets.clv + 1)).percentile > 99.9
    assert luck(replace(bets, profit=bets.clv - 1)).percentile < 0.1
    assert luck(bets) == luck(bets), "drawn from a seed"


def test_what_survives_is_worse_by_what_was_taken() -> None:
    bets = some_bets()
    told = robustness(bets)
    everything = figures(bets)
    assert told.without_best.n == len(bets) - round(0.01 * len(bets))
    assert told.without_best.roi.value < everything.roi.value
    np.testing.assert_allclose(
        told.worse_odds.clv.value,
        values(0.98 * bets.tried.odds, bets.close, bets.refund).mean(),
    )
    assert 0.6 < told.gone.n / len(bets) < 0.8
    assert told.gone_first.n == len(bets) - round(0.3 * len(bets))


def test_prices_that_stand_alone_are_the_first_to_be_gone() -> None:
    bets = some_bets()
    gap = np.linspace(0, 0.2, len(bets))
    second = bets.tried.odds * np.exp(-gap)
    second[:10] = np.nan
    alone = replace(bets, tried=replace(bets.tried, second=second), clv=gap)
    assert np.isinf(lonely(alone)[:10]).all()
    left = robustness(alone).gone_first
    lost = round(0.3 * len(bets)) - 10
    assert left.clv.value == pytest.approx(gap[10 : len(gap) - lost].mean())


def test_a_score_that_keeps_its_word_holds_and_one_that_boasts_does_not() -> None:
    rng, bets = np.random.default_rng(2), some_bets()
    score = rng.uniform(20, 80, len(bets))
    clv = np.where(rng.random(len(bets)) < score / 100, 0.05, -0.05)
    honest = replace(bets, clv=clv, tried=replace(bets.tried, sweet_spot_score=score))
    told = reliability(honest, 0.01)
    assert told.holds
    assert told.gain.value > 0
    assert sum(one.happened.n for one in told.bins) == len(bets)
    boasting = replace(honest, tried=replace(bets.tried, sweet_spot_score=score + 18))
    assert not reliability(boasting, 0.01).holds
    mute = replace(honest, tried=replace(bets.tried, sweet_spot_score=np.full(len(bets), 50.0)))
    assert not reliability(mute, 0.01).holds, "no better than a constant"


def test_kaunitz_bets_on_match_odds_far_above_the_average() -> None:
    bets = some_bets()
    average = ARCHIVE.look.match_odds[:, ARCHIVE.look.book("fd_avg")]
    worth = kaunitz(ARCHIVE, bets.tried)
    assert np.isnan(worth[bets.tried.market != 0]).all()
    one = np.flatnonzero(bets.tried.market == 0)[4]
    row, bet = bets.tried.row[one], bets.tried.bet[one]
    assert (worth[one] > 0) == (bets.tried.odds[one] > 1 / (1 / average[row, bet] - 0.05))


def test_bets_drawn_at_random_are_of_the_same_kind() -> None:
    bets = some_bets()
    homes = bets.where((bets.tried.bet == 0) & (bets.season == bets.season[0]))
    told = drawn_alike(homes, bets)
    assert told.n == len(homes)
    assert told.clv == pytest.approx(homes.clv.mean(), abs=0.02)
    assert told.clv_low <= told.clv <= told.clv_high
    assert drawn_alike(homes, bets) == told, "drawn from a seed"


def test_who_waits_for_the_close_pays_its_margin() -> None:
    bets = some_bets()
    late = late_figures(bets)
    assert late.clv.high < 0
    assert late.clv.value == pytest.approx(-0.02, abs=0.01)  # the sharp book's margin
    assert figures(bets).clv.value > late.clv.value


def test_a_summary_counts_every_bet_once_in_every_split() -> None:
    bets = some_bets()
    chosen = choose(bets, taken=False)
    assert chosen.bets.tried.edge.min() >= LEAST
    eq7 = kaunitz(ARCHIVE, bets.tried)
    told = summarise(bets, chosen, eq7, ARCHIVE.competitions, 0.01)
    mine = told.of("product", None, told.size)
    assert mine is not None
    for by in ("season", "market", "league", "odds", "score"):
        assert sum(one.figures.n for one in told.groups if one.by == by) == mine.n, by
    blind = told.of("blind", None, None)
    assert blind is not None
    assert blind.n == told.candidates == len(bets)
    assert told.of("nobody", None, None) is None


def test_picks_are_all_that_passed() -> None:
    gate = np.zeros(7 * len(ARCHIVE), dtype=np.int64)
    gate[::5] = PASSED
    bets = some_bets(gate=gate)
    chosen = choose(bets, taken=True)
    assert len(chosen.bets) == (gate == PASSED).sum()
    told = summarise(bets, chosen, kaunitz(ARCHIVE, bets.tried), ARCHIVE.competitions, 0.01)
    assert told.size is None
    mine, rule = (told.of(name, None, None) for name in ("product", "rule"))
    assert mine is not None
    assert rule is not None
    assert rule.n == min(mine.n, 3 * len(ARCHIVE)), "as many of the rule's as there are picks"
