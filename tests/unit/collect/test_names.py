import pytest

from config.catalogue import load_catalogue
from engine.collect.names import build_scope
from engine.collect.spelling import fold
from tests.unit.collect.wire import names


def key(competition: str, spelling: str) -> str | None:
    team = names().resolve(competition, spelling)
    return None if team is None else team.key


@pytest.mark.parametrize(
    ("competition", "spellings"),
    [
        ("soccer_epl", ["Manchester United", "Man United", "MANCHESTER UTD", "Man Utd"]),
        ("soccer_epl", ["Nottingham Forest", "Nott'm Forest", "Nott’m Forest"]),
        ("soccer_epl", ["Brighton and Hove Albion", "Brighton & Hove Albion", "Brighton"]),
        ("soccer_spain_la_liga", ["Atlético Madrid", "Atletico Madrid", "Ath Madrid"]),
        ("soccer_spain_la_liga", ["Athletic Bilbao", "Athletic Club", "Ath Bilbao"]),
        ("soccer_germany_bundesliga2", ["1. FC Köln", "FC Koln", "1. FC Koeln", "Köln"]),
        ("soccer_portugal_primeira_liga", ["Vitória SC", "Guimaraes", "Vitoria SC"]),
        ("soccer_norway_eliteserien", ["Bodø/Glimt", "Bodo-Glimt", "Bodo Glimt"]),
        ("soccer_belgium_first_div", ["Sint Truiden", "St Truiden", "St. Truiden"]),
        ("soccer_france_ligue_one", ["Saint Etienne", "St Etienne", "Saint-Étienne"]),
        ("soccer_italy_serie_a", ["Inter Milan", "Inter", "Internazionale"]),
        ("soccer_efl_champ", ["Luton", "Luton Town", "Luton Town FC"]),
        ("soccer_turkey_super_league", ["Beşiktaş", "Besiktas JK", "Besiktas"]),
        ("soccer_poland_ekstraklasa", ["Śląsk Wrocław", "Slask Wroclaw"]),
    ],
)
def test_the_spellings_of_a_club_are_one_team(competition: str, spellings: list[str]) -> None:
    assert len({key(competition, spelling) for spelling in spellings} - {None}) == 1
    assert None not in {key(competition, spelling) for spelling in spellings}


@pytest.mark.parametrize(
    ("competition", "one", "other"),
    [
        ("soccer_france_ligue_two", "Paris FC", "Paris SG"),
        ("soccer_france_ligue_two", "AC Ajaccio", "Ajaccio GFCO"),
        ("soccer_spain_segunda_division", "Racing de Ferrol", "Racing de Santander"),
        ("soccer_spain_segunda_division", "Real Sociedad", "Real Sociedad B"),
        ("soccer_spain_la_liga", "Ath Madrid", "Ath Bilbao"),
        ("soccer_germany_bundesliga", "Eintracht Frankfurt", "FSV Frankfurt"),
        ("soccer_germany_bundesliga2", "1. FC Köln", "Viktoria Köln"),
        ("soccer_germany_liga3", "Borussia Dortmund", "Borussia Dortmund II"),
        ("soccer_spl", "Dundee", "Dundee United"),
        ("soccer_epl", "Sheffield United", "Sheffield Wednesday"),
        ("soccer_belgium_first_div", "Club Brugge", "Cercle Brugge"),
        ("soccer_argentina_primera_division", "Independiente", "Independiente Rivadavia"),
        ("soccer_argentina_primera_division", "Estudiantes", "Estudiantes de Rio Cuarto"),
        ("soccer_brazil_campeonato", "Atletico Mineiro", "Atletico Goianiense"),
        ("soccer_usa_mls", "New York City FC", "New York Red Bulls"),
        ("soccer_uefa_champs_league", "Sparta Rotterdam", "Sparta Prague"),
        ("soccer_uefa_europa_league", "Arsenal", "Arsenal Tula"),
        ("soccer_conmebol_copa_libertadores", "Nacional Asuncion", "Nacional Montevideo"),
    ],
)
def test_clubs_of_like_names_stay_apart(competition: str, one: str, other: str) -> None:
    assert key(competition, one) is not None
    assert key(competition, other) is not None
    assert key(competition, one) != key(competition, other)


