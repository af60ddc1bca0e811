from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.alerting.compose import compose, compose_closes, compose_results
from engine.alerting.fresh import Freshness, freshness
from engine.alerting.rules import AlertRules
from engine.domain.alert import HOLDERS, AlertKind
from engine.domain.closing import PickClose
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.domain.pick import PickUpdate, PriceState
from engine.domain.preferences import EventClass, Preferences, Volume
from engine.domain.settlement import Outcome, Score, Settlement
from engine.domain.wish import Wish
from tests.builders import KICK_OFF, NOW, a_closing_line, a_fixture, a_pick, a_subscriber

RULES = AlertRules()
PICK = a_pick()
KICK_OFFS = {PICK.id: KICK_OFF}
FIXTURES = {PICK.fixture_id: replace(a_fixture(), id=PICK.fixture_id)}


def an_update(state: PriceState = PriceState.MOVED, seconds: int = 0) -> PickUpdate:
    return PickUpdate(
        pick_id=PICK.id,
        state=state,
        bookmaker=BookmakerKey("unibet"),
        odds=Odds(2.1),
        fair_odds=None,
        edge=0.01,
        seen_at=NOW + timedelta(seconds=seconds),
    )


def test_a_pick_is_told_once_to_each_person_who_wants_picks() -> None:
    people = [a_subscriber(7), a_subscriber(3), a_subscriber(5, wants_picks=False)]
    alerts = compose([PICK], [], people, RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=NOW)
    assert [alert.chat_id for alert in alerts] == [3, 7]
    assert {alert.kind for alert in alerts} == {AlertKind.PICK}
    assert len({alert.dedup_key for alert in alerts}) == 2


def test_the_order_of_subscribers_changes_nothing() -> None:
    people = [a_subscriber(number) for number in (3, 1, 2)]
    one = compose([PICK], [], people, RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=NOW)
    assert one == compose(
        [PICK], [], people[::-1], RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=NOW
    )


def test_a_card_waits_for_its_group_and_dies_before_kick_off() -> None:
    (alert,) = compose(
        [PICK], [], [a_subscriber()], RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=NOW
    )
    assert alert.not_before == NOW + RULES.group_wait
    assert alert.expires_at == KICK_OFF - RULES.send_cut_off
    assert dict(alert.body)["odds"] == "2.2"


def test_a_wait_that_would_outlast_the_card_is_skipped() -> None:
    now = KICK_OFF - RULES.send_cut_off - timedelta(seconds=5)
    (alert,) = compose(
        [PICK], [], [a_subscriber()], RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=now
    )
    assert alert.not_before == now


def test_nothing_is_said_of_a_bet_when_it_is_too_late() -> None:
    now = KICK_OFF - RULES.send_cut_off
    arguments = ([PICK], [an_update()], [a_subscriber()], RULES)
    assert compose(*arguments, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=now) == ()


def test_each_state_of_a_card_is_said_once() -> None:
    updates = [an_update(), an_update(), an_update(seconds=60), an_update(PriceState.GONE)]
    alerts = compose(
        [], updates, [a_subscriber()], RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=NOW
    )
    assert len({alert.dedup_key for alert in alerts}) == 3
    assert alerts[0].not_before == NOW + RULES.edit_interval
    assert dict(alerts[0].body) == {
        "state": "moved",
        "bookmaker": "unibet",
        "odds": "2.1",
        "edge": "0.01",
        "seen_at": NOW.isoformat(),
    }


def test_edits_are_for_those_who_hold_the_card() -> None:
    alerts = compose(
        [], [an_update()], [a_subscriber()], RULES, fixtures={}, kick_offs=KICK_OFFS, now=NOW
    )
    assert [alert.chat_id for alert in alerts] == [HOLDERS]


def test_the_best_pick_is_told_first() -> None:
    good, better = a_pick(edge=0.02), a_pick("away", edge=0.06)
    alerts = compose(
        [good, better],
        [],
        [a_subscriber()],
        RULES,
        fixtures=FIXTURES,
        kick_offs={good.id: KICK_OFF, better.id: KICK_OFF},
        now=NOW,
    )
    assert [alert.pick_id for alert in alerts] == [better.id, good.id]


def test_a_card_is_for_those_who_want_the_pick() -> None:
    house = ZoneInfo("Europe/Paris")
    off = Wish(house=house, preferences=Preferences(volumes={EventClass.PICK: Volume.OFF}))
    people = [a_subscriber(1, wish=Wish(house=house)), a_subscriber(2, wish=off), a_subscriber(3)]
    alerts = compose([PICK], [], people, RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=NOW)
    assert [alert.chat_id for alert in alerts] == [1, 3]


