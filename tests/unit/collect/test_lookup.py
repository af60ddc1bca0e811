"""What a person writes finds the fixture, or what may have been meant; never a silent guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.collect.lookup import look_up
from engine.domain.fixture import Fixture, fixture_id
from tests.unit.collect.wire import names

NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)
LIGUE_1 = "soccer_france_ligue_one"


def a_match(home: str, away: str, days: int = 2, competition: str = LIGUE_1) -> Fixture:
    kick_off = NOW + timedelta(days=days)
    return Fixture(
        id=fixture_id(competition, home, away, kick_off.date()),
        competition=competition,
        home=names().teams[home],
        away=names().teams[away],
        kick_off=kick_off,
    )


CLASSIC = a_match("paris_st_germain", "marseille")
PARIS_FC = a_match("paris_fc", "lyon")
DERBY = a_match("st_etienne", "lyon", days=-3)
STORED = (DERBY, PARIS_FC, CLASSIC, a_match("arsenal", "chelsea", competition="soccer_epl"))


@pytest.mark.parametrize(
    "text",
    [
        "PSG - Marseille",
        "psg – om",
        "Paris Saint-Germain vs Olympique de Marseille",
        "Paris SG v. Marseille",
        "  OM contre PSG ",
        "PSG Marseille",
        "PSG-Marseille",
        "Marseille",
        "Paris Saint-Germain",
    ],
)
def test_a_match_is_found_as_people_write_it(text: str) -> None:
    assert look_up(text, STORED, names(), NOW).found == (CLASSIC,)


def test_one_team_gives_its_matches_the_next_to_be_played_first() -> None:
    assert look_up("Lyon", STORED, names(), NOW).found == (PARIS_FC, DERBY)
    assert look_up("lyon", tuple(reversed(STORED)), names(), NOW).found == (PARIS_FC, DERBY)


def test_a_slip_of_the_pen_is_suggested_and_not_taken() -> None:
    lookup = look_up("Marseile - Paris Saint Germian", STORED, names(), NOW)
    assert lookup.found == ()
    assert lookup.suggestions[0][0] == CLASSIC
    assert [score for _, score in lookup.suggestions] == sorted(
        (score for _, score in lookup.suggestions), reverse=True
    )
    assert all(60 <= score <= 100 for _, score in lookup.suggestions)


@pytest.mark.parametrize("text", ["PSG (F) Women - Marseille Women", "Marseille U19", "PSG II"])
def test_womens_youth_and_reserve_sides_find_no_first_team(text: str) -> None:
    lookup = look_up(text, STORED, names(), NOW)
    assert (lookup.found, lookup.suggestions) == ((), ())


@pytest.mark.parametrize("text", ["", "-", "zzz", "Real Madrid - Barcelona", "\x00 v \x00"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    assert look_up(text, STORED, names(), NOW).found == ()


def test_the_other_match_of_a_pair_is_found_too() -> None:
    back = replace(a_match("marseille", "paris_st_germain"), kick_off=NOW + timedelta(days=90))
    assert look_up("PSG - OM", (back, CLASSIC), names(), NOW).found == (CLASSIC, back)
