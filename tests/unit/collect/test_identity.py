from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from engine.collect.normalise import Intake, Known, normalise
from engine.collect.rules import CollectRules
from engine.domain.fixture import Fixture, FixtureStatus
from tests.unit.collect.wire import (
    KICK_OFF,
    NOW,
    a_stored,
    book,
    event,
    h2h,
    known,
    market,
    odds,
)

RULES = CollectRules()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def listed(
    event_id: str, kick_off_in: timedelta = timedelta(), books: int = 1
) -> dict[str, object]:
    shown = [book(f"book{n}", market(h2h())) for n in range(books)]
    return event(*shown, event_id=event_id, kick_off=KICK_OFF + kick_off_in)


def look(by: Known, *events: dict[str, object], at: timedelta = timedelta()) -> Intake:
    return normalise([odds(*events, at=NOW + at)], by, RULES, NOW + at)


def test_the_same_match_keeps_its_fixture_and_nothing_is_new() -> None:
    stored = a_stored()
    intake = look(known(stored), listed("e1"))
    assert intake.fixtures == ()
    assert intake.board.fixtures == (stored,)


def test_a_moved_kick_off_keeps_the_identity_first_given() -> None:
    stored = a_stored()
    intake = look(known(stored), listed("new id", 3 * DAY))
    (moved,) = intake.fixtures
    assert (moved.id, moved.kick_off) == (stored.id, KICK_OFF + 3 * DAY)


def test_a_known_event_id_keeps_its_fixture_however_far_it_moves() -> None:
    stored = a_stored()
    intake = look(known(stored, ids={"e1": stored.id}), listed("e1", 60 * DAY))
    assert intake.fixtures[0].id == stored.id


def test_another_id_further_away_than_a_move_is_another_match() -> None:
    stored = a_stored()
    intake = look(known(stored, ids={"e1": stored.id}), listed("e2", 60 * DAY))
    assert intake.fixtures[0].id != stored.id


def test_home_and_away_swapped_is_another_match() -> None:
    stored = a_stored(home="chelsea", away="arsenal")
    intake = look(known(stored, ids={"e1": stored.id}), listed("e1"))
    assert intake.fixtures[0].id != stored.id
    assert intake.fixtures[0].home.key == "arsenal"


def test_a_finished_match_is_not_played_again_a_week_later() -> None:
    played = Fixture(
        id=a_stored().id,
        competition="soccer_epl",
        home=a_stored().home,
        away=a_stored().away,
        kick_off=KICK_OFF - 7 * DAY,
        status=FixtureStatus.FINISHED,
    )
    other = look(known(played), listed("e9", DAY)).fixtures[0]
    assert other.id != played.id


def test_a_match_that_was_played_is_not_put_off_by_its_own_id() -> None:
    played = replace(a_stored(), status=FixtureStatus.FINISHED)
    after = KICK_OFF - NOW + 3 * DAY
    intake = look(known(played, ids={"e1": played.id}), listed("e1", 9 * DAY), at=after)
    assert (intake.fixtures, len(intake.board)) == ((), 0)
    assert intake.rejected == {"in_play": 3}


def test_the_same_teams_again_on_the_day_of_a_match_that_is_over_are_another_match() -> None:
    """A season played in minutes: the second match must not wear the first one's identity."""
    played = replace(a_stored(), status=FixtureStatus.FINISHED)
    after = KICK_OFF - NOW + timedelta(hours=2)
    first, again = (
        look(known(played, ids={"e1": played.id}), listed("e2", 4 * HOUR), at=after)
        for _ in range(2)
    )
    (rematch,) = first.fixtures
    assert rematch.id != played.id
    assert rematch.kick_off == KICK_OFF + 4 * HOUR
    assert again.fixtures == first.fixtures
    assert [event.fixture_id for event in first.event_ids] == [rematch.id]


def test_two_ids_at_first_sight_are_one_match_of_the_livelier_id_in_any_order() -> None:
    """Recorded: a placeholder with 2 books beside the scheduled match with 12."""
    events = (listed("thin", -DAY, books=2), listed("thick", books=5), listed("thinner", DAY))
    for order in permutations(events):
        intake = look(known(), *order)
        (fixture,) = intake.fixtures
        assert fixture.kick_off == KICK_OFF
        assert intake.rejected == {"duplicate_event": 9}
        assert len(intake.board) == 15
        assert {each.fixture_id for each in intake.event_ids} == {fixture.id}
        assert len(intake.event_ids) == 3


