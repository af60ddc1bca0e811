"""The tab of what the reader took, as people read it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from bot.render.split import MESSAGE_LIMIT, width
from bot.render.taken import render_taken
from bot.texts.loader import LANGUAGES
from engine.domain.bet import TakenBet, TakenBetNow
from engine.domain.numbers import Odds, units
from engine.domain.pick_filter import EVERYTHING
from engine.learning.recorded.taken import own_bets, taken_report
from engine.settlement.grading import profit
from tests.unit.bot.test_stats_tabs import BETS, FILTERED, PAPER, voice
from tests.unit.bot.views import MONEY

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from engine.domain.record import SettledBet


def taken(bet: SettledBet, number: int) -> TakenBetNow:
    """A bet a little below the odds recommended, now and then above."""
    mine = TakenBet(
        id=UUID(int=number + 1),
        user_id=1002,
        pick_id=bet.pick,
        bookmaker=bet.bookmaker,
        odds=Odds(bet.odds * (1.02 if number % 5 == 0 else 0.98)),
        stake=units(1 + number % 3),
        taken_at=bet.issued_at,
    )
    return TakenBetNow(
        bet=mine, outcome=bet.outcome, profit=profit(bet.outcome, mine.odds, mine.stake)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["empty", "one", "many"])
def test_what_was_taken_stands_apart(
    name: str, language: str, snapshot: SnapshotAssertion
) -> None:
    """Two of three picks were taken; the lone one too."""
    bets = [
        replace(bet, profit=profit(bet.outcome, bet.odds, units(bet.stake))) for bet in BETS[name]
    ]
    own = own_bets([taken(bet, number) for number, bet in enumerate(bets) if number % 3 < 2], bets)
    told = taken_report(own, bets, PAPER)
    shown = render_taken(told, PAPER, EVERYTHING, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT
    assert "PAPER" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_else_reads_what_was_taken(language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_taken(None, PAPER, FILTERED, voice=voice(language), money=MONEY)
    assert shown == snapshot
