"""A country learnt match by match: who plays where, what was scored, what it says of the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.goals.country import CountryLikelihood, Division
from engine.learning.goals.newton import inverse, minimise
from engine.learning.goals.prior import Beliefs, country_prior
from engine.pricing.goals_model import GoalsModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.goals.dixon_coles import Results
    from engine.learning.goals.newton import Optimum, Prior

_NEVER: Final = -1
_NO_RHO: Final = (0.0, 0.01, 0.01)  # nothing but the prior tells it
_REMEMBERED: Final = 2  # seasons: one may be missing from the record


@dataclass(slots=True, kw_only=True)
class _Spell:
    """Where a team plays, and where it played before (`_NEVER`: nowhere here of late)."""

    season: int
    division: int
    before: int = _NEVER


@dataclass(slots=True, kw_only=True, eq=False)
class DixonColes:
    """Dixon-Coles of one country, on results as they come in.

    Teams and competitions are numbered by their first appearance; the caller's own numbers are
    `teams` and `competitions`. `fit` begins where the last fit ended.
    """

    decay: float
    beliefs: Beliefs = field(default_factory=Beliefs)
    low_scores: bool = True
    teams: dict[int, int] = field(default_factory=dict)
    competitions: dict[int, int] = field(default_factory=dict)
    divisions: list[Division] = field(default_factory=list)
    at: float = 0.0
    optimum: Optimum | None = None
    _spells: list[_Spell] = field(default_factory=list)
    _seasons: list[set[int]] = field(default_factory=list)
    _prior: Prior | None = None
    _known: tuple[int, int] = (0, 0)

    def admit(self, competition: int, season: int, home: int, away: int) -> None:
        """Take note that two teams are due to meet in a competition's season."""
        division = self.competitions.setdefault(competition, len(self.divisions))
        if division == len(self.divisions):
            self.divisions.append(Division(decay=self.decay, at=self.at))
            self._seasons.append(set())
            self._prior = None
        self._seasons[division].add(season)
        for team in (home, away):
            place = self.teams.setdefault(team, len(self._spells))
            if place == len(self._spells):
                self._spells.append(_Spell(season=season, division=division))
                self._prior = None
            self._move(self._spells[place], season, division)
        self.divisions[division].admit([self.teams[home], self.teams[away]])

    def _move(self, spell: _Spell, season: int, division: int) -> None:
        if season > spell.season:
            spell.before = spell.division if season - spell.season <= _REMEMBERED else _NEVER
            spell.season, spell.division = season, division
            self._prior = None

    def move_clock(self, at: float) -> None:
        """Let time pass until `at`."""
        for division in self.divisions:
            division.move_clock(at)
        self.at = at

    def learn(self, competition: int, results: Results, played: NDArray[np.float64]) -> None:
        """Add results of admitted teams, in the caller's numbers."""
        numbers = {
            side: np.array([self.teams[team] for team in getattr(results, side).tolist()])
            for side in ("home", "away")
        }
        place = self.competitions[competition]
        self.divisions[place].learn(replace(results, **numbers), played)

    def set_decay(self, competition: int, decay: float) -> None:
        """Weigh a competition's past anew."""
        self.divisions[self.competitions[competition]].set_decay(decay)

    def fit(self) -> Optimum:
        """Find the optimum of all that is known at the clock's instant."""
        teams = len(self.teams)
        if self._prior is None:
            beliefs = self.beliefs if self.low_scores else replace(self.beliefs, rho=_NO_RHO)
            self._prior = country_prior(beliefs, *self._membership())
        likelihood = CountryLikelihood(self.divisions, teams, low_scores=self.low_scores)
        begin = self._start(self._prior.mean)
        independent = begin.copy()
        independent[-len(self.divisions) :] = 0.0  # where every score is possible
        self.optimum = minimise(likelihood, self._prior, (begin, independent))
        self._known = (teams, len(self.divisions))
        return self.optimum

    def _start(self, mean: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the last optimum, with room for who came since."""
        begin = mean.copy()
        if self.optimum is not None:
            (old, divisions), (teams, now) = self._known, (len(self.teams), len(self.divisions))
            last = self.optimum.theta
            begin[:old], begin[teams : teams + old] = last[:old], last[old : 2 * old]
            kinds = last[2 * old :].reshape(3, divisions)
            begin[2 * teams :].reshape(3, now)[:, :divisions] = kinds
        return begin

    def _membership(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        share = np.zeros((len(self._spells), len(self.divisions)))
        newcomer = np.zeros(len(self._spells), dtype=np.bool_)
        for place, spell in enumerate(self._spells):
            before = spell.division if spell.before == _NEVER else spell.before
            share[place, spell.division] += 0.5
            share[place, before] += 0.5
            # without its last season on record, a division's teams are not known to be new
            recorded = spell.season - 1 in self._seasons[spell.division]
            newcomer[place] = recorded and spell.before == _NEVER
        return share, newcomer

    def model(self, teams: tuple[str, ...], competitions: tuple[str, ...]) -> GoalsModel:
        """Return what was fitted; `teams` and `competitions` name the caller's numbers."""
        optimum = self.optimum or self.fit()
        count = self._known[0]
        ratings = optimum.theta[: 2 * count].reshape(2, count)
        away = self.beliefs.newcomer * np.array([-1.0, 1.0])
        newcomer = [
            ratings[:, self._members(division, count)].mean(axis=1) + away
            for division in range(self._known[1])
        ]
        return GoalsModel(
            competitions=tuple(competitions[each] for each in self.competitions),
            teams=tuple(teams[each] for each in self.teams),
            parameters=optimum.theta,
            covariance=inverse(optimum.place.hessian()),
            newcomer=np.array(newcomer),
            newcomer_covariance=self.beliefs.team_covariance(),
            decay=np.array([division.decay for division in self.divisions]),
            seen_until=self.at,
        )

    def _members(self, division: int, count: int) -> list[int]:
        """Return who plays in a division, or who ever did if all have moved on."""
        spells = self._spells[:count]
        latest = max((s.season for s in spells if s.division == division), default=_NEVER)
        members = [
            place
            for place, spell in enumerate(spells)
            if (spell.division, spell.season) == (division, latest)
        ]
        return members or self.divisions[division].places
