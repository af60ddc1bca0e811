import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from engine.domain.errors import SettingsInvalid
from engine.pricing.devig.book import devig
from jobs.multi_market import read_multi_market
from tests.unit.jobs.multi_market_files import COLUMNS, match, write


def test_a_match_is_read_with_its_prices_fair_and_its_kick_off_in_utc(tmp_path: Path) -> None:
    write(tmp_path / "E0_2021.csv", [match()])
    read = read_multi_market(tmp_path)
    past = read.past
    kick_off = datetime(2020, 9, 12, 14, tzinfo=UTC)
    assert past.kick_off.tolist() == [kick_off.timestamp()]
    friday = datetime(2020, 9, 11, 14, tzinfo=UTC)
    assert past.looked_at.tolist() == [friday.timestamp()]
    np.testing.assert_allclose(past.match_odds[0], devig(np.array([2.10, 3.40, 3.60])))
    np.testing.assert_allclose(past.over, devig(np.array([2.00, 1.80]))[0])
    np.testing.assert_allclose(past.quotes[0, 0], devig(np.array([1.80, 1.95]))[0])
    np.testing.assert_allclose(past.quotes[0, 4], devig(np.array([6.00, 1.12]))[0])
    np.testing.assert_allclose(read.double_chance.sum(), 2)
    assert read.season.tolist() == [2020]
    assert read.left_out == {}


def test_what_cannot_be_used_is_counted_by_reason(tmp_path: Path) -> None:
    rows = [
        match(),
        match(),
        match(HomeTeam="A", FTHG=""),
        match(HomeTeam="B", Date="someday"),
        match(HomeTeam=""),
        match(HomeTeam="C", B365D=""),
        match(HomeTeam="D", **{"B365>2.5": "1.0"}),
        match(HomeTeam="E", B365H="1.10", B365D="2.00", B365A="2.00"),  # sums to 1.9
        match(HomeTeam="F", BTTS_Yes="-"),
        match(
            HomeTeam="G",
            B365H="1.02",
            B365D="30",
            B365A="60",
            **{"B365>2.5": "17", "B365<2.5": "1.02"},
        ),
    ]
    write(tmp_path / "E0_2021.csv", rows)
    (tmp_path / "notes.csv").write_text("nothing of ours")
    read = read_multi_market(tmp_path)
    assert len(read.past) == 2
    assert read.left_out == {
        "file_name_unknown": 1,
        "kick_off_unreadable": 1,
        "main_market_contradictory": 1,
        "main_market_incomplete": 3,
        "no_quote_btts_yes": 1,
        "no_result": 1,
        "no_teams": 1,
        "repeated": 1,
    }


def test_a_missing_column_is_a_market_not_quoted(tmp_path: Path) -> None:
    columns = tuple(name for name in COLUMNS if name not in {"Over_FT_4_5", "DC_12", "Time"})
    write(tmp_path / "E0_2021.csv", [match()], columns)
    read = read_multi_market(tmp_path)
    assert np.isnan(read.past.quotes[0, 4])
    assert np.isfinite(read.past.quotes[0, :4]).all()
    assert np.isnan(read.double_chance).all()


def test_over_2_5_is_read_under_its_other_name_too(tmp_path: Path) -> None:
    columns = tuple(
        {"B365>2.5": "Over_FT_2_5", "B365<2.5": "Under_FT_2_5"}.get(name, name) for name in COLUMNS
    )
    write(tmp_path / "E0_2324.csv", [match(Over_FT_2_5="2.00", Under_FT_2_5="1.80")], columns)
    past = read_multi_market(tmp_path).past
    np.testing.assert_allclose(past.over, devig(np.array([2.00, 1.80]))[0])


def test_matches_stand_in_the_order_of_their_looks_and_clubs_keep_their_number(
    tmp_path: Path,
) -> None:
    first = match(Date="2020-09-12", HomeTeam="Leeds", AwayTeam="Derby")
    later = match(Date="2021-09-11", HomeTeam="Leeds", AwayTeam="Fulham")
    write(tmp_path / "E0_2122.csv", [later])
    write(tmp_path / "E1_2021.csv", [first])
    plain = (tmp_path / "E1_2021.csv").read_bytes()
    (tmp_path / "E1_2021.csv").unlink()
    (tmp_path / "E1_2021.csv.gz").write_bytes(gzip.compress(plain))
    past = read_multi_market(tmp_path).past
    assert past.competition.tolist() == [1, 0]
    assert past.home[0] == past.home[1]
    assert (np.diff(past.looked_at) > 0).all()


def test_a_folder_without_matches_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="--multi-market: no match to read"):
        read_multi_market(tmp_path)
    write(tmp_path / "E0_2021.csv", [match(B365H="")])
    with pytest.raises(SettingsInvalid, match=r"with its main odds .*1 main_market_incom"):
        read_multi_market(tmp_path)
    with pytest.raises(SettingsInvalid, match=r"--multi-market: .*absent is no folder"):
        read_multi_market(tmp_path / "absent")


def test_a_file_of_another_kind_is_said_to_have_no_teams(tmp_path: Path) -> None:
    (tmp_path / "E0_2021.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SettingsInvalid, match=r"no match to read in .* \(1 no_teams\)"):
        read_multi_market(tmp_path)


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(b"cut short, sadly", mtime=0)[:-9], b"\x1f\x8b"],
    ids=["no gzip", "cut short", "two bytes"],
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, body: bytes) -> None:
    write(tmp_path / "E0_2021.csv", [match()])
    (tmp_path / "E1_2021.csv.gz").write_bytes(body)
    with pytest.raises(SettingsInvalid, match=r"--multi-market: cannot read .*E1_2021.csv.gz"):
        read_multi_market(tmp_path)
