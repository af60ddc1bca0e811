from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.collect.plan import Purpose, Why
from engine.collect.rules import PlanRules
from engine.domain.fixture import FixtureStatus
from tests.unit.collect.plans import (
    AIMS,
    MAJOR,
    MINOR,
    NOW,
    RESET,
    RULES,
    SECOND,
    a_match,
    a_plan,
    a_ration,
    an_asked,
)

if TYPE_CHECKING:
    from engine.collect.plan import CollectPlan

SATURDAY = datetime(2026, 9, 12, 14, tzinfo=UTC)
SOON = SATURDAY + timedelta(days=1)  # a reset after Saturday alone: nothing is expected
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at_of(plan: CollectPlan, purpose: Purpose, competition: str = MAJOR) -> list[datetime]:
    calls = (c for c in plan.planned if c.purpose is purpose and not c.expected)
    return [call.at for call in calls if call.competition == competition]


def test_one_call_prices_every_match_of_a_slot_two_minutes_before_it() -> None:
    matches = [a_match(SATURDAY, number=n) for n in range(8)]
    plan = a_plan(matches, ration=a_ration(3, SOON))
    [call] = plan.planned
    assert (call.at, call.purpose, call.cost) == (SATURDAY - 2 * MINUTE, Purpose.CLOSING, 3)
    assert set(call.fixtures) == {match.id for match in matches}
    assert call.markets == ("h2h", "totals", "spreads")


def test_kick_offs_a_few_minutes_apart_share_a_call_within_grade_a_of_all() -> None:
    matches = [a_match(SATURDAY), a_match(SATURDAY + 8 * MINUTE, number=1)]
    plan = a_plan(matches, ration=a_ration(resets_at=SOON), rules=replace(RULES, major=3))
    assert SATURDAY - 2 * MINUTE in at_of(plan, Purpose.CLOSING)
    assert SATURDAY + 6 * MINUTE not in at_of(plan, Purpose.CLOSING)
    later = [a_match(SATURDAY), a_match(SATURDAY + 9 * MINUTE, number=1)]
    assert SATURDAY + 7 * MINUTE in at_of(a_plan(later), Purpose.CLOSING)


def test_with_credits_to_spare_a_slot_is_captured_early_too() -> None:
    plan = a_plan([a_match(SATURDAY)], ration=a_ration(resets_at=SOON))
    before = [SATURDAY - at for at in at_of(plan, Purpose.CLOSING)]
    assert before == [60 * MINUTE, 10 * MINUTE, 2 * MINUTE]


def test_there_is_one_look_at_the_fixed_lead_and_slots_close_together_share_it() -> None:
    matches = [a_match(SATURDAY), a_match(SATURDAY + 30 * MINUTE, number=1)]
    plan = a_plan(matches, ration=a_ration(resets_at=SOON))
    [lead] = at_of(plan, Purpose.LEAD)
    assert lead == SATURDAY + 15 * MINUTE - 6 * HOUR


def test_a_close_serves_as_the_lead_of_a_later_match() -> None:
    matches = [a_match(SATURDAY), a_match(SATURDAY + 6 * HOUR, number=1)]
    plan = a_plan(matches, ration=a_ration(resets_at=SOON))
    assert at_of(plan, Purpose.LEAD) == [SATURDAY - 6 * HOUR]


def test_sweeps_grow_denser_towards_the_kick_off() -> None:
    plan = a_plan([a_match(SATURDAY)], ration=a_ration(resets_at=SOON))
    sweeps = at_of(plan, Purpose.SWEEP)
    assert sweeps[0] == SATURDAY.replace(day=9, hour=16)  # three days before, on the clock's grid
    gaps = {after - before for before, after in itertools.pairwise(sweeps)}
    assert {4 * HOUR, 2 * HOUR} <= gaps
    assert sweeps[-1] == SATURDAY - 2 * HOUR  # an hour before there is a capture already


def test_a_league_without_a_match_in_the_next_days_is_not_swept() -> None:
    plan = a_plan([a_match(SATURDAY), a_match(SATURDAY, SECOND)], ration=a_ration(resets_at=SOON))
    assert at_of(plan, Purpose.SWEEP, SECOND)
    early = SATURDAY - timedelta(days=4)
    assert not [call for call in plan.planned if call.at < early and call.competition == MAJOR]


def test_a_league_of_which_nothing_is_listed_is_looked_at_once_a_day() -> None:
    [call] = [c for c in a_plan([]).planned if c.competition == MAJOR]
    assert call.purpose is Purpose.SWEEP
    assert not call.expected
    assert NOW <= call.at <= NOW + 3 * MINUTE
    asked = an_asked(NOW - 2 * HOUR)
    [again] = [c for c in a_plan([], asked=[asked]).planned if c.competition == MAJOR]
    assert NOW + 22 * HOUR <= again.at <= NOW + 22 * HOUR + 3 * MINUTE


def test_no_league_is_asked_twice_at_nearly_one_instant() -> None:
    matches = [a_match(SATURDAY + n * 17 * MINUTE, number=n) for n in range(12)]
    plan = a_plan(matches)
    calls = sorted(call.at for call in plan.planned if call.competition == MAJOR)
    gaps = [after - before for before, after in itertools.pairwise(calls)]
    assert min(gaps) > RULES.together


