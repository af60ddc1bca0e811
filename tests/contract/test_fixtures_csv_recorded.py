"""Three recorded copies of fixtures.csv, whole, as the feed reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

import pytest

from config.catalogue import load_catalogue
from engine.collect.asks import ask_file
from engine.collect.fixtures_csv import PATH, normalise_files
from engine.collect.known import Known
from engine.collect.payload import FOOTBALL_DATA, Payload
from engine.collect.rules import CollectRules
from engine.domain.board import AGGREGATES
from engine.domain.policy import DEFAULT_POLICY
from engine.domain.price import Rung
from engine.pricing.price import price

if TYPE_CHECKING:
    from pathlib import Path

    from engine.collect.normalise import Intake

pytestmark = pytest.mark.realdata
COPIES: Final = {"2026-01-30T1855": 191, "2026-02-03T1318": 23, "2026-02-06T1317": 182}
NAMES: Final = load_catalogue().names
EVERY_LEAGUE: Final = {
    key for (source, _), keys in NAMES.leagues.items() if source == FOOTBALL_DATA for key in keys
}


def read(real_data: Path, copy: str, *, late: timedelta = timedelta(0)) -> Intake:
    at = datetime.strptime(copy, "%Y-%m-%dT%H%M").replace(tzinfo=UTC)
    payload = Payload(
        source=FOOTBALL_DATA,
        ask=ask_file(PATH),
        fetched_at=at + late,
        status=200,
        headers={"last-modified": format_datetime(at, usegmt=True)},
        body=(real_data / f"football-data/fixtures/fixtures_{copy}.csv.gz").read_bytes(),
    )
    known, rules = Known(names=NAMES), CollectRules()
    return normalise_files([payload], known, rules, at + late, competitions=EVERY_LEAGUE)


@pytest.mark.parametrize("copy", COPIES)
def test_every_game_is_matched_and_every_price_counted(real_data: Path, copy: str) -> None:
    intake = read(real_data, copy)
    assert len(intake.events) == COPIES[copy]
    assert intake.unmatched == ()
    assert intake.offered == len(intake.board) + sum(intake.rejected.values())
    assert len(intake.board) > 0.9 * intake.offered
    assert not AGGREGATES & set(intake.board.bookmakers)
    assert set(intake.board.quoted_at.tolist()) == {intake.board.as_of.timestamp()}


@pytest.mark.parametrize("copy", COPIES)
def test_the_exchange_prices_what_no_sharp_book_does(real_data: Path, copy: str) -> None:
    board = read(real_data, copy).board
    rules = replace(DEFAULT_POLICY.pricing, sharp_books=("pinnacle", "betfair_ex_uk"))
    priced = price(board, rules, board.as_of)
    sharp = set(priced.fixture[priced.rung == Rung.SHARP].tolist())
    assert len(sharp) > 0.9 * len(board.fixtures)


def test_a_copy_older_than_accepted_prices_nothing(real_data: Path) -> None:
    intake = read(real_data, "2026-02-06T1317", late=timedelta(hours=12, minutes=1))
    assert len(intake.board) == 0
    assert intake.fixtures