@pytest.mark.parametrize(
    ("competition", "name"),
    [
        ("soccer_epl", "Arsenal Women"),
        ("soccer_epl", "Arsenal W"),
        ("soccer_epl", "Chelsea U21"),
        ("soccer_epl", "Manchester"),
        ("soccer_epl", "United"),
        ("soccer_epl", "Arsena"),
        ("soccer_epl", ""),
        ("soccer_france_ligue_one", "Paris"),
        ("soccer_korea_kleague1", "Seoul"),
        ("soccer_france_ligue_one", "Lyon II"),
        ("soccer_spain_la_liga", "Barcelona SC"),
        ("soccer_spain_la_liga", "Real"),
        ("soccer_usa_mls", "Inter"),
        ("soccer_uefa_europa_league", "Aris"),
        ("soccer_uefa_champs_league", "Red Star"),
        ("soccer_italy_serie_a", "Inter Miami"),
        ("soccer_epl", "Real Madrid"),
        ("soccer_of_the_moon", "Arsenal"),
    ],
)
def test_a_name_no_table_has_is_never_guessed(competition: str, name: str) -> None:
    assert key(competition, name) is None


def test_one_spelling_can_mean_another_club_in_another_division() -> None:
    assert key("soccer_brazil_campeonato", "Botafogo") == "botafogo"
    assert key("soccer_brazil_serie_b", "Botafogo") == "botafogo_sp"
    assert key("soccer_germany_bundesliga2", "Hannover 96") == "hannover_96"
    assert key("soccer_germany_liga3", "Hannover 96") == "hannover_96_ii"


def test_an_open_cup_does_not_forgive_an_fc() -> None:
    """API-Football's "Bournemouth FC" in the FA Cup is an amateur club, not AFC Bournemouth."""
    assert key("soccer_fa_cup", "Bournemouth") == "bournemouth"
    assert key("soccer_fa_cup", "Bournemouth FC") is None
    assert key("soccer_england_efl_cup", "Bournemouth FC") == "bournemouth"


def test_a_spelling_two_clubs_share_stands_for_neither() -> None:
    scope = build_scope([("Inter", "inter_milan"), ("Inter", "inter_turku"), ("Milan", "m")], {})
    assert scope.find("Inter") is None
    assert scope.find("FC Inter") is None
    assert scope.find("Milan FC") == "m"


def test_a_competitions_own_spelling_wins() -> None:
    scope = build_scope([("Botafogo", "rio")], {"Botafogo": "ribeirao"})
    assert scope.find("BOTAFOGO") == "ribeirao"


def test_suggestions_name_the_likely_team_first_with_scores() -> None:
    suggestions = names().suggest("soccer_epl", "Manchster United")
    assert suggestions[0][0] == "manchester_united"
    assert 1 <= len(suggestions) <= 3
    assert all(50 <= score <= 100 for _, score in suggestions)
    assert [score for _, score in suggestions] == sorted(
        (score for _, score in suggestions), reverse=True
    )


def test_nothing_is_suggested_for_a_competition_nobody_knows() -> None:
    assert names().suggest("soccer_of_the_moon", "Arsenal") == ()


@pytest.mark.parametrize("name", ["İstanbul", "ŁKS Łódź", "Þór", "Ħamrun", "", "\ud800"])
def test_folding_takes_any_text(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_every_team_of_the_tables_is_found_by_the_name_it_shows() -> None:
    catalogue = load_catalogue()
    scopes = catalogue.names.scopes.values()
    for team in catalogue.names.teams.values():
        found = {scope.find(team.name) for scope in scopes}
        assert team.key in found, team


def test_league_codes_of_other_providers_lead_to_our_competitions() -> None:
    leagues = names().leagues
    assert leagues["api_football", "39"] == ("soccer_epl",)
    assert leagues["football_data", "SP2"] == ("soccer_spain_segunda_division",)
    assert len(leagues["api_football", "2"]) == 2
