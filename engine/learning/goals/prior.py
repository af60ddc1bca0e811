"""What is believed of teams and divisions before their matches are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.goals.newton import Prior

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KINDS: Final = 3  # of a division: intercept, home advantage, rho


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """The spread of teams about their division's mean, of divisions, and what is new of a team.

    Attacks and defences are logs of rates: a spread of 0.2 is a factor of 1.22. `newcomer` is how
    far below its division's mean attack, and above its mean defence, a team is expected that was
    in none of the country's divisions the season before; one that changed division is expected
    halfway between the two. Chosen once, on seasons up to 2018/19.
    """

    spread: float = 0.3
    linked: float = -0.8
    level: float = 0.4
    newcomer: float = 0.12
    intercept: tuple[float, float, float] = (0.15, 0.3, 0.1)
    advantage: tuple[float, float, float] = (0.25, 0.1, 0.05)
    rho: tuple[float, float, float] = (-0.05, 0.03, 0.03)

    def team_covariance(self) -> NDArray[np.float64]:
        """Return the covariance of one team's attack and defence about their mean."""
        return self.spread**2 * np.array([[1.0, self.linked], [self.linked, 1.0]])


def country_prior(
    beliefs: Beliefs, share: NDArray[np.float64], newcomer: NDArray[np.bool_]
) -> Prior:
    """Return the prior of a country's parameters, in the order of `GoalsModel.parameters`.

    `share` (teams, divisions) says which divisions' means a team is expected at; every row sums
    to one. A division's mean attack and defence are themselves unknown, with spread `level`.
    """
    teams, divisions = share.shape
    side = 2 * teams + _KINDS * divisions
    mean, covariance = np.zeros(side), np.zeros((side, side))
    own, level = beliefs.team_covariance(), beliefs.level**2 * (share @ share.T)
    attack, defence = slice(0, teams), slice(teams, 2 * teams)
    mean[attack], mean[defence] = -beliefs.newcomer * newcomer, beliefs.newcomer * newcomer
    eye = np.eye(teams)
    covariance[attack, attack] = own[0, 0] * eye + level
    covariance[defence, defence] = own[1, 1] * eye + level
    covariance[attack, defence] = covariance[defence, attack] = own[0, 1] * eye
    kinds = (beliefs.intercept, beliefs.advantage, beliefs.rho)
    for kind, (centre, country, division) in enumerate(kinds):
        begin = 2 * teams + kind * divisions
        part = slice(begin, begin + divisions)
        mean[part] = centre
        covariance[part, part] = country**2 + division**2 * np.eye(divisions)
    return Prior(mean=mean, precision=np.linalg.inv(covariance))
