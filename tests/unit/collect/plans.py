"""Values for tests of the plan: matches, rations and what the house aims at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.collect.plan import Aims, Asked, Purpose, Ration, plan_month
from engine.collect.rules import PlanRules
from engine.domain.fixture import fixture_id
from tests.builders import a_fixture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.collect.plan import CollectPlan
    from engine.domain.fixture import Fixture

NOW = datetime(2026, 9, 9, 0, 10, tzinfo=UTC)  # a Wednesday
RESET = datetime(2026, 10, 1, tzinfo=UTC)
MAJOR, SECOND, MINOR = "soccer_epl", "soccer_italy_serie_a", "soccer_efl_champ"
AIMS = Aims(
    competitions=(MAJOR, SECOND, MINOR),
    markets=("h2h", "totals", "spreads"),
    regions=1,
    offsets=(timedelta(minutes=60), timedelta(minutes=10), timedelta(minutes=2)),
    grade_a=timedelta(minutes=10),
)
RULES = PlanRules(major=2)


def a_match(kick_off: datetime, competition: str = MAJOR, number: int = 0) -> Fixture:
    identity = fixture_id(competition, f"home{number}", f"{kick_off:%H%M}", kick_off.date())
    return a_fixture(id=identity, competition=competition, kick_off=kick_off)


def a_ration(remaining: int = 20_000, resets_at: datetime = RESET) -> Ration:
    return Ration(remaining=remaining, monthly=20_000, resets_at=resets_at)


def an_asked(at: datetime, competition: str = MAJOR, **overrides: Any) -> Asked:
    values: dict[str, Any] = {
        "at": at,
        "competition": competition,
        "purpose": Purpose.SWEEP,
        "cost": 3,
    }
    return Asked(**values | overrides)


def a_plan(fixtures: Iterable[Fixture], credits_left: int = 20_000, **given: Any) -> CollectPlan:
    values: dict[str, Any] = {"aims": AIMS, "now": NOW} | given
    rules = values.pop("rules", RULES)
    ration = values.pop("ration", a_ration(credits_left))
    return plan_month(fixtures, ration, rules, **values)
