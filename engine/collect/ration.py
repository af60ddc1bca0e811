"""What the keys have left together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.collect.budget import next_month, renewed
from engine.collect.payload import ODDS_API
from engine.collect.plan import Ration

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.collect.budget import KeyState
    from engine.collect.rules import PlanRules


def ration_of(keys: Iterable[KeyState], rules: PlanRules, price: int, now: datetime) -> Ration:
    """Return the credits of The Odds API's keys, in whole calls of `price` credits.

    A key that was never used is thought to have `credits_per_key`; what is left on a key below
    the price of a call buys nothing, and a parked or refused key has nothing until the reset.
    """
    ours = [renewed(key, now) for key in keys if key.source == ODDS_API]
    alive = [key for key in ours if key.disabled is None]
    whole = max(1, price)
    return Ration(
        remaining=sum(_left(key, rules) // whole * whole for key in alive if key.usable(now)),
        monthly=sum(_given(key, rules) for key in alive),
        resets_at=next_month(now),
    )


def _left(key: KeyState, rules: PlanRules) -> int:
    return rules.credits_per_key if key.remaining is None else key.remaining


def _given(key: KeyState, rules: PlanRules) -> int:
    """Return what a key has a month, as far as its provider has told."""
    if key.remaining is None or key.used is None:
        return max(rules.credits_per_key, key.remaining or 0)
    return key.remaining + key.used
