"""Values for tests: sensible defaults, keyword overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from engine.alerting.rules import AlertRules
from engine.domain.alert import Role, Subscriber
from engine.domain.board import Quote, build_board
from engine.domain.closing import ClosingLine, Grade, Payoff
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import MATCH_ODDS, Market, Selection
from engine.domain.numbers import BookmakerKey, Odds, PickId, Probability, units
from engine.domain.pick import OpenPick, Pick, Provenance, Score, pick_id
from engine.domain.policy import DEFAULT_POLICY
from engine.domain.price import FairPrice, Rung
from engine.domain.record import SettledBet
from engine.domain.settlement import Outcome, Phase, Result
from engine.domain.settlement import Score as Goals
from engine.domain.signal import AgentName, Tier
from engine.pipeline import Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.domain.board import Board

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
KICK_OFF = NOW + timedelta(hours=6)
SOFT = ("bet365", "betclic", "betsson", "coolbet", "nordicbet", "unibet", "winamax")
_NAMES = UUID("7d0e6a52-0c0e-4a4e-9a57-0c4c4d2f7a10")


def a_fixture(home: str = "lens", away: str = "lille", **overrides: Any) -> Fixture:
    values: dict[str, Any] = {
        "id": fixture_id("soccer_france_ligue_one", home, away, KICK_OFF.date()),
        "competition": "soccer_france_ligue_one",
        "home": Team(key=home, name=home.title()),
        "away": Team(key=away, name=away.title()),
        "kick_off": KICK_OFF,
    }
    return Fixture(**values | overrides)


def a_selection(code: str = "home") -> Selection:
    return Selection.parse(code)


def a_book(
    bookmaker: str,
    *odds: float,
    market: Market = MATCH_ODDS,
    fixture: int = 0,
    age: timedelta = timedelta(seconds=30),
    lay: bool = False,
) -> list[Quote]:
    """One quote per side of `market`, in the order of `SIDES`; odds of 0 leave a side out."""
    return [
        Quote(
            fixture=fixture,
            bookmaker=BookmakerKey(bookmaker),
            selection=selection,
            odds=Odds(value),
            quoted_at=(NOW - age).timestamp(),
            lay=lay,
        )
        for selection, value in zip(market.selections, odds, strict=True)
        if value
    ]


def a_crowd(
    *odds: float, books: Sequence[str] = SOFT, market: Market = MATCH_ODDS, fixture: int = 0
) -> list[Quote]:
    """The same book at every ordinary bookmaker."""
    return [
        quote for book in books for quote in a_book(book, *odds, market=market, fixture=fixture)
    ]


def a_board(*books: Iterable[Quote], fixtures: tuple[Fixture, ...] = ()) -> Board:
    return build_board(
        NOW, fixtures or (a_fixture(),), [quote for book in books for quote in book]
    )


def a_value_board(best: float = 2.25) -> Board:
    """A sharp book, a crowd behind it, and one book too generous about the home side."""
    return a_board(
        a_book("pinnacle", 2.06, 3.60, 3.80),
        a_crowd(2.02, 3.50, 3.60),
        a_book("generous", best, 3.40, 3.30),
    )


def a_subscriber(user_id: int = 1002, **overrides: Any) -> Subscriber:
    values: dict[str, Any] = {
        "user_id": user_id,
        "chat_id": user_id,
        "role": Role.MEMBER,
        "language": "fr",
        "wants_picks": True,
    }
    return Subscriber(**values | overrides)


def a_known(**overrides: Any) -> Known:
    values: dict[str, Any] = {
        "policy": DEFAULT_POLICY,
        "provenance": Provenance.PAPER,
        "open_picks": (),
        "subscribers": (a_subscriber(),),
        "alert_rules": AlertRules(),
    }
    return Known(**values | overrides)


def a_fair_price(code: str = "home", **overrides: Any) -> FairPrice:
    values: dict[str, Any] = {
        "fixture_id": a_fixture().id,
        "selection": a_selection(code),
        "probability": Probability(0.48),
        "std_error": 0.008,
        "refund": 0.0,
        "rung": Rung.SHARP,
        "source": "sharp",
        "books": 1,
        "dispersion": 0.05,
        "as_of": NOW,
    }
    return FairPrice(**values | overrides)


def a_pick(code: str = "home", **overrides: Any) -> Pick:
    fair = overrides.pop("fair", None) or a_fair_price(code)
    values: dict[str, Any] = {
        "id": pick_id(Provenance.PAPER, fair.fixture_id, fair.selection),
        "provenance": Provenance.PAPER,
        "fixture_id": fair.fixture_id,
        "selection": fair.selection,
        "bookmaker": BookmakerKey("generous"),
        "odds": Odds(2.2),
        "quoted_at": NOW,
        "fair": fair,
        "edge": 0.03,
        "edge_low": 0.01,
        "edge_high": 0.05,
        "min_odds": Odds(2.14),
        "second": None,
        "score": Score(signal_score=70.0, sweet_spot_score=68.0, in_zone=True),
        "stake": units("0.5"),
        "policy_version": "v0",
        "taken_at": NOW,
    }
    return Pick(**values | overrides)


def an_open_pick(pick: Pick | None = None, **overrides: Any) -> OpenPick:
    values: dict[str, Any] = {"pick": pick or a_pick(), "kick_off": KICK_OFF, "shown": None}
    return OpenPick(**values | overrides)


def a_closing_line(source: str = "sharp", code: str = "home", **overrides: Any) -> ClosingLine:
    values: dict[str, Any] = {
        "fixture_id": a_fixture().id,
        "selection": a_selection(code),
        "source": source,
        "payoff": Payoff(win=0.5, half_win=0.0, push=0.0, half_loss=0.0, loss=0.5),
        "raw_odds": None,
        "captured_at": KICK_OFF - timedelta(minutes=2),
        "kick_off": KICK_OFF,
        "grade": Grade.A,
    }
    return ClosingLine(**values | overrides)


def a_result(home: int = 2, away: int = 1, **overrides: Any) -> Result:
    values: dict[str, Any] = {
        "fixture_id": a_fixture().id,
        "source": "api_football",
        "status": "FT",
        "phase": Phase.FINISHED,
        "full_time": Goals(home=home, away=away),
        "half_time": Goals(home=0, away=0),
        "kick_off": KICK_OFF,
        "read_at": KICK_OFF + timedelta(hours=2),
    }
    return Result(**values | overrides)


def a_bet(profit: str = "1", number: int = 0, **overrides: Any) -> SettledBet:
    values: dict[str, Any] = {
        "pick": PickId(uuid5(_NAMES, f"pick {number}")),
        "provenance": Provenance.PAPER,
        "fixture": str(uuid5(_NAMES, str(number))),
        "settled_at": NOW + timedelta(hours=number),
        "odds": 2.0,
        "stake": units(1),
        "profit": units(profit),
        "expected_at_alert": 0.03,
        "clv": 0.02,
        "clv_alt": 0.01,
        "outcome": _outcome(profit),
        "selection": a_selection(),
        "competition": "soccer_france_ligue_one",
        "bookmaker": BookmakerKey("generous"),
        "signal_score": 70.0,
        "sweet_spot_score": 68.0,
        "tier": Tier.STANDARD,
        "agents": frozenset({AgentName.ANOMALY}),
        "refund": 0.0,
        "issued_at": NOW + timedelta(hours=number - 8),
        "kick_off": NOW + timedelta(hours=number - 2),
        "grade": Grade.A,
        "alt_grade": Grade.A,
        "movement": 0.03,
        "policy_version": "v0",
    }
    return SettledBet(**values | overrides)


def _outcome(profit: str) -> Outcome:
    if not float(profit):
        return Outcome.VOID
    return Outcome.LOST if profit.startswith("-") else Outcome.WON


def shuffled(board: Board, order: Sequence[int]) -> Board:
    """The same rows in another order."""
    return replace(
        board,
        **{
            name: getattr(board, name)[list(order)]
            for name in ("fixture", "bookmaker", "selection", "odds", "quoted_at", "lay")
        },
    )
