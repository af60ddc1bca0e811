"""The leagues of the world and their teams, under the spelling of each provider.

Strongest teams first: the order sets the strengths.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    name: str
    results_name: str
    results_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    sport_key: str
    title: str
    description: str
    results_id: int
    results_name: str
    country: str
    flag: str
    teams: tuple[Team, ...]


def _teams(league_id: int, names: str) -> tuple[Team, ...]:
    """Read `odds spelling = results spelling` rows; one spelling alone serves both."""
    rows = [line.strip() for line in names.strip().splitlines()]
    teams = []
    for position, row in enumerate(rows):
        name, _, results_name = row.partition(" = ")
        teams.append(
            Team(
                name=name,
                results_name=results_name or name,
                results_id=league_id * 100 + position + 1,
            )
        )
    return tuple(teams)


_EPL = """
    Manchester City
    Liverpool
    Arsenal
    Chelsea
    Tottenham Hotspur = Tottenham
    Newcastle United = Newcastle
    Manchester United
    Aston Villa
    Brighton and Hove Albion = Brighton
    West Ham United = West Ham
    Nottingham Forest
    Crystal Palace
    Fulham
    Bournemouth
    Brentford
    Everton
    Wolverhampton Wanderers = Wolves
    Leicester City = Leicester
    Ipswich Town = Ipswich
    Southampton
"""
_LIGUE_ONE = """
    Paris Saint Germain
    AS Monaco = Monaco
    Marseille
    Lille
    Lyon
    Nice
    RC Lens = Lens
    Rennes
    Brest = Stade Brestois 29
    Strasbourg
    Toulouse
    Stade de Reims = Reims
    Nantes
    Montpellier
    Auxerre
    Le Havre = LE Havre
    Saint Etienne = Saint-Etienne
    Angers
"""
_LA_LIGA = """
    Real Madrid
    Barcelona
    Atlético Madrid = Atletico Madrid
    Athletic Bilbao = Athletic Club
    Real Sociedad
    Villarreal
    Girona
    Real Betis
    Sevilla
    Valencia
    Celta Vigo
    CA Osasuna = Osasuna
    Mallorca
    Rayo Vallecano
    Getafe
    Alavés = Alaves
    Espanyol
    Las Palmas
    Leganés = Leganes
    Valladolid
"""
_SERIE_A = """
    Inter Milan = Inter
    Napoli
    Juventus
    AC Milan
    Atalanta BC = Atalanta
    AS Roma
    Lazio
    Fiorentina
    Bologna
    Torino
    Udinese
    Genoa
    Como
    Parma
    Hellas Verona = Verona
    Cagliari
    Lecce
    Empoli
    Monza
    Venezia
"""
_BUNDESLIGA = """
    Bayern Munich = Bayern München
    Bayer Leverkusen
    RB Leipzig
    Borussia Dortmund
    VfB Stuttgart
    Eintracht Frankfurt
    SC Freiburg
    VfL Wolfsburg
    Borussia Monchengladbach = Borussia Mönchengladbach
    TSG Hoffenheim = 1899 Hoffenheim
    Werder Bremen
    FSV Mainz 05
    Augsburg = FC Augsburg
    Union Berlin
    1. FC Heidenheim
    VfL Bochum = Vfl Bochum
    FC St. Pauli
    Holstein Kiel
"""

LEAGUES: Final[tuple[League, ...]] = (
    League(
        sport_key="soccer_epl",
        title="EPL",
        description="English Premier League",
        results_id=39,
        results_name="Premier League",
        country="England",
        flag="gb-eng",
        teams=_teams(39, _EPL),
    ),
    League(
        sport_key="soccer_france_ligue_one",
        title="Ligue 1 - France",
        description="French Soccer",
        results_id=61,
        results_name="Ligue 1",
        country="France",
        flag="fr",
        teams=_teams(61, _LIGUE_ONE),
    ),
    League(
        sport_key="soccer_spain_la_liga",
        title="La Liga - Spain",
        description="Spanish Soccer",
        results_id=140,
        results_name="La Liga",
        country="Spain",
        flag="es",
        teams=_teams(140, _LA_LIGA),
    ),
    League(
        sport_key="soccer_italy_serie_a",
        title="Serie A - Italy",
        description="Italian Soccer",
        results_id=135,
        results_name="Serie A",
        country="Italy",
        flag="it",
        teams=_teams(135, _SERIE_A),
    ),
    League(
        sport_key="soccer_germany_bundesliga",
        title="Bundesliga - Germany",
        description="German Soccer",
        results_id=78,
        results_name="Bundesliga",
        country="Germany",
        flag="de",
        teams=_teams(78, _BUNDESLIGA),
    ),
)
