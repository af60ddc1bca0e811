"""Which match is meant: any spelling, one team or two, the next match first."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.likely import SURE, WORTH, likely
from config.catalogue import load_catalogue
from engine.domain.fixture import Fixture, Team, fixture_id
from tests.unit.bot.views import NOW

NAMES = load_catalogue().names
LIGUE_1, EPL = "soccer_france_ligue_one", "soccer_epl"


def a_match(competition: str, home: str, away: str, hours: float = 5) -> Fixture:
    """A match of teams the tables know, or of one that nobody knows."""
    teams = [
        NAMES.resolve(competition, each) or Team(key=each.lower(), name=each)
        for each in (home, away)
    ]
    kick_off = NOW + timedelta(hours=hours)
    return Fixture(
        id=fixture_id(competition, teams[0].key, teams[1].key, kick_off.date()),
        competition=competition,
        home=teams[0],
        away=teams[1],
        kick_off=kick_off,
    )


PSG_LENS = a_match(LIGUE_1, "PSG", "Lens")
NICE_PSG = a_match(LIGUE_1, "Nice", "PSG", hours=90)
PSG_LYON = a_match(LIGUE_1, "PSG", "Lyon", hours=-20)
CITY = a_match(EPL, "Manchester City", "Arsenal")
UNITED = a_match(EPL, "Manchester United", "Chelsea")
NEW = a_match(EPL, "Zorgon Rovers", "Leeds")
ALL = (NICE_PSG, PSG_LYON, PSG_LENS, CITY, UNITED, NEW)


def best(asked: str) -> Fixture | None:
    found = likely(asked, ALL, NAMES, NOW)
    return found[0].fixture if found and found[0].score >= SURE else None


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ("PSG - Lens", PSG_LENS),
        ("lens psg", PSG_LENS),
        ("Paris Saint-Germain vs RC Lens", PSG_LENS),
        ("nice contre psg", NICE_PSG),
        ("lyon", PSG_LYON),
        ("man city", CITY),
        ("arsnal", CITY),
        ("chelsea v man utd", UNITED),
        ("zorgon rovers", NEW),
        ("paris saint germain rc lens", PSG_LENS),
        ("zorg", NEW),
        ("Manchester Utd", UNITED),
    ],
)
def test_a_match_is_found_in_any_usual_spelling(asked: str, match: Fixture) -> None:
    assert best(asked) == match


def test_of_several_matches_of_a_team_the_next_comes_first() -> None:
    found = [one.fixture for one in likely("PSG", ALL, NAMES, NOW)]
    assert found[:3] == [PSG_LENS, NICE_PSG, PSG_LYON]


def test_both_teams_must_be_meant_where_two_are_named() -> None:
    assert best("PSG - Arsenal") is None
    assert best("Lens - Nice") is None
    offered = [one.fixture for one in likely("PSG - Arsenal", ALL, NAMES, NOW)]
    assert offered[:2] == [PSG_LENS, CITY]


def test_a_team_whose_name_is_within_another_word_is_not_meant() -> None:
    """A wrong match shown as the one asked for would be believed."""
    aris = a_match("soccer_greece_super_league", "Aris", "PAOK")
    assert likely("paris saint germain", (aris, PSG_LENS), NAMES, NOW)[0].fixture == PSG_LENS
    assert not likely("paris saint germain", (aris,), NAMES, NOW)


def test_what_is_only_nearly_a_team_is_offered_and_not_taken_for_it() -> None:
    (first, *_) = likely("zorgan rangers", ALL, NAMES, NOW)
    assert first.fixture == NEW
    assert WORTH <= first.score < SURE


@pytest.mark.parametrize("asked", ["", "  ", "-", "- - -", "🎯", "qqqqqqqq"])
def test_words_that_mean_no_team_find_nothing(asked: str) -> None:
    assert best(asked) is None


@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_breaks_the_search(asked: str) -> None:
    scores = [one.score for one in likely(asked, ALL, NAMES, NOW)]
    assert scores == sorted(scores, reverse=True)
    assert all(WORTH <= score <= 100 for score in scores)
