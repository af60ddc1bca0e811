"""Forecasts side by side in a world whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.learning.evaluation.aims import judge
from engine.learning.evaluation.evaluation import Forecast, book_forecasts, fair_prices
from engine.learning.evaluation.leagues import score_leagues
from engine.learning.evaluation.leaks import bands, leaks
from engine.learning.evaluation.scores import Line, score_lines, validity_slopes
from engine.learning.evaluation.targets import targets
from engine.learning.evaluation.validity import Worth
from engine.learning.outcomes import match_odds_outcome
from tests.archives import World, simulate

WORLD = simulate(11, World(seasons=3, leagues=2, teams=12, news=0.12))
ARCHIVE = WORLD.archive
ROWS = len(ARCHIVE)
TARGETS = targets(ARCHIVE)
BOOKS = book_forecasts(ARCHIVE.look)


def the_truth(name: str) -> Forecast:
    return Forecast(
        name=name, match_odds=WORLD.match_odds, total=WORLD.total, handicap=WORLD.handicap
    )


def mixed(name: str, weight: float) -> Forecast:
    """Return a forecast this much of the way from the sharp look to its close."""
    look, close = fair_prices(ARCHIVE.look, "pinnacle"), TARGETS.close()
    parts = {}
    for market in TARGETS.markets:
        told = look.of(market) ** (1 - weight) * close.of(market) ** weight
        parts[market] = told / told.sum(axis=1, keepdims=True)
    return Forecast(name=name, **parts, book=False)


def without_book(share: float, season: int) -> object:
    """Return the archive with this share of a season's sharp closes taken away."""
    close = ARCHIVE.close
    gone = ARCHIVE.season == season
    gone[np.flatnonzero(gone)[int(share * gone.sum()) :]] = False
    odds = {name: getattr(close, name).copy() for name in ("match_odds", "total", "handicap")}
    for table in odds.values():
        table[gone, close.book("pinnacle")] = np.nan
    return replace(ARCHIVE, close=replace(close, **odds))


def the_line(lines: tuple[Line, ...], predictor: str, **where: object) -> Line:
    wanted = {"market": "match_odds", "season": None, **where}
    found = [
        one
        for one in lines
        if one.predictor == predictor
        and all(getattr(one, name) == value for name, value in wanted.items())
    ]
    assert len(found) == 1
    return found[0]


LINES = score_lines(TARGETS, (*BOOKS, mixed("expected_close", 0.3), the_truth("reference")))


def test_a_close_whose_handicap_moved_is_read_at_the_line_of_the_look() -> None:
    moved = ARCHIVE.look.handicap_line != ARCHIVE.close.handicap_line
    assert 0.2 < moved.mean() < 0.9
    close = TARGETS.markets["handicap"].close
    assert np.isfinite(close).all()
    told, look = close[moved, 0], fair_prices(ARCHIVE.look, "pinnacle").handicap[moved, 0]
    truth = WORLD.handicap[moved, 0]
    assert np.abs(told - truth).mean() < 0.6 * np.abs(look - truth).mean()
    [slope] = [
        one.slope
        for one in validity_slopes(TARGETS)
        if (one.season, one.market) == (None, "handicap")
    ]
    assert slope.n == ROWS


def test_every_predictor_has_a_line_by_market_and_season_with_its_n() -> None:
    predictors = ["bet365", "fd_bw", "pinnacle", "fd_avg", "fd_max"]
    predictors += ["expected_close", "reference", "close"]
    for market in ("match_odds", "total", "handicap"):
        for season in (None, 2016, 2017, 2018):
            here = [one for one in LINES if (one.market, one.season) == (market, season)]
            assert [one.predictor for one in here] == predictors
    assert the_line(LINES, "pinnacle").log_loss.n == ROWS
    assert the_line(LINES, "pinnacle", season=2017).kl.n == ROWS // 3


def test_scores_order_predictors_as_the_world_made_them() -> None:
    for market in ("match_odds", "total"):
        order = ["close", "expected_close", "pinnacle", "bet365", "fd_bw"]
        divergence = [the_line(LINES, one, market=market).kl.value for one in order]
        assert divergence == sorted(divergence)
        assert divergence[0] == 0
    change = the_line(LINES, "expected_close").against["baseline"].kl_change
    assert change.value == pytest.approx(0.7**2 - 1, abs=0.03)  # KL goes with the square
    assert change.high < -0.4
    assert change.low == pytest.approx(change.boot_low, abs=0.02)


def test_the_close_goes_all_the_way_and_the_truth_further_than_the_baseline() -> None:
    way = the_line(LINES, "close").against["baseline"].way
    assert (way.value, way.low) == pytest.approx((1, 1))
    gain = the_line(LINES, "reference").against["baseline"].log_loss
    assert gain.value < 0


