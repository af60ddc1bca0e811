"""What the market says of fixtures, as logits a search for goal rates can aim at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.implied.equations import read_lines
from engine.pricing.implied.search import Targets

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SUM_TOLERANCE: Final = 1e-6
_MOST_LINE: Final = 16.0
_CORRELATED: Final = 0.999
_FLOOR: Final = 1e-3
"""Least part of the draw's variance that is its own: errors that contradict each other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FairMarkets:
    """What the market says of n fixtures; NaN where it says nothing.

    `match_odds` (n, 3): fair probabilities of home, draw, away, each row summing to 1. `over`:
    W/(W+L) of the over at `total` goals; `cover`: W/(W+L) of home at `handicap` goals, home's
    line. Lines in quarters of a goal. Errors are standard errors of the logits, (n, 3) and (n,);
    None where they are not known. Markets err independently of each other; the three errors of
    the match odds fix their own covariances, since the probabilities sum to 1.
    """

    match_odds: NDArray[np.float64]
    over: NDArray[np.float64] | None = None
    total: NDArray[np.float64] | None = None
    cover: NDArray[np.float64] | None = None
    handicap: NDArray[np.float64] | None = None
    match_odds_error: NDArray[np.float64] | None = None
    over_error: NDArray[np.float64] | None = None
    cover_error: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """The market as the search wants it.

    `known` (EQUATIONS, n) says which equations there are; `weighed` (n,) whether their errors
    are known, else every weight is 1. `chance` (5, n): the probabilities of home, draw, away,
    over and cover; `total`, `handicap` (n,) their lines. NaN where not known.
    """

    targets: Targets
    known: NDArray[np.bool_]
    weighed: NDArray[np.bool_]
    chance: NDArray[np.float64]
    total: NDArray[np.float64]
    handicap: NDArray[np.float64]


def ask(markets: FairMarkets) -> Asked:
    """Return the equations of n fixtures; what is no probability or no book is not known.

    >>> asked = ask(FairMarkets(match_odds=np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.3]])))
    >>> asked.known.T.tolist()
    [[True, True, False, False], [False, False, False, False]]
    """
    odds, count = markets.match_odds, len(markets.match_odds)
    over, total = _pair(markets.over, markets.total, count, lowest=0.0)
    cover, handicap = _pair(markets.cover, markets.handicap, count, lowest=-_MOST_LINE)
    with np.errstate(all="ignore"):  # what is no probability becomes NaN: not known
        whole = (odds > 0).all(axis=1) & (np.abs(odds.sum(axis=1) - 1) < _SUM_TOLERANCE)
        home, draw, away = np.where(whole[:, None], odds, np.nan).T
        value = np.array([np.log(home / away), logit(draw), logit(over), logit(cover)])
        weight, shared = _weights(markets, home, draw, away)
    known = np.isfinite(value) & whole
    weighed = np.isfinite(np.where(known, weight, 1.0)).all(axis=0) & np.isfinite(shared)
    return Asked(
        targets=Targets(
            logit=value,
            lines=read_lines(total, handicap),
            weight=np.where(weighed & known, weight, 1.0),
            shared=np.where(weighed, shared, 0.0),
        ),
        known=known,
        weighed=weighed,
        chance=np.array([home, draw, away, over, cover]),
        total=total,
        handicap=handicap,
    )


def _pair(
    share: NDArray[np.float64] | None,
    line: NDArray[np.float64] | None,
    count: int,
    *,
    lowest: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a lined market with NaN wherever price or line is missing or cannot be read."""
    nothing = np.full(count, np.nan)
    share, line = (nothing if column is None else column for column in (share, line))
    there = np.isfinite(share) & (line > lowest) & (line < _MOST_LINE)  # NaN is neither
    return np.where(there, share, np.nan), np.where(there, line, np.nan)


def _weights(
    markets: FairMarkets,
    home: NDArray[np.float64],
    draw: NDArray[np.float64],
    away: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 1 / standard errors of the equations, and how much of the first is in the draw's.

    From the variances of three probabilities that sum to 1: cov(H, A) = (V(D) - V(H) - V(A)) / 2.
    """
    unknown = np.full(len(home), np.nan)
    errors = markets.match_odds_error
    of_three = np.tile(unknown, (3, 1)) if errors is None else errors.T
    at_home, at_draw, at_away = (
        (chance * (1 - chance) * error) ** 2
        for chance, error in zip((home, draw, away), of_three, strict=True)
    )
    most = _CORRELATED * np.sqrt(at_home * at_away)
    both = np.clip((at_draw - at_home - at_away) / 2, -most, most)
    ratio = at_home / home**2 + at_away / away**2 - 2 * both / (home * away)
    spread = draw * (1 - draw)
    level = (at_home + at_away + 2 * both) / spread**2
    together = -((at_home + both) / home - (both + at_away) / away) / spread
    shared = together / ratio
    rest = np.maximum(level - shared * together, _FLOOR * level)
    others = [
        unknown if error is None else 1 / error
        for error in (markets.over_error, markets.cover_error)
    ]
    return np.array([1 / np.sqrt(ratio), 1 / np.sqrt(rest), *others]), shared


def logit(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(p / (1 - p)).

    >>> float(logit(np.array([0.5]))[0])
    0.0
    """
    value: NDArray[np.float64] = np.log(chance / (1 - chance))
    return value
