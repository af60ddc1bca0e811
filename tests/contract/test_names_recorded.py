"""The tables know every club of the recorded seasons, and never two clubs as one."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pytest

from config.catalogue import load_catalogue
from engine.collect.football_data import FOOTBALL_DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.realdata

NAMES = load_catalogue().names
ONE_CLUB: Final = {
    "afc_telford_united": {"AFC Telford United", "Telford United"},
    "ankaraspor": {"Ankaraspor", "Osmanlispor"},
    "antalyaspor": {"Antalya", "Antalyaspor"},
    "athens_kallithea": {"Athens Kallithea", "Kallithea"},
    "boston_united": {"Boston", "Boston Utd"},
    "borussia_monchengladbach": {"M'Gladbach", "M'gladbach"},
    "campomaiorense": {"Campomaior", "Campomaiorense"},
    "cangzhou_mighty_lions": {"Cangzhou", "Shijiazhuang"},
    "chaves": {"Chaves", "Desp. Chaves"},
    "colon": {"Colon Santa FE", "Colon Santa Fe"},
    "dalian_pro": {"Dalian Pro", "Dalian Yifang F.C."},
    "dinamo_bucuresti": {"Din. Bucuresti", "Dinamo Bucuresti"},
    "doxa_drama": {"Doxa", "Doxa Dramas"},
    "ebbsfleet_united": {"Ebbsfleet", "Gravesend"},
    "edinburgh_city": {"Edinburgh City", "FC Edinburgh"},
    "erzurumspor": {"Erzurum", "Erzurum BB", "Erzurumspor"},
    "estrela_da_amadora": {"Est Amadora", "Estrela"},
    "ethnikos_piraeus": {"Ethnikos", "Ethnikos Piraeus"},
    "fc_st_pauli": {"St Pauli", "St. Pauli"},
    "fortuna_dusseldorf": {"Dusseldorf", "Fortuna Dusseldorf"},
    "fsv_frankfurt": {"FSV Frankfurt", "Frankfurt FSV"},
    "guangzhou_city": {"Guangzhou City", "Guangzhou R&F"},
    "guangzhou_fc": {"Guangzhou Evergrande", "Guangzhou FC"},
    "hacettepe": {"Hacettepespor", "Oftasspor"},
    "iraklis": {"Heracles", "Iraklis"},
    "kayserispor": {"Kayseri", "Kayserispor"},
    "lleida": {"Lerida", "Lleida"},
    "levadiakos": {"Levadeiakos", "Levadiakos"},
    "middlesbrough": {"Middlesboro", "Middlesbrough"},
    "mouscron": {"Mouscron", "Mouscron-Peruwelz"},
    "ofi_crete": {"OFI", "OFI Crete"},
    "ourense": {"Orense", "Ourense"},
    "raith_rovers": {"Raith", "Raith Rvs"},
    "red_star": {"Red Star", "Red Star 93"},
    "roda_jc_kerkrade": {"Roda", "Roda JC"},
    "rot_weiss_essen": {"Essen", "RW Essen"},
    "shandong_taishan": {"Shandong Luneng", "Shandong Taishan"},
    "shanghai_port": {"Shanghai Port", "Shanghai SIPG"},
    "sparta_rotterdam": {"Sparta", "Sparta Rotterdam"},
    "tianjin_tianhai": {"Tianjin Quanjian", "Tianjin Tianhai"},
    "torpedo_moscow": {"T. Moscow", "Torpedo Moscow"},
    "uniao_da_madeira": {"Madeira", "Uniao Madeira"},
    "universitatea_craiova": {"U Craiova", "Univ. Craiova"},
    "veria": {"Veria", "Veroia"},
    "villarreal": {"Villareal", "Villarreal"},
    "waasland_beveren": {"Beveren", "Waasland-Beveren"},
    "zhejiang": {"Hangzhou Greentown", "Zhejiang Greentown", "Zhejiang Professional"},
    "zulte_waregem": {"Waregem", "Zulte Waregem"},
}
"""Clubs the files write in more than one way, each looked up: misspelled, shortened, renamed, or
founded anew in the same place under the same name. A further one must be looked up too."""
MATCHES: Final = 245_000
"""More rows than this name a match in the files together: reading fewer proves little."""


def rows(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Give season, date, home and away name of every row of a file, whatever its columns."""
    raw = gzip.decompress(path.read_bytes())
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    head, *lines = csv.reader(io.StringIO(text))
    home = next(name for name in ("HomeTeam", "HT", "Home") if name in head)
    places = [
        head.index(name) for name in ("Date", home, home.replace("H", "A").replace("ome", "way"))
    ]
    season = head.index("Season") if "Season" in head else None
    for line in lines:
        if len(line) > max(places) and line[places[1]].strip():
            date, *sides = (line[place].strip() for place in places)
            yield path.parent.name if season is None else line[season], date, sides[0], sides[1]


