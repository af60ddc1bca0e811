"""What protects a person holds whatever they say, in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.care import (
    COOLING,
    ENDLESS_AT_LEAST,
    NOTHING_SAID,
    Care,
    CareEntry,
    LimitKind,
    PauseKind,
    Said,
    heard,
    period_of,
    standing,
    stricter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 1, 1, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
KIND = LimitKind.LOSS_DAY

amounts = st.none() | st.decimals(min_value=0, max_value=50, places=1)
LENGTHS = (timedelta(hours=24), timedelta(days=7), timedelta(days=365), None)
steps = st.integers(min_value=0, max_value=60)


def a_limit(hours: float, amount: Decimal | None, kind: LimitKind = KIND) -> CareEntry:
    at = START + timedelta(hours=hours)
    return CareEntry(said=Said.LIMIT, about=kind.value, at=at, amount=amount)


def a_pause(hours: float, length: timedelta | None) -> CareEntry:
    at = START + timedelta(hours=hours)
    kind = PauseKind.REST if length else PauseKind.EXCLUSION
    until = None if length is None else at + length
    return CareEntry(said=Said.PAUSE, about=kind.value, at=at, until=until)


def a_lift(at: datetime) -> CareEntry:
    return CareEntry(said=Said.LIFT, about="", at=at)


@st.composite
def histories(draw: st.DrawFn) -> Sequence[CareEntry]:
    """Return lines of one person in order of time, of every kind that can weaken or protect."""
    hours = 0.0
    found = []
    for _ in range(draw(st.integers(1, 12))):
        hours += draw(steps)
        at = START + timedelta(hours=hours)
        what = draw(st.sampled_from(["limit", "pause", "lift"]))
        if what == "limit":
            found.append(a_limit(hours, draw(amounts)))
        elif what == "pause":
            found.append(a_pause(hours, draw(st.sampled_from(LENGTHS))))
        else:
            found.append(a_lift(at))
    return found


@given(histories())
def test_a_limit_loosens_only_when_it_was_asked_for_a_day_before(
    history: Sequence[CareEntry],
) -> None:
    care = NOTHING_SAID
    for n, entry in enumerate(history):
        before, care = care, heard(care, entry)
        old, new = before.limits.get(KIND), care.limits.get(KIND)
        if stricter(new, old):
            continue
        asked = [
            each
            for each in history[:n]
            if each.said is Said.LIMIT and each.amount == entry.amount and each.at <= entry.at
        ]
        assert entry.amount == new
        assert any(entry.at - each.at >= COOLING for each in asked)


@given(histories(), amounts)
def test_a_stricter_limit_holds_at_once(
    history: Sequence[CareEntry], amount: Decimal | None
) -> None:
    care = standing(history)
    if not stricter(amount, care.limits.get(KIND)):
        return
    at = history[-1].at
    after = heard(care, CareEntry(said=Said.LIMIT, about=KIND.value, at=at, amount=amount))
    assert after.limits.get(KIND) == amount
    assert KIND not in after.looser


@given(histories())
def test_nothing_that_is_said_within_half_a_year_shortens_a_pause(
    history: Sequence[CareEntry],
) -> None:
    care = NOTHING_SAID
    for entry in history:
        held = care.paused(entry.at)
        care = heard(care, entry)
        if held is None:
            continue
        now = care.pause
        assert now is not None
        assert now.until >= held.until or entry.at >= held.since + ENDLESS_AT_LEAST + COOLING


def test_a_looser_limit_is_asked_again_after_a_day_and_not_before() -> None:
    care = standing([a_limit(0, Decimal(5)), a_limit(1, Decimal(10))])
    assert care.limits[KIND] == 5
    assert care.looser[KIND].ripe_at == START + timedelta(hours=25)
    assert heard(care, a_limit(24.9, Decimal(10))).limits[KIND] == 5
    loose = heard(care, a_limit(25, Decimal(10)))
    assert loose.limits[KIND] == 10
    assert loose.looser == {}


def test_another_amount_than_was_asked_for_waits_its_own_day() -> None:
    care = standing([a_limit(0, Decimal(5)), a_limit(1, Decimal(10)), a_limit(30, Decimal(20))])
    assert care.limits[KIND] == 5
    assert care.looser[KIND].ripe_at == START + timedelta(hours=54)


def test_taking_a_limit_away_waits_as_well() -> None:
    care = standing([a_limit(0, Decimal(5)), a_limit(1, None)])
    assert care.limits[KIND] == 5
    assert KIND not in heard(care, a_limit(25, None)).limits


def test_an_exclusion_without_an_end_is_ended_by_asking_twice_after_half_a_year() -> None:
    begun = a_pause(0, None)
    early = START + ENDLESS_AT_LEAST - timedelta(seconds=1)
    asked = START + ENDLESS_AT_LEAST
    tomorrow = asked + COOLING
    assert standing([begun, a_lift(early)]).lift_ripe_at is None
    care = standing([begun, a_lift(early), a_lift(asked)])
    assert care.lift_ripe_at == tomorrow
    assert care.paused(tomorrow) is not None
    assert heard(care, a_lift(tomorrow - timedelta(seconds=1))).paused(tomorrow) is not None
    assert heard(care, a_lift(tomorrow)).paused(tomorrow) is None


def test_an_exclusion_with_an_end_cannot_be_lifted() -> None:
    care = standing([a_pause(0, timedelta(days=365))])
    for days in (1, 200, 300, 364):
        care = heard(care, a_lift(START + timedelta(days=days)))
    assert care.paused(START + timedelta(days=364, hours=23)) is not None
    assert care.paused(START + timedelta(days=365)) is None


@pytest.mark.parametrize(
    ("kind", "begins", "ends"),
    [
        (LimitKind.LOSS_DAY, "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"),
        (LimitKind.STAKE_WEEK, "2026-03-23T00:00+01:00", "2026-03-30T00:00+02:00"),
        (LimitKind.LOSS_MONTH, "2026-03-01T00:00+01:00", "2026-04-01T00:00+02:00"),
    ],
)
def test_periods_are_those_of_the_persons_clock_when_clocks_change_too(
    kind: LimitKind, begins: str, ends: str
) -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert period_of(kind, now, PARIS) == (
        datetime.fromisoformat(begins),
        datetime.fromisoformat(ends),
    )


def test_who_said_nothing_is_free() -> None:
    assert standing([]) == Care()
    assert standing([]).paused(START) is None
