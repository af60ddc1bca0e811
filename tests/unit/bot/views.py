"""Picks as the bot reads them, with sensible defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.render.numbers import Money
from bot.render.sample import sample_view
from bot.texts.loader import load_texts
from engine.domain.fixture import Team
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds, Units
from engine.domain.pick import PickUpdate, PriceState, Provenance
from engine.domain.settlement import Outcome, Score, Settlement
from storage.views import CloseView

if TYPE_CHECKING:
    from storage.views import PickView

NOW = datetime(2026, 11, 22, 16, 33, tzinfo=UTC)
MONEY = Money(bankroll=Decimal(1000), currency="EUR", time_zone=ZoneInfo("Europe/Paris"))
TEXTS = load_texts()
HOSTILE = (
    '</b><script>&amp;"_*[<&\u202e\u0000\nevil' + "e\u0301\u0301\u0301\u0301\u0301" + "🎯" * 90
)


def a_view(number: int = 12, code: str = "over_2.5", **changes: Any) -> PickView:
    """A live pick on PSG - Lens, with any field of the view or of its pick replaced."""
    view = sample_view(NOW)
    fields = {key: changes.pop(key) for key in ("update", "close", "settlement") if key in changes}
    home, away = changes.pop("home", "PSG"), changes.pop("away", "Lens")
    fixture = replace(view.fixture, home=Team(key="h", name=home), away=Team(key="a", name=away))
    fixture = replace(fixture, kick_off=changes.pop("kick_off", fixture.kick_off))
    wanted: dict[str, Any] = {
        "provenance": Provenance.LIVE,
        "selection": Selection.parse(code),
    } | changes
    return replace(
        view, number=number, fixture=fixture, pick=replace(view.pick, **wanted), **fields
    )


def an_update(state: PriceState, odds: float | None = 1.93) -> PickUpdate:
    return PickUpdate(
        pick_id=sample_view(NOW).pick.id,
        state=state,
        bookmaker=BookmakerKey("winamax_fr") if odds else None,
        odds=Odds(odds) if odds else None,
        fair_odds=Odds(1.91),
        edge=0.011 if odds else None,
        seen_at=NOW - timedelta(minutes=2),
    )


def a_close(**changes: Any) -> CloseView:
    close = CloseView(
        grade="A",
        source="sharp",
        closing_odds=1.84,
        clv=0.109,
        movement=0.05,
        alt_grade="B",
        alt_source="consensus",
        alt_closing_odds=1.87,
        clv_alt=0.091,
    )
    return replace(close, **changes)


NO_CLOSE = CloseView(
    grade=None,
    source=None,
    closing_odds=None,
    clv=None,
    movement=None,
    alt_grade=None,
    alt_source=None,
    alt_closing_odds=None,
    clv_alt=None,
)


def a_settlement(outcome: Outcome, profit: str, score: tuple[int, int] | None) -> Settlement:
    return Settlement(
        pick_id=sample_view(NOW).pick.id,
        sequence=1,
        outcome=outcome,
        profit=Units(Decimal(profit)),
        full_time=Score(home=score[0], away=score[1]) if score else None,
        rule="default",
        settled_at=NOW,
    )
