"""What no reading may settle by itself: rows that cannot be, and words that disagree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.dispute import OF_ONE_ROW, DisputeKind
from engine.domain.numbers import units
from engine.domain.pick import FROM_FILE
from engine.domain.settlement import Outcome, Phase, Result, Score, Settlement, Told
from engine.settlement.doubts import late_news, other_match
from engine.settlement.finality import final, weigh
from engine.settlement.rules import BookRules, SettlementRules
from tests.builders import KICK_OFF, a_pick, a_result

if TYPE_CHECKING:
    from random import Random

RULES = SettlementRules()
BOOK = BookRules()
GAP: Final = RULES.confirmation_gap
HOUR: Final = timedelta(hours=1)
END: Final = KICK_OFF + 2 * HOUR


def score(text: str) -> Score:
    home, away = text.split("-")
    return Score(home=int(home), away=int(away))


def told(**scores: str) -> Told:
    return Told(**{name: score(text) for name, text in scores.items()})


def read(full: str | None = "2-1", gaps: float = 0, **changes: Any) -> Result:
    values = {"full_time": score(full) if full else None, "read_at": END + gaps * GAP}
    return a_result(**(values | changes))


def twice(full: str | None = "2-1", **changes: Any) -> list[Result]:
    return [read(full, 0, **changes), read(full, 1, **changes)]


def kinds(*reads: Result) -> list[DisputeKind]:
    return [doubt.kind for doubt in weigh(reads, RULES).doubts]


def test_sides_turned_are_asked_about_and_withdrawn_once_they_are_set_right() -> None:
    """Played at the other ground the bets are void; only listed so, they stand. No row says."""
    turned = twice(None, phase=Phase.REVERSED, event_id="1")
    assert kinds(*turned) == [DisputeKind.REVERSED]
    elsewhere = twice("2-1", source="football_data")
    assert kinds(*turned, *elsewhere) == [DisputeKind.REVERSED]
    assert DisputeKind.REVERSED in OF_ONE_ROW
    right = [read("2-1", 2, event_id="1"), read("2-1", 3, event_id="1")]
    assert final([*turned, *right], RULES) == right[-1]
    assert kinds(
        *twice("2-1", event_id="1"), read(None, 2, phase=Phase.REVERSED, event_id="1")
    ) == [DisputeKind.ANNULLED]


REVIEW: Final[dict[str, Any]] = {"phase": Phase.REVIEW, "full_time": None}
PLACEHOLDER: Final = told(goals="2-1", full_time="2-1", extra_time="0-0")


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"status": "AET", "told": PLACEHOLDER, **REVIEW}, DisputeKind.EXTRA_TIME),
        (
            {"status": "AET", "told": told(goals="1-1", full_time="1-1"), **REVIEW},
            DisputeKind.EXTRA_TIME,
        ),
        ({"status": "AET", "told": told(goals="2-1"), **REVIEW}, DisputeKind.FULL_TIME),
        ({"status": "PEN", "told": None, **REVIEW}, DisputeKind.FULL_TIME),
        (
            {"status": "PEN", "told": told(full_time="0-0", penalties="1-0"), **REVIEW},
            DisputeKind.EXTRA_TIME,
        ),
        ({"status": "PEN", "told": told(goals="2-1")}, DisputeKind.EXTRA_TIME),
        ({"status": "PEN", "told": PLACEHOLDER}, DisputeKind.EXTRA_TIME),
        (
            {"status": "FT", "told": told(goals="2-1", full_time="1-1"), **REVIEW},
            DisputeKind.FULL_TIME,
        ),
        ({"status": "FT", "full_time": None}, DisputeKind.FULL_TIME),
        ({"status": "XYZ", **REVIEW}, DisputeKind.STATUS),
        ({"read_at": KICK_OFF - HOUR}, DisputeKind.TOO_EARLY),
        ({"read_at": KICK_OFF + timedelta(minutes=89)}, DisputeKind.TOO_EARLY),
        (
            {
                "status": "ABD",
                "phase": Phase.ABANDONED,
                "told": told(goals="2-1", full_time="1-1", extra_time="1-0"),
            },
            DisputeKind.EXTRA_TIME,
        ),
        (
            {
                "status": "AWD",
                "phase": Phase.AWARDED,
                "full_time": None,
                "told": told(goals="3-0", half_time="1-1"),
            },
            DisputeKind.AWARDED,
        ),
    ],
)
def test_a_row_that_cannot_be_is_asked_about_and_settles_nothing(
    row: dict[str, Any], kind: DisputeKind
) -> None:
    once = read(**row)
    later = read(**({"gaps": 1} | row)) if "read_at" not in row else once
    assert kinds(once) == kinds(once, later) == [kind]
    assert final([once, later], RULES) is None


def test_penalties_after_a_draw_or_after_an_extra_time_are_nothing_odd() -> None:
    drawn = twice("1-1", status="PEN", told=told(goals="1-1", penalties="4-3"))
    second_leg = twice(status="PEN", told=told(goals="3-1", extra_time="1-0", penalties="4-3"))
    for rows in (drawn, second_leg):
        assert kinds(*rows) == []
        assert final(rows, RULES) is rows[-1]


def test_an_award_of_a_match_seen_in_play_is_asked_about_and_one_unplayed_is_not() -> None:
    award: dict[str, Any] = {"status": "AWD", "phase": Phase.AWARDED, "full_time": None}
    live = read(None, -1, status="1H", phase=Phase.LIVE)
    assert kinds(live, *twice(**award)) == [DisputeKind.AWARDED]
    assert kinds(*twice(**award)) == []
    found = final(twice(**award), RULES)
    assert found is not None
    assert found.phase is Phase.AWARDED


def test_a_match_broken_off_and_then_awarded_stays_broken_off() -> None:
    broken = read("2-1", -1, status="ABD", phase=Phase.ABANDONED)
    award: dict[str, Any] = {"status": "AWD", "phase": Phase.AWARDED, "full_time": None}
    found = final([broken, *twice(**award)], RULES)
    assert found is not None
    assert (found.phase, found.full_time) == (Phase.ABANDONED, score("2-1"))


def test_two_sources_that_agree_are_final_at_once() -> None:
    file = read(source="football_data", half_time=None)
    found = final([read(), file], RULES)
    assert found is not None
    assert found.full_time == score("2-1")
    assert final([read(), read(gaps=0.5, event_id="8")], RULES) is None


def test_sources_that_conflict_settle_nothing_however_often_they_repeat_it() -> None:
    file = read("2-2", source="football_data")
    assert kinds(read(), file) == []
    assert final([read(), file], RULES) is None
    assert kinds(*twice(), file) == [DisputeKind.SOURCES]
    assert kinds(*twice(), *twice("2-2", source="football_data")) == [DisputeKind.SOURCES]
    third = read(source="third")
    assert kinds(read(), third, file) == [DisputeKind.SOURCES]
    assert final([*twice(), third, file], RULES) is None


def test_a_score_here_and_off_there_is_a_conflict() -> None:
    off = read(None, source="football_data", status="CANC", phase=Phase.CANCELLED)
    assert kinds(*twice(), off) == [DisputeKind.SOURCES]


def test_a_source_not_asked_since_the_match_was_in_play_contradicts_nobody() -> None:
    live = read(None, -3, source="other", status="2H", phase=Phase.LIVE)
    found = final([live, *twice()], RULES)
    assert found is not None
    assert found.full_time == score("2-1")


@pytest.mark.parametrize("reached", ["3-0", "0-2", "3-3"])
def test_a_final_score_below_one_reached_in_play_is_asked_about(reached: str) -> None:
    live = read(None, -3, status="2H", phase=Phase.LIVE, told=told(goals=reached))
    assert kinds(live, *twice()) == [DisputeKind.SCORE_FELL]
    assert kinds(read(reached, -3, status="ABD", phase=Phase.ABANDONED), *twice()) == [
        DisputeKind.SCORE_FELL
    ]


def test_goals_of_extra_time_are_not_a_score_that_fell() -> None:
    extra = read(None, -3, status="ET", phase=Phase.LIVE, told=told(goals="3-1"))
    stopped = read(
        None,
        -2,
        status="INT",
        phase=Phase.INTERRUPTED,
        told=told(goals="2-1", full_time="1-1", extra_time="1-0"),
    )
    final_row = twice("1-1", status="AET", told=told(goals="3-1", full_time="1-1"))
    assert kinds(extra, stopped, *final_row) == []
    assert final([extra, stopped, *final_row], RULES) is final_row[-1]


def test_a_replay_under_another_id_counts_in_place_of_the_match_put_off() -> None:
    off = twice(None, event_id="1", status="PST", phase=Phase.POSTPONED)
    new: dict[str, Any] = {"event_id": "2", "kick_off": KICK_OFF + 24 * HOUR}
    scheduled = read(None, **new, status="NS", phase=Phase.SCHEDULED)
    assert final([*off, scheduled], RULES) is None
    played = [read("0-3", 24 * 6 + part, **new) for part in (0, 1)]
    assert final([*off, scheduled, *played], RULES) is played[-1]


def test_a_replay_that_is_off_as_well_is_off() -> None:
    off = twice(None, event_id="1", status="PST", phase=Phase.POSTPONED)
    new: dict[str, Any] = {"event_id": "2", "kick_off": KICK_OFF + 24 * HOUR}
    gone = twice(None, **new, status="CANC", phase=Phase.CANCELLED)
    assert final([*off, *gone], RULES) is gone[-1]


def test_one_match_twice_under_two_ids_is_one_match_if_it_ends_alike() -> None:
    both = [*twice(event_id="1"), *twice(event_id="2")]
    assert final(both, RULES) is not None
    assert kinds(*twice(event_id="1"), *twice("0-0", event_id="2")) == [DisputeKind.TWO_MATCHES]
    assert kinds(read(event_id="1"), read("0-0", event_id="2")) == []


def test_what_was_read_before_ids_were_kept_is_of_the_only_match_there_is() -> None:
    stop = read(None, -1, status="SUSP", phase=Phase.INTERRUPTED)
    named = twice(event_id="7")
    assert final([stop, *named], RULES) is named[-1]
    assert final([read(), read(gaps=1, event_id="7")], RULES) is not None


def test_a_match_broken_off_and_played_again_under_another_id_is_asked_about() -> None:
    broken = twice("1-0", event_id="1", status="ABD", phase=Phase.ABANDONED)
    assert kinds(*broken, *twice(event_id="2")) == [DisputeKind.REPLAYED]


def test_the_same_contradiction_has_one_digest_whenever_it_is_read() -> None:
    def digest(gaps: float, full: str = "2-2") -> str:
        file = read(full, gaps, source="football_data")
        (doubt,) = weigh([*twice(), file], RULES).doubts
        return doubt.digest

    assert digest(0) == digest(50)
    assert digest(0) != digest(0, "2-3")


def test_a_new_date_beyond_the_time_of_the_book_is_an_answer_once_confirmed() -> None:
    later: dict[str, Any] = {
        "kick_off": KICK_OFF + 300 * HOUR,
        "status": "NS",
        "phase": Phase.SCHEDULED,
    }
    rows = twice(None, **later)
    assert final(rows, RULES) is rows[-1]
    assert final(rows[:1], RULES) is None


READS = st.lists(
    st.builds(
        lambda minute, source, event, row: replace(
            row, source=source, event_id=event, read_at=END + minute * GAP / 2
        ),
        st.integers(0, 40),
        st.sampled_from(["api_football", "football_data"]),
        st.sampled_from(["1", "2"]),
        st.sampled_from(
            [
                read("2-1"),
                read("2-2"),
                read(None, status="PST", phase=Phase.POSTPONED),
                read(None, status="CANC", phase=Phase.CANCELLED),
                read("1-0", status="ABD", phase=Phase.ABANDONED),
                read(None, status="AET", told=PLACEHOLDER, **REVIEW),
                read(None, status="2H", phase=Phase.LIVE, told=told(goals="1-0")),
            ]
        ),
    ),
    max_size=9,
    unique_by=lambda one: (one.read_at, one.source, one.event_id),
)


@given(READS, st.randoms(use_true_random=False))
def test_readings_are_weighed_alike_in_any_order_and_never_both_ways(
    reads: list[Result], random: Random
) -> None:
    found = weigh(reads, RULES)
    mixed = list(reads)
    random.shuffle(mixed)
    again = weigh(mixed, RULES)
    assert again.result == found.result
    assert {one.digest for one in again.doubts} == {one.digest for one in found.doubts}
    assert found.result is None or not found.doubts


@given(READS)
def test_nothing_is_settled_while_the_last_words_disagree_on_the_score(
    reads: list[Result],
) -> None:
    last = {(one.source, one.event_id): one for one in sorted(reads, key=lambda one: one.read_at)}
    scores = {one.full_time for one in last.values() if one.phase is Phase.FINISHED}
    result = weigh(reads, RULES).result
    if len(scores) > 1 or any(one.phase is Phase.REVIEW for one in last.values()):
        assert result is None
    if result is not None and result.phase is Phase.FINISHED:
        assert scores == {result.full_time}


@pytest.mark.parametrize("phase", [Phase.CANCELLED, Phase.POSTPONED, Phase.ABANDONED])
def test_a_match_told_as_over_and_then_as_not_played_is_asked_about(phase: Phase) -> None:
    over = read("2-1", -6)
    assert kinds(over, *twice(None, status=phase.name, phase=phase)) == [DisputeKind.ANNULLED]


def test_a_match_that_was_over_when_the_bet_was_made_is_another_match() -> None:
    pick = a_pick()
    earlier = read(kick_off=pick.taken_at - timedelta(minutes=90))
    doubt = other_match(pick, earlier, RULES)
    assert doubt is not None
    assert doubt.kind is DisputeKind.BEFORE_THE_BET
    assert other_match(pick, read(kick_off=pick.taken_at), RULES) is None
    assert other_match(a_pick(policy_version=f"v0{FROM_FILE}"), earlier, RULES) is None


def settled(at: timedelta, **changes: Any) -> Settlement:
    values: dict[str, Any] = {
        "pick_id": a_pick().id,
        "sequence": 1,
        "outcome": Outcome.VOID,
        "profit": units(0),
        "full_time": None,
        "rule": "void",
        "settled_at": KICK_OFF + at,
    }
    return Settlement(**values | changes)


def late(reads: list[Result], *before: Settlement) -> DisputeKind | None:
    doubt = late_news(reads, reads[-1], before, rules=RULES, book=BOOK, kick_off=KICK_OFF)
    return None if doubt is None else doubt.kind


def test_a_correction_counts_for_three_days_also_after_a_void() -> None:
    """The recheck of the third day may come late by a night and is confirmed later still."""
    first = settled(3 * HOUR)
    for hours, kind in ((24, None), (75, None), (86, None), (90, DisputeKind.LATE_CORRECTION)):
        new = read("3-1", 0, read_at=KICK_OFF + hours * HOUR)
        again = read("3-1", 0, read_at=KICK_OFF + (hours + 40) * HOUR)
        assert late([new, again], first) is kind
        assert late([read("2-1"), new, again], first, settled(40 * HOUR)) is kind


def test_what_the_recheck_of_the_third_day_did_not_say_yet_was_said_too_late() -> None:
    """Three days are three days: only a recheck that comes late itself has a night more."""
    first = settled(3 * HOUR)
    due = KICK_OFF + 75 * HOUR
    old, new = read("2-1"), read("3-1", read_at=due + 5 * HOUR)
    assert late([old, new], first) is None
    for at, kind in ((due - HOUR, None), (due, DisputeKind.LATE_CORRECTION)):
        assert late([old, read("2-1", read_at=at), new], first) is kind
        other = read("2-1", read_at=at, source="football_data")
        assert late([old, other, new], first) is None, "another source is another witness"
    in_time = read("3-1", read_at=due - HOUR)
    assert (
        late([old, in_time, read("2-1", read_at=due), new], first) is DisputeKind.LATE_CORRECTION
    )
    assert late([old, in_time, read("3-1", read_at=due), new], first) is None


def test_a_match_that_stopped_stands_where_it_was_seen_to_go_on_in_time() -> None:
    stop = read(None, 0, status="SUSP", phase=Phase.INTERRUPTED)
    finish = read("2-1", 0, read_at=KICK_OFF + 60 * HOUR)
    assert late([stop, finish]) is DisputeKind.RESUMED
    going_on = read(None, 0, status="2H", phase=Phase.LIVE, read_at=KICK_OFF + 47 * HOUR)
    assert late([stop, going_on, finish]) is None
    in_time = read("2-1", 0, read_at=KICK_OFF + 47 * HOUR)
    assert late([stop, in_time]) is None
    assert late([finish]) is None
