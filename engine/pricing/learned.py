"""What learning has found, as far as it was found: every part may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.pricing.blend import Blend
    from engine.pricing.calibrated import Calibrations
    from engine.pricing.derived.corrections import DerivedCorrections
    from engine.pricing.derived.usual_lines import NamedLines
    from engine.pricing.expected_close.model import ExpectedCloseModel
    from engine.pricing.expected_close.state import CloseState
    from engine.pricing.goals_model import GoalsModel
    from engine.pricing.reference.weights import BookWeights


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Fitted parts that pricing may read; None where nothing was learned.

    `weights` pools the books of the main markets; `corrections` makes a grid's other markets
    prices of their own, and says which of them stand alone; `usual_lines` is what they are read
    against. `goals` are the countries' models, `blend` what they weigh beside the reference, and
    `calibrations` the reference's own lean. `expected_close` reads `close_state`.
    """

    weights: BookWeights | None = None
    corrections: DerivedCorrections | None = None
    usual_lines: NamedLines | None = None
    goals: tuple[GoalsModel, ...] | None = None
    blend: Blend | None = None
    calibrations: Calibrations | None = None
    expected_close: ExpectedCloseModel | None = None
    close_state: CloseState | None = None


NOTHING = Learned()
