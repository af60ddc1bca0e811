"""A slip and the list of own bets, in both languages: none, one, many, settled in every way."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from bot.render.bets import render_mine, render_slip
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.bet import TakenBet, TakenBetNow
from engine.domain.numbers import Odds, units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_view

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from storage.views import PickView


def a_bet(number: int, outcome: Outcome | None = None) -> tuple[TakenBetNow, PickView]:
    home = HOSTILE if number == 2 else f"Club {number}"
    provenance = Provenance.PAPER if number == 3 else Provenance.LIVE
    view = a_view(number, home=home, provenance=provenance)
    bet = TakenBet(
        id=UUID(int=number),
        user_id=1002,
        pick_id=view.pick.id,
        bookmaker=view.pick.bookmaker,
        odds=Odds(2.1),
        stake=units("0.5"),
        taken_at=NOW,
    )
    profit = None if outcome is None else units("0.55")
    return TakenBetNow(bet=bet, outcome=outcome, profit=profit), view


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_bets(language: str, snapshot: SnapshotAssertion) -> None:
    voice = Voice(texts=TEXTS, language=language)
    rows = [a_bet(n, outcome) for n, outcome in enumerate((None, *Outcome), start=1)]
    many = rows * 40
    told = [
        render_mine(shown[:8], [one for one, _ in shown], 0, voice=voice, money=MONEY)
        for shown in ([], rows[:1], rows, many)
    ]
    slips = [
        render_slip(one.bet, view, voice=voice, money=MONEY, again=again)
        for (one, view), again in ((rows[0], False), (rows[1], True))
    ]
    assert [*told, *slips] == snapshot
    assert all(len(one) < 4096 for one in told)
