"""Women, youth and reserves never stand for a first team, however they are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collect.names import Alias
from engine.collect.squads import Squad, squads
from engine.domain.fixture import Team
from tests.unit.collect.wire import EPL, names

MARKS = {
    Squad.WOMEN: (
        "{} Women", "{} W", "{} (W)", "{} Femenino", "{} Féminines", "{} Frauen", "{} Ladies",
        "{} Vrouwen", "{} Damen", "{} Feminino", "{} Femení", "{} Femminile", "{} WFC",
        "{} LFC", "{} KADIN", "{} Ženy", "{} Kobiety", "{} Női", "{} Женщины", "{} Ж", "{} 女子",
        "{} ΓΥΝΑΙΚΕΣ",
    ),
    Squad.YOUTH: (
        *(f"{{}} U{age}" for age in range(17, 24)), "{} U-21", "{} U 19", "{} (U20)",
        "{} Under 18s", "{} Sub-20", "{} Youth", "{} Juvenil", "{} Primavera", "{} Academy",
        "{} O21", "{} Onder 21", "{} Jugend",
    ),
    Squad.RESERVES: (
        "{} II", "{} B", "{} Reserves", "{} Res.", "Jong {}", "{} III", "{} B Team", "{} Next Gen",
        "{} 2", "{} Am.", "{} Reserva", "{} Castilla",
        "{}-2 Moscow", "{} Futures", "{} NXT", "{} EDS",
    ),
}  # fmt: skip
MARKED = [(squad, mark) for squad, marks in MARKS.items() for mark in marks]
FIRST_TEAMS = sorted(
    (competition, team.key, team.name)
    for competition, scope in names().scopes.items()
    for team in (names().teams[key] for key in scope.teams())
)
SPELLINGS = sorted(
    (competition, spelling, key)
    for competition, scope in names().scopes.items()
    for spelling, key in scope.exact.items()
)


@pytest.mark.parametrize(("squad", "mark"), MARKED)
def test_a_mark_says_which_side_it_is(squad: Squad, mark: str) -> None:
    assert squads(mark.format("Olympique Lyonnais")) == {squad}


@pytest.mark.parametrize(
    "name",
    [
        "Arsenal", "Aston Villa", "Young Boys", "Argentinos Juniors", "1. FC Köln", "Mainz 05",
        "Schalke 04", "Dalian Yifang F.C.", "Women", "B", "W", "", "Beerschot V.A.",
        "Boca Juniors", "West Bromwich Albion", "FK Bodø/Glimt", "1860 München", "AZ",
        "B 93", "Ladies", "Arsenal F.C.", "Gladsaxe A.B.", "Malmö F.F.", "Manchester C", "Зенит",
    ],
)  # fmt: skip
def test_a_first_team_bears_no_mark(name: str) -> None:
    assert squads(name) == frozenset()


def test_marks_add_up() -> None:
    assert squads("Arsenal Women U21") == squads("Arsenal W U-21") == {Squad.WOMEN, Squad.YOUTH}
    assert squads("Celta Vigo B Am.") == {Squad.RESERVES}
    assert squads("Celta Vigo B W") == squads("Celta Vigo W B") == {Squad.WOMEN, Squad.RESERVES}


@pytest.mark.parametrize(("squad", "mark"), MARKED)
def test_no_marked_name_of_any_team_is_its_first_team(squad: Squad, mark: str) -> None:
    """Every team of every competition, with every mark."""
    for competition, key, name in FIRST_TEAMS:
        assert squad in squads(mark.format(name)), name
        found = names().resolve(competition, mark.format(name))
        assert found is None or found.key != key, (competition, name)
        assert found is None or squad in names().squads[found.key], (competition, name)


@given(st.sampled_from(SPELLINGS), st.sampled_from(MARKED))
def test_no_marked_spelling_of_the_tables_is_its_first_team(
    place: tuple[str, str, str], marked: tuple[Squad, str]
) -> None:
    competition, spelling, key = place
    found = names().resolve(competition, marked[1].format(spelling))
    assert found is None or found.key != key or marked[0] in names().squads.get(key, ())


@given(st.sampled_from(FIRST_TEAMS), st.sampled_from(MARKED))
def test_no_first_team_is_suggested_for_a_marked_name_nor_can_be_accepted(
    place: tuple[str, str, str], marked: tuple[Squad, str]
) -> None:
    competition, key, name = place
    squad, mark = marked
    spelling = mark.format(name)
    for suggested, _ in names().suggest(competition, spelling):
        assert squad in names().squads[suggested]
    if squad in names().squads.get(key, ()):
        return
    told = names().with_aliases(
        [Alias(competition=competition, spelling=spelling, team=names().teams[key])]
    )
    found = told.resolve(competition, spelling)
    assert found is None or found.key != key


def test_a_reserve_side_that_plays_in_a_league_is_a_team_of_its_own() -> None:
    for competition, spelling, key in (
        ("soccer_spain_segunda_division", "Barcelona B", "barcelona_atletic"),
        ("soccer_spain_segunda_division", "Real Madrid Castilla", "real_madrid_castilla"),
        ("soccer_germany_liga3", "VfB Stuttgart II", "vfb_stuttgart_ii"),
        ("soccer_netherlands_eredivisie", "Jong Ajax", "jong_ajax"),
    ):
        team = names().resolve(competition, spelling)
        assert team is not None
        assert team.key == key
        assert Squad.RESERVES in names().squads[key]


def test_a_womens_team_can_be_a_new_team_and_is_never_the_mens() -> None:
    women = Team(key="arsenal_women", name="Arsenal Women")
    told = names().with_aliases([Alias(competition=EPL, spelling="Arsenal Women", team=women)])
    assert told.resolve(EPL, "Arsenal Women") == women
    assert told.resolve(EPL, "Arsenal") == names().teams["arsenal"]
    assert told.resolve(EPL, "Arsenal U21") is None
