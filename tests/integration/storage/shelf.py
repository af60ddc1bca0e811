"""What the tests of the store keep in it, with sensible defaults."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.collect.known import EventId
from engine.collect.payload import ODDS_API, Ask, Payload
from engine.domain.alert import Alert, AlertKind
from engine.domain.closing import PickClose
from engine.domain.numbers import Odds, PickId, units
from engine.domain.pick import PickUpdate, PriceState, Provenance, pick_id
from engine.domain.settlement import Outcome, Score, Settlement
from storage.odds import Look
from storage.people import Person
from tests.builders import (
    KICK_OFF,
    NOW,
    a_closing_line,
    a_fair_price,
    a_fixture,
    a_pick,
    a_selection,
    a_subscriber,
)

if TYPE_CHECKING:
    from engine.domain.closing import Grade
    from engine.domain.pick import Pick
    from storage.store import Store

MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=30)


def a_payload(body: bytes = b"[]", **overrides: Any) -> Payload:
    values: dict[str, Any] = {
        "source": ODDS_API,
        "ask": Ask(source=ODDS_API, path="/v4/sports", params=(("regions", "eu"),)),
        "fetched_at": NOW,
        "status": 200,
        "headers": {"x-requests-remaining": "499"},
        "body": body,
    }
    return Payload(**values | overrides)


def an_event(event_id: str = "e1", **overrides: Any) -> EventId:
    values: dict[str, Any] = {
        "provider": ODDS_API,
        "event_id": event_id,
        "fixture_id": a_fixture().id,
        "kick_off": KICK_OFF,
        "seen_at": NOW,
    }
    return EventId(**values | overrides)


def a_look(**overrides: Any) -> Look:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "captured_at": NOW,
        "purpose": "sweep",
        "offered": 10,
        "kept": 7,
        "rejected": {"stale": 2, "bad_price": 1},
        "refused": {"edge_too_small": 4},
        "fixtures": 2,
        "fixtures_priced": 1,
        "picks": 1,
    }
    return Look(**values | overrides)


def a_pick_of(provenance: Provenance, code: str = "home", **overrides: Any) -> Pick:
    fair = a_fair_price(code)
    own = pick_id(provenance, fair.fixture_id, fair.selection)
    return a_pick(code, id=own, provenance=provenance, **overrides)


def an_update(pick: PickId, after: timedelta = MINUTE, **overrides: Any) -> PickUpdate:
    values: dict[str, Any] = {
        "pick_id": pick,
        "state": PriceState.MOVED,
        "bookmaker": "generous",
        "odds": Odds(2.15),
        "fair_odds": Odds(2.08),
        "edge": 0.02,
        "min_odds": Odds(2.12),
        "seen_at": NOW + after,
    }
    return PickUpdate(**values | overrides)


def a_close(pick: Pick, grade: Grade | None, alternative: Grade | None = None) -> PickClose:
    code = pick.selection.code
    return PickClose(
        pick_id=pick.id,
        closed_at=KICK_OFF,
        kick_off=KICK_OFF,
        odds=pick.odds,
        headline=None if grade is None else a_closing_line(code=code, grade=grade),
        alternative=(
            None
            if alternative is None
            else a_closing_line("consensus", code=code, grade=alternative)
        ),
    )


def a_settlement(pick: PickId, sequence: int = 1, **overrides: Any) -> Settlement:
    values: dict[str, Any] = {
        "pick_id": pick,
        "sequence": sequence,
        "outcome": Outcome.WON,
        "profit": units("0.6"),
        "full_time": Score(home=2, away=1),
        "rule": "goals",
        "settled_at": KICK_OFF + timedelta(hours=2),
    }
    return Settlement(**values | overrides)


def an_alert(version: str = "1", chat_id: int = 1002, **overrides: Any) -> Alert:
    values: dict[str, Any] = {
        "chat_id": chat_id,
        "kind": AlertKind.OPS,
        "pick_id": None,
        "version": version,
        "body": (("reason", "why"),),
        "priority": 10,
        "created_at": NOW,
        "not_before": NOW,
        "expires_at": NOW + timedelta(hours=1),
    }
    return Alert(**values | overrides)


def a_person(user_id: int = 1002, **overrides: Any) -> Person:
    listed = a_subscriber(user_id)
    values: dict[str, Any] = {
        "user_id": user_id,
        "chat_id": user_id,
        "role": listed.role,
        "language": listed.language,
        "wants_picks": True,
        "name": "Camille",
    }
    return Person(**values | overrides)


async def keep_picks(store: Store, *picks: Pick) -> tuple[PickId, ...]:
    """Keep the picks and the fixture they are all on."""
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        return await tx.picks.add(picks)


async def queue(store: Store, *alerts: Alert) -> int:
    async with store.transaction() as tx:
        return await tx.outbox.add(alerts)


def selections(*codes: str) -> list[int]:
    return [a_selection(code).number for code in codes]
