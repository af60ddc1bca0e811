"""Goal rates to probabilities: the Dixon-Coles grid and the shares of stake each bet wins.

A bet is described by two shares, (win, lose), half a half-win counting as win: with refunds they
do not sum to one, and odds o are worth win * (o - 1) - lose per unit staked.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
"""One value for each believer (bookmaker, or the truth alone)."""

SIZE: Final = 13
RHO: Final = -0.06
_GOALS: Final = np.arange(SIZE)
_FACTORIALS: Final = np.array([math.factorial(goals) for goals in range(SIZE)], dtype=np.float64)
TOTAL_LINES: Final = tuple(quarters / 4 for quarters in range(2, 23))
HANDICAP_LINES: Final = tuple(quarters / 4 for quarters in range(-16, 17))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Shares of the stake that win and that lose; the rest comes back."""

    win: Column
    lose: Column

    @property
    def probability(self) -> Column:
        """The break-even probability: 1 / fair odds."""
        return self.win / (self.win + self.lose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What some believers hold of one match: a grid of final scores each."""

    grid: NDArray[np.float64]
    home_goals: int = 0
    away_goals: int = 0

    @classmethod
    def of(cls, home_rate: Column, away_rate: Column) -> Self:
        """Hold Poisson scores with the low scores corrected (Dixon and Coles 1997)."""
        return cls(grid=_grid(home_rate, away_rate))

    def after(self, home_goals: int, away_goals: int) -> "Outlook":
        """Read the grid as goals still to come on top of this score."""
        return Outlook(grid=self.grid, home_goals=home_goals, away_goals=away_goals)

    def match_odds(self) -> NDArray[np.float64]:
        """Home, draw, away: one row a believer."""
        ahead = self._difference()
        parts = (ahead > 0, ahead == 0, ahead < 0)
        return np.stack([self._mass(part.astype(np.float64)) for part in parts], axis=1)

    def total(self, line: float) -> Shares:
        """Over this many goals."""
        return self._shares(1, self.home_goals + self.away_goals - line)

    def handicap(self, line: float) -> Shares:
        """Home with this handicap."""
        return self._shares(-1, self.home_goals - self.away_goals + line)

    def both_score(self) -> Column:
        home = (_GOALS[:, None] + self.home_goals) > 0
        away = (_GOALS[None, :] + self.away_goals) > 0
        return self._mass((home & away).astype(np.float64))

    def _difference(self) -> NDArray[np.float64]:
        lead = self.home_goals - self.away_goals
        return (_GOALS[:, None] - _GOALS[None, :] + lead).astype(np.float64)

    def _mass(self, weights: NDArray[np.float64]) -> Column:
        found = np.dot(self.grid.reshape(len(self.grid), -1), weights.reshape(-1, 1))
        return np.asarray(found[:, 0], dtype=np.float64)

    def _shares(self, away: int, ahead: float) -> Shares:
        win, lose = _won_and_lost(away, ahead)
        return Shares(win=self._mass(win), lose=self._mass(lose))


@lru_cache(maxsize=1024)
def _won_and_lost(away: int, ahead: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each score wins and loses of a stake, by home + `away` * away + `ahead` > 0."""
    margin = _GOALS[:, None] + away * _GOALS[None, :] + ahead
    halves = (0.0,) if ahead * 2 == int(ahead * 2) else (-0.25, 0.25)
    halved = np.stack([margin + half for half in halves])
    win = (halved > 0).mean(axis=0, dtype=np.float64)
    lose = (halved < 0).mean(axis=0, dtype=np.float64)
    for shared in (win, lose):
        shared.flags.writeable = False
    return win, lose


def even_line(shares: Callable[[float], Shares], lines: tuple[float, ...]) -> float:
    """Return the line nearest to an even bet for the first believer."""
    return min(lines, key=lambda line: abs(float(shares(line).probability[0]) - 0.5))


def _grid(home_rate: Column, away_rate: Column) -> NDArray[np.float64]:
    home = np.exp(-home_rate)[:, None] * home_rate[:, None] ** _GOALS / _FACTORIALS
    away = np.exp(-away_rate)[:, None] * away_rate[:, None] ** _GOALS / _FACTORIALS
    grid = home[:, :, None] * away[:, None, :]
    grid[:, 0, 0] *= 1 - home_rate * away_rate * RHO
    grid[:, 0, 1] *= 1 + home_rate * RHO
    grid[:, 1, 0] *= 1 + away_rate * RHO
    grid[:, 1, 1] *= 1 - RHO
    return np.asarray(grid / grid.sum(axis=(1, 2), keepdims=True), dtype=np.float64)


def canonical(outlook: Outlook) -> dict[str, tuple[float, float]]:
    """Return (win, lose) of every market under its canonical code, for the first believer."""
    home, draw, away = (float(p) for p in outlook.match_odds()[0])
    both = float(outlook.both_score()[0])
    simple = {
        "home": home,
        "draw": draw,
        "away": away,
        "dc_1x": home + draw,
        "dc_12": home + away,
        "dc_x2": draw + away,
        "btts_yes": both,
        "btts_no": 1 - both,
    }
    found = {code: (p, 1 - p) for code, p in simple.items()}
    found |= {"dnb_home": (home, away), "dnb_away": (away, home)}
    for line in TOTAL_LINES:
        shares = outlook.total(line)
        win, lose = float(shares.win[0]), float(shares.lose[0])
        found[f"over_{line:g}"], found[f"under_{line:g}"] = (win, lose), (lose, win)
    for line in HANDICAP_LINES:
        shares = outlook.handicap(line)
        win, lose = float(shares.win[0]), float(shares.lose[0])
        found[f"ah_home@{line:+g}"] = (win, lose)
        found[f"ah_away@{-line + 0.0:+g}"] = (lose, win)
    return found
