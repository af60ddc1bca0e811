"""Agents' records on live bets: closes that count, results foretold, intervals by weeks."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.closing import Grade, Payoff
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.opinion import Opinion, OpinionFate
from engine.domain.pick import Provenance
from engine.domain.settlement import Score
from engine.domain.signal import AgentName, Reason, Signal, Standing
from engine.learning.agents.live_record import LiveRecord, live_records
from tests.builders import KICK_OFF, NOW, a_closing_line, a_fixture, a_selection

WEEK = timedelta(days=7)


def a_fate(
    agent: AgentName = AgentName.DRIFT,
    *,
    weeks: int = 0,
    probability: float = 0.52,
    standing: Standing = Standing.SHADOW,
    code: str = "home",
    **changes: Any,
) -> OpinionFate:
    """A bet at 2.2 said `weeks` before the one of now, closed at evens, won 2-1."""
    opinion = Opinion(
        provenance=Provenance.LIVE,
        fixture_id=a_fixture().id,
        selection=a_selection(code),
        signal=Signal(
            agent=agent,
            standing=standing,
            probability=probability,
            std_error=0.01,
            direction=1,
            reasons=(Reason(name="drift", value=0.1, effect=0.05),),
        ),
        bookmaker=BookmakerKey("generous"),
        odds=Odds(2.2),
        fair=0.48,
        refund=0.0,
        source="sharp",
        issued_at=NOW - weeks * WEEK,
    )
    kick_off = KICK_OFF - weeks * WEEK
    close = a_closing_line(code=code, captured_at=kick_off, kick_off=kick_off)
    values: dict[str, Any] = {
        "opinion": opinion,
        "kick_off": kick_off,
        "closes": (close,),
        "full_time": Score(home=2, away=1),
    }
    return OpinionFate(**values | changes)


def only(*fates: OpinionFate) -> LiveRecord:
    (found,) = live_records(fates)
    return found


def test_nobody_who_said_nothing_has_a_record() -> None:
    assert live_records([]) == ()


def test_a_bet_is_judged_without_the_book_it_would_be_placed_at() -> None:
    """Its own close waits for another's; of the crowd counts what it says without the book."""
    generous = BookmakerKey("generous")
    flattering = Payoff(win=0.6, half_win=0, push=0, half_loss=0, loss=0.4)
    own = a_closing_line("sharp", book=generous, payoff=flattering)
    crowd = a_closing_line("consensus", grade=Grade.B)
    apart = replace(crowd, excluded=generous, payoff=replace(flattering, win=0.48, loss=0.52))
    assert only(a_fate(closes=(own, crowd))).clv.mean == pytest.approx(2.2 * 0.5 - 1)
    assert only(a_fate(closes=(own, crowd, apart))).clv.mean == pytest.approx(2.2 * 0.48 - 1)
    assert only(a_fate(closes=(own,))).clv.mean == pytest.approx(2.2 * 0.6 - 1)


def test_each_agent_has_a_line_of_its_own_in_one_order() -> None:
    fates = [a_fate(AgentName.SPREAD), a_fate(AgentName.DRIFT), a_fate(AgentName.SPREAD)]
    assert [(one.agent, one.said) for one in live_records(fates)] == [
        (AgentName.DRIFT, 1),
        (AgentName.SPREAD, 2),
    ]


def test_the_clv_is_that_of_the_price_there_was_against_the_best_close() -> None:
    consensus = a_closing_line("consensus", grade=Grade.B)
    worse = replace(consensus, payoff=replace(consensus.payoff, win=0.1, loss=0.9))
    fate = a_fate()
    found = only(replace(fate, closes=(worse, *fate.closes)))
    assert found.clv.mean == pytest.approx(0.1)
    assert found.clv.n == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"grade": Grade.C},
        {"grade": Grade.D},
        {"captured_at": NOW},
        {"kick_off": KICK_OFF + timedelta(hours=1)},
    ],
    ids=["caught early", "of a file", "the look that said it", "another kick-off"],
)
def test_a_close_that_says_nothing_of_the_bet_is_none(changes: dict[str, Any]) -> None:
    found = only(a_fate(closes=(replace(a_closing_line(), **changes),)))
    assert (found.said, found.clv.n, found.clv.mean) == (1, 0, None)


def test_the_log_loss_is_of_results_beside_the_references() -> None:
    won, lost = a_fate(), a_fate(full_time=Score(home=0, away=1), weeks=1)
    found = only(won, lost)
    assert found.decided == 2
    assert found.log_loss == pytest.approx(-(math.log(0.52) + math.log(0.48)) / 2)
    assert found.reference == pytest.approx(-(math.log(0.48) + math.log(0.52)) / 2)
    assert found.gain.mean == pytest.approx(0.0)
    better = only(won)
    assert better.log_loss is not None
    assert better.reference is not None
    assert better.gain.mean == pytest.approx(better.reference - better.log_loss)
    assert (better.gain.mean or 0) > 0


def test_half_results_weigh_half_and_voids_nothing() -> None:
    half = a_fate(code="ah_home@-0.25", full_time=Score(home=1, away=1))
    whole = a_fate(code="ah_home@-0.25")
    void = a_fate(code="ah_home@+0", full_time=Score(home=1, away=1))
    found = only(half, whole, void)
    assert (found.said, found.decided) == (3, 2)
    expected = -(0.5 * math.log(1 - 0.52) + math.log(0.52)) / 1.5
    assert found.log_loss == pytest.approx(expected)


def test_a_match_without_a_score_foretells_nothing() -> None:
    found = only(a_fate(full_time=None))
    assert (found.decided, found.log_loss, found.reference) == (0, None, None)
    assert found.gain.mean is None
    assert found.clv.n == 1


def test_a_sure_prophet_who_errs_is_not_lost_beyond_all_measure() -> None:
    found = only(a_fate(probability=1.0, full_time=Score(home=0, away=1)))
    assert found.log_loss is not None
    assert math.isfinite(found.log_loss)


def test_intervals_take_a_week_as_one_draw() -> None:
    """Money: the same match said ten times is no ten times the evidence."""
    same = [a_fate() for _ in range(10)]
    assert (only(*same).clv.low, only(*same).clv.n) == (None, 10)
    apart = only(*(a_fate(weeks=n) for n in range(10)))
    assert apart.clv.low == pytest.approx(0.1)


def test_the_standing_is_that_of_the_latest_bet() -> None:
    before = a_fate(standing=Standing.SHADOW, weeks=1)
    after = a_fate(standing=Standing.COUNTS)
    assert only(after, before).standing is Standing.COUNTS
    assert only(before, after).standing is Standing.COUNTS
