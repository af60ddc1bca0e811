"""What each match is really worth, as news arrives, until the closing truth at kick-off."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sandbox.world.goals import Column, Outlook
from sandbox.world.leagues import Team
from sandbox.world.schedule import Match, Plan

STEPS: Final = 240
SPAN: Final = timedelta(hours=6)
"""World time over which the news of a match arrives; before it the opening truth holds."""
_DIFFUSION: Final = 0.02
_NEWS_COUNT: Final = 0.35
_NEWS_SIZE: Final = 0.03
_HOME_RATE: Final = np.log(1.50)
_AWAY_RATE: Final = np.log(1.18)
_LOWEST: Final = np.log(0.25)
_HIGHEST: Final = np.log(4.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The logarithms of both goal rates at each step of a match's news."""

    plan: Plan
    match: Match
    path: NDArray[np.float64]

    def rates(self, at: datetime) -> NDArray[np.float64]:
        """Return what is known at `at`: (log home rate, log away rate)."""
        span = self.plan.real(SPAN)
        done = 1 - (self.match.kick_off - at) / span
        step = int(np.clip(done * STEPS, 0, STEPS))
        return np.asarray(self.path[step], dtype=np.float64)

    def outlook(self, at: datetime) -> Outlook:
        """Hold the true score grid as of `at`; from kick-off on, the closing truth."""
        home, away = np.exp(self.rates(at))
        return Outlook.of(np.array([home]), np.array([away]))

    def jolted(self, before: timedelta, size: float) -> "Truth":
        """Return the truth after a jump so long before kick-off, home up by `size` in log rate."""
        step = int(np.clip((1 - before / SPAN) * STEPS, 0, STEPS))
        path = self.path.copy()
        path[step:] += size * np.array([1.0, -0.6])
        return replace(self, path=np.clip(path, _LOWEST, _HIGHEST))


def truth_of(plan: Plan, match: Match) -> Truth:
    """Return the truth of a match: always the same for the same seed."""
    random = np.random.default_rng([plan.seed, match.number, 1])
    home_attack, home_defence = _strength(plan.seed, match, match.home)
    away_attack, away_defence = _strength(plan.seed, match, match.away)
    start = np.array(
        [
            _HOME_RATE + home_attack - away_defence,
            _AWAY_RATE + away_attack - home_defence,
        ]
    )
    moves = random.normal(0, _DIFFUSION / np.sqrt(STEPS), (STEPS, 2))
    for _ in range(random.poisson(_NEWS_COUNT)):
        size = random.normal(0, _NEWS_SIZE)
        moves[random.integers(STEPS)] += size * np.array([1.0, -0.6])
    path = np.vstack([start, start + np.cumsum(moves, axis=0)])
    return Truth(plan=plan, match=match, path=np.clip(path, _LOWEST, _HIGHEST))


def _strength(seed: int, match: Match, team: Team) -> tuple[float, float]:
    """Return log attack and log defence: stronger teams stand first in their league."""
    place = match.league.teams.index(team) / (len(match.league.teams) - 1)
    random = np.random.default_rng([seed, team.results_id, 2])
    level = 0.34 * (0.5 - place) * 2
    return level + random.normal(0, 0.06), 0.7 * level + random.normal(0, 0.05)


def believed(rates: Column) -> Outlook:
    """Hold one score grid a row of (log home rate, log away rate)."""
    return Outlook.of(np.exp(rates[:, 0]), np.exp(rates[:, 1]))