def files(real_data: Path) -> list[Path]:
    folder = real_data / "football-data"
    return sorted(folder.glob("main*/**/*.csv.gz")) + sorted(folder.glob("extra/*.csv.gz"))


def test_every_name_of_every_season_is_known_and_no_club_is_in_two_places(
    real_data: Path,
) -> None:
    """Two clubs merged into one would play each other, or twice on a day."""
    read, unknown, itself, twice = 0, set(), [], []
    for path in files(real_data):
        division = path.name.split(".")[0]
        (competition,) = NAMES.leagues[FOOTBALL_DATA, division]
        played = set()
        for season, date, *sides in rows(path):
            teams = [NAMES.resolve(competition, name) for name in sides]
            unknown |= {
                (division, name) for name, team in zip(sides, teams, strict=True) if team is None
            }
            read += 1
            if teams[0] == teams[1]:
                itself.append((season, division, date, sides))
            for team in teams:
                if (date, team) in played:
                    twice.append((season, division, date, team))
                played.add((date, team))
    assert read > MATCHES
    assert (unknown, itself, twice) == (set(), [], [])


def test_two_spellings_of_a_season_are_two_teams_unless_reviewed(real_data: Path) -> None:
    seen = 0
    written: dict[str, set[str]] = defaultdict(set)
    for path in files(real_data):
        (competition,) = NAMES.leagues[FOOTBALL_DATA, path.name.split(".")[0]]
        spellings: dict[str, set[str]] = defaultdict(set)
        for season, _, *sides in rows(path):
            spellings[season] |= set(sides)
        for season, found in spellings.items():
            teams: dict[str, set[str]] = defaultdict(set)
            for name in found:
                team = NAMES.resolve(competition, name)
                assert team is not None
                teams[team.key].add(name)
                written[team.key].add(name)
            assert all(
                names <= ONE_CLUB.get(key, set()) for key, names in teams.items() if len(names) > 1
            ), (path, season)
            seen += 1
    assert seen > 700
    assert {key: names for key, names in written.items() if len(names) > 1} == ONE_CLUB


@pytest.mark.parametrize(
    ("division", "one", "other"),
    [
        ("E0", "Wimbledon", "AFC Wimbledon"),
        ("E1", "Wimbledon", "Milton Keynes Dons"),
        ("SC1", "Airdrie", "Airdrie Utd"),
        ("D1", "Leipzig", "RB Leipzig"),
        ("SP2", "Extremadura", "Extremadura UD"),
        ("T1", "Malatyaspor", "Yeni Malatyaspor"),
        ("B1", "Germinal", "Beerschot VA"),
        ("G1", "Ethnikos", "Ethnikos Asteras"),
        ("I1", "Milan", "Inter"),
        ("RUS", "Dynamo Moscow", "Dynamo Makhachkala"),
        ("ROU", "U Craiova", "U Craiova 1948"),
        ("CHN", "Dalian Pro", "Dalian Yingbo"),
    ],
)
def test_clubs_that_share_a_short_name_are_two(division: str, one: str, other: str) -> None:
    (competition,) = NAMES.leagues[FOOTBALL_DATA, division]
    first, second = NAMES.resolve(competition, one), NAMES.resolve(competition, other)
    assert first is not None
    assert second is not None
    assert first.key != second.key


@pytest.mark.parametrize(
    ("division", "old", "new"),
    [
        ("EC", "Gravesend", "Ebbsfleet"),
        ("CHN", "Tianjin Quanjian", "Tianjin Tianhai"),
        ("CHN", "Guangzhou R&F", "Guangzhou City"),
        ("T1", "Oftasspor", "Hacettepespor"),
        ("T1", "Ankaraspor", "Osmanlispor"),
        ("SC2", "FC Edinburgh", "Edinburgh City"),
    ],
)
def test_a_club_that_took_another_name_is_one(division: str, old: str, new: str) -> None:
    (competition,) = NAMES.leagues[FOOTBALL_DATA, division]
    assert NAMES.resolve(competition, old) == NAMES.resolve(competition, new) is not None
