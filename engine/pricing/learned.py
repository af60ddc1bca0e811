"""What learning has found, as far as it was found: every part may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.pricing.derived import DerivedCorrections
    from engine.pricing.reference_weights import BookWeights


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Fitted parts that pricing may read; None where nothing was learned.

    `weights` pools the books of the main markets; `corrections` makes a grid's other markets
    prices of their own, and says which of them stand alone.
    """

    weights: BookWeights | None = None
    corrections: DerivedCorrections | None = None


NOTHING = Learned()
