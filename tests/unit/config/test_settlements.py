"""How each bookmaker settles: read from its file, named by a version, wrong ones refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from config.catalogue import load_catalogue
from config.settings import load
from config.settlements import FOLDER, load_books
from engine.domain.errors import SettingsInvalid
from engine.domain.numbers import BookmakerKey
from engine.settlement.rules import BookRules

if TYPE_CHECKING:
    from pathlib import Path

HOURS = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "settlement")
    return tmp_path / "settlement"


def test_the_rules_in_force() -> None:
    books = load_books()
    assert replace(books.default, version="default") == BookRules()
    assert books.of(BookmakerKey("nobody")) is books.default
    assert books.of(BookmakerKey("bet365")).replay is None
    assert books.of(BookmakerKey("bet365")).part_decided is False
    assert books.of(BookmakerKey("pokerstars_fr")).resettle == 72 * HOURS
    assert books.of(BookmakerKey("betfair_ex_eu")).replay == 72 * HOURS
    assert load({}, None).books == books


def test_every_file_is_of_a_bookmaker_we_know_or_name() -> None:
    known = set(load_catalogue().bookmakers) | {"pokerstars_fr"}
    assert {str(key) for key, _ in load_books().listed} <= known


def test_the_same_rules_have_the_same_version_and_others_another(folder: Path) -> None:
    before = dict(load_books(folder).listed)
    text = (folder / "bet365.toml").read_text(encoding="utf-8")
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    (other / "bet365.toml").write_text(f"# a remark\n{text}", encoding="utf-8")
    assert dict(load_books(other).listed) == before
    third = folder.parent / "third"
    shutil.copytree(folder, third)
    (third / "bet365.toml").write_text(f'{text}\nresettle = "24h"', encoding="utf-8")
    bet365 = BookmakerKey("bet365")
    changed = dict(load_books(third).listed)
    assert changed[bet365].version != before[bet365].version
    assert changed[bet365].version.startswith("bet365@")


def test_what_a_file_leaves_unsaid_follows_the_default(folder: Path) -> None:
    default = folder / "default.toml"
    text = default.read_text(encoding="utf-8").replace('resettle = "72h"', 'resettle = "48h"')
    default.write_text(text, encoding="utf-8")
    books = load_books(folder)
    assert books.of(BookmakerKey("bet365")).resettle == 48 * HOURS
    assert books.of(BookmakerKey("pokerstars_fr")).resettle == 72 * HOURS


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('reply = "48h"', "bet365.toml: reply is unknown; did you mean replay?"),
        ('resettle = "soon"', "bet365.toml: resettle is not a duration"),
        ('resettle = "0"', "bet365.toml: resettle must be longer than nothing"),
        ('resettle = "99d"', "at most 30 days"),
        ('decided_stands = "yes"', "Expected `bool"),
        ('replay = "24h"', "bet365.toml: Cannot overwrite a value"),
        ("resettle = ", "bet365.toml: Invalid value"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_file_and_reason(
    folder: Path, line: str, reason: str
) -> None:
    with (folder / "bet365.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(SettingsInvalid, match=r"settlement/bet365\.toml") as refused:
        load_books(folder)
    assert reason in str(refused.value)


def test_a_zone_that_is_none_is_refused(folder: Path) -> None:
    path = folder / "bet365.toml"
    text = path.read_text(encoding="utf-8").replace("Europe/Paris", "Europe/Atlantis")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid, match="zone is not a time zone"):
        load_books(folder)


def test_the_default_says_everything(folder: Path) -> None:
    path = folder / "default.toml"
    text = path.read_text(encoding="utf-8").replace("part_decided = true", "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"default\.toml: part_decided is missing"):
        load_books(folder)
    path.unlink()
    with pytest.raises(SettingsInvalid, match=r"default\.toml is missing"):
        load_books(folder)


def test_a_file_named_for_no_bookmaker_is_refused(folder: Path) -> None:
    (folder / "Bet 365.toml").write_text('source = "x"', encoding="utf-8")
    with pytest.raises(SettingsInvalid, match="not named for a bookmaker"):
        load_books(folder)


def test_a_compressed_world_compresses_the_books_too() -> None:
    written = {"MON_PS_SCALE__FACTOR": "120", "MON_PS_DELIVERY__LEASE": "50m"}
    assert load(written, None).books.default.replay == 48 * HOURS / 120
