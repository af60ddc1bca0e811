"""How long bulk facts are kept; filled from settings, read by the clean-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRules:
    """Whole months go once they ended that long ago; picks, closes and results never do.

    Odds outlive payloads: they are what later learning reads, and far smaller. A month of their
    changes is rolled up by the hour before it goes. Telegram repeats an update for a day at most.
    """

    payloads: timedelta = timedelta(days=90)
    odds: timedelta = timedelta(days=730)
    prices: timedelta = timedelta(days=730)
    movements: timedelta = timedelta(days=730)
    runs: timedelta = timedelta(days=365)
    updates: timedelta = timedelta(days=7)
