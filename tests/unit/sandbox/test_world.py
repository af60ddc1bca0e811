import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from sandbox.world.goals import canonical
from sandbox.world.leagues import LEAGUES
from sandbox.world.quotes import BookQuotes
from sandbox.world.schedule import Match, Plan
from sandbox.world.world import World

START = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
DEMO = Plan(seed=3, scale=120)
CALM = Plan(seed=3, scale=120, palp_rate=0, stale_rate=0, incomplete_rate=0, postponed_rate=0)


def a_world(plan: Plan = CALM) -> World:
    return World(plan, START)


def prices(book: BookQuotes, market: str) -> dict[str, float]:
    found = next((one for one in book.markets if one.key == market), None)
    return {} if found is None else {one.name: one.price for one in found.outcomes}


def booksum(book: BookQuotes, market: str = "h2h") -> float:
    return math.fsum(1 / odds for odds in prices(book, market).values())


def before(match: Match, seconds: float) -> datetime:
    return match.kick_off - timedelta(seconds=seconds)


def test_the_same_seed_is_the_same_world() -> None:
    one, other = a_world(DEMO), a_world(DEMO)
    for mine, theirs in zip(one.matchday(4), other.matchday(4), strict=True):
        assert mine == theirs
        assert one.quotes(mine, before(mine, 20)) == other.quotes(theirs, before(theirs, 20))
        assert one.verdict(mine, mine.kick_off) == other.verdict(theirs, theirs.kick_off)
        assert one.dossier(mine).story == other.dossier(theirs).story


def test_another_seed_is_another_world() -> None:
    one, other = a_world(), World(Plan(seed=4, scale=120), START)
    assert [m.home.name for m in one.matchday(0)] != [m.home.name for m in other.matchday(0)]
    assert {m.event_id for m in one.matchday(0)}.isdisjoint(m.event_id for m in other.matchday(0))


def test_a_season_has_every_pairing_once_at_home_and_once_away() -> None:
    world = a_world()
    for league in LEAGUES:
        matchdays = range(4 * (len(league.teams) - 1))
        pairs = Counter(
            (match.home.name, match.away.name)
            for number in matchdays
            for match in world.matchday(number)
            if match.league is league
        )
        assert len(pairs) == len(league.teams) * (len(league.teams) - 1)
        assert set(pairs.values()) == {1}


def test_no_team_plays_twice_in_a_matchday() -> None:
    world = a_world()
    for number in range(10):
        teams = [team.name for m in world.matchday(number) for team in (m.home, m.away)]
        assert len(teams) == len(set(teams))
        assert 20 <= len(teams) / 2 <= 30


def test_kick_offs_are_on_whole_seconds_in_three_slots_ten_seconds_apart() -> None:
    kick_offs = sorted({match.kick_off for match in a_world().matchday(2)})
    assert all(moment.microsecond == 0 for moment in kick_offs)
    gaps = {b - a for a, b in pairwise(kick_offs)}
    assert len(kick_offs) == 3
    assert gaps == {timedelta(seconds=10)}


def test_ids_are_unique_and_of_the_providers_shapes() -> None:
    matches = [match for number in range(20) for match in a_world().matchday(number)]
    assert len({m.event_id for m in matches}) == len({m.fixture_id for m in matches})
    assert len({m.fixture_id for m in matches}) == len(matches)
    assert all(len(m.event_id) == 32 and int(m.event_id, 16) >= 0 for m in matches)


def test_true_probabilities_sum_to_one() -> None:
    world = a_world()
    for match in world.matchday(0):
        close = world.verdict(match, match.kick_off).close
        assert close["home"][0] + close["draw"][0] + close["away"][0] == pytest.approx(1)
        assert close["btts_yes"][0] + close["btts_no"][0] == pytest.approx(1)
        double = close["dc_1x"][0] + close["dc_12"][0] + close["dc_x2"][0]
        assert double == pytest.approx(2)
        assert close["over_2.5"][0] + close["under_2.5"][0] == pytest.approx(1)
        assert close["ah_home@-0.5"][0] == pytest.approx(close["home"][0])
        assert close["ah_home@+0"] == pytest.approx(close["dnb_home"])


def test_a_quarter_line_is_the_mean_of_its_neighbours_and_mirrors_the_other_side() -> None:
    world = a_world()
    truth = world.dossier(world.matchday(0)[0]).truth
    shares = canonical(truth.outlook(START))
    for low, line, high in ((-1.0, -0.75, -0.5), (0.0, 0.25, 0.5)):
        mean = np.mean([shares[f"ah_home@{low:+g}"], shares[f"ah_home@{high:+g}"]], axis=0)
        assert shares[f"ah_home@{line:+g}"] == pytest.approx(tuple(mean))
        win, lose = shares[f"ah_home@{line:+g}"]
        assert shares[f"ah_away@{-line:+g}"] == (lose, win)
    over = np.mean([shares["over_2.5"], shares["over_3"]], axis=0)
    assert shares["over_2.75"] == pytest.approx(tuple(over))


def test_every_book_keeps_a_margin_and_the_sharp_one_the_smallest() -> None:
    world = a_world()
    sums: dict[str, list[float]] = {}
    for match in world.matchday(0):
        for book in world.quotes(match, before(match, 40)):
            sums.setdefault(book.bookmaker.key, []).append(booksum(book))
    means = {key: float(np.mean(values)) for key, values in sums.items()}
    exchange = means.pop("betfair_ex_eu")
    assert len(means) >= 12
    assert min(means, key=lambda key: means[key]) == "pinnacle"
    assert all(1.02 < mean < 1.12 for mean in means.values())
    assert 1.0 < exchange < 1.02


