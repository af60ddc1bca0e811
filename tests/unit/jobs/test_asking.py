from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.collect.plan import Planned, Purpose
from jobs.asking import allot
from tests.unit.collect.plans import MAJOR, NOW, RULES, a_match, a_plan, an_asked

KICK_OFF = datetime(2026, 9, 9, 19, tzinfo=UTC)


def sweeps(*competitions: str) -> tuple[Planned, ...]:
    return tuple(
        Planned(at=NOW, purpose=Purpose.SWEEP, competition=key, markets=("h2h",), cost=3)
        for key in competitions
    )


def test_a_sweep_that_nobody_planned_keeps_within_the_days_cap_and_its_captures() -> None:
    made = [an_asked(NOW - timedelta(minutes=9), cost=12)]
    for cap, kept, why in ((27, 1, "daily_cap"), (24, 0, "daily_cap"), (None, 2, None)):
        rules = replace(RULES, daily_cap=cap)
        plan = a_plan([a_match(KICK_OFF)], asked=made, rules=rules)
        needed = [c for c in plan.planned if c.at.date() == NOW.date()]
        captures = sum(c.cost for c in needed if c.purpose in {Purpose.CLOSING, Purpose.LEAD})
        assert captures == 12
        allotted = allot(plan, sweeps(MAJOR, "soccer_other"))
        assert (len(allotted.calls), next(iter(allotted.left_out), None)) == (kept, why)


def test_the_cap_never_forbids_a_capture() -> None:
    made = [an_asked(NOW - timedelta(minutes=9), cost=30)]
    plan = a_plan([], asked=made, rules=replace(RULES, daily_cap=30))
    [sweep] = sweeps(MAJOR)
    assert allot(plan, [sweep]).calls == ()
    capture = replace(sweep, purpose=Purpose.CLOSING)
    assert allot(plan, [capture]).calls == (capture,)
