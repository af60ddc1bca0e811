"""Who plays whom and when: matchdays without end, each split in a few kick-offs."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from sandbox.world.leagues import LEAGUES, League, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The world's settings. Durations are the world's own; `scale` makes them real ones."""

    seed: int = 1
    scale: float = 1.0
    matchday_every: timedelta = timedelta(hours=3)
    first_kick_off: timedelta = timedelta(hours=2)
    slots: int = 3
    slot_gap: timedelta = timedelta(minutes=20)
    open_matchdays: int = 2
    extra_time_rate: float = 0.02
    postponed_rate: float = 0.01
    palp_rate: float = 0.05
    stale_rate: float = 0.3
    incomplete_rate: float = 0.1
    leagues: tuple[League, ...] = LEAGUES

    def real(self, duration: timedelta) -> timedelta:
        """How long a duration of the world lasts on the clock."""
        return duration / self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    number: int
    matchday: int
    league: League
    home: Team
    away: Team
    kick_off: datetime
    event_id: str
    fixture_id: int


def matches_of(plan: Plan, start_at: datetime, matchday: int) -> tuple[Match, ...]:
    """Return the matches of a matchday, leagues spread over the kick-off slots."""
    return tuple(_matches(plan, start_at, matchday))


def _matches(plan: Plan, start_at: datetime, matchday: int) -> Iterator[Match]:
    first = start_at + plan.real(plan.first_kick_off + matchday * plan.matchday_every)
    for rank, league in enumerate(plan.leagues):
        slot = (rank + matchday) % plan.slots
        kick_off = whole_second(first + slot * plan.real(plan.slot_gap))
        for index, (home, away) in enumerate(_pairs(plan.seed, league, matchday)):
            number = (matchday * len(plan.leagues) + rank) * 16 + index
            yield Match(
                number=number,
                matchday=matchday,
                league=league,
                home=home,
                away=away,
                kick_off=kick_off,
                event_id=_event_id(plan.seed, start_at, number),
                fixture_id=1_300_000 + 37 * number + plan.seed % 37,
            )


def _pairs(seed: int, league: League, matchday: int) -> list[tuple[Team, Team]]:
    """Return one half of a round: a round robin home and away, two matchdays a round."""
    order = np.random.default_rng([seed, league.results_id]).permutation(len(league.teams))
    teams = [league.teams[int(place)] for place in order]
    rounds = 2 * (len(teams) - 1)
    turn, half = divmod(matchday, 2)
    turn %= rounds
    shift = turn % (len(teams) - 1)
    rest = teams[1:]
    ring = [teams[0], *rest[-shift:], *rest[:-shift]]
    pairs = [(ring[i], ring[-1 - i]) for i in range(len(ring) // 2)]
    second_half = turn >= len(teams) - 1
    away_first = [(i or shift) % 2 == 1 for i in range(len(pairs))]
    pairs = [
        (b, a) if swapped != second_half else (a, b)
        for (a, b), swapped in zip(pairs, away_first, strict=True)
    ]
    middle = (len(pairs) + 1) // 2
    return pairs[:middle] if half == 0 else pairs[middle:]


def whole_second(moment: datetime) -> datetime:
    """Round to the second, as providers write a kick-off."""
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def _event_id(seed: int, start_at: datetime, number: int) -> str:
    return hashlib.md5(  # an id of the same shape as the provider's
        f"{seed}|{start_at.isoformat()}|{number}".encode(), usedforsecurity=False
    ).hexdigest()
