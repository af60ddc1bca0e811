"""The scoreboard, the funnel and the refusals of a match, as people read them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.render.agents import render_agents
from bot.render.refusals import (
    BETS_A_PAGE,
    MatchRefusals,
    gate_name,
    render_funnel,
    render_meant,
    render_refusals,
    render_which,
)
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.pick import Gate, Provenance
from engine.domain.record import Estimate
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.live_record import LiveRecord
from storage.refusals import Refusal
from storage.views import Funnel
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_view

NOTHING = Estimate(mean=None, n=0, low=None, high=None)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


def a_record(agent: AgentName, standing: Standing, n: int, clv: float) -> LiveRecord:
    return LiveRecord(
        agent=agent,
        standing=standing,
        said=n + 5,
        clv=Estimate(mean=clv, n=n, low=clv - 0.02, high=clv + 0.02),
        decided=n + 1,
        log_loss=0.6812,
        reference=0.6834,
        gain=Estimate(mean=0.0022, n=n + 1, low=-0.0011, high=0.0055),
    )


BOARD = (
    a_record(AgentName.ANOMALY, Standing.BENCHED, 29, 0.5),
    a_record(AgentName.SPREAD, Standing.SHADOW, 30, -0.013),
    a_record(AgentName.DRIFT, Standing.COUNTS, 812, 0.021),
    replace(
        a_record(AgentName.PATRON, Standing.COUNTS, 1204, 0.034),
        clv=Estimate(mean=0.034, n=1204, low=None, high=None),
    ),
)
FUNNEL = Funnel(
    since=NOW - timedelta(days=1),
    looks=48,
    offered=120_340,
    kept=118_002,
    refused={"exposure_full": 4, "edge_too_small": 80_211, "not_in_catalogue": 12, "drawdown": 0},
    picks=7,
)


def a_refusal(code: str, gate: Gate, edge: float | None, book: str = "unibet_fr") -> Refusal:
    return Refusal(
        selection=Selection.parse(code),
        gate=gate,
        bookmaker=BookmakerKey(book),
        odds=Odds(2.1),
        edge=edge,
        seen_at=NOW - timedelta(minutes=20),
    )


REFUSED = MatchRefusals(
    fixture=a_view().fixture,
    refused=(
        a_refusal("home", Gate.LEAGUE_FULL, 0.04),
        a_refusal("ah_home@-0.25", Gate.EDGE_UNCERTAIN, 0.021),
        a_refusal("draw", Gate.EDGE_TOO_SMALL, -0.061),
        a_refusal("btts_yes", Gate.NO_REFERENCE, None),
    ),
    picks=(a_view().pick,),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("board", [(), BOARD], ids=["empty", "four"])
def test_the_scoreboard(
    board: tuple[LiveRecord, ...], language: str, snapshot: SnapshotAssertion
) -> None:
    shown = render_agents(board, Provenance.LIVE, days=90, voice=voice(language))
    assert shown == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fullest_scoreboard_is_one_message(language: str) -> None:
    board = [a_record(agent, Standing.BENCHED, 12_345_678, 0.1) for agent in AgentName]
    shown = render_agents(board, Provenance.PAPER, days=90, voice=voice(language))
    assert width(shown) <= MESSAGE_LIMIT
    assert "PAPER" in shown


def test_a_handful_of_good_closes_never_ranks_above_a_proven_record() -> None:
    shown = render_agents(BOARD, Provenance.LIVE, days=90, voice=voice("en"))
    places = [shown.index(f"<b>{name}</b>") for name in ("PATRON", "Drift", "Spread", "Anomaly")]
    assert places == sorted(places)
    assert "+50.0%" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_funnel(language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_funnel(FUNNEL, voice=voice(language), money=MONEY)
    assert shown == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_funnel_through_every_gate_is_one_message(language: str) -> None:
    every = replace(FUNNEL, refused={gate.value: 10**9 for gate in Gate})
    shown = render_funnel(every, voice=voice(language), money=MONEY)
    assert width(shown) <= MESSAGE_LIMIT
    told = [line for line in shown.splitlines() if line.startswith("•")]
    assert [line[2:].split("\u00a0:")[0].split(":")[0] for line in told] == [
        gate_name(gate, voice(language)) for gate in Gate
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gate", Gate)
def test_every_gate_has_words(gate: Gate, language: str) -> None:
    assert TEXTS.maybe(language, f"gate.{gate}")


def test_a_gate_of_another_time_is_made_readable() -> None:
    assert gate_name("moon_too_full", voice("fr")) == "moon too full"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_refusals_of_a_match(language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_refusals(REFUSED, 0, voice=voice(language), money=MONEY)
    assert shown == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_match_without_refusals_says_so_unless_it_has_picks(language: str) -> None:
    unseen = voice(language).html("whynot.unseen")
    never = render_refusals(
        replace(REFUSED, refused=(), picks=()), 0, voice=voice(language), money=MONEY
    )
    assert unseen in never
    picked = render_refusals(replace(REFUSED, refused=()), 0, voice=voice(language), money=MONEY)
    assert unseen not in picked


def test_pages_hold_every_refusal_once() -> None:
    many = tuple(
        a_refusal(f"over_{n}.5", Gate.DAY_FULL, -n / 100, book=HOSTILE)
        for n in range(2 * BETS_A_PAGE + 1)
    )
    found = replace(REFUSED, refused=many)
    assert (found.pages, replace(REFUSED, refused=()).pages) == (3, 1)
    shown = [render_refusals(found, page, voice=voice("en"), money=MONEY) for page in range(3)]
    lines = [line for page in shown for line in page.splitlines() if line.startswith("•")]
    assert len(lines) == len(set(lines)) == len(many)
    assert all(width(page) <= MESSAGE_LIMIT for page in shown)
    assert "page 3/3" in shown[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_have_been_meant(language: str, snapshot: SnapshotAssertion) -> None:
    offered = (a_view().fixture, a_view(home=HOSTILE).fixture)
    meant = render_meant(HOSTILE, offered, voice=voice(language), money=MONEY)
    nobody = render_meant("zzz", (), voice=voice(language), money=MONEY)
    which = render_which(offered, voice=voice(language))
    assert (meant, nobody, which) == snapshot
    assert "<script>" not in meant