def test_a_comparison_is_made_on_the_matches_that_both_spoke_of() -> None:
    told = WORLD.match_odds.copy()
    told[100:] = np.nan
    few = replace(the_truth("few"), match_odds=told)
    line = the_line(score_lines(TARGETS, (*BOOKS, few)), "few")
    assert (line.log_loss.n, line.against["baseline"].log_loss.n) == (100, 100)
    assert line.against["best_book"].name == "pinnacle"


def test_a_book_of_few_easy_matches_is_not_the_best() -> None:
    close = TARGETS.close()
    told = close.match_odds.copy()
    told[int(0.45 * ROWS) :] = np.nan
    easy = replace(close, name="easy", book=True, match_odds=told)
    always = replace(close, name="always", book=True)
    best = {
        name: the_line(score_lines(TARGETS, (*BOOKS, book)), "fd_avg").against["best_book"].name
        for name, book in (("easy", easy), ("always", always))
    }
    assert best == {"easy": "pinnacle", "always": "always"}


def test_books_are_compared_where_each_quotes_not_where_the_baseline_is_easy() -> None:
    """A book with absurd prices is not the best for want of a baseline beside them."""
    close = TARGETS.close()
    told = close.match_odds.copy()
    told[: ROWS // 4] = told[: ROWS // 4][:, [2, 1, 0]]
    absurd = replace(close, name="absurd", book=True, match_odds=told)
    baseline = TARGETS.markets["match_odds"].baseline.copy()
    baseline[: ROWS // 4] = np.nan
    markets = {**TARGETS.markets}
    markets["match_odds"] = replace(markets["match_odds"], baseline=baseline)
    lines = score_lines(replace(TARGETS, markets=markets), (*BOOKS, absurd))
    assert the_line(lines, "absurd").log_loss.n == ROWS
    assert the_line(lines, "fd_avg").against["best_book"].name == "pinnacle"


@pytest.mark.parametrize(("share", "source"), [(0.4, "pinnacle"), (0.7, "fd_avg")])
def test_a_season_has_one_close_the_sharpest_that_most_matches_have(
    share: float, source: str
) -> None:
    archive = without_book(share, 2017)
    known = targets(archive)  # type: ignore[arg-type]
    for one in known.markets.values():
        assert one.close_sources == {2016: "pinnacle", 2017: source, 2018: "pinnacle"}
        assert set(one.baseline_sources.values()) == {"pinnacle"}
    season = known.of_season(2017)
    have = np.isfinite(known.markets["match_odds"].close[season]).all(axis=1).mean()
    assert have == pytest.approx(1.0 if source == "fd_avg" else 1 - share, abs=0.01)


def test_an_exchange_that_lacks_offers_on_one_side_has_no_price() -> None:
    books = tuple("betfair_ex_uk" if one == "bet365" else one for one in ARCHIVE.close.books)
    match_odds = ARCHIVE.close.match_odds.copy()
    match_odds[:, books.index("pinnacle")] = np.nan
    exchange = 1.01 / TARGETS.close().match_odds
    exchange[:50, 1] = 1.01
    match_odds[:, books.index("betfair_ex_uk")] = exchange
    close = replace(ARCHIVE.close, books=books, match_odds=match_odds)  # type: ignore[arg-type]
    target = targets(replace(ARCHIVE, close=close)).markets["match_odds"]
    assert set(target.close_sources.values()) == {"betfair_ex_uk"}
    priced = np.isfinite(target.close)
    assert not priced[:50].any()
    assert priced[50:].all()


def test_without_any_close_results_are_scored_and_distances_are_unknown() -> None:
    nobody = np.full((ROWS, 0, 3), np.nan)
    close = replace(ARCHIVE.close, books=(), match_odds=nobody, total=nobody[:, :, :2])
    close = replace(close, handicap=nobody[:, :, :2])
    known = targets(replace(ARCHIVE, close=close))
    assert not any(one.close_sources for one in known.markets.values())
    lines = score_lines(known, BOOKS)
    line = the_line(lines, "bet365")
    assert line.kl.n == 0
    assert np.isnan(line.kl.value)
    assert line.log_loss.n == ROWS
    assert set(line.against) == {"baseline"}
    assert judge(lines) == ()


def test_a_refund_has_no_score() -> None:
    target = TARGETS.markets["handicap"]
    pushed = target.outcome.sum(axis=1) == 0
    assert pushed.any()
    assert (np.isnan(target.stake) == pushed).all()
    assert the_line(LINES, "bet365", market="handicap").log_loss.n == (~pushed).sum()


def test_aims_are_held_to_their_limits() -> None:
    aims = judge(LINES)
    shown = {(one.name, one.market, one.season) for one in aims}
    assert ("expected close: KL to the close", "match_odds", 2017) in shown
    assert ("expected close: KL to the close, average of seasons", "total", None) in shown
    assert all(one.holds for one in aims if one.name.startswith("expected close"))
    worse = judge(score_lines(TARGETS, (*BOOKS, replace(BOOKS[0], name="expected_close"))))
    assert worse
    assert not any(one.holds for one in worse)
    same = next(one for one in BOOKS if one.name == "pinnacle")
    held = judge(score_lines(TARGETS, (*BOOKS, replace(same, name="reference", book=False))))
    assert len(held) == 18  # three markets, three seasons, two figures
    assert all(one.holds for one in held)
    wrong = Forecast(
        name="goals_model",
        match_odds=np.tile([0.2, 0.3, 0.5], (ROWS, 1)),
        total=np.full((ROWS, 2), 0.5),
        handicap=np.full((ROWS, 2), 0.5),
    )
    missed = judge(score_lines(TARGETS, (*BOOKS, wrong)))
    assert [one.holds for one in missed] == [False] * 4


def test_moves_of_this_world_are_information_in_every_market() -> None:
    slopes = {(one.market, one.season): one.slope for one in validity_slopes(TARGETS)}
    assert len(slopes) == 12
    for market in ("match_odds", "total", "handicap"):
        assert slopes[market, None].low < 1 < slopes[market, None].high
        assert slopes[market, None].worth is not Worth.NOT_SHOWN


def test_a_season_that_knew_its_results_is_named_and_honest_ones_are_not() -> None:
    world = simulate(5, World(seasons=2, leagues=2, teams=24))
    archive = replace(world.archive, competitions=("E0", "E1"))
    won, season, division = match_odds_outcome(archive), archive.season, archive.competition
    honest = Forecast(
        name="honest",
        match_odds=world.match_odds,
        total=world.total,
        handicap=world.handicap,
    )
    for share, rows, places in (
        (0.4, season == 2017, [(2017, ""), (2017, "E0"), (2017, "E1")]),
        (0.15, (season == 2016) & (division == 1), [(2016, "E1")]),
    ):
        told = world.match_odds.copy()
        told[rows] = (1 - share) * told[rows] + share * won[rows]
        knows = replace(honest, name="knows", match_odds=told)
        found = leaks(targets(archive), (*book_forecasts(archive.look), honest, knows))
        assert {one.predictor for one in found} == {"knows"}
        assert [(one.season, one.division) for one in found] == places
        assert all(one.rps.value < 0.17 and one.rps.n >= 200 for one in found)


def test_a_one_sided_league_is_no_leak_unless_somebody_beats_its_close() -> None:
    world = simulate(5, World(seasons=1, leagues=1, teams=18))
    archive, won = world.archive, match_odds_outcome(world.archive)
    # results as if far clearer than this world's, and a market that knows how clear
    strong = world.match_odds.argmax(axis=1)
    rng = np.random.default_rng(2)
    certain = np.full((len(archive), 3), 0.13)
    certain[np.arange(len(archive)), strong] = 0.74
    drawn = np.where(rng.random(len(archive)) < 0.74, strong, (strong + rng.integers(1, 3)) % 3)
    archive = replace(
        archive,
        home_goals=(drawn == 0).astype(np.float64),
        away_goals=(drawn == 2).astype(np.float64),
    )
    odds = np.repeat((0.98 / certain)[:, None], len(archive.close.books), axis=1)
    archive = replace(archive, close=replace(archive.close, match_odds=odds))
    won = match_odds_outcome(archive)
    honest = Forecast(
        name="honest", match_odds=certain, total=world.total, handicap=world.handicap
    )
    found = leaks(targets(archive), (honest,))
    assert [one for one in found if one.predictor == "honest"] == []
    better = replace(honest, name="better", match_odds=0.9 * certain + 0.1 * won)
    found = leaks(targets(archive), (honest, better))
    assert [(one.predictor, one.division) for one in found] == [("better", "L0")]
    assert found[0].rps.value < 0.17
    little = replace(honest, name="little", match_odds=0.96 * certain + 0.04 * won)
    (leak,) = leaks(targets(archive), (honest, little))
    assert (leak.predictor, leak.rps.value < 0.17 < leak.rps.high) == ("little", True)


def test_bands_are_told_of_big_leagues_alone() -> None:
    world = simulate(6, World(seasons=2, leagues=2, teams=16))
    archive = replace(world.archive, competitions=("E0", "E3"))
    found = bands(targets(archive))
    assert [(one.division, one.season, one.n) for one in found] == [
        ("E0", 2016, 240),
        ("E0", 2017, 240),
    ]
    assert [one.holds for one in found] == [
        0.185 <= one.rps <= 0.215 and 0.94 <= one.log_loss <= 1.0 for one in found
    ]


def test_models_are_scored_league_by_league_with_their_calibration() -> None:
    found = score_leagues(TARGETS, (*BOOKS, the_truth("blend"), the_truth("goals_model")))
    of_match_odds = [one for one in found if one.market == "match_odds"]
    assert [(one.predictor, one.league) for one in of_match_odds] == [
        (name, league) for name in ("blend", "goals_model") for league in ("", "L0", "L1")
    ]
    whole, *leagues = of_match_odds[:3]
    assert sum(one.log_loss.n for one in leagues) == whole.log_loss.n == ROWS
    assert whole.reliability is not None
    assert whole.reliability.ece < 0.03
    assert all(one.reliability is None for one in found if one.market == "handicap")
