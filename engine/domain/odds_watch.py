"""Odds somebody waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.domain.fixture import Fixture
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, Odds


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsWatch:
    """A wish to be told once when somebody offers `odds` or better, until the match begins."""

    id: int
    user_id: int
    fixture: Fixture
    selection: Selection
    odds: Odds


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsReached:
    """A watch whose odds are offered, with the best of them and where."""

    watch: OddsWatch
    odds: Odds
    bookmaker: BookmakerKey
