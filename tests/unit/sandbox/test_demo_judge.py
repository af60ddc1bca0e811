from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.demo_judge import Truth, canonical, interval, judge, true_edge

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FINISHED = Truth(
    kick_off=AT - timedelta(minutes=2),
    finished=True,
    close={"home": (0.5, 0.5), "ah_home@-0.25": (0.4, 0.45), "over_2.5": (0.55, 0.45)},
)
UPCOMING = Truth(kick_off=AT + timedelta(minutes=1), finished=False, close=FINISHED.close)


@dataclass(frozen=True)
class Sent:
    chat_id: int
    message_id: int
    text: str
    method: str = "sendMessage"


def a_pick(**changes: Any) -> dict[str, Any]:
    return {
        "id": "p1",
        "event_ids": {"odds_api": "e1"},
        "selection": "home",
        "odds": 2.1,
        "edge": 0.03,
        "value_lost": False,
        "close_grade": "A",
        "clv": 0.02,
        "outcome": "won",
        "profit": "1.1",
    } | changes


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "dedup_key": "k1",
        "chat_id": 1002,
        "pick_id": "p1",
        "kind": "pick",
        "state": "sent",
        "attempts": 1,
        "message_id": 7,
        "reminder": False,
    } | changes


def figures(
    *,
    picks: list[dict[str, Any]] | None = None,
    outbox: list[dict[str, Any]] | None = None,
    log: list[Sent] | None = None,
    truth: Truth = FINISHED,
    runs: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    report = {
        "picks": [a_pick()] if picks is None else picks,
        "outbox": [a_row()] if outbox is None else outbox,
        "quotes_offered": 10,
        "quotes_stored": 8,
        "fixtures": 1,
        "errors": 0,
        "runs": runs or [],
    }
    said = [Sent(1002, 7, "Lens - Lille, home at 2.10")] if log is None else log
    return judge(report, {"e1": truth}, said, AT)


def test_an_alert_in_the_log_is_delivered() -> None:
    found = figures()
    assert (found["alerts_committed"], found["alerts_delivered"]) == (1, 1)
    assert (found["lost"], found["duplicates"], found["errors"]) == (0, 0, 0)


def test_an_alert_that_only_the_outbox_believes_sent_is_lost() -> None:
    assert figures(log=[])["lost"] == 1


def test_a_message_number_counts_in_its_own_chat_only() -> None:
    assert figures(log=[Sent(1003, 7, "Lens - Lille")])["lost"] == 1


@pytest.mark.parametrize("state", ["expired", "cancelled"])
def test_an_alert_withheld_by_a_gate_is_not_lost(state: str) -> None:
    found = figures(outbox=[a_row(state=state, message_id=None)], log=[])
    assert (found["alerts_withheld"], found["lost"]) == (1, 0)


@pytest.mark.parametrize("state", ["dead", "uncertain"])
def test_an_alert_given_up_is_lost(state: str) -> None:
    assert figures(outbox=[a_row(state=state, message_id=None)], log=[])["lost"] == 1


def test_an_alert_still_waiting_is_lost_only_once_its_match_has_begun() -> None:
    waiting = [a_row(state="pending", message_id=None)]
    assert figures(outbox=waiting, log=[], truth=UPCOMING)["lost"] == 0
    assert figures(outbox=waiting, log=[], truth=FINISHED)["lost"] == 1


def test_the_same_words_again_are_a_duplicate_even_at_another_price() -> None:
    twice = [
        Sent(1002, 7, "Lens - Lille, home at 2.10"),
        Sent(1002, 8, "Lens - Lille, home at 2.05"),
    ]
    assert figures(log=twice)["duplicates"] == 1


def test_the_same_words_in_another_chat_are_no_duplicate() -> None:
    log = [Sent(1002, 7, "Lens - Lille, home"), Sent(1003, 7, "Lens - Lille, home")]
    assert figures(log=log)["duplicates"] == 0


def test_an_answer_to_a_question_is_no_duplicate() -> None:
    log = [Sent(1002, 7, "Lens - Lille, home"), Sent(1002, 8, "Your picks: Lens - Lille")]
    assert figures(log=log)["duplicates"] == 0


def test_a_reminder_may_repeat_what_may_not_have_arrived() -> None:
    log = [Sent(1002, 6, "Lens - Lille, home"), Sent(1002, 7, "(renvoi) Lens - Lille, home")]
    assert figures(outbox=[a_row(reminder=True, attempts=2)], log=log)["duplicates"] == 0
    assert figures(outbox=[a_row(attempts=2)], log=log)["duplicates"] == 1


def test_two_rows_for_one_pick_and_chat_are_a_duplicate() -> None:
    rows = [a_row(), a_row(id=2, dedup_key="k2", message_id=8)]
    log = [Sent(1002, 7, "one"), Sent(1002, 8, "two")]
    assert figures(outbox=rows, log=log)["duplicates"] == 1


def test_edits_are_neither_alerts_nor_duplicates() -> None:
    rows = [a_row(), a_row(id=2, dedup_key="k2", kind="close")]
    log = [Sent(1002, 7, "a card"), Sent(1002, 7, "a card", method="editMessageText")]
    found = figures(outbox=rows, log=log)
    assert (found["alerts_committed"], found["edits_delivered"], found["duplicates"]) == (1, 1, 0)


def test_closes_count_the_picks_of_finished_matches() -> None:
    picks = [
        a_pick(),
        a_pick(id="p2", close_grade="B"),
        a_pick(id="p3", close_grade=None, clv=None),
    ]
    found = figures(picks=picks)
    assert (found["closes_grade_a"], found["closes_total"], found["closes_missing"]) == (1, 2, 1)
    assert (found["clv_n"], found["clv_mean"]) == (2, pytest.approx(0.02))


def test_a_close_of_grade_c_is_not_in_the_mean() -> None:
    assert figures(picks=[a_pick(close_grade="C")])["clv_n"] == 0


def test_an_unsettled_pick_of_a_finished_match_is_told() -> None:
    assert figures(picks=[a_pick(outcome=None, profit=None)])["unsettled_finished"] == 1
    waiting = figures(picks=[a_pick(outcome=None, profit=None)], truth=UPCOMING)
    assert waiting["unsettled_finished"] == 0


def test_a_pick_of_a_match_the_world_never_had_is_an_error() -> None:
    assert figures(picks=[a_pick(event_ids={"odds_api": "e9"})])["errors"] == 1


def test_failed_runs_are_told_with_their_errors() -> None:
    runs: list[dict[str, Any]] = [
        {"job": "snapshot", "state": "failed", "error": "FeedDown"},
        {"job": "snapshot", "state": "failed", "error": "FeedDown"},
        {"job": "settle", "state": "done", "error": None},
    ]
    assert figures(runs=runs)["failures"] == {"snapshot failed: FeedDown": 2}


def test_the_true_edge_is_what_the_odds_were_worth_at_the_close() -> None:
    assert true_edge(a_pick(odds=2.1), FINISHED.close) == pytest.approx(0.05)
    handicap = a_pick(selection="ah_home@-0.25", odds=2.2)
    assert true_edge(handicap, FINISHED.close) == pytest.approx(0.4 * 1.2 - 0.45)
    assert true_edge(a_pick(selection="over_7.5"), FINISHED.close) is None
    found = figures()
    assert found["expected_edge"]["mean"] == pytest.approx(0.03)
    assert found["true_edge"]["mean"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("written", "known"),
    [("over_2.50", "over_2.5"), ("ah_away@0", "ah_away@+0"), ("ah_home@-0.25", "ah_home@-0.25")],
)
def test_lines_are_read_however_they_are_written(written: str, known: str) -> None:
    assert canonical(written) == known


def test_an_interval_needs_two_values() -> None:
    assert interval([]) == {"mean": None, "n": 0, "low": None, "high": None}
    assert interval([0.1])["low"] is None
    found = interval([0.0, 0.1])
    assert found["mean"] == pytest.approx(0.05)
    assert found["low"] < found["mean"] < found["high"]
