"""What is learned, by name: the parts of `engine.pricing.learned.Learned`, and the agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.learning.agents.walk import Refit
from engine.pricing.blend import Blend
from engine.pricing.calibrated import Calibrations
from engine.pricing.derived.corrections import DerivedCorrections
from engine.pricing.derived.usual_lines import NamedLines
from engine.pricing.expected_close.model import ExpectedCloseModel
from engine.pricing.expected_close.state import CloseState
from engine.pricing.reference.weights import BookWeights

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENTS: Final = "agents"
"""The agents with PATRON and the scores that learned of them: one fit, one version."""
KINDS: Final[Mapping[str, type]] = {
    "weights": BookWeights,
    "goals": tuple,  # one GoalsModel a country
    "blend": Blend,
    "calibrations": Calibrations,
    "corrections": DerivedCorrections,
    "usual_lines": NamedLines,
    "expected_close": ExpectedCloseModel,
    "close_state": CloseState,
    AGENTS: Refit,
}
