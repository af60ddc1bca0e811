"""One match across every provider: by competition, names in their places, and time."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from engine.collect.identify import (
    SAME_HOUR,
    Contradicted,
    Identified,
    Listing,
    Nameless,
    Register,
    Verdict,
)
from engine.collect.known import Known
from engine.collect.normalise import normalise
from engine.collect.payload import API_FOOTBALL, FOOTBALL_DATA, ODDS_API
from engine.collect.results import read_results
from engine.collect.rules import CollectRules
from engine.collect.spelling import fold, joined
from engine.domain.fixture import Fixture, FixtureStatus, fixture_id
from tests.unit.collect.wire import (
    EPL,
    KICK_OFF,
    NOW,
    a_stored,
    book,
    event,
    h2h,
    known,
    market,
    names,
    odds,
    results,
    row,
)

DAY = timedelta(days=1)
REACH = timedelta(days=10)
PROVIDERS = (ODDS_API, API_FOOTBALL, FOOTBALL_DATA, "manual")
FORMS = {
    ODDS_API: ("Manchester United", "Nottingham Forest"),
    API_FOOTBALL: ("Manchester United", "Nottingham Forest"),
    FOOTBALL_DATA: ("Man United", "Nott'm Forest"),
    "manual": ("man utd", "NOTTINGHAM FOREST FC"),
}


def a_listing(
    provider: str = API_FOOTBALL, home: str = "Arsenal", away: str = "Chelsea"
) -> Listing:
    return Listing(
        provider=provider,
        event_id="7",
        competition=EPL,
        home=home,
        away=away,
        kick_off=KICK_OFF,
    )


def ask(seen: Listing, by: Known | None = None) -> Verdict:
    return Register(by or known(a_stored())).identify(seen, REACH)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("moved", [timedelta(), DAY, -3 * DAY, REACH])
def test_every_provider_finds_the_same_fixture_by_its_own_spellings(
    provider: str, moved: timedelta
) -> None:
    stored = a_stored(home="manchester_united", away="nottingham_forest")
    seen = replace(a_listing(provider, *FORMS[provider]), kick_off=KICK_OFF + moved)
    verdict = ask(seen, known(a_stored(), stored))
    assert isinstance(verdict, Identified)
    assert verdict.fixture == stored


def test_a_kick_off_that_moves_keeps_its_identity_across_three_providers() -> None:
    """The Odds API moves it, API-Football tells the new hour, football-data only the day."""
    stored, rules, moved = a_stored(), CollectRules(), KICK_OFF + timedelta(days=2, hours=4)
    listing = odds(event(book("pinnacle", market(h2h())), event_id="again", kick_off=moved))
    (told,) = normalise([listing], known(stored), rules, NOW).fixtures
    assert (told.id, told.kick_off) == (stored.id, moved)
    intake = read_results([results(row("FT", kick_off=moved))], known(told))
    assert [result.fixture_id for result in intake.results] == [stored.id]
    day = moved.replace(hour=11, minute=0)
    from_file = replace(a_listing(FOOTBALL_DATA), event_id="", kick_off=day)
    verdict = ask(from_file, known(told))
    assert isinstance(verdict, Identified)
    assert verdict.fixture is not None
    assert verdict.fixture.id == stored.id


def test_api_football_alone_knowing_of_the_move_still_speaks_of_the_same_fixture() -> None:
    moved = row("FT", kick_off=KICK_OFF + 3 * DAY)
    intake = read_results([results(moved)], known(a_stored()))
    assert [result.fixture_id for result in intake.results] == [a_stored().id]
    assert intake.results[0].kick_off == KICK_OFF + 3 * DAY


@pytest.mark.parametrize("provider", PROVIDERS)
def test_sides_told_the_other_way_round_at_the_same_hour_are_a_contradiction(
    provider: str,
) -> None:
    told = ask(a_listing(provider, "Chelsea", "Arsenal"))
    assert told == Contradicted(fixture=a_stored(), turned=True)


def test_the_return_match_is_another_match() -> None:
    seen = replace(a_listing(home="Chelsea", away="Arsenal"), kick_off=KICK_OFF + 3 * DAY)
    verdict = ask(seen)
    assert isinstance(verdict, Identified)
    assert verdict.fixture is None
    assert (verdict.home.key, verdict.away.key) == ("chelsea", "arsenal")


def test_a_known_id_that_names_others_settles_nothing() -> None:
    stored = a_stored()
    by = Known(names=names(), fixtures=(stored,), event_ids={(API_FOOTBALL, "7"): stored.id})
    for teams in (("Everton", "Arsenal"), ("Arsenal", "Everton")):
        intake = read_results([results(row("FT", (2, 1), teams=teams))], by)
        assert (intake.results, intake.contradicted) == ((), 1)
    assert read_results([results(row("FT", (2, 1)))], by).contradicted == 0


def test_a_known_id_keeps_a_fixture_whose_team_took_a_name_nobody_knows_yet() -> None:
    stored = a_stored()
    by = Known(names=names(), fixtures=(stored,), event_ids={(API_FOOTBALL, "7"): stored.id})
    verdict = ask(a_listing(home="Royal Arsenal Woolwich"), by)
    assert isinstance(verdict, Identified)
    assert verdict.fixture == stored


def test_a_name_nobody_knows_is_asked_about_with_the_opponents_opponent_first() -> None:
    seen = a_listing(home="The Gunners Woolwich")
    verdict = ask(seen)
    assert isinstance(verdict, Nameless)
    (asked,) = verdict.names
    assert (asked.name, asked.opponent, asked.provider) == (seen.home, "Chelsea", API_FOOTBALL)
    assert asked.suggestions[0][0] == "arsenal"
    assert asked.suggestions[0][1] > dict(names().suggest(EPL, seen.home)).get("arsenal", 0)
    far = ask(replace(seen, kick_off=KICK_OFF + 30 * DAY))
    assert isinstance(far, Nameless)
    assert "arsenal" not in dict(far.names[0].suggestions)


def test_a_womens_side_is_not_suggested_the_opponents_opponent() -> None:
    verdict = ask(a_listing(home="Arsenal Women"))
    assert isinstance(verdict, Nameless)
    assert verdict.names[0].suggestions == ()


def test_two_names_of_one_club_are_both_asked_about() -> None:
    verdict = ask(a_listing(home="Arsenal", away="Arsenal FC"))
    assert isinstance(verdict, Nameless)
    assert [asked.name for asked in verdict.names] == ["Arsenal", "Arsenal FC"]


def test_a_club_that_plays_no_more_is_never_met_today() -> None:
    """Old files write Wimbledon for the club that moved; a feed of today cannot mean it."""
    championship = "soccer_efl_champ"
    assert names().resolve(championship, "Wimbledon") == names().teams["wimbledon_1889"]
    seen = replace(a_listing(home="Wimbledon"), competition=championship)
    verdict = ask(seen)
    assert isinstance(verdict, Nameless)
    assert "wimbledon_1889" not in dict(verdict.names[0].suggestions)


def look(*events: dict[str, object], by: Known) -> tuple[list[str], dict[str, int]]:
    intake = normalise([odds(*events)], by, CollectRules(), NOW)
    return [fixture.home.key for fixture in intake.board.fixtures], dict(intake.rejected)


def turned(event_id: str = "e2", **changes: object) -> dict[str, object]:
    listed = event(
        book("pinnacle", market(h2h())), event_id=event_id, home="Chelsea", away="Arsenal"
    )
    return listed | changes


def test_odds_with_the_sides_turned_are_not_used_where_another_feed_listed_the_match() -> None:
    assert look(turned(), by=known(a_stored())) == ([], {"swapped_teams": 3})


def test_of_two_orders_at_first_sight_neither_is_believed() -> None:
    right = event(book("pinnacle", market(h2h())), event_id="e1")
    assert look(right, turned(), by=known()) == ([], {"swapped_teams": 6})
    assert look(right, turned(), by=known(a_stored())) == (["arsenal"], {"swapped_teams": 3})


def test_both_legs_of_a_tie_are_used() -> None:
    right = event(book("pinnacle", market(h2h())), event_id="e1")
    later = (KICK_OFF + 5 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    found, rejected = look(right, turned(commence_time=later), by=known())
    assert (sorted(found), rejected) == (["arsenal", "chelsea"], {})


SCOPES = {key: scope for key, scope in names().scopes.items() if scope.exact}
SPELLED = st.sampled_from(sorted(SCOPES)).flatmap(
    lambda competition: st.tuples(
        st.just(competition), st.sampled_from(sorted(SCOPES[competition].teams()))
    )
)


@given(SPELLED, st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_never_matters(place: tuple[str, str], change: object) -> None:
    competition, key = place
    name = names().teams[key].name
    found = names().resolve(competition, name)
    assert callable(change)
    assert names().resolve(competition, change(name)) == found


@given(SPELLED)
def test_accents_never_matter(place: tuple[str, str]) -> None:
    competition, key = place
    name = names().teams[key].name
    plain = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found = names().resolve(competition, name)
    assert {names().resolve(competition, each) for each in (plain, bare)} == {found}


@given(SPELLED, st.sampled_from(["{} FC", "FC {}", "{} F.C.", "{}.", " {}  ", "{}!", "«{}»"]))
def test_punctuation_and_an_outer_fc_never_make_another_team(
    place: tuple[str, str], form: str
) -> None:
    """Where "FC" is all that tells two clubs apart, the table has both forms as written."""
    competition, key = place
    name = names().teams[key].name
    found, again = (names().playing(competition, each) for each in (name, form.format(name)))
    written = joined(fold(form.format(name))) in SCOPES[competition].exact
    assert again is None or found is None or again == found or written
    if "F" not in form:
        assert again == found


@given(SPELLED, st.sampled_from(["home", "away"]), st.sampled_from(PROVIDERS))
def test_a_swap_of_host_and_guest_never_finds_the_fixture(
    place: tuple[str, str], side: str, provider: str
) -> None:
    competition, key = place
    team = names().teams[key]
    other = names().teams[next(iter(sorted(SCOPES[competition].teams() - {key})))]
    home, away = (team, other) if side == "home" else (other, team)
    if any(names().playing(competition, each.name) != each for each in (home, away)):
        return  # the name shown means nobody there, or the other club that bears it
    stored = Fixture(
        id=fixture_id(competition, home.key, away.key, KICK_OFF.astimezone(UTC).date()),
        competition=competition,
        home=home,
        away=away,
        kick_off=KICK_OFF,
        status=FixtureStatus.SCHEDULED,
    )
    by = Known(names=names(), fixtures=(stored,))
    listed = replace(a_listing(provider, home.name, away.name), competition=competition)
    swapped = replace(listed, home=away.name, away=home.name)
    straight = Register(by).identify(listed, SAME_HOUR)
    assert isinstance(straight, Identified)
    assert straight.fixture == stored
    assert Register(by).identify(swapped, SAME_HOUR) == Contradicted(fixture=stored, turned=True)


def test_no_spelling_means_two_teams_within_a_competition() -> None:
    """Whatever is written in the tables: the form without "FC" agrees with the whole one."""
    for competition, scope in load_catalogue().names.scopes.items():
        for spelling in scope.exact.keys() & scope.bare.keys():
            assert scope.exact[spelling] == scope.bare[spelling], (competition, spelling)