def test_topics_of_one_group_are_told_apart() -> None:
    people = [a_subscriber(-7, thread_id=topic) for topic in (0, 4, 2)]
    alerts = compose([PICK], [], people, RULES, fixtures=FIXTURES, kick_offs=KICK_OFFS, now=NOW)
    assert [(alert.chat_id, alert.thread_id) for alert in alerts] == [(-7, 0), (-7, 2), (-7, 4)]
    assert len({alert.dedup_key for alert in alerts}) == 3


def test_a_close_is_said_with_what_is_known_of_it() -> None:
    closes = [
        PickClose(
            pick_id=PICK.id,
            closed_at=KICK_OFF,
            kick_off=KICK_OFF,
            odds=2.2,
            headline=line,
            alternative=None,
        )
        for line in (a_closing_line(), None)
    ]
    caught, missed = compose_closes(closes, RULES, KICK_OFF)
    assert caught.expires_at == KICK_OFF + RULES.result_life
    assert caught.dedup_key == missed.dedup_key
    assert dict(caught.body)["grade"] == "A"
    assert float(dict(caught.body)["clv"]) == pytest.approx(0.1)
    assert missed.body == ()


def test_a_correction_is_a_new_state_of_the_card() -> None:
    settlements = [
        Settlement(
            pick_id=PICK.id,
            sequence=sequence,
            outcome=Outcome.WON,
            profit=units("0.6"),
            full_time=score,
            rule="full_time",
            settled_at=KICK_OFF,
        )
        for sequence, score in ((1, Score(home=2, away=1)), (2, None))
    ]
    first, second = compose_results(settlements, RULES, KICK_OFF)
    assert first.dedup_key != second.dedup_key
    assert dict(first.body) == {"outcome": "won", "profit": "0.6000", "score": "2-1"}
    assert "score" not in dict(second.body)
    assert first.not_before == KICK_OFF


def test_what_loses_its_worth_soonest_goes_first() -> None:
    (pick, price) = compose(
        [PICK],
        [an_update()],
        [a_subscriber()],
        RULES,
        fixtures=FIXTURES,
        kick_offs=KICK_OFFS,
        now=NOW,
    )
    assert pick.priority < price.priority


@pytest.mark.parametrize(
    ("left", "age", "odds", "expected"),
    [
        (timedelta(hours=3), timedelta(minutes=10), 2.14, Freshness.OK),
        (timedelta(hours=3), timedelta(minutes=11), 2.14, Freshness.QUOTE_TOO_OLD),
        (timedelta(minutes=50), timedelta(minutes=6), 2.14, Freshness.QUOTE_TOO_OLD),
        (timedelta(minutes=50), timedelta(minutes=5), 2.14, Freshness.OK),
        (timedelta(hours=3), None, 2.14, Freshness.QUOTE_TOO_OLD),
        (timedelta(hours=3), timedelta(0), 2.13, Freshness.ODDS_FELL),
        (timedelta(hours=3), timedelta(0), None, Freshness.ODDS_FELL),
        (timedelta(minutes=2), timedelta(0), 2.2, Freshness.KICK_OFF_TOO_CLOSE),
    ],
)
def test_a_card_is_sent_only_while_it_is_true(
    left: timedelta, age: timedelta | None, odds: float | None, expected: Freshness
) -> None:
    verdict = freshness(
        kick_off=NOW + left,
        min_odds=2.14,
        odds=odds,
        quoted_at=None if age is None else NOW - age,
        rules=RULES,
        now=NOW,
    )
    assert verdict is expected


@pytest.mark.parametrize(
    ("age", "left", "expected"),
    [
        (timedelta(hours=11), timedelta(hours=3), Freshness.OK),
        (timedelta(hours=11), timedelta(minutes=30), Freshness.OK),
        (timedelta(hours=13), timedelta(hours=3), Freshness.QUOTE_TOO_OLD),
        (timedelta(hours=1), timedelta(minutes=1), Freshness.KICK_OFF_TOO_CLOSE),
    ],
)
def test_a_printed_price_may_be_as_old_as_its_file_and_no_later_than_any_other(
    age: timedelta, left: timedelta, expected: Freshness
) -> None:
    verdict = freshness(
        kick_off=NOW + left,
        min_odds=2.14,
        odds=2.2,
        quoted_at=NOW - age,
        rules=RULES,
        now=NOW,
        from_file=True,
    )
    assert verdict is expected
