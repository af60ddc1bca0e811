"""Strengths of teams out of the closes of their matches, one match at a time."""

from __future__ import annotations

from math import isnan
from typing import Final

from engine.pricing.expected_close.state import LeagueColumn, TeamColumn

STEP: Final = 0.12
"""How far a rating goes towards what a close says."""
_EDGE_STEP: Final = 0.02
_GOALS_STEP: Final = 0.15
_SURPRISE_STEP: Final = 0.3
_GOALS_OF_SUPREMACY: Final = 0.75
"""Goals of lead to expect per unit of supremacy."""


def rate(home: list[float], away: list[float], league: list[float], supremacy: float) -> None:
    """Move both ratings and the league's home edge towards a close; NaN changes nothing.

    A team without a rating takes the one that makes the close come true.
    """
    if isnan(supremacy):
        return
    edge, rating = league[LeagueColumn.EDGE], TeamColumn.RATING
    told = supremacy - edge
    if isnan(home[rating]) and isnan(away[rating]):
        home[rating], away[rating] = told / 2, -told / 2
    elif isnan(home[rating]):
        home[rating] = told + away[rating]
    elif isnan(away[rating]):
        away[rating] = home[rating] - told
    error = told - (home[rating] - away[rating])
    home[rating] += STEP * error
    away[rating] -= STEP * error
    league[LeagueColumn.EDGE] = edge + _EDGE_STEP * error


def rate_goals(home: list[float], away: list[float], total: float) -> None:
    """Move both teams' usual total (logit of over 2.5) towards a close; NaN changes nothing."""
    if isnan(total):
        return
    for team in (home, away):
        last = team[TeamColumn.GOALS]
        team[TeamColumn.GOALS] = total if isnan(last) else last + _GOALS_STEP * (total - last)


def be_surprised(home: list[float], away: list[float], supremacy: float, lead: float) -> None:
    """Remember how far a result was from its close; NaN changes nothing."""
    surprise = lead - _GOALS_OF_SUPREMACY * supremacy
    if isnan(surprise):
        return
    for team, signed in ((home, surprise), (away, -surprise)):
        team[TeamColumn.SURPRISE] += _SURPRISE_STEP * (signed - team[TeamColumn.SURPRISE])
