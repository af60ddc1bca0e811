"""A record of picks of one provenance, never shown without its sample size and interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from engine.domain.pick import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its sample size and 95 % interval (None below two observations)."""

    mean: float | None
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledBet:
    """What statistics need of one settled pick."""

    fixture: str
    settled_at: datetime
    odds: float
    stake: Decimal
    profit: Decimal
    expected_at_alert: float
    clv: float | None
    clv_alt: float | None
    won: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record of one provenance over one window."""

    provenance: Provenance
    n: int
    n_settled: int
    staked: Decimal
    profit: Decimal
    yield_: Estimate
    strike_rate: Estimate
    clv: Estimate
    clv_alt: Estimate
    n_close: int
    drawdown: Decimal
    since: datetime | None
    until: datetime | None
