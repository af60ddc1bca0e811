"""What holds of every plan, whatever is listed and however many credits there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.collect.plan import Purpose, Why
from tests.unit.collect.plans import (
    AIMS,
    MAJOR,
    MINOR,
    NOW,
    RULES,
    SECOND,
    a_match,
    a_plan,
    an_asked,
)

if TYPE_CHECKING:
    from engine.collect.plan import CollectPlan
    from engine.domain.fixture import Fixture

CLOSES = {Why.CLOSING, Why.MINOR_CLOSING}


@st.composite
def fixture_lists(draw: st.DrawFn) -> tuple[Fixture, ...]:
    """Matches of three weeks past and ten days to come, in no order, many at one hour."""
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from((MAJOR, SECOND, MINOR)),
                st.integers(-21, 10),
                st.sampled_from((0, 150, 168, 180, 181, 192, 240, 287)),
            ),
            max_size=25,
        )
    )
    midnight = NOW.replace(minute=0)
    return tuple(
        a_match(midnight + timedelta(days=day, minutes=5 * part), competition, number)
        for number, (competition, day, part) in enumerate(steps)
    )


CREDITS = st.integers(0, 400) | st.integers(0, 3000)


def aims_for(fixtures: tuple[Fixture, ...]) -> dict[str, object]:
    """Aim at every purpose there is."""
    shortlisted = {fixture.id: str(fixture.id) for fixture in fixtures[:2]}
    return {"aims": replace(AIMS, scores=True, shortlisted=shortlisted)}


def closes(plan: CollectPlan) -> int:
    """Return how many kick-off slots keep their close: all wanted ones less those given up."""
    return -sum(one.calls for one in plan.dropped if one.why in CLOSES)


@given(fixture_lists(), CREDITS)
@settings(max_examples=60, deadline=None)
def test_a_plan_never_costs_more_than_is_left(
    fixtures: tuple[Fixture, ...], credits_left: int
) -> None:
    plan = a_plan(fixtures, credits_left, **aims_for(fixtures))
    spent = sum(call.cost for call in plan.planned)
    assert spent <= credits_left
    assert plan.left == credits_left - spent
    assert sum(plan.reserved.values()) == spent


@given(fixture_lists(), CREDITS)
@settings(max_examples=60, deadline=None)
def test_no_lesser_call_is_made_while_a_greater_one_was_given_up(
    fixtures: tuple[Fixture, ...], credits_left: int
) -> None:
    plan = a_plan(fixtures, credits_left, **aims_for(fixtures))
    made = {call.purpose for call in plan.planned}
    dropped = {one.why for one in plan.dropped}
    if dropped & CLOSES:
        assert made <= {Purpose.CLOSING}
    if Why.LEAD in dropped:
        assert not made & {Purpose.SWEEP, Purpose.EVENT}
    if Purpose.EVENT in made:
        assert dropped <= {Why.EVENT_MARKETS}


@given(fixture_lists(), CREDITS, st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_more_credits_keep_every_call_and_never_yield_fewer_closes(
    fixtures: tuple[Fixture, ...], credits_left: int, more: int
) -> None:
    given_to = aims_for(fixtures)
    poor = a_plan(fixtures, credits_left, **given_to)
    rich = a_plan(fixtures, credits_left + more, **given_to)
    assert set(poor.planned) <= set(rich.planned)
    assert closes(poor) <= closes(rich)


@given(fixture_lists(), CREDITS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_fixtures_changes_nothing(
    fixtures: tuple[Fixture, ...], credits_left: int, random: object
) -> None:
    shuffled = sorted(fixtures, key=lambda _: random.random())  # type: ignore[attr-defined]
    given_to = aims_for(fixtures)
    assert a_plan(fixtures, credits_left, **given_to) == a_plan(shuffled, credits_left, **given_to)


@given(fixture_lists(), CREDITS)
@settings(max_examples=60, deadline=None)
def test_what_is_planned_and_what_is_given_up_are_what_was_wanted(
    fixtures: tuple[Fixture, ...], credits_left: int
) -> None:
    given_to = aims_for(fixtures)
    wanted = a_plan(fixtures, 10**6, **given_to)
    plan = a_plan(fixtures, credits_left, **given_to)
    assert not wanted.dropped
    given_up = sum(one.calls for one in plan.dropped)
    assert len(plan.planned) + given_up == len(wanted.planned)
    cost = sum(c.cost for c in plan.planned) + sum(one.cost for one in plan.dropped)
    assert cost == sum(call.cost for call in wanted.planned)


@given(fixture_lists(), CREDITS, st.integers(1, 7 * 24 * 60))
@settings(max_examples=60, deadline=None)
def test_a_plan_kept_and_made_again_later_is_the_same_plan(
    fixtures: tuple[Fixture, ...], credits_left: int, minutes: int
) -> None:
    """The calls due meanwhile are made and paid; what is left to do stays as it was.

    Within a week of matches: in the next, other weeks are what the expected ones are like. A
    league whose listed matches have all begun is looked at anew each day: that call is real, so
    one for kick-offs that nobody has listed yet may yield its credits to it.
    """
    listed = tuple(f for f in fixtures if f.kick_off > NOW)
    if {f.competition for f in listed} != {MAJOR, SECOND, MINOR}:
        listed = tuple(
            a_match(NOW + timedelta(days=6, hours=5), competition, 99)
            for competition in (MAJOR, SECOND, MINOR)
        )
    later = NOW + timedelta(minutes=minutes) * (5 / 7)
    first = a_plan(listed, credits_left)
    made = [call for call in first.planned if call.at < later]
    again = a_plan(
        listed,
        credits_left - sum(call.cost for call in made),
        now=later,
        asked=[an_asked(c.at, c.competition, purpose=c.purpose, cost=c.cost) for c in made],
    )
    due = [call for call in first.planned if call.at >= later]
    yielded, new = set(due) - set(again.planned), set(again.planned) - set(due)
    assert all(call.expected and call.purpose is Purpose.SWEEP for call in yielded)
    assert len(yielded) <= sum(not call.expected for call in new)
    if credits_left > 2000:
        to_come = {f.competition for f in listed if f.kick_off > later}
        assert not yielded
        assert all(call.purpose is Purpose.SWEEP for call in new)
        assert not {call.competition for call in new} & to_come


@given(fixture_lists(), CREDITS)
@settings(max_examples=40, deadline=None)
def test_a_minute_later_with_nothing_changed_the_plan_stands(
    fixtures: tuple[Fixture, ...], credits_left: int
) -> None:
    later = NOW + timedelta(minutes=1)
    plan = a_plan(fixtures, credits_left)
    again = a_plan(fixtures, credits_left, now=later)
    kept = {call for call in plan.planned if call.at >= later and call.fixtures}
    assert kept <= set(again.planned)


@given(fixture_lists(), CREDITS, st.integers(3, 60))
@settings(max_examples=40, deadline=None)
def test_no_day_passes_its_cap(fixtures: tuple[Fixture, ...], credits_left: int, cap: int) -> None:
    plan = a_plan(
        fixtures, credits_left, rules=replace(RULES, daily_cap=cap), **aims_for(fixtures)
    )
    for day in {call.at.date() for call in plan.planned}:
        assert sum(call.cost for call in plan.planned if call.at.date() == day) <= cap


@given(fixture_lists(), CREDITS)
@settings(max_examples=40, deadline=None)
def test_every_match_to_come_is_closed_within_grade_a_where_credits_suffice(
    fixtures: tuple[Fixture, ...], credits_left: int
) -> None:
    plan = a_plan(fixtures, credits_left)
    if any(one.why in CLOSES for one in plan.dropped):
        return
    margin = min(AIMS.offsets)
    for fixture in fixtures:
        if fixture.kick_off - margin < NOW:
            continue
        ages = [
            fixture.kick_off - call.at
            for call in plan.planned
            if call.competition == fixture.competition and call.purpose is Purpose.CLOSING
        ]
        assert any(margin <= age <= AIMS.grade_a for age in ages)
