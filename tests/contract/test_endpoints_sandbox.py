"""Every endpoint from question to value: asked over HTTP, answered by the sandbox, read."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta
from functools import cache
from typing import TYPE_CHECKING

from config.catalogue import load_catalogue
from engine.collect.asks import (
    ask_event,
    ask_events,
    ask_history,
    ask_league,
    ask_live,
    ask_results_by_date,
    ask_results_by_ids,
    ask_scores,
    ask_season,
    ask_sports,
)
from engine.collect.known import Known
from engine.collect.normalise import Intake, normalise
from engine.collect.scores import read_scores
from engine.domain.errors import FeedDown, Skip
from engine.domain.market import MarketKind, Selection
from sandbox.clock import now
from tests.contract.sandbox_wire import KEYS, RULES, wired

if TYPE_CHECKING:
    from engine.collect.names import Names
    from engine.collect.payload import Payload
    from tests.contract.sandbox_wire import Wired

EPL = "soccer_epl"
EXTRA = ("btts", "draw_no_bet", "double_chance", "alternate_totals", "alternate_spreads")
KEY = KEYS[0]
SWEEP = (ask_league(EPL, RULES.markets, RULES, "sweep"),)


@cache
def names() -> Names:
    return load_catalogue().names


def read(*payloads: Payload) -> Intake:
    return normalise(payloads, Known(names=names()), RULES, now())


async def listed(world: Wired) -> list[str]:
    (payload,) = (await world.feeds.fetch(ask_events([EPL]))).payloads
    return [event["id"] for event in json.loads(payload.body)]


async def test_the_sports_on_offer_are_free() -> None:
    async with wired() as world:
        (payload,) = (await world.feeds.fetch(ask_sports())).payloads
        assert world.account(KEY).used == 0
    assert EPL in {sport["key"] for sport in json.loads(payload.body)}


async def test_fixtures_and_kick_offs_are_read_for_free() -> None:
    async with wired() as world:
        free = read(*(await world.feeds.fetch(ask_events([EPL]))).payloads)
        assert world.account(KEY).used == 0
        paid = read(*(await world.feeds.fetch(SWEEP)).payloads)
    assert {(each.id, each.kick_off) for each in free.fixtures} == {
        (each.id, each.kick_off) for each in paid.fixtures
    }
    assert len(free.fixtures) == 10
    assert (len(free.board), free.unmatched) == (0, ())


async def test_five_more_markets_of_a_match_are_read_and_only_those_found_are_paid() -> None:
    async with wired() as world:
        event_id = (await listed(world))[0]
        fetched = await world.feeds.fetch([ask_event(event_id, EPL, EXTRA, RULES, "event")])
        assert fetched.failures == ()
        assert world.account(KEY).used == 5
        state = world.state(KEY)
        assert (state.used, state.last) == (5, 5)
    intake = read(*fetched.payloads)
    found = Counter(Selection.from_number(int(n)).market.kind for n in intake.board.selection)
    assert set(found) == set(MarketKind) - {MarketKind.MATCH_ODDS}
    assert "unknown_outcome" not in intake.rejected, "every spelling of a double chance is read"
    assert found[MarketKind.DOUBLE_CHANCE] % 3 == 0
    assert len(intake.scope) == 1


async def test_a_markets_absence_is_not_charged() -> None:
    async with wired() as world:
        event_id = (await listed(world))[0]
        narrow = ask_event(event_id, EPL, ("alternate_spreads", "btts"), RULES, "event")
        params = tuple((k, "us" if k == "regions" else v) for k, v in narrow.params)
        fetched = await world.feeds.fetch([replace(narrow, params=params)])
        assert world.account(KEY).used == 0
    assert len(fetched.empty) == 1
    assert fetched.failures == ()


async def test_odds_at_the_same_instant_agree_with_the_truth_of_the_world() -> None:
    async with wired() as world:
        assert world.providers.world is not None
        match = next(
            each
            for each in world.providers.world.listed(now())
            if each.league.sport_key == EPL and each.kick_off > now()
        )
        ask = ask_event(match.event_id, EPL, EXTRA, RULES, "event")
        board = read(*(await world.feeds.fetch([ask])).payloads).board
        truth = world.providers.world.verdict(match, now()).now
    edges = []
    for number, price in zip(board.selection, board.odds, strict=True):
        win, lose = truth[Selection.from_number(int(number)).code]
        edges.append(win * (float(price) - 1) - lose)
    assert len(edges) > 50
    assert -0.2 < sum(edges) / len(edges) < 0.0, "books keep a margin on what it is worth"


async def test_scores_cost_one_credit_or_two_and_are_read_by_name() -> None:
    async with wired() as world:
        intake = read(*(await world.feeds.fetch(ask_events([EPL]))).payloads)
        fetched = await world.feeds.fetch(ask_scores([EPL]))
        assert world.account(KEY).used == 1
        past = await world.feeds.fetch(ask_scores([EPL], 3))
        assert world.account(KEY).used == 3
    ids = {("odds_api", each.event_id): each.fixture_id for each in intake.event_ids}
    known = Known(names=names(), fixtures=intake.fixtures, event_ids=ids)
    for answers in (fetched, past):
        scores = read_scores(answers.payloads, known)
        assert len(scores.witnessed) == 10
        assert {(each.completed, each.score) for each in scores.witnessed} == {(False, None)}


async def test_history_is_for_paid_plans_and_speaks_of_its_instant() -> None:
    then = now().replace(microsecond=0)
    ask = ask_history(EPL, then, ("h2h", "totals"), RULES)
    async with wired() as world:
        (failure,) = (await world.feeds.fetch([ask])).failures
        assert isinstance(failure.error, Skip)
        assert "HISTORICAL_UNAVAILABLE" in str(failure.error)
    async with wired(odds={"paid": True}) as world:
        fetched = await world.feeds.fetch([ask])
        assert world.account(KEY).used == 20
        assert fetched.failures == ()
    board = read(*fetched.payloads).board
    assert len(board) > 100
    assert board.as_of <= then
    assert then - board.as_of < timedelta(seconds=4)


async def test_fixtures_by_date_by_ids_and_live() -> None:
    async with wired() as world:
        days = [now().astimezone(UTC).date() + timedelta(days=n) for n in (0, 1)]
        by_date = await world.feeds.fetch(ask_results_by_date(days))
        rows = [row for each in by_date.payloads for row in json.loads(each.body)["response"]]
        wanted = [str(row["fixture"]["id"]) for row in rows[:25]]
        by_ids = await world.feeds.fetch(ask_results_by_ids(wanted))
        live = await world.feeds.fetch(ask_live())
    sizes = [json.loads(each.body)["results"] for each in by_ids.payloads]
    assert sorted(sizes) == [5, 20]
    assert live.failures == ()
    assert [ask.params for ask in live.empty] == [(("live", "all"),)], "nobody plays yet"


async def test_a_season_is_read_page_after_page() -> None:
    async with wired() as world:
        assert world.providers.world is not None
        known = world.providers.world.known(now())
        at = known[0].kick_off
        season = at.year if at.month >= 7 else at.year - 1
        league = Counter(match.league.results_id for match in known).most_common(1)[0][0]
        wanted = {match.fixture_id for match in known if match.league.results_id == league}
        fetched = await world.feeds.fetch([ask_season(league, season)])
    found = [
        row["fixture"]["id"] for p in fetched.payloads for row in json.loads(p.body)["response"]
    ]
    assert len(fetched.payloads) > 1
    assert sorted(found) == sorted(wanted)
    assert len(found) == len(set(found))


async def test_an_error_inside_an_answer_of_200_is_a_failure() -> None:
    async with wired() as world:
        body = {"errors": {"bug": "This is on our side"}, "response": [], "results": 0}
        world.spoil(path="/fixtures", body=body, times=9)
        (failure,) = (await world.feeds.fetch(ask_live())).failures
    assert isinstance(failure.error, FeedDown)


async def test_an_empty_answer_is_named_and_no_failure() -> None:
    async with wired() as world:
        world.spoil(path="/odds", body=[])
        fetched = await world.feeds.fetch([*SWEEP, *ask_events([EPL])])
    assert [ask.path for ask in fetched.empty] == [f"/v4/sports/{EPL}/odds"]
    assert fetched.failures == ()
    assert len(read(*fetched.payloads).fixtures) == 10, "the list of fixtures knows better"
