"""What 1X2 and over 2.5 say of a match's other markets, before anything is learned."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import Market, MarketKind, Selection, Side
from engine.pricing.grid.score_grid import poisson
from engine.pricing.implied.goals import fit_grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

DERIVED: Final = (
    Selection(market=Market(kind=MarketKind.BTTS), side=Side.YES),
    *(
        Selection(market=Market(kind=MarketKind.TOTAL_GOALS, line=Decimal(line)), side=Side.OVER)
        for line in ("0.5", "1.5", "3.5", "4.5")
    ),
)
"""The markets that are derived, by the side whose probability is given."""

FEATURES: Final = ("level", "draw", "goals", "imbalance", "usual_goals", "league_draw")
LINE: Final = 2.5
"""The total that is given."""
_TYPICAL_RATE: Final = 1.3
_CENTRES: Final = np.array([0.0, 0.08, 0.0, 0.3, 0.0, 0.08])
_SPREADS: Final = np.array([1.0, 0.07, 0.13, 0.5, 0.07, 0.03])
"""What a feature is on average and how far it goes, so that coefficients compare."""
USUAL_DRAW: Final = float(_CENTRES[5])
_TRUSTED_AFTER: Final = 5.0  # matches


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DerivedView:
    """What is known of n matches when their derived markets are priced; each (n,).

    The rates are those of independent Poisson counts that repeat home against away and over 2.5.
    `draw_gap` is how much likelier the market holds the draw than they do, in logits.
    `goals_gap` is what both teams' earlier markets would add to the log of the mean rate, already
    shrunk by how many were seen, and `unknown` (1 to 0) how few those were; `league_draw` the
    draw gap of the competition's earlier markets. A NaN rate: the market cannot be read.
    """

    home_rate: NDArray[np.float64]
    away_rate: NDArray[np.float64]
    draw_gap: NDArray[np.float64]
    goals_gap: NDArray[np.float64]
    unknown: NDArray[np.float64]
    league_draw: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.home_rate)

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> DerivedView:
        """Return the matches of a mask, a slice, or indices in their order."""
        return DerivedView(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    @property
    def openness(self) -> NDArray[np.float64]:
        """The log of the mean rate of both teams, over a typical one."""
        return log_goals(self.home_rate, self.away_rate)

    @property
    def imbalance(self) -> NDArray[np.float64]:
        """The squared log ratio of the rates."""
        squared: NDArray[np.float64] = np.log(self.home_rate / self.away_rate) ** 2
        return squared


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualLines:
    """How many goals each team's earlier markets lead to expect, and each league's draws.

    `goals` adds up: the league's log rate and both teams' deviations from it.
    """

    leagues: Mapping[int, float]
    draws: Mapping[int, float]
    teams: Mapping[int, float]
    seen: Mapping[int, int]

    def expect(self, competition: int, home: int, away: int) -> tuple[float, float, float]:
        """Return the usual log of the mean rate, how little is known (1 to 0), the draw gap."""
        goals = self.leagues.get(competition, 0.0)
        goals += self.teams.get(home, 0.0) + self.teams.get(away, 0.0)
        fewest = min(self.seen.get(home, 0), self.seen.get(away, 0))
        unknown = float(np.exp(-fewest / _TRUSTED_AFTER))
        return goals, unknown, self.draws.get(competition, USUAL_DRAW)


def logit(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log-odds: ln p / (1 - p).

    >>> logit(np.array([0.5])).tolist()
    [0.0]
    """
    odds: NDArray[np.float64] = np.log(probability / (1 - probability))
    return odds


def expit(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities from log-odds.

    >>> expit(np.array([0.0])).tolist()
    [0.5]
    """
    probability: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return probability


def log_goals(
    home_rate: NDArray[np.float64], away_rate: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log of the mean of both rates over a typical one.

    >>> log_goals(np.array([1.3]), np.array([1.3])).tolist()
    [0.0]
    """
    logs: NDArray[np.float64] = np.log((home_rate + away_rate) / 2 / _TYPICAL_RATE)
    return logs


def market_view(match_odds: NDArray[np.float64], over: NDArray[np.float64]) -> DerivedView:
    """Return the view of n matches whose teams and leagues are unknown.

    `match_odds` (n, 3) and `over` (n,), of 2.5 goals, are fair probabilities.

    >>> view = market_view(np.array([[0.46, 0.26, 0.28]]), np.array([0.52]))
    >>> (view.home_rate + view.away_rate).round(3).tolist()  # 48 % under 2.5
    [2.756]
    """
    count = len(over)
    grids = fit_grid(match_odds, over, np.full(count, LINE))
    # Without a total the grid would follow the draw: another statement, learned of by nobody.
    given = np.isfinite(over)
    home_rate = np.where(given, grids.home_rate, np.nan)
    away_rate = np.where(given, grids.away_rate, np.nan)
    level = (poisson(home_rate) * poisson(away_rate)).sum(axis=1)
    return DerivedView(
        home_rate=home_rate,
        away_rate=away_rate,
        draw_gap=logit(match_odds[:, 1]) - logit(level),
        goals_gap=np.zeros(count),
        unknown=np.ones(count),
        league_draw=np.full(count, USUAL_DRAW),
    )


def with_usual(view: DerivedView, expected: NDArray[np.float64]) -> DerivedView:
    """Return the view of matches whose teams and leagues are known: rows of `UsualLines.expect`.

    >>> view = market_view(np.array([[0.46, 0.26, 0.28]]), np.array([0.52]))
    >>> with_usual(view, np.array([[0.9, 1.0, 0.05]])).goals_gap.tolist()  # wholly unknown
    [0.0]
    """
    goals, unknown, league_draw = expected.T
    gap = np.where(unknown < 1, (1 - unknown) * (goals - view.openness), 0.0)
    return replace(view, goals_gap=gap, unknown=unknown, league_draw=league_draw)


def plain_logits(view: DerivedView) -> NDArray[np.float64]:
    """Return the log-odds (n, 5) of `DERIVED` if the teams' goals were independent."""
    at_most = np.cumsum(poisson(view.home_rate + view.away_rate), axis=1)
    both = -np.expm1(-view.home_rate) * -np.expm1(-view.away_rate)
    return logit(np.column_stack([both, 1 - at_most[:, [0, 1, 3, 4]]]))


def features(view: DerivedView) -> NDArray[np.float64]:
    """Return what a correction is a linear function of: (n, 6), in the order of `FEATURES`."""
    raw = np.column_stack(
        [
            np.ones(len(view)),
            view.draw_gap,
            view.openness,
            view.imbalance,
            view.goals_gap,
            view.league_draw,
        ]
    )
    scaled: NDArray[np.float64] = (raw - _CENTRES) / _SPREADS
    return scaled
