"""What is learned, by name: the values that pricing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.pricing.blend import Blend
from engine.pricing.calibrated import Calibrations
from engine.pricing.derived import DerivedCorrections

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final[Mapping[str, type]] = {
    "goals": tuple,  # one GoalsModel a country
    "blend": Blend,
    "calibration": Calibrations,
    "derived": DerivedCorrections,
}
