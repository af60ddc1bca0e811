"""The whole pure walk, live and backtest alike: the only module that knows the stages' order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.alerting.compose import compose
from engine.pricing.price import price
from engine.scoring.select import select

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.alerting.rules import AlertRules
    from engine.domain.alert import Alert, Subscriber
    from engine.domain.board import Board
    from engine.domain.pick import Gate, OpenPick, Pick, PickUpdate, Provenance, Refused
    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a decision needs to know beside the board.

    `open_picks` are all picks of the board's fixtures made before; one that is missing here
    would be made again, and stopped only by its identity in the store.
    """

    policy: Policy
    provenance: Provenance
    open_picks: tuple[OpenPick, ...]
    subscribers: tuple[Subscriber, ...]
    alert_rules: AlertRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one look at the market comes to."""

    prices: PriceTable
    picks: tuple[Pick, ...]
    updates: tuple[PickUpdate, ...]
    refused: Mapping[Gate, int]
    examples: tuple[Refused, ...]
    alerts: tuple[Alert, ...]


def decide(board: Board, known: Known, now: datetime) -> Decision:
    """Return prices, new picks, updates of open ones, refusals by gate and alerts.

    Pure: the same board, knowledge and moment give the same decision, in any order of rows.
    Quotes later than `now` change nothing. Picks already open are never made again.
    """
    prices = price(board, known.policy.pricing, now)
    selected = select(
        prices, board, known.open_picks, known.policy, provenance=known.provenance, now=now
    )
    starts = {fixture.id: fixture.kick_off for fixture in board.fixtures}
    kick_offs = {one.pick.id: one.kick_off for one in known.open_picks}
    kick_offs |= {pick.id: starts[pick.fixture_id] for pick in selected.picks}
    alerts = compose(
        selected.picks,
        selected.updates,
        known.subscribers,
        known.alert_rules,
        kick_offs=kick_offs,
        now=now,
    )
    return Decision(
        prices=prices,
        picks=selected.picks,
        updates=selected.updates,
        refused=selected.refused,
        examples=selected.examples,
        alerts=alerts,
    )
