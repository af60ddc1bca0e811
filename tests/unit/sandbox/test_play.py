from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sandbox.world.play import Standing
from sandbox.world.schedule import Match, Plan
from sandbox.world.world import World

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_life(world: World, match: Match) -> list[Standing]:
    """Every standing from an hour before the start to three hours after it."""
    minutes = range(-60, 180)
    return [
        world.standing(match, match.kick_off + world.plan.real(timedelta(minutes=m + 0.001)))
        for m in minutes
    ]


def statuses(life: list[Standing]) -> list[str]:
    found = [life[0].status]
    for one in life:
        if one.status != found[-1]:
            found.append(one.status)
    return found


def test_a_match_lives_from_not_started_to_full_time_and_goals_never_go_back() -> None:
    world = World(Plan(seed=1, scale=3600, extra_time_rate=0, postponed_rate=0), START)
    for match in world.matchday(0):
        life = a_life(world, match)
        assert statuses(life) == ["NS", "1H", "HT", "2H", "FT"]
        goals = [one.goals for one in life if one.goals is not None]
        assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(goals))
        assert all((one.fulltime is not None) == one.final for one in life)
        assert life[-1].fulltime == life[-1].goals


def test_extra_time_is_for_level_matches_and_leaves_the_ninety_minutes_alone() -> None:
    world = World(Plan(seed=1, scale=120, extra_time_rate=1, postponed_rate=0), START)
    extended = []
    for match in world.matchday(0):
        life = a_life(world, match)
        regular = world.dossier(match).story.score(90)
        if regular[0] != regular[1]:
            assert life[-1].status == "FT"
            continue
        extended.append(match)
        last = life[-1]
        assert statuses(life) == ["NS", "1H", "HT", "2H", "ET", "AET"]
        assert last.fulltime == regular
        assert last.goals is not None
        assert last.goals[0] != last.goals[1]
    assert extended


def test_a_postponed_match_leaves_the_odds_and_has_no_score() -> None:
    world = World(Plan(seed=1, scale=120, postponed_rate=1), START)
    match = world.matchday(0)[0]
    assert statuses(a_life(world, match)) == ["NS", "PST"]
    assert match in world.listed(START)
    assert match not in world.listed(match.kick_off - timedelta(seconds=1))
    assert world.standing(match, match.kick_off + timedelta(hours=1)).goals is None
