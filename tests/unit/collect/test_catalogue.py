import shutil
from pathlib import Path

import pytest

import config
from config.catalogue import load_catalogue
from engine.domain.errors import SettingsInvalid

FILES = Path(config.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("competitions.toml", "team_aliases.toml", "bookmakers.toml"):
        shutil.copy(FILES / name, tmp_path)
    return tmp_path


def test_the_catalogue_knows_competitions_and_bookmakers() -> None:
    catalogue = load_catalogue()
    assert catalogue.competitions["soccer_epl"].country == "England"
    assert catalogue.bookmakers["pinnacle"].kind == "sharp"
    kinds = {book.kind for book in catalogue.bookmakers.values()}
    assert kinds == {"sharp", "exchange", "soft", "aggregate"}


def test_no_file_is_larger_than_a_person_can_review() -> None:
    assert all(path.stat().st_size < 200_000 for path in FILES.glob("*.toml"))


@pytest.mark.parametrize(
    ("file", "added", "named"),
    [
        ("competitions.toml", "[competitions.x]\nname = 3\n", "competitions.toml"),
        ("competitions.toml", "not toml at all", "competitions.toml"),
        ("bookmakers.toml", "[bookmakers.x]\nname = 'X'\nkind = 'soft'\nodd = 1\n", "odd"),
        ("team_aliases.toml", "[teams.moon]\narsenal = ['Arsenal']\n", "arsenal"),
        ("team_aliases.toml", "[teams.moon]\nempty = []\n", "empty"),
        ("team_aliases.toml", "[only.soccer_usa_mls]\n'Gunners' = 'gunners'\n", "gunners"),
        ("team_aliases.toml", "[former]\nmoon = ['gunners']\n", "former"),
    ],
)
def test_a_wrong_file_is_refused_by_name(folder: Path, file: str, added: str, named: str) -> None:
    with (folder / file).open("a") as out:
        out.write(f"\n{added}")
    with pytest.raises(SettingsInvalid, match=named):
        load_catalogue(folder)


def test_a_competition_without_teams_is_refused(folder: Path) -> None:
    path = folder / "competitions.toml"
    path.write_text(path.read_text().replace('teams = ["scotland"]', 'teams = ["atlantis"]', 1))
    with pytest.raises(SettingsInvalid, match="atlantis"):
        load_catalogue(folder)


def test_a_missing_file_is_refused_by_name(folder: Path) -> None:
    (folder / "bookmakers.toml").unlink()
    with pytest.raises(SettingsInvalid, match=r"bookmakers\.toml"):
        load_catalogue(folder)
