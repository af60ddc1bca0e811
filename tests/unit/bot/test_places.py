"""Time zones by the names people type."""

from zoneinfo import ZoneInfo

import pytest

from bot.places import LIKELY, number_of, zone_of, zones_like


@pytest.mark.parametrize(
    ("asked", "zone"),
    [
        *(("Paris", "Europe/Paris"), ("paris", "Europe/Paris"), ("Lyon", "Europe/Paris")),
        *(("Europe/Paris", "Europe/Paris"), ("europe paris", "Europe/Paris")),
        *(("Londres", "Europe/London"), ("LONDON", "Europe/London"), ("Leeds", "Europe/London")),
        *(("Montréal", "America/Toronto"), ("montreal", "America/Toronto")),
        *(("New York", "America/New_York"), ("new-york", "America/New_York")),
        *(("Genève", "Europe/Zurich"), ("Bruxelles", "Europe/Brussels"), ("UTC", "UTC")),
        *(("Casablanca", "Africa/Casablanca"), ("casablnca", "Africa/Casablanca")),
        *(("Saint-Denis de La Réunion", "Indian/Reunion"), ("marseil", "Europe/Paris")),
    ],
)
def test_a_place_names_its_zone_in_any_spelling(asked: str, zone: str) -> None:
    [found] = zones_like(asked)
    assert ZoneInfo(found).utcoffset is not None
    assert found == zone


@pytest.mark.parametrize("asked", ["San", "Lyonn", "Pari"])
def test_what_may_be_several_places_is_asked_back(asked: str) -> None:
    assert len(zones_like(asked)) != 1 or zones_like(asked) == ("Europe/Paris",)


@pytest.mark.parametrize("asked", ["", "x", "Xyzzyxq", "💥", "\u202e", "?" * 900])
def test_no_place_is_made_up(asked: str) -> None:
    assert zones_like(asked) == ()


def test_buttons_know_zones_whatever_the_tables_gain() -> None:
    assert [zone_of(number_of(zone)) for zone in LIKELY] == list(LIKELY)
    assert zone_of(0) is None
