"""How alerts wait, expire and are sent; filled from settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """RELIABILITY §2-3: waits, freshness and the sender's limits.

    `freshness`/`freshness_late`: the oldest quote a card may show when it is sent, and the same
    in the last hour; `freshness_file` the same for a price printed in a file, which the card says
    must be looked at before betting. `lease` outlives `send_timeout`. Rates are the platform's,
    not ours to scale. New cards that one chat is sent at most, unless its person chose otherwise:
    `cards_a_match`, `cards_an_hour` and `cards_a_day`, counted over an `hour` and a `day`.
    """

    group_wait: timedelta = timedelta(seconds=25)
    edit_interval: timedelta = timedelta(seconds=60)
    send_cut_off: timedelta = timedelta(minutes=2)
    freshness: timedelta = timedelta(minutes=10)
    freshness_late: timedelta = timedelta(minutes=5)
    freshness_file: timedelta = timedelta(hours=12)
    late: timedelta = timedelta(hours=1)
    lease: timedelta = timedelta(seconds=60)
    result_life: timedelta = timedelta(hours=24)
    send_timeout_seconds: float = 20.0
    poll_seconds: float = 0.25
    max_attempts: int = 8
    overall_per_second: float = 25.0
    private_per_second: float = 1.0
    private_burst: int = 3
    group_per_minute: float = 18.0
    cards_a_match: int = 2
    cards_an_hour: int = 6
    cards_a_day: int = 12
    hour: timedelta = timedelta(hours=1)
    day: timedelta = timedelta(days=1)
