"""The tab that holds a record against bettors who are not clever, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.render.baselines import Beside, render_baselines
from bot.render.split import MESSAGE_LIMIT, width
from bot.texts.loader import LANGUAGES
from engine.domain.pick_filter import EVERYTHING
from engine.domain.record import Alternative
from engine.learning.recorded.baselines import baselines
from engine.learning.recorded.columns import columns
from engine.learning.recorded.compare import closing_backer
from tests.unit.bot.test_stats_tabs import BETS, FILTERED, PAPER, voice
from tests.unit.bot.views import MONEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syrupy.assertion import SnapshotAssertion

    from engine.domain.record import SettledBet


def offered(bet: SettledBet, number: int) -> list[Alternative]:
    """Every side of a bet's market at odds near its own, one of them paid, half with a close."""
    sides = bet.selection.market.selections
    return [
        Alternative(
            selection=side,
            odds=bet.odds,
            profit=bet.odds - 1 if place == number % len(sides) else -1.0,
            clv=-0.02 - place / 100 if number % 2 else None,
        )
        for place, side in enumerate(sides)
    ]


def beside(bets: Sequence[SettledBet], kept: int | None = None, *, known: bool = True) -> Beside:
    alternatives = {bet.pick: offered(bet, number) for number, bet in enumerate(bets) if known}
    return Beside(
        provenance=PAPER,
        kept=len(bets) if kept is None else kept,
        since=min((bet.kick_off for bet in bets), default=None),
        until=max((bet.kick_off for bet in bets), default=None),
        found=baselines(bets, alternatives),
        backer=closing_backer(columns(bets, PAPER)),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["empty", "one", "many"])
def test_a_record_beside_bettors_who_are_not_clever(
    name: str, language: str, snapshot: SnapshotAssertion
) -> None:
    shown = render_baselines(beside(BETS[name]), EVERYTHING, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT
    assert "PAPER" in shown


def test_bets_that_were_not_asked_about_are_said() -> None:
    told = beside(BETS["many"], kept=700)
    shown = render_baselines(told, FILTERED, voice=voice("en"), money=MONEY)
    assert "The latest of 700: 120 settled bets" in shown
    assert "market=btts,ou" in shown


def test_moments_of_which_nothing_is_known_are_no_baseline() -> None:
    told = beside(BETS["many"], known=False)
    shown = render_baselines(told, EVERYTHING, voice=voice("en"), money=MONEY)
    assert shown.count("Not known") == 2
    assert "(0 bets)" in shown
