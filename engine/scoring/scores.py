"""What was learned of scores; nothing at first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from engine.scoring.signal_score import SignalScale
from engine.scoring.spot import SpotModel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """How edges and agents' opinions become scores."""

    spot: SpotModel = field(default_factory=SpotModel)
    signal: SignalScale = field(default_factory=SignalScale)


PRIOR_SCORES: Final = Scores()
