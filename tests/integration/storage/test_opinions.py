from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.domain.dispute import Decision, DisputeKind, Doubt
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.opinion import Opinion
from engine.domain.pick import Gate, Provenance
from engine.domain.settlement import Score
from engine.domain.signal import AgentName, Reason, Signal, Standing
from engine.pipeline import decide
from tests.builders import (
    KICK_OFF,
    NOW,
    a_board,
    a_book,
    a_closing_line,
    a_crowd,
    a_fixture,
    a_known,
    a_result,
    a_selection,
    a_value_board,
)

if TYPE_CHECKING:
    from engine.domain.judgement import Judgements
    from storage.store import Store

PAPER = Provenance.PAPER
LONG_AGO = NOW - timedelta(days=400)
LATER = KICK_OFF + timedelta(hours=3)


def an_opinion(agent: AgentName = AgentName.DRIFT, **overrides: Any) -> Opinion:
    values: dict[str, Any] = {
        "provenance": PAPER,
        "fixture_id": a_fixture().id,
        "selection": a_selection("home"),
        "signal": Signal(
            agent=agent,
            standing=Standing.SHADOW,
            probability=0.48,
            std_error=0.01,
            direction=1,
            reasons=(
                Reason(name="drift", value=0.12, effect=0.04),
                Reason(name="rating", value=-0.2, effect=-0.01),
            ),
        ),
        "bookmaker": BookmakerKey("generous"),
        "odds": Odds(2.2),
        "fair": 0.47,
        "refund": 0.0,
        "source": "sharp",
        "issued_at": NOW,
    }
    return Opinion(**values | overrides)


def judgements() -> Judgements:
    return decide(a_value_board(), a_known(), NOW).judgements


@pytest.fixture(autouse=True)
async def fixture_known(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)


async def test_an_opinion_comes_back_with_its_reasons_closes_and_score(store: Store) -> None:
    opinion, close = an_opinion(), a_closing_line("sharp", "home")
    async with store.transaction() as tx:
        await tx.opinions.add([opinion], PAPER, NOW)
        await tx.closings.add([close, a_closing_line("sharp", "away")])
        await tx.results.add([a_result(2, 1)])

    async with store.reading() as tx:
        (fate,) = await tx.opinions.begun(PAPER, LONG_AGO, LATER)

    assert fate.opinion == opinion
    assert fate.closes == (close,)
    assert fate.full_time == Score(home=2, away=1)
    assert fate.kick_off == KICK_OFF


