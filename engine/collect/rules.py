"""How collection behaves; filled from settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectRules:
    """Ages and limits of what is accepted from the wire (METHOD B1.3).

    A kick-off that changes by less than `drift` has not moved; one that changes by at most
    `delay` after its hour belongs to a match in play; one within `max_move` of a stored fixture
    of the same two teams is that fixture, put off or brought forward.

    `minute` is what the providers mean by one, `slow_wait` the pause after a provider asked for
    a slower pace; `quarantine` is for how long a league or market it does not offer is not
    asked for. Never more than `per_second` calls a second go to one provider. `file_age` is how
    old the prices of football-data.co.uk's fixtures.csv may be, where no key gives fresher ones.
    """

    regions: str = "eu"
    markets: tuple[str, ...] = ("h2h", "totals", "spreads")
    timeout: timedelta = timedelta(seconds=20)
    stale: timedelta = timedelta(minutes=30)
    stale_late: timedelta = timedelta(minutes=10)
    late: timedelta = timedelta(hours=2)
    file_age: timedelta = timedelta(hours=12)
    palp_ratio: float = 1.25
    palp_books: int = 5
    max_move: timedelta = timedelta(days=10)
    retry_wait: timedelta = timedelta(seconds=2)
    attempts: int = 3
    concurrency: int = 4
    per_second: int = 20
    minute: timedelta = timedelta(minutes=1)
    slow_wait: timedelta = timedelta(seconds=2)
    quarantine: timedelta = timedelta(days=1)
    max_body: int = 32 * 1024 * 1024
    drift: timedelta = timedelta(minutes=1)
    delay: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """What collection wants of a month's credits, and in which steps it gives way.

    A league is swept while a kick-off lies within `sweep_ahead`: every `sweep_every`, every
    `soon_every` once it is within `soon`, every `late_every` once it is within `late`; sweeps
    further off than `far` yield first; a league of which nothing is listed is looked at once in
    `discover_every`. `lead` before every kick-off lies the one look at a fixed
    distance, `lead_slack` to either side of it. Calls of one league within `together` are one.
    Where The Odds API must give the results, it is read `scores_offsets` after the last kick-off
    of those that lie within `scores_reach`.

    Further markets of a match are asked `event_offsets` before its kick-off, with the look at its
    league that lies nearest.

    The first `major` competitions keep their closes and sweeps longest. `credits_per_key` is what
    a key that was never used is thought to have; `daily_cap` stops a day's spending whatever the
    month has left. Kick-offs nobody has listed yet are expected like those of the last
    `pattern_weeks` weeks, up to the reset and at most `forecast` ahead.
    """

    credits_per_key: int = 500
    daily_cap: int | None = None
    major: int = 5
    together: timedelta = timedelta(minutes=3)
    lead: timedelta = timedelta(hours=6)
    lead_slack: timedelta = timedelta(minutes=30)
    sweep_ahead: timedelta = timedelta(days=3)
    far: timedelta = timedelta(hours=24)
    soon: timedelta = timedelta(hours=12)
    late: timedelta = timedelta(hours=3)
    sweep_every: timedelta = timedelta(hours=4)
    soon_every: timedelta = timedelta(hours=2)
    late_every: timedelta = timedelta(hours=1)
    discover_every: timedelta = timedelta(days=1)
    event_markets: tuple[str, ...] = (
        "btts",
        "draw_no_bet",
        "double_chance",
        "alternate_totals",
        "alternate_spreads",
    )
    event_offsets: tuple[timedelta, ...] = (timedelta(hours=3), timedelta(minutes=12))
    scores_offsets: tuple[timedelta, ...] = (timedelta(minutes=135), timedelta(minutes=150))
    scores_reach: timedelta = timedelta(hours=4)
    pattern_weeks: int = 4
    week: timedelta = timedelta(days=7)
    forecast: timedelta = timedelta(days=32)

    def __post_init__(self) -> None:
        steps = (self.sweep_every, self.soon_every, self.late_every, self.together, self.week)
        if min(steps) <= timedelta(0):
            raise ValueError("a step of the plan must be longer than nothing")
        if not timedelta(0) <= self.late <= self.soon <= self.sweep_ahead:
            raise ValueError("the plan's late, soon and sweep_ahead must not fall")
        if min(self.major, self.credits_per_key, self.pattern_weeks, self.daily_cap or 0) < 0:
            raise ValueError("a number of the plan must not be negative")
