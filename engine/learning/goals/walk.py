"""Goals models walked over an archive: each look is told from what was known when it was taken."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from engine.learning.goals.dixon_coles import Results
from engine.pricing.goals_model import GoalRates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.goals_model import GoalsModel

_RATES: Final = tuple(each.name for each in fields(GoalRates))


class GoalsLearner(Protocol):
    """A model of the goals of one country that learns as time passes, in the archive's numbers."""

    def admit(self, competition: int, season: int, home: int, away: int) -> None: ...
    def move_clock(self, at: float) -> None: ...
    def learn(self, competition: int, results: Results, played: NDArray[np.float64]) -> None: ...
    def set_decay(self, competition: int, decay: float) -> None: ...
    def fit(self) -> object: ...
    def model(self, teams: tuple[str, ...], competitions: tuple[str, ...]) -> GoalsModel: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpectedGoals:
    """Goals that a match's shots were worth, one per row of an archive; NaN where unknown.

    They are known when the result is. `weight` is their share in what counts as scored.
    """

    home: NDArray[np.float64]
    away: NDArray[np.float64]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """How to walk: who learns, when it fits anew, and the decay of a competition's season.

    `decay` is asked for a competition at the first fit of each of its seasons.
    """

    learner: Callable[[], GoalsLearner]
    instants: NDArray[np.float64]
    decay: Callable[[int, float], float]
    expected: ExpectedGoals | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walked:
    """The rates of every row, told at the last fit before its look; each country's last fit."""

    rates: GoalRates
    models: Mapping[str, GoalsModel]


def walk(archive: Archive, how: Walk) -> Walked:
    """Return the goal rates of every look, using only what was known at the fit before it.

    A fit at an instant knows the results played by then and who is due to play in the looks
    taken by then; rows looked at before the first instant stay NaN.
    """
    # on matrices this small, threads of the linear algebra only wait for each other
    with threadpool_limits(limits=1, user_api="blas"):
        return _walked(archive, how)


def _walked(archive: Archive, how: Walk) -> Walked:
    found = {name: np.full(len(archive), np.nan) for name in _RATES}
    models = {}
    scored = _scored(archive, how.expected)
    for country, rows in countries(archive).items():
        walker = _Country(archive, how, scored, rows)
        for ahead in walker.windows():
            model = walker.model_for(ahead)
            if model is None:
                continue
            models[country] = model
            told = model.rates(
                [archive.competitions[each] for each in archive.competition[ahead]],
                [archive.teams[each] for each in archive.home[ahead]],
                [archive.teams[each] for each in archive.away[ahead]],
            )
            for name in _RATES:
                found[name][ahead] = getattr(told, name)
    return Walked(rates=GoalRates(**found), models=models)


def countries(archive: Archive) -> dict[str, NDArray[np.int64]]:
    """Return the rows of each country: of teams named "country:name", else each competition."""
    prefixes = [name.partition(":") for name in archive.teams]
    of_team = [country if colon else "" for country, colon, _ in prefixes]
    numbers: dict[str, list[int]] = {}
    pairs = zip(archive.home.tolist(), archive.competition.tolist(), strict=True)
    for row, (home, competition) in enumerate(pairs):
        country = of_team[home] or archive.competitions[competition]
        numbers.setdefault(country, []).append(row)
    return {country: np.array(rows) for country, rows in numbers.items()}


def _scored(archive: Archive, expected: ExpectedGoals | None) -> NDArray[np.float64]:
    """Return what counts as scored (2, n): goals, or their mean with expected goals if known."""
    goals = np.stack([archive.home_goals, archive.away_goals])
    if expected is None:
        return goals
    shots = np.stack([expected.home, expected.away])
    known = np.isfinite(shots).all(axis=0)
    return np.where(known, expected.weight * shots + (1 - expected.weight) * goals, goals)


class _Country:
    """One country's learner and how much of the archive it has been told."""

    def __init__(
        self, archive: Archive, how: Walk, scored: NDArray[np.float64], rows: NDArray[np.int64]
    ) -> None:
        self._archive, self._how, self._scored, self._rows = archive, how, scored, rows
        self._learner = how.learner()
        played_at = archive.played_at
        # a look later than its match (there should be none) still lets the result be learnt
        self._announced = np.minimum(archive.looked_at, played_at)
        self._due = rows[np.argsort(self._announced[rows], kind="stable")]
        known = rows[np.isfinite(archive.home_goals[rows] + archive.away_goals[rows])]
        self._played = known[np.argsort(played_at[known], kind="stable")]
        self._seasons: dict[int, int] = {}
        self._admitted = self._learnt = 0

    def windows(self) -> list[NDArray[np.int64]]:
        """Return the rows told by one fit each, in order."""
        looked_at = self._archive.looked_at[self._rows]
        window = np.searchsorted(self._how.instants, looked_at, side="right") - 1
        return [self._rows[window == each] for each in np.unique(window[window >= 0])]

    def model_for(self, ahead: NDArray[np.int64]) -> GoalsModel | None:
        """Return the fit at the instant from which `ahead` is told; None if nobody is known."""
        instants = self._how.instants
        first = self._archive.looked_at[ahead[0]]
        at = float(instants[np.searchsorted(instants, first, side="right") - 1])
        self._admit(at)
        if not self._admitted:
            return None
        self._learner.move_clock(at)
        self._learn(at)
        self._learner.fit()
        return self._learner.model(self._archive.teams, self._archive.competitions)

    def _admit(self, at: float) -> None:
        archive = self._archive
        end = int(np.searchsorted(self._announced[self._due], at, side="right"))
        for row in self._due[self._admitted : end].tolist():
            competition, season = int(archive.competition[row]), int(archive.season[row])
            home, away = int(archive.home[row]), int(archive.away[row])
            self._learner.admit(competition, season, home, away)
            if self._seasons.get(competition) != season:
                self._seasons[competition] = season
                self._learner.set_decay(competition, self._how.decay(competition, at))
        self._admitted = end

    def _learn(self, at: float) -> None:
        archive = self._archive
        end = int(np.searchsorted(archive.played_at[self._played], at, side="right"))
        new = self._played[self._learnt : end]
        for competition in np.unique(archive.competition[new]).tolist():
            rows = new[archive.competition[new] == competition]
            results = Results(
                home=archive.home[rows],
                away=archive.away[rows],
                home_goals=archive.home_goals[rows],
                away_goals=archive.away_goals[rows],
                home_scored=self._scored[0, rows],
                away_scored=self._scored[1, rows],
            )
            self._learner.learn(competition, results, archive.kick_off[rows])
        self._learnt = end
