"""What a digest tells: the picks ahead, those that caps and quiet hours held, results, a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec reads the annotations
from decimal import Decimal

from engine.domain.preferences import EventClass  # noqa: TC001  # msgspec reads the annotations


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One pick in a digest. `held` says that no card of it was sent, `gone` that its value went.

    `outcome`, `profit` (units) and `clv` are known of results alone.
    """

    number: int
    home: str
    away: str
    competition: str
    kick_off: datetime
    selection: str
    bookmaker: str
    odds: float
    edge: float
    gone: bool = False
    held: bool = False
    outcome: str | None = None
    profit: Decimal | None = None
    clv: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A mean with its interval and n, as a digest carries it."""

    mean: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One digest for one reader: at most a screen of lines, and how many `more` there are.

    `n` picks came to `profit` units; `clv` and `yield_` are of those that count, before is the
    week before. A digest without a line is not sent.
    """

    what: EventClass
    provenance: str
    at: datetime
    lines: tuple[DigestLine, ...] = ()
    more: int = 0
    n: int = 0
    profit: Decimal = Decimal(0)
    clv: Figures | None = None
    yield_: Figures | None = None
    clv_before: Figures | None = None
