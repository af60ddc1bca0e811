# ruff: noqa: E501  # lines of files as the site writes them
from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.errors import SettingsInvalid
from jobs.season_archive import read_archive

if TYPE_CHECKING:
    from pathlib import Path

OLD = """Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR,B365H,B365D,B365A,PSH,PSD,PSA,PSCH,PSCD,PSCA,BbMxH,BbMxD,BbMxA,BbAvH,BbAvD,BbAvA,BbMx>2.5,BbMx<2.5,BbAv>2.5,BbAv<2.5
E0,11/08/18,Leeds,Derby,2,1,H,2.0,3.4,3.8,2.05,3.5,3.9,2.1,3.4,3.8,2.1,3.6,4.0,2.0,3.4,3.8,2.0,1.9,1.9,1.85
"""
NEW = """Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,B365H,B365D,B365A,AvgH,AvgD,AvgA,AvgCH,AvgCD,AvgCA,Avg>2.5,Avg<2.5,AHh,AvgAHH,AvgAHA,AHCh,AvgCAHH,AvgCAHA
E1,17/08/2019,15:00,Derby,Leeds,0,0,D,2.2,3.3,3.4,2.2,3.3,3.4,2.3,3.2,3.3,1.9,1.9,-0.25,1.9,1.95,0,1.9,1.95
E1,18/08/2019,12:00,Stoke,Hull,1,0,H,1.0,,3.4,2.2,3.3,3.4,,,,1.9,1.9,-0.5,1.9,1.95,-0.5,1.9,1.95
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for season, division, text in (("1819", "E0", OLD), ("1920", "E1", NEW)):
        path = tmp_path / season / f"{division}.csv.gz"
        path.parent.mkdir()
        path.write_bytes(gzip.compress(text.encode()))
    return tmp_path


def test_files_of_two_eras_become_one_archive_in_the_order_of_looks(folder: Path) -> None:
    archive = read_archive(folder, range(2018, 2020))
    assert archive.competitions == ("E0", "E1")
    assert archive.season.tolist() == [2018, 2019, 2019]
    assert archive.home_goals.tolist() == [2, 0, 1]
    assert np.diff(archive.looked_at).tolist()[1] == 0  # one Friday for Saturday and Sunday
    friday = datetime(2019, 8, 16, 14, tzinfo=UTC).timestamp()
    assert archive.looked_at[1] == friday
    assert archive.kick_off[1] == datetime(2019, 8, 17, 14, tzinfo=UTC).timestamp()


def test_divisions_of_one_country_share_their_teams(folder: Path) -> None:
    archive = read_archive(folder, range(2018, 2020))
    assert archive.teams == ("E:Derby", "E:Hull", "E:Leeds", "E:Stoke")
    assert (archive.home[0], archive.away[1]) == (archive.away[1], archive.away[1])


def test_averages_of_both_eras_are_one_book(folder: Path) -> None:
    archive = read_archive(folder, range(2018, 2020))
    assert archive.look.books == ("bet365", "fd_avg", "fd_max", "pinnacle")
    average, best = archive.look.book("fd_avg"), archive.look.book("fd_max")
    assert archive.look.match_odds[:, average, 0].tolist() == [2.0, 2.2, 2.2]
    assert archive.look.total[0, best].tolist() == [2.0, 1.9]
    assert archive.close.match_odds[0, archive.close.book("pinnacle")].tolist() == [2.1, 3.4, 3.8]


def test_lines_of_look_and_close_stand_apart_and_a_torn_book_is_none(folder: Path) -> None:
    archive = read_archive(folder, range(2018, 2020))
    assert np.isnan(archive.look.handicap_line[0])
    assert archive.look.handicap_line[1:].tolist() == [-0.25, -0.5]
    assert archive.close.handicap_line[1:].tolist() == [0, -0.5]
    assert archive.look.total_line.tolist() == [2.5] * 3
    assert np.isnan(archive.look.match_odds[2, archive.look.book("bet365")]).all()
    assert np.isnan(archive.close.match_odds[2]).all()


def test_of_two_files_of_one_season_the_fuller_counts(folder: Path) -> None:
    august = folder / "1920-august" / "E1.csv"
    august.parent.mkdir()
    august.write_text("\n".join(NEW.splitlines()[:2]))
    assert len(read_archive(folder, [2019])) == 2


def test_seasons_and_divisions_are_chosen_and_progress_told(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    archive = read_archive(
        folder, [2018, 2019], frozenset({"E1"}), lambda done, of: told.append((done, of))
    )
    assert archive.competitions == ("E1",)
    assert told == [(1, 1)]


def test_what_is_not_there_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(SettingsInvalid, match="nowhere is no folder"):
        read_archive(folder / "nowhere", [2018])
    with pytest.raises(SettingsInvalid, match="no season file of those wanted"):
        read_archive(folder, [2001])
    with pytest.raises(SettingsInvalid, match="--divisions: no file of D1, XX"):
        read_archive(folder, [2018], frozenset({"E0", "XX", "D1"}))
    broken = folder / "1718" / "E0.csv.gz"
    broken.parent.mkdir()
    broken.write_bytes(b"\x1f\x8bnothing that can be unpacked")
    with pytest.raises(SettingsInvalid, match=r"1718/E0\.csv"):
        read_archive(folder, [2017])


@pytest.mark.realdata
def test_a_real_season_has_closes_of_the_sharp_book_on_every_market(real_data: Path) -> None:
    main = real_data / "football-data" / "main"
    archive = read_archive(main, [2022], frozenset({"E0", "SP1"}))
    assert len(archive) == 760
    for odds in (archive.look, archive.close):
        place = odds.book("pinnacle")
        for name in ("match_odds", "total", "handicap"):
            assert np.isfinite(getattr(odds, name)[:, place]).all(axis=1).mean() > 0.97
    moved = archive.look.handicap_line != archive.close.handicap_line
    assert 0.2 < moved.mean() < 0.6
    assert (archive.looked_at < archive.kick_off).all()
