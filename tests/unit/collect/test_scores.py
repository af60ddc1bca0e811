import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.collect.asks import ask_scores
from engine.collect.payload import Payload
from engine.collect.scores import ScoresIntake, read_scores
from engine.domain.errors import FeedDown, KeyRefused
from engine.domain.settlement import Phase, Result, Score
from tests.unit.collect.wire import EPL, KICK_OFF, NOW, a_stored, event, known, raw_odds

ASK = ask_scores([EPL], 3)[0]
MINE = a_stored()
LATER = KICK_OFF + timedelta(hours=3)


def row(*scores: tuple[str, str], completed: bool = True, **other: Any) -> dict[str, Any]:
    told = [{"name": name, "score": score} for name, score in scores]
    found = {name: value for name, value in event().items() if name != "bookmakers"}
    return {**found, "completed": completed, "scores": told or None, **other}


def answer(*rows: object) -> Payload:
    return replace(raw_odds(json.dumps(rows).encode(), at=LATER), ask=ASK)


def read(*payloads: Payload) -> ScoresIntake:
    return read_scores(payloads, known(MINE, ids={"e1": MINE.id}))


def score_of(*scores: tuple[str, str]) -> Score | None:
    (witnessed,) = read(answer(row(*scores))).witnessed
    return witnessed.score


def result(home: int, away: int) -> Result:
    return Result(
        fixture_id=MINE.id,
        source="api_football",
        status="FT",
        phase=Phase.FINISHED,
        full_time=Score(home=home, away=away),
        half_time=None,
        kick_off=KICK_OFF,
        read_at=LATER,
    )


def test_a_score_is_read_by_name_whatever_the_order() -> None:
    assert score_of(("Arsenal", "2"), ("Chelsea", "1")) == Score(home=2, away=1)
    assert score_of(("Chelsea", "1"), ("Arsenal", "2")) == Score(home=2, away=1)


@pytest.mark.parametrize(
    "scores",
    [
        (("Arsenal", "2"),),
        (("Arsenal", "2"), ("Fulham", "1")),
        (("Arsenal", "2"), ("Arsenal", "1")),
        (("Arsenal", "150"), ("Chelsea", "1")),
        (("Arsenal", "2"), ("Chelsea", "1"), ("Fulham", "0")),
    ],
)
def test_a_score_not_told_by_the_two_names_is_none(scores: tuple[tuple[str, str], ...]) -> None:
    assert score_of(*scores) is None


def test_a_match_ahead_has_no_score_and_one_in_play_is_not_completed() -> None:
    ahead, playing = row(completed=False), row(("Arsenal", "0"), ("Chelsea", "1"), completed=False)
    (first,) = read(answer(ahead)).witnessed
    (second,) = read(answer(playing)).witnessed
    assert (first.completed, first.score) == (False, None)
    assert (second.completed, second.score) == (False, Score(home=0, away=1))


def test_a_fixture_is_found_by_id_and_by_names_and_others_are_foreign() -> None:
    by_names = row(("Arsenal", "2"), ("Chelsea", "1"), id="unheard")
    stranger = row(home_team="Fulham", id="e9")
    intake = read(answer(by_names, stranger))
    assert [each.fixture_id for each in intake.witnessed] == [MINE.id]
    assert intake.foreign == 1


def test_a_row_of_another_shape_is_counted_and_costs_no_other() -> None:
    intake = read(answer({"id": 7}, "no", row(("Arsenal", "2"), ("Chelsea", "x")), row()))
    assert (len(intake.witnessed), intake.malformed) == (1, 3)


def test_an_empty_answer_is_named_and_an_error_is_a_failure() -> None:
    assert read(answer()).empty == (ASK,)
    refused = replace(raw_odds(b'{"error_code": "INVALID_KEY"}', status=401), ask=ASK)
    page = replace(raw_odds(b"<html>", at=NOW), ask=ASK)
    failures = read(refused, page).failures
    assert {type(each.error) for each in failures} == {KeyRefused, FeedDown}


def test_extra_time_contradicts_no_result_and_confirms_none() -> None:
    (after_extra,) = read(answer(row(("Arsenal", "2"), ("Chelsea", "1")))).witnessed
    assert not after_extra.confirms(result(1, 1))
    assert not after_extra.contradicts(result(1, 1))
    assert after_extra.confirms(result(2, 1))
    assert after_extra.contradicts(result(2, 2))


def test_a_match_still_in_play_contradicts_a_final_result() -> None:
    playing = row(("Arsenal", "2"), ("Chelsea", "1"), completed=False)
    (witnessed,) = read(answer(playing)).witnessed
    assert witnessed.contradicts(result(2, 1))
    assert not witnessed.confirms(result(2, 1))
