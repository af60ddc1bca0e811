import gzip
from datetime import UTC, datetime, timedelta

import pytest

from engine.collect.football_data import match_rows, read_season
from engine.domain.settlement import Score
from tests.unit.collect.wire import KICK_OFF, a_stored, names

HEAD = (
    "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,HTHG,HTAG,PSCH,PSCD,PSCA,AvgCH,AvgCD,AvgCA,"
    "PC>2.5,PC<2.5,AHCh,PCAHH,PCAHA,BFECH,BFECD,BFECA,NewBook"
)
ROW = "E0,22/08/2026,15:00,Arsenal,Chelsea,2,1,1,0,2.1,3.4,3.6,2.0,3.3,,1.8,2.1,-0.25,1.9,2.0,,,,7"


def season(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *rows, ",,,,", "")).encode()


def test_a_row_is_read_by_the_names_of_its_columns() -> None:
    (match,) = read_season(season(ROW))
    assert (match.division, match.home, match.away) == ("E0", "Arsenal", "Chelsea")
    assert (match.full_time, match.half_time) == (Score(home=2, away=1), Score(home=1, away=0))
    assert match.closes["PS"].match_odds == (2.1, 3.4, 3.6)
    assert match.closes["PS"].totals == (1.8, 2.1)
    assert match.closes["PS"].handicap == (-0.25, 1.9, 2.0)


def test_an_incomplete_close_is_absent() -> None:
    (match,) = read_season(season(ROW))
    assert set(match.closes) == {"PS"}


@pytest.mark.parametrize(
    ("date", "time", "utc"),
    [
        ("22/08/2026", "15:00", datetime(2026, 8, 22, 14, 0, tzinfo=UTC)),
        ("22/01/2026", "15:00", datetime(2026, 1, 22, 15, 0, tzinfo=UTC)),
        ("22/01/98", "", datetime(1998, 1, 22, 12, 0, tzinfo=UTC)),
        ("2026-08-22", "15:00", datetime(2026, 8, 22, 14, 0, tzinfo=UTC)),
    ],
)
def test_times_are_uk_clock_and_dates_come_in_three_forms(
    date: str, time: str, utc: datetime
) -> None:
    (match,) = read_season(season(ROW.replace("22/08/2026,15:00", f"{date},{time}")))
    assert match.kick_off == utc


def test_blank_rows_and_unreadable_dates_are_left_out() -> None:
    assert read_season(season(ROW.replace("22/08/2026", "soon"), ",,,,,,")) == ()
    assert read_season(b"") == ()


def test_a_file_may_be_gzipped_have_a_bom_or_be_old() -> None:
    for content in (
        gzip.compress(season(ROW)),
        b"\xef\xbb\xbf" + season(ROW),
        season(ROW).replace(b"NewBook", b"Caf\xe9"),
    ):
        assert read_season(content)[0].home == "Arsenal"


def test_a_line_off_the_quarters_or_a_price_of_one_is_no_close() -> None:
    (match,) = read_season(season(ROW.replace("-0.25", "-0.3").replace("2.1,3.4", "1,3.4")))
    assert match.closes["PS"].handicap is None
    assert match.closes["PS"].match_odds is None


def test_a_fixture_finds_its_row_though_it_moved() -> None:
    rows = read_season(season(ROW))
    moved = a_stored(KICK_OFF + timedelta(days=2))
    assert match_rows([moved], rows, names()).rows == {moved.id: rows[0]}


def test_the_return_match_another_month_and_another_league_do_not_match() -> None:
    rows = read_season(season(ROW))
    back = a_stored(home="chelsea", away="arsenal")
    late = a_stored(KICK_OFF + timedelta(days=30))
    matched = match_rows([back, late], rows, names())
    assert (dict(matched.rows), set(matched.unmatched)) == ({}, {back, late})
    spain = read_season(season(ROW.replace("E0", "SP1")))
    assert match_rows([a_stored()], spain, names()).unmatched == ()


def test_of_two_meetings_the_nearer_is_meant() -> None:
    """Ordered pairs repeat in split leagues."""
    rows = read_season(season(ROW.replace("22/08", "19/08"), ROW))
    assert match_rows([a_stored()], rows, names()).rows[a_stored().id] == rows[1]


def test_a_name_no_table_has_is_reported() -> None:
    rows = read_season(season(ROW.replace("Chelsea", "Chelsey")))
    matched = match_rows([a_stored()], rows, names())
    assert matched.unknown_names == (("soccer_epl", "Chelsey"),)
    assert matched.unmatched == (a_stored(),)
