import json
from datetime import timedelta

import pytest

from engine.collect.known import Known
from engine.collect.payload import API_FOOTBALL
from engine.collect.results import ResultsIntake, read_results
from engine.domain.errors import FeedDown, KeyRefused, MonPsError, QuotaSpent, RateLimited, Skip
from engine.domain.settlement import Phase, Result, Score
from tests.unit.collect.wire import (
    KICK_OFF,
    NOW,
    a_stored,
    known,
    names,
    odds,
    raw_results,
    results,
    row,
)

FULL = KICK_OFF + timedelta(hours=3)


def read(*rows: dict[str, object], by: Known | None = None) -> ResultsIntake:
    return read_results([results(*rows, at=FULL)], by or known(a_stored()))


def only(intake: ResultsIntake) -> Result:
    (result,) = intake.results
    return result


def test_a_finished_match_gives_its_ninety_minutes() -> None:
    intake = read(row("FT", (2, 1)))
    result = only(intake)
    assert (result.phase, result.full_time) == (Phase.FINISHED, Score(home=2, away=1))
    assert result.half_time == Score(home=0, away=0)
    assert (result.fixture_id, result.read_at, result.source) == (
        a_stored().id,
        FULL,
        API_FOOTBALL,
    )
    assert intake.event_ids[0].event_id == "7"


def test_extra_time_does_not_count() -> None:
    result = only(read(row("AET", (1, 1), extra=(1, 0), goals=(2, 1))))
    assert (result.phase, result.full_time) == (Phase.FINISHED, Score(home=1, away=1))
    result = only(read(row("PEN", (1, 1), extra=(0, 0), penalty=(5, 4))))
    assert (result.phase, result.full_time) == (Phase.FINISHED, Score(home=1, away=1))


@pytest.mark.parametrize(
    "odd",
    [
        row("AET", (2, 1), extra=(0, 0)),
        row("AET", (2, 1)),
        row("AET", (1, 1), extra=(1, 0), goals=(1, 1)),
        row("PEN", (0, 0), penalty=(0, 1)),
        row("FT", (0, 1), goals=(0, 2)),
        row("FT", (None, None)),
        row("XYZ", (2, 1)),
        row("", (2, 1)),
    ],
)
def test_a_row_that_contradicts_itself_goes_to_review_without_a_score(
    odd: dict[str, object],
) -> None:
    """A settlement on a score after extra time would pay the wrong side."""
    result = only(read(odd))
    assert (result.phase, result.full_time) == (Phase.REVIEW, None)


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("NS", Phase.SCHEDULED),
        *((live, Phase.LIVE) for live in ("1H", "HT", "2H", "ET", "BT", "P", "LIVE")),
        *((stopped, Phase.INTERRUPTED) for stopped in ("SUSP", "INT")),
        *((off, Phase.POSTPONED) for off in ("PST", "TBD")),
        ("CANC", Phase.CANCELLED),
        ("Canc", Phase.CANCELLED),
        ("AWD", Phase.AWARDED),
        ("WO", Phase.AWARDED),
    ],
)
def test_only_a_finished_match_has_a_full_time_score(status: str, phase: Phase) -> None:
    result = only(read(row(status, (3, 0))))
    assert (result.phase, result.full_time) == (phase, None)
    assert result.status == status.upper()


@pytest.mark.parametrize(
    ("broken_off", "reached"),
    [
        (row("ABD", (None, None), goals=(2, 1)), Score(home=2, away=1)),
        (row("ABD", (2, 1)), Score(home=2, away=1)),
        (row("ABD", (1, 1), extra=(1, 0), goals=(2, 1)), Score(home=1, away=1)),
        (row("ABD", (None, None), extra=(1, 0), goals=(2, 1)), None),
        (row("ABD", (None, None)), None),
    ],
)
def test_a_match_broken_off_tells_the_score_it_had_reached(
    broken_off: dict[str, object], reached: Score | None
) -> None:
    """Over 2.5 is won at 2-1, whatever becomes of the rest."""
    result = only(read(broken_off))
    assert (result.phase, result.full_time) == (Phase.ABANDONED, reached)


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ({"token": "Error/Missing application key."}, KeyRefused),
        ({"requests": "You have reached the request limit for the day"}, QuotaSpent),
        ({"rateLimit": "Too many requests."}, RateLimited),
        ({"plan": "Free plans do not have access to this season"}, Skip),
        ({"bug": "This is on our side"}, FeedDown),
        (["Something"], FeedDown),
        ("Something", FeedDown),
    ],
)
def test_errors_in_a_200_are_a_failure_and_never_no_matches(
    errors: object, kind: type[MonPsError]
) -> None:
    intake = read_results([results(errors=errors)], known(a_stored()))
    (failure,) = intake.failures
    assert isinstance(failure.error, kind)
    assert intake.results == ()


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"errors": [], "resp', b"[]", b"3"])
def test_a_body_that_is_no_answer_is_a_failure(body: bytes) -> None:
    intake = read_results([raw_results(body)], known(a_stored()))
    assert isinstance(intake.failures[0].error, FeedDown)


