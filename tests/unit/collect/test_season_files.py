"""football-data.co.uk's season files: every year's columns, every line accounted for."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from engine.collect.season_files.books import AGGREGATES, bookmaker_keys
from engine.collect.season_files.columns import Stage
from engine.collect.season_files.instants import LONDON, pre_match_instant, read_kick_off
from engine.collect.season_files.place import name_rows, place_rows
from engine.collect.season_files.prices import PriceReject
from engine.collect.season_files.rows import RowReject
from engine.collect.season_files.season import Origin, SeasonFile, origin_of, read_season_file
from engine.domain.errors import Skip
from engine.domain.fixture import Fixture, FixtureStatus
from engine.domain.market import Selection
from engine.domain.settlement import Score

E0 = Origin(name="main/2324/E0.csv", division="E0", season="2324")
MAX_MOVE = timedelta(days=10)
HEAD = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG"
ROW = "E0,19/08/2023,15:00,Fulham,Brentford,0,3,A,0,1"


def read(*lines: str, origin: Origin = E0) -> SeasonFile:
    return read_season_file("\r\n".join(lines).encode(), origin)


def prices(file: SeasonFile) -> dict[tuple[str, str, str], float]:
    """Return the prices by code, stage and selection."""
    found = file.prices
    return {
        (
            found.codes[code],
            Stage(stage).name,
            Selection.from_number(selection).code,
        ): odds
        for code, stage, selection, odds in zip(
            found.code.tolist(),
            found.stage.tolist(),
            found.selection.tolist(),
            found.odds.tolist(),
            strict=True,
        )
    }


def test_a_line_is_a_match_in_uk_clock_time() -> None:
    (match,) = read(HEAD, ROW).matches
    assert match.kick_off == datetime(2023, 8, 19, 14, tzinfo=UTC)
    assert (match.home, match.away, match.division, match.season) == (
        "Fulham",
        "Brentford",
        "E0",
        "2324",
    )
    assert (match.full_time, match.half_time) == (Score(home=0, away=3), Score(home=0, away=1))


@pytest.mark.parametrize("date", ["19/08/23", "19/08/2023", "2023-08-19"])
def test_every_form_of_a_date_is_the_same_day(date: str) -> None:
    (match,) = read(HEAD, ROW.replace("19/08/2023", date)).matches
    assert match.kick_off == datetime(2023, 8, 19, 14, tzinfo=UTC)


@pytest.mark.parametrize("date", ["19-08-2023", "19.8.23", "2023/08/19", "2023-08-19T00:00:00"])
@pytest.mark.parametrize("clock", ["15:00", "15.00", "15:00:00"])
def test_re_saved_dates_and_times_are_the_same_hour(date: str, clock: str) -> None:
    assert read_kick_off(date, clock) == datetime(2023, 8, 19, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{ROW}".encode("utf-16"),
        f"{HEAD}\n{ROW}".encode("utf-16-le"),
        f"{HEAD}\n{ROW}".encode("utf-16-be"),
        f"\ufeff\ufeff{HEAD}\n\ufeff{ROW}".encode(),
        f"{HEAD}\n{ROW}".replace(",", "\t").encode(),
        f"{HEAD}\r{ROW}\r".encode(),
        f"{HEAD.upper()}\n{ROW}".encode(),
        f"{HEAD.lower()}\n{ROW.lower()}".encode(),
        f"{HEAD}\n{ROW}".replace("E0", "E\x000").encode(),
    ],
    ids=["16", "16-le", "16-be", "marks", "tabs", "cr", "capitals", "small", "nul"],
)
def test_whatever_a_file_was_re_saved_as_its_match_is_read(content: bytes) -> None:
    (match,) = read_season_file(content, E0).matches
    assert (match.division, match.home.lower()) == ("E0", "fulham")
    assert match.kick_off == datetime(2023, 8, 19, 14, tzinfo=UTC)


def test_headings_without_capitals_are_the_same_prices() -> None:
    head = HEAD + ",B365H,B365D,B365A,MaxCH,MaxCD,MaxCA,AHh,AvgAHH,AvgAHA,BbAHh,BbMxAHH,BbMxAHA"
    row = ROW + ",2,3,4,2.1,3.1,4.1,-0.5,1.9,2,0.25,1.8,2.1"
    plain = prices(read(head, row))
    assert len(plain) == 10
    assert prices(read(head.lower(), row)) == prices(read(head.upper(), row)) == plain


def test_blank_lines_above_the_headings_are_counted_and_keep_the_line_numbers() -> None:
    file = read("", "", HEAD, ROW, "E0,never,,Fulham,Brentford,1,1,D,0,0")
    assert (file.read, len(file.matches), file.blank.total()) == (4, 1, 2)
    assert [row.line for row in file.bad] == [5]


def test_a_stray_quote_costs_its_own_line_alone() -> None:
    file = read(HEAD, ROW, f'"{ROW}', *[ROW] * 3000)
    assert (file.read, len(file.matches)) == (3002, 3001)
    assert [(row.line, row.reason) for row in file.bad] == [(3, RowReject.NO_TEAMS)]
    few = read(HEAD, ROW, f'"{ROW}', ROW, ROW)
    assert (few.read, len(few.matches), len(few.bad)) == (4, 3, 1)


def test_what_a_bad_line_shows_can_be_stored() -> None:
    (bad,) = read(HEAD, "E0,never\x07,,Fulham\u2028,Brentford,1,1,D,0,0").bad
    assert bad.text.isprintable()


def test_a_match_without_a_time_is_at_noon_in_london() -> None:
    (match,) = read(HEAD, ROW.replace("15:00", "")).matches
    assert match.kick_off.astimezone(LONDON).hour == 12


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfDiv,Date,HomeTeam,AwayTeam,FTHG,FTAG\r\nD2,19/08/2023,K\xc3\xb6ln,X,1,0\r\n",
        b"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\nD2,19/08/2023,K\xf6ln,X,1,0\n",
        b"Div;Date;HomeTeam;AwayTeam;FTHG;FTAG\nD2;19/08/2023;K\xf6ln;X;1.0;0.0\n",
    ],
)
def test_encodings_marks_and_separators_do_not_matter(content: bytes) -> None:
    for form in (content, gzip.compress(content)):
        (match,) = read_season_file(form, E0).matches
        assert (match.division, match.home) == ("D2", "Köln")
        assert match.full_time == Score(home=1, away=0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (ROW.replace("19/08/2023", ""), RowReject.NO_DATE),
        (ROW.replace("19/08/2023", "31/02/2023"), RowReject.NO_DATE),
        (ROW.replace("Fulham", " "), RowReject.NO_TEAMS),
        (ROW.replace("0,3,A", ",,"), RowReject.NO_SCORE),
        (ROW.replace("0,3,A", "P,P,"), RowReject.NO_SCORE),
        (ROW.replace("0,3,A", "0,2.5,A"), RowReject.NO_SCORE),
        (ROW.replace("0,3,A", "0,-3,H"), RowReject.NO_SCORE),
        (ROW.replace("0,3,A", "0,3,D"), RowReject.RESULT_CONTRADICTS_GOALS),
        (ROW.replace("0,3,A,0,1", "0,3,A,0,4"), RowReject.RESULT_CONTRADICTS_GOALS),
    ],
)
def test_a_line_that_is_no_match_is_listed_with_its_reason(line: str, reason: RowReject) -> None:
    file = read(HEAD, ROW, line)
    assert len(file.matches) == 1
    assert [(bad.line, bad.reason) for bad in file.bad] == [(3, reason)]


def test_every_line_is_a_match_or_bad_or_blank() -> None:
    file = read(HEAD, ROW, ",,,,", "", " , ,", "E0,x,,A,B,1,0,H,,")
    assert file.read == 5
    assert (len(file.matches), len(file.bad), file.blank.total()) == (1, 1, 3)


def test_a_list_of_games_to_come_has_no_results_to_import() -> None:
    file = read("Div,Date,Time,HomeTeam,AwayTeam,B365H", "E0,30/01/2026,20:00,A,B,2.0")
    assert [bad.reason for bad in file.bad] == [RowReject.NOT_PLAYED]


def test_an_extra_league_is_known_by_its_country() -> None:
    file = read(
        "Country,League,Season,Date,Time,Home,Away,HG,AG,Res,PSCH,PSCD,PSCA,XYCH,XYCD,XYCA",
        "Austria,Bundesliga,2012/2013,21/07/2012,15:00,Ried,Wolfsberger AC,1,0,H,2,3.4,3.9,,,",
        "Brazil,Serie A,2024,01/05/2024,23:30,Bahia,Vitoria,2,2,D,,,,2.1,3,4",
        origin=Origin(name="new.csv", division="", season=""),
    )
    assert [(each.division, each.season) for each in file.matches] == [
        ("AUT", "1213"),
        ("BRA", "2024"),
    ]
    assert {(code, stage) for code, stage, _ in prices(file)} == {
        ("PS", "CLOSING"),
        ("XY", "CLOSING"),
    }


def test_prices_are_told_apart_by_book_stage_and_market() -> None:
    file = read(
        f"{HEAD},B365H,B365D,B365A,B365CH,B365CD,B365CA,VCH,VCD,VCA,VCCH,VCCD,VCCA"
        ",P>2.5,P<2.5,PC>2.5,PC<2.5,AHh,PAHH,PAHA,AHCh,PCAHH,PCAHA",
        f"{ROW},2,3.5,4,2.1,3.4,3.9,2.2,3.3,3.8,2.3,3.2,3.7,1.9,2,1.8,2.1,-0.25,1.95,1.96,0,1.7,2.2",
    )
    found = prices(file)
    assert len(found) == 20
    assert found["B365", "PRE_MATCH", "home"] == 2
    assert found["B365", "CLOSING", "away"] == 3.9
    assert found["VC", "PRE_MATCH", "draw"] == 3.3
    assert found["VC", "CLOSING", "home"] == 2.3
    assert found["P", "CLOSING", "under_2.5"] == 2.1
    assert found["P", "PRE_MATCH", "ah_home@-0.25"] == 1.95
    assert found["P", "PRE_MATCH", "ah_away@+0.25"] == 1.96
    assert found["P", "CLOSING", "ah_home@+0"] == 1.7


def test_old_handicaps_have_a_line_for_each_book_and_odd_ways_to_write_it() -> None:
    head = f"{HEAD},GBAHH,GBAHA,GBAH,LBAHH,LBAHA,LBAH,BbAH,BbAHh,BbMxAHH,BbMxAHA,BbAvAHH,BbAvAHA"
    file = read(
        head,
        f"{ROW},1.9,2,-0.5,1.8,2.1,-1.5/-2,17,-0.75,2.1,1.9,2,1.8",
        f"{ROW.replace('19/08', '20/08')},1.9,2,-1 1/4,1.8,2.1,,17,,,,,",
    )
    found = prices(file)
    assert found["GB", "PRE_MATCH", "ah_home@-0.5"] == 1.9
    assert found["LB", "PRE_MATCH", "ah_home@-1.75"] == 1.8
    assert found["BbMx", "PRE_MATCH", "ah_away@+0.75"] == 1.9
    assert found["GB", "PRE_MATCH", "ah_home@-1.25"] == 1.9
    assert file.prices.rejected == {PriceReject.NO_LINE.value: 2}


def test_three_headings_of_one_name_are_the_three_outcomes() -> None:
    file = read(f"{HEAD},LB,LB,LB", f"{ROW},2.3,2.9,2.8")
    assert list(prices(file).values()) == [2.3, 2.9, 2.8]


def test_a_bookmaker_nobody_has_heard_of_is_kept() -> None:
    file = read(f"{HEAD},NEWH,NEWD,NEWA,NEWCH,NEWCD,NEWCA", f"{ROW},2,3,4,2.5,3.5,4.5")
    assert {(code, stage) for code, stage, _ in prices(file)} == {
        ("NEW", "PRE_MATCH"),
        ("NEW", "CLOSING"),
    }
    assert bookmaker_keys(file.prices.codes) == {"NEW": "fd_new"}


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (("B365", "NBC", "B365C"), ("NBC", "PRE_MATCH")),
        (("B365", "NBC"), ("NBC", "PRE_MATCH")),
        (("B365", "B365C", "NBC"), ("NB", "CLOSING")),
        (("PSC", "NBC"), ("NB", "CLOSING")),
        (("B365", "B365C", "1XBC"), ("1XB", "CLOSING")),
        (("B365", "LBC", "B365C"), ("LB", "CLOSING")),
        (("NBC", "NBCC"), ("NBC", "PRE_MATCH")),
    ],
)
def test_a_new_book_that_ends_in_c_is_told_from_a_closing_price(
    headings: tuple[str, ...], found: tuple[str, str]
) -> None:
    columns = "".join(f",{code}{end}" for code in headings for end in "HDA")
    file = read(HEAD + columns, ROW + ",2,3,4" * len(headings))
    assert found in {(code, stage) for code, stage, _ in prices(file)}


def test_statistics_are_not_taken_for_prices() -> None:
    file = read(f"{HEAD},HS,AS,HST,AST,HC,AC,HR,AR,HxG,AxG,BbAH,Bb1X2", f"{ROW}{',3' * 12}")
    assert len(file.prices) == 0


def test_a_bad_price_is_counted_and_its_line_kept() -> None:
    file = read(f"{HEAD},B365H,B365D,B365A,BFEH,BFED,BFEA", f"{ROW},#,1,0,1002,inf,3.5")
    assert len(file.matches) == 1
    assert prices(file) == {("BFE", "PRE_MATCH", "away"): 3.5}
    assert file.prices.rejected == {"not_a_number": 2, "not_above_one": 2, "too_high": 1}


def test_what_is_no_table_is_refused_by_name() -> None:
    with pytest.raises(Skip, match="NOT_GZIP"):
        read_season_file(b"\x1f\x8bnot gzip", E0)


@pytest.mark.parametrize(
    ("path", "division", "season"),
    [
        ("main/9394/E0.csv.gz", "E0", "9394"),
        ("main-2425-august/SC0.csv.gz", "SC0", "2425"),
        ("football-data/mmz4281/0001/SP1.csv", "SP1", "0001"),
        ("extra/ARG.csv", "ARG", ""),
        ("E0 (2023-24).csv", "E0", ""),
    ],
)
def test_a_files_name_says_its_division_and_season(path: str, division: str, season: str) -> None:
    origin = origin_of(path)
    assert (origin.division, origin.season) == (division, season)


@given(
    st.datetimes(min_value=datetime(1993, 7, 1), max_value=datetime(2030, 1, 1))  # noqa: DTZ001
)
def test_pre_match_odds_are_taken_before_kick_off_and_within_its_batch(naive: datetime) -> None:
    kick_off = naive.replace(tzinfo=UTC)
    taken = pre_match_instant(kick_off)
    assert timedelta(hours=1) <= kick_off - taken < timedelta(days=4)
    day = kick_off.astimezone(LONDON).weekday()
    early = taken == kick_off - timedelta(hours=1)
    assert early or taken.astimezone(LONDON).weekday() == (1 if 1 <= day <= 3 else 4)


def test_a_day_that_never_was_has_no_kick_off() -> None:
    assert read_kick_off("29/02/2023", "15:00") is None
    assert read_kick_off("01/01/0001", "15:00") is None


def test_every_aggregate_is_marked_as_nobodys_price() -> None:
    kinds = {key: book.kind for key, book in load_catalogue().bookmakers.items()}
    assert {key for key, kind in kinds.items() if kind == "aggregate"} == set(
        bookmaker_keys(sorted(AGGREGATES)).values()
    )


def a_known(kick_off: datetime, status: FixtureStatus = FixtureStatus.SCHEDULED) -> Fixture:
    named = name_rows(read(HEAD, ROW).matches, load_catalogue().names)
    (row,) = named.rows
    return Fixture(
        id=place_rows(read(HEAD, ROW).matches, named.rows, (), MAX_MOVE).new[0].id,
        competition=row.competition,
        home=row.home,
        away=row.away,
        kick_off=kick_off,
        status=status,
    )


def test_a_fixture_met_live_is_the_line_of_its_day_and_is_over() -> None:
    known = a_known(datetime(2023, 8, 19, 16, 30, tzinfo=UTC))
    file = read(HEAD, ROW)
    named = name_rows(file.matches, load_catalogue().names)
    placed = place_rows(file.matches, named.rows, [known], MAX_MOVE)
    assert not placed.new
    (changed,) = placed.changed
    assert (changed.id, changed.kick_off) == (known.id, known.kick_off)
    assert changed.status is FixtureStatus.FINISHED


def test_a_game_put_off_keeps_its_identity_and_a_second_meeting_is_another() -> None:
    put_off = a_known(datetime(2023, 8, 12, 14, tzinfo=UTC))
    over = a_known(datetime(2023, 8, 15, 14, tzinfo=UTC), FixtureStatus.FINISHED)
    file = read(HEAD, ROW)
    named = name_rows(file.matches, load_catalogue().names)
    moved = place_rows(file.matches, named.rows, [put_off], MAX_MOVE)
    assert [(one.id, one.kick_off) for one in moved.changed] == [
        (put_off.id, file.matches[0].kick_off)
    ]
    second = place_rows(file.matches, named.rows, [over], MAX_MOVE)
    assert not second.changed
    assert second.new[0].id != over.id


def test_a_pair_may_meet_twice_in_a_season_but_not_twice_a_day() -> None:
    file = read(HEAD, ROW, ROW.replace("19/08", "22/08"), ROW.replace("0,3,A", "1,3,A"))
    named = name_rows(file.matches, load_catalogue().names)
    placed = place_rows(file.matches, named.rows, (), MAX_MOVE)
    assert len({one.id for one in placed.new}) == 2
    assert [(bad.line, bad.reason) for bad in placed.bad] == [(4, RowReject.REPEATED_MATCH)]
    again = place_rows(file.matches, named.rows, placed.new, MAX_MOVE)
    assert not again.new
    assert again.fixtures == placed.new


def test_an_unknown_name_is_asked_about_once_and_its_line_is_listed() -> None:
    file = read(HEAD, ROW.replace("Fulham", "Fulhm"), ROW.replace("Fulham", "Fulhm"), ROW)
    named = name_rows(file.matches, load_catalogue().names)
    assert [bad.reason for bad in named.bad] == [RowReject.UNMATCHED_TEAM] * 2
    (unknown,) = named.unmatched
    assert (unknown.name, unknown.suggestions[0][0]) == ("Fulhm", "fulham")


def test_a_division_nobody_follows_is_named() -> None:
    file = read(HEAD, ROW.replace("E0,", "ZZ,"))
    named = name_rows(file.matches, load_catalogue().names)
    assert [bad.reason for bad in named.bad] == [RowReject.UNKNOWN_DIVISION]
    assert not named.unmatched
