"""What a look may call withdrawn: only what was asked, answered, and not refused by us."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.collect.asks import ask_event, ask_events, ask_league
from engine.collect.markets import events_told_whole
from engine.collect.normalise import Intake, normalise
from engine.collect.rules import CollectRules
from engine.domain.market import MarketKind
from tests.unit.collect.wire import (
    EPL,
    KICK_OFF,
    NOW,
    a_stored,
    book,
    event,
    h2h,
    known,
    market,
    odds,
    outcome,
)

if TYPE_CHECKING:
    from engine.collect.payload import Ask, Payload
    from engine.domain.numbers import FixtureId

RULES = CollectRules()
SWEEP = ask_league(EPL, RULES.markets, RULES, "sweep")
MINE = a_stored().id
KINDS = frozenset({MarketKind.MATCH_ODDS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP})


def answer(ask: Ask, *events: dict[str, Any]) -> Payload:
    return replace(odds(*events), ask=ask)


def read(*payloads: Payload) -> Intake:
    return normalise(payloads, known(), RULES, NOW)


def scope(*payloads: Payload) -> dict[FixtureId, frozenset[MarketKind]]:
    return dict(read(*payloads).scope)


def test_a_look_speaks_of_every_kind_it_asked_and_of_the_fixtures_it_met() -> None:
    assert scope(answer(SWEEP, event(book("pinnacle", market(h2h()))))) == {MINE: KINDS}


def test_a_fixture_that_nobody_prices_any_more_is_spoken_of() -> None:
    assert scope(answer(SWEEP, event())) == {MINE: KINDS}


def test_two_answers_on_one_fixture_speak_together() -> None:
    ask = ask_event("e1", EPL, ("btts",), RULES, "event")
    assert scope(answer(SWEEP, event()), answer(ask, event())) == {MINE: KINDS | {MarketKind.BTTS}}


def test_the_lay_side_is_spoken_of_with_the_back_side() -> None:
    ask = replace(SWEEP, params=(("regions", "eu"), ("markets", "h2h")))
    lays = event(book("exchange", market(h2h()), market(h2h(), "h2h_lay")))
    assert scope(answer(ask, lays)) == {MINE: {MarketKind.MATCH_ODDS}}


def test_prices_of_a_frozen_feed_are_unknown_and_not_withdrawn() -> None:
    old = market(h2h(), updated=NOW - timedelta(hours=3))
    total = [outcome("Over", 1.9, 2.5), outcome("Under", 1.9, 2.5)]
    frozen = answer(SWEEP, event(book("pinnacle", old), book("betsson", market(total, "totals"))))
    assert scope(frozen) == {MINE: KINDS - {MarketKind.MATCH_ODDS}}


def test_stale_quotes_are_counted_by_competition() -> None:
    old = market(h2h(), updated=NOW - timedelta(hours=3))
    told = answer(SWEEP, event(book("pinnacle", old), book("betsson", market(h2h()))))
    assert dict(read(told).stale) == {EPL: (3, 6)}
    assert dict(read(answer(SWEEP, event())).stale) == {}


def test_a_stale_book_among_fresh_ones_is_unconfirmed_and_not_withdrawn() -> None:
    old = market(h2h(), updated=NOW - timedelta(hours=3))
    total = [outcome("Over", 1.9, 2.5), outcome("Under", 1.9, 2.5)]
    stale = book("pinnacle", old, market(total, "totals"))
    intake = read(answer(SWEEP, event(stale, book("betsson", market(h2h())))))
    assert dict(intake.scope) == {MINE: KINDS}
    told = [
        (intake.board.fixtures[fixture].id, intake.board.bookmakers[place], kind)
        for fixture, place, kind in intake.unconfirmed
    ]
    assert told == [(MINE, "pinnacle", MarketKind.MATCH_ODDS)]


def test_a_damaged_answer_and_one_of_unknown_question_speak_of_nothing() -> None:
    broken = market([*h2h(), {"name": "Draw"}])
    assert scope(answer(SWEEP, event(book("pinnacle", broken)))) == {}
    assert scope(odds(event(book("pinnacle", market(h2h()))))) == {}


def test_named_bookmakers_alone_withdraw_nothing() -> None:
    ask = replace(SWEEP, params=(*SWEEP.params, ("bookmakers", "pinnacle")))
    assert scope(answer(ask, event())) == {}


def test_an_event_in_play_is_not_spoken_of() -> None:
    assert scope(answer(SWEEP, event(kick_off=NOW - timedelta(minutes=5)))) == {}


def test_a_list_of_fixtures_brings_fixtures_and_speaks_of_no_price() -> None:
    bare = {name: value for name, value in event().items() if name != "bookmakers"}
    intake = read(answer(ask_events([EPL])[0], bare))
    assert [each.kick_off for each in intake.fixtures] == [KICK_OFF]
    assert [each.event_id for each in intake.event_ids] == ["e1"]
    assert (len(intake.board), intake.offered, dict(intake.scope)) == (0, 0, {})


def test_a_recording_is_read_as_of_its_own_instant() -> None:
    then = NOW - timedelta(days=30)
    match = event(book("pinnacle", market(h2h(), updated=then)), kick_off=then + timedelta(days=2))
    wrapped = {"timestamp": "2026-07-21T12:00:00Z", "data": [match]}
    payload = replace(answer(SWEEP), body=json.dumps(wrapped).encode())
    intake = read(payload)
    board = intake.board
    assert intake.rejected == {}
    assert (len(board), board.as_of) == (3, then)
    assert set(board.quoted_at.tolist()) == {then.timestamp()}


def test_an_answer_of_scores_is_no_list_of_odds() -> None:
    played = event(kick_off=NOW - timedelta(hours=2)) | {"completed": True, "scores": None}
    payload = answer(replace(SWEEP, path=f"/v4/sports/{EPL}/scores"), played)
    assert read(payload).events == frozenset()


def test_lines_told_by_a_look_at_one_match_are_not_withdrawn_by_a_sweep() -> None:
    """A sweep names the main line alone: of the others it says nothing."""
    whole = ask_event("e1", EPL, ("alternate_totals",), RULES, "event")
    answered = [(NOW, whole.path, dict(whole.params), "event"), (NOW, SWEEP.path, {}, "sweep")]
    told = events_told_whole(answered)
    assert told == {"e1"}
    then = replace(known(), all_lines=told)
    swept = normalise([answer(SWEEP, event())], then, RULES, NOW)
    assert dict(swept.scope) == {MINE: {MarketKind.MATCH_ODDS}}


def test_a_book_without_further_lines_keeps_its_main_line() -> None:
    for told in (frozenset[str](), frozenset({"e1"})):
        then = replace(known(), all_lines=told)
        further = ask_event("e1", EPL, ("alternate_totals", "btts"), RULES, "event")
        assert dict(normalise([answer(further, event())], then, RULES, NOW).scope) == {
            MINE: {MarketKind.BTTS}
        }
        both = ask_event("e1", EPL, ("totals", "alternate_totals"), RULES, "event")
        assert dict(normalise([answer(both, event())], then, RULES, NOW).scope) == {
            MINE: {MarketKind.TOTAL_GOALS}
        }