def test_a_look_just_made_is_not_made_again() -> None:
    sweep = SATURDAY - 24 * HOUR - 2 * HOUR  # 12:00 on Friday
    plan = a_plan([a_match(SATURDAY)], now=sweep - 30 * MINUTE)
    assert sweep in at_of(plan, Purpose.SWEEP)
    asked = [an_asked(sweep - 31 * MINUTE)]
    assert sweep not in at_of(
        a_plan([a_match(SATURDAY)], now=sweep - 30 * MINUTE, asked=asked), Purpose.SWEEP
    )


def test_a_close_just_captured_is_not_captured_again() -> None:
    now = SATURDAY - 3 * MINUTE
    asked = [an_asked(now, purpose=Purpose.CLOSING)]
    assert at_of(a_plan([a_match(SATURDAY)], now=now), Purpose.CLOSING)
    assert not at_of(a_plan([a_match(SATURDAY)], now=now, asked=asked), Purpose.CLOSING)


def test_the_capture_ten_minutes_before_does_not_stand_for_the_close() -> None:
    now = SATURDAY - 9 * MINUTE
    plan = a_plan([a_match(SATURDAY)], now=now, asked=[an_asked(SATURDAY - 10 * MINUTE)])
    assert at_of(plan, Purpose.CLOSING) == [SATURDAY - 2 * MINUTE]


def test_a_postponed_match_is_asked_for_no_more() -> None:
    off = replace(a_match(SATURDAY), status=FixtureStatus.POSTPONED)
    assert not at_of(a_plan([off]), Purpose.CLOSING)


def test_a_competition_nobody_follows_is_not_asked_for() -> None:
    plan = a_plan([a_match(SATURDAY, "soccer_fifa_world_cup")])
    assert not [call for call in plan.planned if call.competition == "soccer_fifa_world_cup"]


def test_shortlisted_matches_alone_get_their_further_markets() -> None:
    wanted, other = a_match(SATURDAY), a_match(SATURDAY, number=1)
    aims = replace(AIMS, shortlisted={wanted.id: "event-1"})
    plan = a_plan([wanted, other], aims=aims, ration=a_ration(resets_at=SOON))
    calls = [call for call in plan.planned if call.purpose is Purpose.EVENT]
    assert [SATURDAY - call.at for call in calls] == [3 * HOUR, 10 * MINUTE]
    assert {call.event_id for call in calls} == {"event-1"}
    assert {call.fixtures for call in calls} == {(wanted.id,)}
    assert calls[0].markets == RULES.event_markets
    assert {call.cost for call in calls} == {5}
    asked = [an_asked(SATURDAY - 3 * HOUR, purpose=Purpose.EVENT, event_id="event-1")]
    again = a_plan([wanted, other], aims=aims, asked=asked, now=NOW)
    assert [c.at for c in again.planned if c.purpose is Purpose.EVENT] == [SATURDAY - 10 * MINUTE]


@pytest.mark.parametrize("minutes", [0, 7, 25, 40])
def test_further_markets_are_asked_beside_the_match_odds_they_are_read_from(minutes: int) -> None:
    """Alone, a draw no bet, a double chance and every quarter line would have no fair price."""
    kick_off = SATURDAY + minutes * MINUTE
    aims = replace(AIMS, shortlisted={a_match(kick_off).id: "event-1"})
    plan = a_plan([a_match(kick_off)], aims=aims, ration=a_ration(resets_at=SOON))
    looks = {call.at for call in plan.planned if call.purpose is not Purpose.EVENT}
    events = [call.at for call in plan.planned if call.purpose is Purpose.EVENT]
    assert len(events) == 2
    assert set(events) <= looks
    for event in events:
        read = an_asked(event, purpose=Purpose.EVENT, event_id="event-1")
        again = a_plan([a_match(kick_off)], aims=aims, asked=[read], now=event)
        later = [call.at for call in again.planned if call.purpose is Purpose.EVENT]
        assert later == [at for at in events if at > event]


def test_results_cost_nothing_unless_the_odds_api_must_bring_them() -> None:
    matches = [a_match(SATURDAY), a_match(SATURDAY + 2 * HOUR, number=1)]
    assert Purpose.RESULTS not in a_plan(matches).reserved
    plan = a_plan(matches, aims=replace(AIMS, scores=True), ration=a_ration(resets_at=SOON))
    reads = [call for call in plan.planned if call.purpose is Purpose.RESULTS]
    assert [call.at - SATURDAY - 2 * HOUR for call in reads] == [135 * MINUTE, 150 * MINUTE]
    assert {(call.cost, call.markets) for call in reads} == {(2, ())}


def test_collection_gives_way_in_the_stated_order() -> None:
    matches = [
        a_match(SATURDAY + n * 26 * HOUR, competition, n)
        for n in range(3)
        for competition in (MAJOR, SECOND, MINOR)
    ]
    aims = replace(AIMS, shortlisted={matches[0].id: "event-1"}, scores=True)
    everything = a_plan(matches, aims=aims)
    full = sum(call.cost for call in everything.planned)
    assert not everything.dropped
    lost: list[Why] = []
    for credits_left in range(full, -1, -9):
        for one in a_plan(matches, credits_left, aims=aims).dropped:
            if one.why not in lost:
                lost.append(one.why)
    assert lost == list(Why)


