"""Control characters: stripped from names, refused in ids, never handed on to the database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.collect import api_football, odds_api
from engine.collect.known import printable
from engine.collect.normalise import Intake, normalise
from engine.collect.results import read_results
from engine.collect.rules import CollectRules
from engine.domain.settlement import Phase
from tests.unit.collect.wire import (
    NOW,
    a_stored,
    book,
    event,
    h2h,
    known,
    market,
    odds,
    outcome,
    raw_odds,
    results,
    row,
)


def look(**named: Any) -> Intake:
    whole = event(book("pinnacle", market(h2h())), event_id="whole")
    odd = event(book("pinnacle", market(h2h())), event_id="odd", **named)
    return normalise([odds(odd, whole)], known(), CollectRules(), NOW)


def test_a_known_name_with_control_characters_in_it_is_that_team() -> None:
    spelt = "\x00Arse\x7fnal\n"
    prices = [outcome(spelt, 2.1), outcome("Chelsea", 3.6), outcome("Draw", 3.4)]
    found = event(book("pinnacle", market(prices)), home=spelt)
    intake = normalise([odds(found)], known(), CollectRules(), NOW)
    assert [fixture.home.name for fixture in intake.fixtures] == ["Arsenal"]
    assert len(intake.board) == 3


def test_an_unknown_name_is_queued_without_its_control_characters() -> None:
    (waiting,) = look(home="\x00No\u202ebody\xa0\u200bFC\t", away="Chel\x00sea").unmatched
    assert (waiting.name, waiting.opponent) == ("Nobody FC", "Chelsea")


@pytest.mark.parametrize("empty", ["", " ", "\x00", "\x00\x1f\u200b\n"])
@pytest.mark.parametrize("field", ["home", "away"])
def test_a_name_of_which_nothing_is_left_is_malformed_and_nobody_s_to_resolve(
    field: str, empty: str
) -> None:
    intake = look(**{field: empty})
    assert intake.rejected == {"malformed": 3}
    assert intake.unmatched == ()
    assert len(intake.board) == 3


@pytest.mark.parametrize("event_id", ["", "a\x00b", "a\n"])
@pytest.mark.parametrize("damaged", [False, True])
def test_an_event_without_a_usable_id_is_malformed(event_id: str, *, damaged: bool) -> None:
    """Two events of no id would be taken for one match."""
    found = event(book("pinnacle", market(h2h())), event_id=event_id)
    answer = [found, {"id": 7}] if damaged else [found]
    intake = normalise([odds(*answer)], known(), CollectRules(), NOW)
    assert intake.rejected == {"malformed": 3}
    assert intake.event_ids == ()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_kick_off_at_an_end_of_the_calendar_is_malformed(moment: str) -> None:
    """In UTC it does not exist: one such event must not cost the others their look."""
    found = {**event(book("pinnacle", market(h2h()))), "commence_time": moment}
    body = json.dumps([found, event(book("betclic", market(h2h())), event_id="e2")]).encode()
    intake = normalise([raw_odds(body)], known(), CollectRules(), NOW)
    assert intake.rejected == {"malformed": 3}
    assert len(intake.board) == 3
    ends = row()
    ends["fixture"]["date"] = moment
    assert read_results([results(ends, row())], known(a_stored())).malformed == 1


def test_a_status_is_read_without_its_control_characters() -> None:
    (result,) = read_results([results(row("F\x00T "))], known(a_stored())).results
    assert (result.status, result.phase) == ("FT", Phase.FINISHED)
    (other,) = read_results([results(row("X\x00" * 20))], known(a_stored())).results
    assert (other.status, other.phase) == ("X" * 12, Phase.REVIEW)


def test_a_result_s_nameless_team_is_nobody_s_to_resolve() -> None:
    intake = read_results([results(row(teams=("\x00", "Chelsea")))], known(a_stored()))
    assert (intake.unmatched, intake.foreign) == ((), 1)


@pytest.mark.parametrize("goals", [-1, 150, 2**40])
def test_a_number_of_goals_nobody_ever_scored_goes_to_review(goals: int) -> None:
    (result,) = read_results([results(row("FT", (goals, 0)))], known(a_stored())).results
    assert (result.phase, result.full_time) == (Phase.REVIEW, None)


def test_the_words_of_a_refusal_can_be_stored() -> None:
    refused = odds_api.refusal(422, rb'{"error_code": "ODD\u0000_CODE\u202e"}')
    errors = api_football.refusal(200, rb'{"errors": {"we\u0000ird": "x"}, "response": []}')
    assert refused is not None
    assert errors is not None
    assert refused.code == "ODD_CODE"
    for error in (refused.error, errors.error):
        assert printable(str(error)) == str(error)
