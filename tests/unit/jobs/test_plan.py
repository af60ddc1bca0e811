from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from config.settings import load
from engine.collect.asks import ask_league
from engine.collect.budget import KeyState
from engine.collect.payload import API_FOOTBALL, ODDS_API
from engine.collect.plan import Asked, Purpose
from jobs.plan import Known, explain, plan_of, read_back, to_json
from jobs.rules import rules_from
from tests.unit.collect.plans import MAJOR, NOW, a_match

if TYPE_CHECKING:
    from engine.domain.fixture import Fixture

RULES = rules_from(load({}, None))
KEY = KeyState(source=ODDS_API, fingerprint="aaaa0001", remaining=12, used=488)
SCORES = KeyState(source=API_FOOTBALL, fingerprint="bbbb0001")
KICK_OFF = NOW + timedelta(hours=9)


def known(*fixtures: Fixture) -> Known:
    return Known(fixtures=fixtures, asked=(), shortlisted={})


def test_no_credits_are_kept_for_scores_that_nobody_asks_for() -> None:
    """Without a key of API-Football results come from files: sweeps may have the credits."""
    with_it = plan_of(known(a_match(KICK_OFF)), [replace(KEY, remaining=500), SCORES], RULES, NOW)
    without = plan_of(known(a_match(KICK_OFF)), [replace(KEY, remaining=500)], RULES, NOW)
    assert Purpose.RESULTS not in without.reserved
    assert without == with_it


def test_an_answered_ask_is_read_back_with_its_cost() -> None:
    ask = ask_league(MAJOR, RULES.collect.markets, RULES.collect, "closing")
    assert read_back(NOW, ask.path, dict(ask.params), ask.purpose) == Asked(
        at=NOW, competition=MAJOR, purpose=Purpose.CLOSING, cost=3
    )
    path = f"/v4/sports/{MAJOR}/events/abc/odds"
    one = read_back(NOW, path, {"regions": "eu", "markets": "btts,h2h"}, "event")
    assert one is not None
    assert (one.purpose, one.event_id, one.cost) == (Purpose.EVENT, "abc", 2)
    scores = read_back(NOW, f"/v4/sports/{MAJOR}/scores", {"daysFrom": "3"}, "results")
    assert scores is not None
    assert (scores.purpose, scores.cost) == (Purpose.RESULTS, 2)


def test_free_lists_and_the_past_are_no_looks_at_a_league() -> None:
    for path in (
        "/v4/sports",
        f"/v4/sports/{MAJOR}/events",
        f"/v4/historical/sports/{MAJOR}/odds",
    ):
        assert read_back(NOW, path, {}, "sports") is None


def test_the_text_names_the_next_calls_their_cost_and_what_was_given_up() -> None:
    text = explain(plan_of(known(a_match(KICK_OFF)), [KEY, SCORES], RULES, NOW), [KEY, SCORES])
    assert "12 of 500 credits to spend until 2026-10-01 00:00 UTC" in text
    assert "key aaaa0001: 12 credits left, 488 used" in text
    assert "2026-09-09 09:08  closing   3  soccer_epl  h2h,totals,spreads  (1 match)" in text
    assert "closing     12 credits in 4 calls" in text  # three more are expected, one a week
    assert "early_closing     8 calls      24 credits  soccer_epl" in text.split("given up")[1]
    assert "bbbb0001" not in text


def test_without_a_key_the_text_says_so() -> None:
    plan = plan_of(known(a_match(KICK_OFF)), [SCORES], RULES, NOW)
    assert "no Odds API key is declared" in explain(plan, [SCORES])
    assert plan.planned == ()


def test_the_standing_of_every_key_is_told() -> None:
    keys = [
        replace(KEY, fingerprint="spent", parked_until=NOW + timedelta(days=2)),
        replace(KEY, fingerprint="refused", disabled="INVALID_KEY"),
        KeyState(source=ODDS_API, fingerprint="fresh"),
    ]
    text = explain(plan_of(known(), keys, RULES, NOW), keys)
    assert "(none listed yet)" in text
    assert "key spent: out of credits until 2026-09-11 00:10 UTC" in text
    assert "key refused: refused for good (INVALID_KEY)" in text
    assert "key fresh: not used yet" in text


def test_the_json_holds_every_call_and_everything_given_up() -> None:
    plan = plan_of(known(a_match(KICK_OFF)), [KEY, SCORES], RULES, NOW)
    told = json.loads(json.dumps(to_json(plan, [KEY, SCORES])))
    assert len(told["planned"]) == len(plan.planned) == 4
    assert sum(call["cost"] for call in told["planned"]) + told["left"] == told["remaining"] == 12
    assert [one["why"] for one in told["dropped"]] == [one.why.value for one in plan.dropped]
    assert told["keys"] == [{"fingerprint": "aaaa0001", "state": "12 credits left, 488 used"}]
