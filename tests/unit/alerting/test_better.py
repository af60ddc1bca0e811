"""A card that is held rings anew only where its value reaches a rung it never stood on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from engine.alerting.reminders import RUNGS, compose_better, rung
from engine.alerting.rules import AlertRules
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.pick import OpenPick, PickUpdate, PriceState
from engine.domain.wish import Wish
from tests.builders import KICK_OFF, NOW, a_pick, a_subscriber

if TYPE_CHECKING:
    from engine.domain.alert import Alert

RULES = AlertRules()
PICK = a_pick()
READER = replace(a_subscriber(7), wish=Wish(house=ZoneInfo("Europe/Paris")))
edges = st.floats(min_value=-0.2, max_value=0.3)


def told(edge: float, best: float, state: PriceState = PriceState.MOVED) -> tuple[Alert, ...]:
    shown = PickUpdate(
        pick_id=PICK.id,
        state=state,
        bookmaker=BookmakerKey("unibet"),
        odds=Odds(2.1),
        fair_odds=Odds(1.9),
        edge=edge,
        seen_at=NOW,
    )
    open_pick = OpenPick(pick=PICK, kick_off=KICK_OFF, shown=shown)
    return compose_better([open_pick], {PICK.id: best}, [READER], RULES, NOW)


@given(st.lists(edges, max_size=30))
def test_whatever_the_edge_does_each_rung_above_the_alert_rings_at_most_once_and_upwards(
    seen: list[float],
) -> None:
    best = PICK.edge
    rings: list[Alert] = []
    for edge in seen:
        best = max(best, edge)
        rings += told(edge, best)
    versions = list(dict.fromkeys(one.version for one in rings))
    assert versions == sorted(versions)
    assert len({one.dedup_key for one in rings}) == len(versions)
    assert len(versions) <= len(RUNGS) - rung(PICK.edge)
    assert bool(rings) == (rung(max([PICK.edge, *seen])) > rung(PICK.edge))


@given(edges, edges)
def test_a_rung_is_never_lower_where_the_edge_is_higher(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert rung(low) <= rung(high)


def test_a_rung_begins_at_its_edge() -> None:
    assert [rung(edge) for edge in (0.0299, 0.03, 0.05, 0.08, 0.1199, 0.12, 0.5)] == [
        *(0, 1, 2, 3, 3, 4, 4),
    ]


def test_value_that_is_gone_never_rings() -> None:
    assert told(0.2, 0.2)
    assert told(0.2, 0.2, PriceState.GONE) == ()


def test_who_answered_the_card_hears_no_more_of_it() -> None:
    shown = PickUpdate(
        pick_id=PICK.id,
        state=PriceState.MOVED,
        bookmaker=BookmakerKey("unibet"),
        odds=Odds(2.1),
        fair_odds=Odds(1.9),
        edge=0.2,
        seen_at=NOW,
    )
    held = [OpenPick(pick=PICK, kick_off=KICK_OFF, shown=shown)]
    best, readers = {PICK.id: 0.2}, [READER, replace(READER, user_id=8, chat_id=8)]
    answered = {(7, PICK.id)}
    rings = compose_better(held, best, readers, RULES, NOW, answered=answered)
    assert [one.chat_id for one in rings] == [8]
    late = KICK_OFF - RULES.send_cut_off + timedelta(seconds=1)
    assert compose_better(held, best, readers, RULES, late) == ()