def test_an_empty_day_is_no_failure() -> None:
    intake = read()
    assert (intake.failures, intake.results, intake.foreign) == ((), (), 0)


def test_foreign_fixtures_are_counted_and_bother_nobody() -> None:
    intake = read(row(league=9999, teams=("Foo", "Bar")), row(league=61, teams=("Foo", "Bar")))
    assert (intake.foreign, intake.unmatched, intake.results) == (2, (), ())


def test_an_unknown_name_matters_where_a_match_of_ours_may_be_waiting() -> None:
    intake = read(row(teams=("Arsenal London", "Chelsea")))
    (name,) = intake.unmatched
    assert (name.provider, name.name, name.opponent) == (API_FOOTBALL, "Arsenal London", "Chelsea")
    assert name.suggestions[0][0] == "arsenal"
    later = row(teams=("Arsenal London", "Chelsea"), kick_off=KICK_OFF + timedelta(days=3))
    assert read(later).unmatched == ()


TURNED = row(
    "AET", (1, 2), teams=("Chelsea", "Arsenal"), extra=(1, 1), goals=(2, 3), penalty=(5, 4)
)


@pytest.mark.parametrize("met", [True, False])
def test_home_and_away_swapped_is_told_as_such_with_each_team_s_own_goals(*, met: bool) -> None:
    """Money: 1-2 of a row the other way round is 2-1 for us, and even that nobody is sure of."""
    stored = a_stored()
    ids = {(API_FOOTBALL, "7"): stored.id} if met else {}
    intake = read(TURNED, by=Known(names=names(), fixtures=(stored,), event_ids=ids))
    result = only(intake)
    assert (result.phase, result.status, result.full_time) == (Phase.REVERSED, "AET", None)
    assert result.told is not None
    scores = (
        result.told.full_time,
        result.told.goals,
        result.told.extra_time,
        result.told.penalties,
    )
    assert [(one.home, one.away) if one else None for one in scores] == [
        (2, 1),
        (3, 2),
        (1, 1),
        (4, 5),
    ]
    assert (intake.foreign, intake.contradicted) == (0, 0)


def test_the_return_match_of_a_tie_is_none_of_ours() -> None:
    later = row(teams=("Chelsea", "Arsenal"), kick_off=KICK_OFF + timedelta(days=3))
    assert (read(later).results, read(later).foreign) == ((), 1)


def test_a_match_of_another_month_is_not_ours() -> None:
    assert read(row(kick_off=KICK_OFF + timedelta(days=30))).results == ()


def test_a_known_id_finds_its_fixture_wherever_it_moved_and_whatever_its_names() -> None:
    stored = a_stored()
    by = Known(names=names(), fixtures=(stored,), event_ids={(API_FOOTBALL, "7"): stored.id})
    moved = row(kick_off=KICK_OFF + timedelta(days=30), teams=("Arsenal LFC", "Chelsea"))
    assert only(read(moved, by=by)).fixture_id == stored.id


def test_the_later_answer_on_a_match_speaks() -> None:
    first, second = results(row("2H"), at=NOW), results(row("FT"), at=FULL)
    for payloads in ([first, second], [second, first]):
        assert only(read_results(payloads, known(a_stored()))).phase is Phase.FINISHED


def test_of_two_rows_on_one_match_both_are_kept_the_nearest_kick_off_first() -> None:
    """One may be the replay of the other: which counts is for settlement to say."""
    postponed = row("PST", row_id=1, kick_off=KICK_OFF - timedelta(days=2))
    for rows in ([postponed, row("FT")], [row("FT"), postponed]):
        found = read(*rows).results
        assert [one.phase for one in found] == [Phase.FINISHED, Phase.POSTPONED]
        assert [one.event_id for one in found] == ["7", "1"]


def test_what_a_row_said_word_for_word_is_kept_beside_what_it_means() -> None:
    told = only(read(row("AET", (1, 1), extra=(0, 0), goals=(2, 1)))).told
    assert told is not None
    assert (told.goals, told.full_time) == (Score(home=2, away=1), Score(home=1, away=1))
    assert (told.extra_time, told.penalties) == (Score(home=0, away=0), None)


def test_rows_of_another_shape_are_counted_and_the_others_read() -> None:
    intake = read(row(), {"fixture": "none"})
    assert (len(intake.results), intake.malformed, intake.failures) == (1, 1, ())
    assert isinstance(read({"fixture": "none"}).failures[0].error, FeedDown)


def test_negative_goals_are_no_score() -> None:
    body = json.dumps({"errors": [], "response": [row("FT", (-1, 0))]}).encode()
    assert only(read_results([raw_results(body)], known(a_stored()))).full_time is None


def test_odds_are_no_results() -> None:
    assert read_results([odds()], known(a_stored())).failures == ()
