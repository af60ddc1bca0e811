"""One bet that somebody describes: what it is worth, and how much of a bankroll to put on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p


@dataclass(frozen=True, slots=True, kw_only=True)
class OneBet:
    """Odds, the probability somebody believes in, and the share of Kelly they want.

    Raises:
        ValueError: the odds do not exceed 1, or a share or probability is not between 0 and 1.
    """

    odds: float
    probability: float
    share: float

    def __post_init__(self) -> None:
        if not (self.odds > 1 and 0 < self.probability < 1 and 0 < self.share <= 1):
            raise ValueError(f"bet was {self.odds} at {self.probability}, {self.share} of Kelly")

    @property
    def edge(self) -> float:
        """Expected profit per unit staked."""
        return self.odds * self.probability - 1

    @property
    def full(self) -> float:
        """The fraction of the bankroll that makes it grow fastest; 0 without an edge.

        >>> round(OneBet(odds=2.1, probability=0.5, share=0.25).full, 6)
        0.045455
        """
        return max(0.0, self.edge / (self.odds - 1))

    @property
    def stake(self) -> float:
        """The fraction of the bankroll to put on it."""
        return self.share * self.full

    @property
    def growth(self) -> float:
        """What the stake adds to the logarithm of the bankroll, on average of such bets."""
        won, lost = log1p(self.stake * (self.odds - 1)), log1p(-self.stake)
        return self.probability * won + (1 - self.probability) * lost

    @property
    def fair_odds(self) -> float:
        return 1 / self.probability

    @property
    def break_even(self) -> float:
        """The probability at which these odds are fair."""
        return 1 / self.odds