def test_an_exchange_lays_above_its_back_price() -> None:
    world = a_world()
    for match in world.matchday(1):
        books = world.quotes(match, before(match, 40))
        exchange = next(book for book in books if book.bookmaker.exchange)
        back, lay = prices(exchange, "h2h"), prices(exchange, "h2h_lay")
        assert all(back[name] < lay[name] < 1.15 * back[name] + 0.5 for name in back)


def test_books_and_outcomes_come_in_no_fixed_order() -> None:
    world = a_world()
    quotes = [world.quotes(match, before(match, 40)) for match in world.matchday(0)]
    firsts = {books[0].bookmaker.key for books in quotes}
    places = {
        [outcome.name for outcome in book.markets[0].outcomes].index("Draw")
        for books in quotes
        for book in books
    }
    assert len(firsts) > 3
    assert places == {0, 1, 2}


def test_the_sharp_book_closes_nearer_the_truth_than_a_soft_one() -> None:
    world = a_world()
    errors: dict[tuple[str, float], list[float]] = {}
    for number in range(4):
        for match in world.matchday(number):
            truth = world.verdict(match, match.kick_off).close["home"][0]
            for seconds in (150.0, 1.0):
                for book in world.quotes(match, before(match, seconds)):
                    implied = 1 / prices(book, "h2h")[match.home.name] / booksum(book)
                    name = book.bookmaker.key, seconds
                    errors.setdefault(name, []).append(abs(implied - truth))
    mean = {name: float(np.mean(values)) for name, values in errors.items()}
    assert mean["pinnacle", 1.0] < 0.6 * mean["pinnacle", 150.0]
    assert mean["pinnacle", 1.0] < 0.6 * mean["pmu_fr", 1.0]


def test_the_best_soft_price_beats_the_sharp_one_often_enough_and_is_mostly_worth_it() -> None:
    world = a_world()
    true_edges = []
    for number in range(4):
        for match in world.matchday(number):
            close = world.verdict(match, match.kick_off).close["home"][0]
            books = world.quotes(match, before(match, 60))
            sharp = next(book for book in books if book.bookmaker.key == "pinnacle")
            fair = 1 / prices(sharp, "h2h")[match.home.name] / booksum(sharp)
            best = max(
                prices(book, "h2h")[match.home.name] for book in books if not book.bookmaker.sharp
            )
            if best * fair - 1 > 0.025:
                true_edges.append(best * close - 1)
    assert 4 <= len(true_edges) <= 40
    assert np.mean(true_edges) > 0.005


def test_quotes_are_stamped_with_a_recent_whole_second() -> None:
    world = a_world()
    match = world.matchday(0)[0]
    at = before(match, 30.4)
    for book in world.quotes(match, at):
        assert book.last_update.microsecond == 0
        assert timedelta(0) <= at - book.last_update <= timedelta(seconds=1.5)


def test_a_stale_book_keeps_its_old_stamp_and_price() -> None:
    world = a_world(Plan(seed=3, scale=120, stale_rate=1))
    match = world.matchday(0)[0]
    ages = [before(match, 1) - book.last_update for book in world.quotes(match, before(match, 1))]
    assert sum(age > timedelta(seconds=14) for age in ages) == 1


def test_a_palpable_error_stands_far_from_the_other_books() -> None:
    world = a_world(Plan(seed=3, scale=120, palp_rate=1, incomplete_rate=0))
    match = world.matchday(0)[0]
    mishaps = world.dossier(match).habits.mishaps
    assert mishaps.palp is not None
    books = world.quotes(match, mishaps.palp_from)
    name = (match.home.name, "Draw", match.away.name)[mishaps.palp[1]]
    offered = np.array([prices(book, "h2h")[name] for book in books])
    assert np.max(np.abs(np.log(offered / np.median(offered)))) > 0.3


def test_an_incomplete_book_lacks_an_outcome() -> None:
    world = a_world(Plan(seed=3, scale=120, incomplete_rate=1))
    books = world.quotes(world.matchday(0)[0], before(world.matchday(0)[0], 20))
    assert sorted(len(prices(book, "h2h")) for book in books)[:2] == [2, 3]


def test_results_follow_the_closing_truth() -> None:
    """Over many matches the share of home wins is what the closing truth said."""
    world = World(Plan(seed=8, scale=120, extra_time_rate=0), START)
    wins, expected, variance = 0, 0.0, 0.0
    for number in range(40):
        for match in world.matchday(number):
            story, truth = world.dossier(match).story, world.dossier(match).truth
            p = float(truth.outlook(match.kick_off).match_odds()[0, 0])
            wins += len(story.home) > len(story.away)
            expected, variance = expected + p, variance + p * (1 - p)
    assert abs(wins - expected) < 3.5 * math.sqrt(variance)


def test_upcoming_matchdays_are_listed_from_the_start_and_played_ones_leave() -> None:
    world = a_world()
    opening = world.listed(START)
    assert {match.matchday for match in opening} == {0, 1}
    first = world.matchday(0)[0]
    assert first in world.listed(first.kick_off + timedelta(seconds=20))
    later = world.listed(first.kick_off + timedelta(seconds=80))
    assert first not in later
    assert {match.matchday for match in later} >= {1, 2}


def test_in_play_prices_follow_the_score_down_to_one() -> None:
    world = a_world()
    least = 100.0
    for number in range(3):
        for match in world.matchday(number):
            books = world.quotes(match, match.kick_off + timedelta(seconds=51))
            assert 0 < len(books) < 14
            least = min(least, *(odds for book in books for odds in prices(book, "h2h").values()))
    assert least == 1.0
