from datetime import UTC, datetime, timedelta

import pytest

from sandbox.world.happenings import Happening, Kind
from sandbox.world.play import Standing
from sandbox.world.schedule import Match, Plan
from sandbox.world.world import World, WorldAsTold

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CALM = Plan(seed=3, scale=1, stale_rate=0, palp_rate=0, extra_time_rate=0, postponed_rate=0)


def a_world(**wanted: object) -> tuple[World, Match]:
    """A calm world at the true pace, something having befallen its first match."""
    world = World(CALM, START)
    match = world.scheduled(0)[0]
    if wanted:
        world.happen(match.event_id, Happening.parse(dict(wanted)))
    return world, match


def after(match: Match, minutes: float) -> datetime:
    return match.kick_off + timedelta(minutes=minutes)


def statuses(world: World, match: Match, *minutes: float) -> list[str]:
    return [world.standing(match, after(match, each)).status for each in minutes]


def results(world: World, match: Match, minutes: float) -> Standing:
    return WorldAsTold(world, "results").standing(match, after(match, minutes))


def home_odds(world: World, match: Match, minutes: float) -> dict[str, float]:
    """What each bookmaker offers on the home side so many minutes after kick-off."""
    return {
        book.bookmaker.key: one.price
        for book in world.quotes(match, after(match, minutes))
        for one in book.markets[0].outcomes
        if one.name == match.home.name
    }


def test_a_move_is_told_to_each_provider_at_its_own_moment() -> None:
    world, match = a_world(kind="moved", minutes=40, told=-60, told_results=-20)
    odds, football = WorldAsTold(world, "odds"), WorldAsTold(world, "results")
    later = after(match, 40)
    seen = [
        next(one.kick_off for one in side.known(at) if one.number == match.number)
        for at in (after(match, -61), after(match, -59), after(match, -19))
        for side in (odds, football)
    ]
    assert seen == [match.kick_off, match.kick_off, later, match.kick_off, later, later]
    assert statuses(world, match, 39, 41, 39 + 105 + 2) == ["NS", "1H", "FT"]


def test_a_match_brought_forward_is_in_play_before_its_listed_hour() -> None:
    world, match = a_world(kind="moved", minutes=-25)
    assert statuses(world, match, -26, -24, 81) == ["NS", "1H", "FT"]


def test_a_match_moved_by_days_is_still_listed_then() -> None:
    world, match = a_world(kind="moved", minutes=3 * 24 * 60)
    eve = after(match, 3 * 24 * 60 - 30)
    assert match.number in {one.number for one in world.listed(eve)}
    assert match.number not in {one.number for one in world.listed(eve + timedelta(hours=3))}


def test_a_postponed_match_leaves_each_provider_when_it_is_told() -> None:
    world, match = a_world(kind="postponed", told=-40, told_results=15)
    assert statuses(world, match, -41, -39, 60) == ["NS", "PST", "PST"]
    numbers = {one.number for one in WorldAsTold(world, "odds").listed(after(match, -39))}
    assert match.number not in numbers
    assert [results(world, match, each).status for each in (14, 16)] == ["1H", "PST"]


def test_an_abandoned_match_keeps_the_score_of_its_last_minute() -> None:
    world, match = a_world(kind="abandoned", minutes=60)
    stopped = world.standing(match, after(match, 200))
    assert statuses(world, match, 74, 76) == ["2H", "ABD"]
    assert (stopped.elapsed, stopped.goals) == (60, world.dossier(match).story.score(60))
    assert stopped.over
    assert not stopped.final


def test_a_suspended_match_goes_on_where_it_stopped() -> None:
    world, match = a_world(kind="suspended", minutes=30, lasts=25)
    calm, _ = a_world()
    assert statuses(world, match, 29, 31, 54, 56, 129, 131) == [
        *("1H", "SUSP", "SUSP", "1H", "2H", "FT")
    ]
    assert world.standing(match, after(match, 90)) == calm.standing(match, after(match, 65))


def test_a_match_awarded_is_first_abandoned() -> None:
    world, match = a_world(kind="awarded", minutes=35, lasts=20)
    assert statuses(world, match, 34, 36, 56) == ["1H", "ABD", "AWD"]
    assert world.standing(match, after(match, 56)).goals == (3, 0)


def test_a_walkover_is_never_played() -> None:
    world, match = a_world(kind="walkover", goals=[0, 3])
    assert statuses(world, match, -1, 0, 90) == ["NS", "WO", "WO"]
    assert world.standing(match, match.kick_off).goals == (0, 3)


def test_a_late_result_is_over_in_truth_long_before_the_provider_says_so() -> None:
    world, match = a_world(kind="late_result", minutes=100)
    assert statuses(world, match, 106) == ["FT"]
    late, told = results(world, match, 204), results(world, match, 206)
    assert (late.status, late.fulltime) == ("2H", None)
    assert (told.status, told.fulltime) == ("FT", world.dossier(match).story.score(90))


def test_a_corrected_result_is_wrong_at_first_on_one_side_only() -> None:
    world, match = a_world(kind="corrected_result", goals=[7, 6], minutes=15)
    true = world.dossier(match).story.score(90)
    assert results(world, match, 110).fulltime == (7, 6)
    assert results(world, match, 121).fulltime == true
    assert world.standing(match, after(match, 110)).fulltime == true


def test_books_that_leave_come_back() -> None:
    world, match = a_world(kind="books_out", minutes=65, lasts=12, books=["unibet_eu"])
    shown = ["unibet_eu" in home_odds(world, match, each) for each in (-66, -64, -52)]
    assert shown == [True, False, True]


def test_steam_moves_most_books_the_same_way_within_minutes() -> None:
    world, match = a_world(kind="steam", minutes=70, size=0.25)
    before, since = (home_odds(world, match, each) for each in (-71, -64))
    down = [key for key in before if since[key] < before[key] * 0.97]
    assert len(down) >= 0.9 * len(before)


def test_news_of_itself_moves_the_sharp_books_at_once_and_the_soft_ones_late() -> None:
    world, _ = a_world()
    sharp, soft = 0, 0
    for match in world.scheduled(0):
        before, since = (home_odds(world, match, each) for each in (-60, -50))
        sharp += before["pinnacle"] != since["pinnacle"]
        soft += before["pmu_fr"] != since["pmu_fr"]
    assert sharp > 2 * soft


def test_the_same_happenings_make_the_same_world() -> None:
    one, match = a_world(kind="steam", minutes=70)
    other, _ = a_world(kind="steam", minutes=70)
    at = after(match, -30)
    assert one.quotes(match, at) == other.quotes(match, at)
    assert one.verdict(match, at) == other.verdict(match, at)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"kind": "corrected_result"}, "needs goals"),
        ({"kind": "rain"}, "rain"),
        ({"kind": "moved", "hours": 2}, "unknown fields: hours"),
    ],
)
def test_a_happening_that_cannot_be_read_is_refused(wanted: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Happening.parse(wanted)


def test_nothing_befalls_a_match_that_is_not_there() -> None:
    world, _ = a_world()
    with pytest.raises(ValueError, match="no match"):
        world.happen("nobody", Happening(kind=Kind.WALKOVER))