def test_kick_offs_nobody_has_listed_are_expected_at_their_usual_hours_and_reserved_for() -> None:
    usual = [SATURDAY - timedelta(weeks=w) + n * HOUR for w in (1, 2, 3) for n in (0, 3)]
    played = [
        replace(a_match(at, number=n), status=FixtureStatus.FINISHED) for n, at in enumerate(usual)
    ]
    listed = [a_match(SATURDAY, number=90), a_match(SATURDAY + 3 * HOUR, number=91)]
    plan = a_plan([*played, *listed])
    expected = [c.at for c in plan.planned if c.expected and c.purpose is Purpose.CLOSING]
    closes = [at for at in expected if (at + 2 * MINUTE).minute == 0]
    weeks = (SATURDAY + timedelta(weeks=w) for w in (1, 2))
    slots = [week + n * HOUR for week in weeks for n in (0, 3)]
    assert [at + 2 * MINUTE for at in closes if (at + 2 * MINUTE).hour in {14, 17}] == slots
    assert not [c for c in plan.planned if c.expected and c.at < SATURDAY + timedelta(days=1)]
    tight = a_plan([*played, *listed], 3 * 6)
    assert len(tight.planned) == 6  # two listed and four expected closes, and no sweep now
    assert tight.reserved == {Purpose.CLOSING: 18}


def test_what_is_left_for_sweeps_is_spent_evenly_over_the_month() -> None:
    days = [NOW.replace(hour=15, minute=0) + timedelta(days=d) for d in range(21)]
    matches = [a_match(day, number=n) for n, day in enumerate(days)]
    full = a_plan(matches)
    needed = sum(full.reserved[p] for p in Purpose if p in full.reserved and p != Purpose.SWEEP)
    sweeps = full.reserved[Purpose.SWEEP]
    half = a_plan(matches, needed + sweeps // 2)
    by_week = Counter((at - NOW).days // 7 for at in at_of(half, Purpose.SWEEP))
    assert min(by_week.values()) >= 0.8 * max(by_week.values())


def test_the_days_cap_is_never_passed_and_says_so() -> None:
    matches = [a_match(SATURDAY + n * HOUR, number=n) for n in range(6)]
    capped = replace(RULES, daily_cap=15)
    plan = a_plan(matches, rules=capped, now=SATURDAY - 8 * HOUR, ration=a_ration(resets_at=SOON))
    assert sum(call.cost for call in plan.planned) == 15
    assert {call.purpose for call in plan.planned} == {Purpose.CLOSING}
    assert all(one.capped for one in plan.dropped)
    asked = [an_asked(SATURDAY - 9 * HOUR, cost=10)]
    after = a_plan(
        matches,
        rules=capped,
        now=SATURDAY - 8 * HOUR,
        ration=a_ration(resets_at=SOON),
        asked=asked,
    )
    assert sum(call.cost for call in after.planned) == 3


def test_nothing_is_planned_past_the_reset() -> None:
    plan = a_plan([a_match(RESET + HOUR), a_match(RESET + MINUTE, number=1)])
    assert all(NOW <= call.at < RESET for call in plan.planned)
    assert RESET - MINUTE in at_of(plan, Purpose.CLOSING)


def test_rules_that_would_never_end_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        PlanRules(sweep_every=timedelta(0))
    with pytest.raises(ValueError, match="must not fall"):
        PlanRules(soon=timedelta(days=9))
    with pytest.raises(ValueError, match="negative"):
        PlanRules(daily_cap=-1)


def test_a_look_too_early_for_the_last_of_a_slot_does_not_stand_for_its_capture() -> None:
    matches = [a_match(SATURDAY), a_match(SATURDAY + 8 * MINUTE, number=1)]
    given: dict[str, Any] = {"now": SATURDAY - 3 * MINUTE, "ration": a_ration(resets_at=SOON)}
    seen = [an_asked(SATURDAY - 4 * MINUTE)]
    assert at_of(a_plan(matches[:1], asked=seen, **given), Purpose.CLOSING) == []
    assert at_of(a_plan(matches, asked=seen, **given), Purpose.CLOSING) == [SATURDAY - 2 * MINUTE]


def test_a_missed_capture_of_a_slot_is_made_up_for_by_the_rest_of_it() -> None:
    matches = [a_match(SATURDAY), a_match(SATURDAY + 8 * MINUTE, number=1)]
    given: dict[str, Any] = {"now": SATURDAY + MINUTE, "ration": a_ration(resets_at=SOON)}
    missed = a_plan(matches, **given)
    assert at_of(missed, Purpose.CLOSING) == [SATURDAY + 6 * MINUTE]
    made = an_asked(SATURDAY - 2 * MINUTE, purpose=Purpose.CLOSING)
    assert at_of(a_plan(matches, asked=[made], **given), Purpose.CLOSING) == []