def test_the_identity_of_a_new_match_does_not_depend_on_the_order_of_its_ids() -> None:
    events = (listed("a", -2 * DAY), listed("b", books=3))
    found = {look(known(), *order).fixtures[0].id for order in permutations(events)}
    assert len(found) == 1


def test_of_two_ids_the_one_met_later_is_in_force_even_with_fewer_books() -> None:
    stored = a_stored()
    by = known(stored, ids={"old": stored.id}, seen={"old": 3 * DAY})
    intake = look(by, listed("old", books=5), listed("new", -DAY, books=2))
    assert intake.fixtures[0].id == stored.id
    assert intake.fixtures[0].kick_off == KICK_OFF - DAY
    assert intake.rejected == {"duplicate_event": 15}


def test_of_two_known_ids_the_one_met_later_stays_in_force() -> None:
    stored = a_stored()
    ids = {"old": stored.id, "new": stored.id}
    by = known(stored, ids=ids, seen={"old": 3 * DAY, "new": DAY})
    intake = look(by, listed("old", DAY, books=5), listed("new", books=2))
    assert intake.fixtures == ()
    assert len(intake.board) == 6


def test_a_drift_of_seconds_is_no_move() -> None:
    stored = a_stored()
    assert look(known(stored), listed("e1", timedelta(seconds=51))).fixtures == ()
    assert look(known(stored), listed("e1", timedelta(minutes=15))).fixtures != ()


def test_a_kick_off_drifting_while_play_begins_moves_nothing() -> None:
    """Recorded: a match at 23:00 shows 23:02:09 once it has begun."""
    stored = a_stored(KICK_OFF)
    begun = KICK_OFF - NOW + timedelta(minutes=1)
    intake = look(known(stored), listed("e1", timedelta(minutes=2, seconds=9)), at=begun)
    assert intake.fixtures == ()
    assert intake.rejected == {"in_play": 3}
    assert intake.in_play == {"e1"}


def test_a_match_put_off_after_its_hour_is_a_move() -> None:
    stored = a_stored(KICK_OFF)
    after = KICK_OFF - NOW + timedelta(hours=1)
    intake = look(known(stored), listed("e1", DAY), at=after)
    assert intake.fixtures[0].kick_off == KICK_OFF + DAY


def test_a_placeholder_left_over_from_a_match_being_played_is_not_priced() -> None:
    stored = a_stored(KICK_OFF)
    ids = {"old": stored.id, "new": stored.id}
    by = known(stored, ids=ids, seen={"old": 3 * DAY, "new": DAY})
    after = KICK_OFF - NOW + timedelta(hours=1)
    both = look(by, listed("new"), listed("old", DAY), at=after)
    assert (len(both.board), both.fixtures) == (0, ())
    assert both.rejected == {"in_play": 3, "duplicate_event": 3}
    alone = look(by, listed("old", DAY), at=after)
    assert (len(alone.board), alone.fixtures) == (0, ())
    assert alone.rejected == {"duplicate_event": 3}


def test_a_match_first_seen_in_play_becomes_no_fixture() -> None:
    intake = look(known(), listed("e1"), at=KICK_OFF - NOW + timedelta(minutes=30))
    assert (intake.fixtures, intake.event_ids) == ((), ())


def test_a_postponed_match_listed_anew_is_scheduled_again() -> None:
    stored = a_stored()
    off = Fixture(
        id=stored.id,
        competition=stored.competition,
        home=stored.home,
        away=stored.away,
        kick_off=KICK_OFF,
        status=FixtureStatus.POSTPONED,
    )
    (back,) = look(known(off), listed("e2", 5 * DAY)).fixtures
    assert (back.id, back.status) == (stored.id, FixtureStatus.SCHEDULED)


def test_a_known_id_keeps_the_identity_of_a_fixture_too_old_to_be_read() -> None:
    stored = a_stored()
    intake = look(known(ids={"e1": stored.id}), listed("e1", 200 * DAY))
    assert intake.fixtures[0].id == stored.id
    assert intake.fixtures[0].kick_off == KICK_OFF + 200 * DAY


def test_an_unknown_name_in_play_bothers_nobody() -> None:
    strangers = event(book("pinnacle", market(h2h())), home="Arsenal Ladies", kick_off=NOW)
    intake = look(known(), strangers)
    assert (intake.unmatched, intake.rejected) == ((), {"in_play": 3})
