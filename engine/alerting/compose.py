"""From judgements to alerts: a card for each who wants the pick, edits for each who holds one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.alerting.route import wanted
from engine.domain.alert import HOLDERS, Alert, AlertKind
from engine.domain.wish import CardFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.alerting.rules import AlertRules
    from engine.domain.alert import Subscriber
    from engine.domain.closing import PickClose
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId, PickId
    from engine.domain.pick import Pick, PickUpdate
    from engine.domain.settlement import Settlement

PRIORITY: Final = {
    AlertKind.OPS: 0,
    AlertKind.POLICY: 5,
    AlertKind.PICK: 10,
    AlertKind.WATCH: 12,
    AlertKind.BETTER: 14,
    AlertKind.LAST: 15,
    AlertKind.PRICE: 20,
    AlertKind.RESULT: 30,
    AlertKind.CLOSE: 40,
    AlertKind.OUTCOME: 42,
    AlertKind.LEARNING: 45,
    AlertKind.PROOF: 50,
    AlertKind.ACCESS: 55,
    AlertKind.DIGEST: 60,
    AlertKind.ANNOUNCEMENT: 90,
}
"""Lower first: what loses its worth soonest."""

Body = tuple[tuple[str, str], ...]


def compose(
    picks: Iterable[Pick],
    updates: Iterable[PickUpdate],
    subscribers: Iterable[Subscriber],
    rules: AlertRules,
    *,
    fixtures: Mapping[FixtureId, Fixture],
    kick_offs: Mapping[PickId, datetime],
    now: datetime,
) -> tuple[Alert, ...]:
    """Return the cards of new picks, for those who want them, and the edits of open ones.

    The best pick comes first: where a reader's caps leave room for one, it is that.

    A card waits `group_wait` and an edit `edit_interval`, unless that would outlast its life:
    what concerns a bet is worth nothing from `send_cut_off` before kick-off.
    """
    people = sorted(
        (one for one in subscribers if one.wants_picks),
        key=lambda one: (one.chat_id, one.thread_id),
    )
    ranked = sorted(picks, key=lambda one: (-one.score.sweet_spot_score, -one.edge, str(one.id)))
    alerts: list[Alert] = []
    for pick in ranked:
        card = _Card(
            kind=AlertKind.PICK,
            pick_id=pick.id,
            version="new",
            body=_of_pick(pick),
            not_before=now + rules.group_wait,
            expires_at=kick_offs[pick.id] - rules.send_cut_off,
        )
        facts = CardFacts(pick=pick, fixture=fixtures[pick.fixture_id])
        alerts += _to_those(people, card, facts, now)
    edits = [
        _Card(
            kind=AlertKind.PRICE,
            pick_id=update.pick_id,
            version=f"{update.state}@{update.seen_at.isoformat()}",
            body=_of_update(update),
            not_before=now + rules.edit_interval,
            expires_at=kick_offs[update.pick_id] - rules.send_cut_off,
        )
        for update in updates
    ]
    return (*alerts, *_to_holders(edits, now))


def compose_closes(
    closes: Iterable[PickClose],
    rules: AlertRules,
    now: datetime,
    *,
    better: bool = False,
) -> tuple[Alert, ...]:
    """Return the edits that show each pick's close, or that none was caught.

    A `better` close takes the place of one that is shown: it is a new state of the card.
    """
    cards = [
        _Card(
            kind=AlertKind.CLOSE,
            pick_id=close.pick_id,
            version=f"close@{close.kick_off.isoformat()}"
            + (f"|better@{close.closed_at.isoformat()}" if better else ""),
            body=_of_close(close),
            not_before=now,
            expires_at=now + rules.result_life,
        )
        for close in closes
    ]
    return _to_holders(cards, now)


def compose_moves(
    kick_offs: Mapping[PickId, datetime],
    rules: AlertRules,
    now: datetime,
) -> tuple[Alert, ...]:
    """Return the edits that show the new kick-off of each pick's match.

    They outlive the kick-off: who holds a card for a match that has begun must know it too.
    """
    cards = [
        _Card(
            kind=AlertKind.PRICE,
            pick_id=pick_id,
            version=f"kick_off@{kick_off.isoformat()}|{now.isoformat()}",
            body=(("kick_off", kick_off.isoformat()),),
            not_before=now,
            expires_at=now + rules.result_life,
        )
        for pick_id, kick_off in kick_offs.items()
    ]
    return _to_holders(cards, now)


def compose_results(
    settlements: Iterable[Settlement],
    rules: AlertRules,
    now: datetime,
) -> tuple[Alert, ...]:
    """Return the edits that show each result; a correction is a new state of the card."""
    cards = [
        _Card(
            kind=AlertKind.RESULT,
            pick_id=settlement.pick_id,
            version=f"result@{settlement.sequence}",
            body=_of_settlement(settlement),
            not_before=now,
            expires_at=now + rules.result_life,
        )
        for settlement in settlements
    ]
    return _to_holders(cards, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """One state of one card, the same for everybody."""

    kind: AlertKind
    pick_id: PickId
    version: str
    body: Body
    not_before: datetime
    expires_at: datetime


def _to_those(
    people: Iterable[Subscriber], card: _Card, facts: CardFacts, now: datetime
) -> list[Alert]:
    """Return a pick's card for each chat that wants it; none where its life is already over."""
    if card.expires_at <= now:
        return []
    return [
        _alert(card, now, chat_id=one.chat_id, thread_id=one.thread_id)
        for one in people
        if one.wish is None or wanted(facts, one.wish, now).told
    ]


def _to_holders(cards: Iterable[_Card], now: datetime) -> tuple[Alert, ...]:
    """Return edits for all that hold the cards, whatever they want by now."""
    return tuple(_alert(card, now, chat_id=HOLDERS) for card in cards if card.expires_at > now)


def _alert(card: _Card, now: datetime, *, chat_id: int, thread_id: int = 0) -> Alert:
    return Alert(
        chat_id=chat_id,
        thread_id=thread_id,
        kind=card.kind,
        pick_id=card.pick_id,
        version=card.version,
        body=card.body,
        priority=PRIORITY[card.kind],
        created_at=now,
        not_before=card.not_before if card.not_before < card.expires_at else now,
        expires_at=card.expires_at,
    )


def _of_pick(pick: Pick) -> Body:
    return (
        ("selection", pick.selection.code),
        ("bookmaker", pick.bookmaker),
        ("odds", repr(float(pick.odds))),
        ("min_odds", repr(float(pick.min_odds))),
        ("quoted_at", pick.quoted_at.isoformat()),
    )


def _of_update(update: PickUpdate) -> Body:
    return _known(
        state=str(update.state),
        bookmaker=update.bookmaker,
        odds=update.odds,
        fair_odds=update.fair_odds,
        edge=update.edge,
        seen_at=update.seen_at.isoformat(),
    )


def _of_close(close: PickClose) -> Body:
    line = close.headline
    return _known(
        grade=None if line is None else str(line.grade),
        source=None if line is None else line.source,
        closing_odds=None if line is None else line.odds,
        clv=close.clv,
        clv_alt=close.clv_alt,
    )


def _of_settlement(settlement: Settlement) -> Body:
    score = settlement.full_time
    return _known(
        outcome=str(settlement.outcome),
        profit=str(settlement.profit),
        score=None if score is None else f"{score.home}-{score.away}",
    )


def _known(**values: str | float | None) -> Body:
    """Return what is known as text; what is unknown is absent, never empty or zero."""
    return tuple(
        (name, value if isinstance(value, str) else repr(float(value)))
        for name, value in values.items()
        if value is not None
    )