async def test_what_an_agent_said_first_stands(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.opinions.add([an_opinion()], PAPER, NOW)
        again = an_opinion(odds=Odds(2.6), issued_at=NOW + timedelta(minutes=5))
        await tx.opinions.add([again, an_opinion(AgentName.SPREAD)], PAPER, again.issued_at)

    async with store.reading() as tx:
        fates = await tx.opinions.begun(PAPER, LONG_AGO, LATER)

    assert {fate.opinion.signal.agent: fate.opinion.odds for fate in fates} == {
        AgentName.DRIFT: 2.2,
        AgentName.SPREAD: 2.2,
    }


async def test_closes_are_awaited_until_kick_off_and_once_a_bet(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.opinions.add([an_opinion(), an_opinion(AgentName.SPREAD)], PAPER, NOW)

    async with store.reading() as tx:
        before = await tx.opinions.awaiting_close(NOW, PAPER)
        after = await tx.opinions.awaiting_close(KICK_OFF, PAPER)
        elsewhere = await tx.opinions.awaiting_close(NOW, Provenance.LIVE)

    assert before == ((a_fixture().id, a_selection("home"), an_opinion().bookmaker),)
    assert after == elsewhere == ()


async def test_a_disputed_score_is_none_until_it_is_decided(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.opinions.add([an_opinion()], PAPER, NOW)
        await tx.results.add([a_result(4, 1)])
        doubt = Doubt(fixture_id=a_fixture().id, kind=DisputeKind.SOURCES, reads=(a_result(4, 1),))
        await tx.disputes.open([doubt], LATER)
        (open_,) = await tx.opinions.begun(PAPER, LONG_AGO, LATER)
        (waiting,) = await tx.disputes.waiting()
        decision = Decision(score=Score(home=2, away=1))
        await tx.disputes.decide(waiting.dispute.id, decision, by=1, now=LATER)
        (decided,) = await tx.opinions.begun(PAPER, LONG_AGO, LATER)
    assert (open_.full_time, decided.full_time) == (None, Score(home=2, away=1))


async def test_a_game_without_a_result_has_no_score_and_a_future_one_no_fate(
    store: Store,
) -> None:
    async with store.transaction() as tx:
        await tx.opinions.add([an_opinion()], PAPER, NOW)

    async with store.reading() as tx:
        (fate,) = await tx.opinions.begun(PAPER, LONG_AGO, LATER)
        early = await tx.opinions.begun(PAPER, LONG_AGO, NOW)

    assert fate.full_time is None
    assert early == ()


async def test_old_opinions_are_forgotten(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.opinions.add([an_opinion()], PAPER, NOW)
        await tx.opinions.forget(NOW)
        kept = await tx.opinions.begun(PAPER, LONG_AGO, LATER)
        await tx.opinions.forget(NOW + timedelta(seconds=1))
        gone = await tx.opinions.begun(PAPER, LONG_AGO, LATER)

    assert (len(kept), len(gone)) == (1, 0)


async def test_a_selection_is_refused_by_the_gate_its_best_quote_came_to(store: Store) -> None:
    judged = judgements()
    async with store.transaction() as tx:
        await tx.refusals.add(judged, PAPER, NOW)
        found = await tx.refusals.of_fixture(a_fixture().id, PAPER)

    gates = {one.selection.code: one.gate for one in found}
    picked = judged.selection[judged.gate == len(Gate)].tolist()
    assert a_selection("home").number in picked
    assert gates == {"draw": Gate.EDGE_TOO_SMALL, "away": Gate.EDGE_TOO_SMALL}


async def test_a_refusal_follows_what_changed_since(store: Store) -> None:
    earlier = a_board(a_book("pinnacle", 2.06, 3.60, 3.80), a_crowd(2.02, 3.5, 3.6))
    then = decide(earlier, a_known(), NOW).judgements
    later = NOW + timedelta(hours=1)
    stale = replace(then, gate=np.full(len(then), tuple(Gate).index(Gate.QUOTE_STALE)))
    async with store.transaction() as tx:
        await tx.refusals.add(then, PAPER, NOW)
        await tx.refusals.add(then, PAPER, later)
        same = await tx.refusals.of_fixture(a_fixture().id, PAPER)
        await tx.refusals.add(stale, PAPER, later)
        changed = await tx.refusals.of_fixture(a_fixture().id, PAPER)

    assert {one.seen_at for one in same} == {NOW}
    assert {(one.gate, one.seen_at) for one in changed} == {(Gate.QUOTE_STALE, later)}


async def test_the_first_look_s_prices_are_those_of_the_main_markets(store: Store) -> None:
    now, later = decide(a_value_board(), a_known(), NOW), NOW + timedelta(hours=1)
    other = decide(a_board(a_book("pinnacle", 1.9, 3.7, 4.4)), a_known(), NOW).prices
    async with store.transaction() as tx:
        await tx.prices.add(now.prices)
        await tx.prices.add(replace(other, as_of=later))
        first = await tx.prices.first([a_fixture().id], later + timedelta(hours=1))
        nothing = await tx.prices.first([a_fixture().id], NOW)

    home = a_selection("home").number
    row = np.flatnonzero((now.prices.selection == home) & (now.prices.excluded == -1))
    assert first[a_fixture().id][home] == now.prices.probability[row].item()
    assert all(number >> 16 in {1, 5, 6} for number in first[a_fixture().id])
    assert nothing == {}
