"""Whether a card is still true at the moment it is sent."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from engine.alerting.rules import AlertRules


class Freshness(StrEnum):
    """Why a card may or may not be sent now."""

    OK = "ok"
    KICK_OFF_TOO_CLOSE = "kick_off_too_close"
    QUOTE_TOO_OLD = "quote_too_old"
    ODDS_FELL = "odds_fell"


def freshness(
    *,
    kick_off: datetime,
    min_odds: float,
    odds: float | None,
    quoted_at: datetime | None,
    rules: AlertRules,
    now: datetime,
    from_file: bool = False,
) -> Freshness:
    """Return whether a pick's card is worth sending at `now`, by its latest known price.

    No `quoted_at` means that no price is known, which is as good as too old a one; no `odds`
    with one means that nobody offers the selection any more. A price `from_file` was old when it
    came and cannot be asked for again: it may be as old as its card admits.
    """
    if now >= kick_off - rules.send_cut_off:
        return Freshness.KICK_OFF_TOO_CLOSE
    limit = rules.freshness_late if kick_off - now <= rules.late else rules.freshness
    limit = rules.freshness_file if from_file else limit
    if quoted_at is None or now - quoted_at > limit:
        return Freshness.QUOTE_TOO_OLD
    if odds is None or odds < min_odds:
        return Freshness.ODDS_FELL
    return Freshness.OK
