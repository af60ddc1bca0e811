"""What counts as a movement; filled from settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRules:
    """Sizes are probability points: 1.0 is from 50 % to 51 %.

    Steam is `steam_books` books that each moved `steam_points` one way within `steam_window`,
    said once in that window; between looks further apart than the window there is only drift.
    Drift is one book's move of `drift_points` within `drift_window`. From `wide_books` books on,
    books that close a market at one look are a suspension of the market.
    """

    steam_books: int = 3
    steam_window: timedelta = timedelta(minutes=15)
    steam_points: float = 1.0
    drift_window: timedelta = timedelta(hours=24)
    drift_points: float = 3.0
    wide_books: int = 3

    def __post_init__(self) -> None:
        if min(self.steam_books, self.wide_books) < 1:
            msg = "steam_books and wide_books must be 1 or more"
            raise ValueError(msg)
        if min(self.steam_points, self.drift_points) <= 0:
            msg = "steam_points and drift_points must be above 0"
            raise ValueError(msg)
        if self.steam_window > self.drift_window:
            msg = "drift_window must not be shorter than steam_window"
            raise ValueError(msg)
