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
    EXPIRED = "expired"
    KICK_OFF_TOO_CLOSE = "kick_off_too_close"
    QUOTE_TOO_OLD = "quote_too_old"
    ODDS_FELL = "odds_fell"


def is_fresh(
    *,
    kick_off: datetime,
    expires_at: datetime,
    quoted_at: datetime,
    odds: float | None,
    min_odds: float,
    rules: AlertRules,
    now: datetime,
) -> Freshness:
    """Return whether a pick's card is worth sending at `now`, by its latest known price.

    `odds` and `quoted_at` are the last seen ones: those of the pick, or of its last update; odds
    of None mean that nobody offers the selection any more.
    """
    if now >= expires_at:
        return Freshness.EXPIRED
    if now >= kick_off - rules.send_cut_off:
        return Freshness.KICK_OFF_TOO_CLOSE
    limit = rules.freshness_late if kick_off - now <= rules.late else rules.freshness
    if now - quoted_at > limit:
        return Freshness.QUOTE_TOO_OLD
    if odds is None or odds < min_odds:
        return Freshness.ODDS_FELL
    return Freshness.OK
