"""The colours of pictures, on light and on dark paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from engine.domain.preferences import Shade

Dash: TypeAlias = Literal["-", "--", ":", "-.", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line told apart by colour, dash and width, never by colour alone."""

    colour: str
    dash: Dash
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one background.

    `heat` is the low end, the middle and the high end of a scale with a middle; `warmth` the ends
    of one without.
    """

    paper: str
    ink: str
    faint: str
    grid: str
    wide_band: str
    narrow_band: str
    actual: Stroke
    expected: Stroke
    closing: Stroke
    good: str
    bad: str
    unsure: str
    heat: tuple[str, str, str]
    warmth: tuple[str, str]


# Okabe and Ito's palette, its light colours darkened on white and its dark ones lightened on
# black until they can be read: told apart by every common kind of colour vision
LIGHT: Final = Palette(
    paper="#ffffff",
    ink="#1f2430",
    faint="#5b6472",
    grid="#e3e6ea",
    wide_band="#e7ebf0",
    narrow_band="#cdd6df",
    actual=Stroke(colour="#0072b2", dash="-", width=2.2),
    expected=Stroke(colour="#b86e00", dash="--", width=1.7),
    closing=Stroke(colour="#00805d", dash=":", width=2.2),
    good="#0072b2",
    bad="#c04f00",
    unsure="#7b8592",
    heat=("#c04f00", "#f4f5f7", "#0072b2"),
    warmth=("#f4f5f7", "#0072b2"),
)
DARK: Final = Palette(
    paper="#14181f",
    ink="#eef1f5",
    faint="#a3adba",
    grid="#2b323d",
    wide_band="#222a35",
    narrow_band="#344152",
    actual=Stroke(colour="#56b4e9", dash="-", width=2.2),
    expected=Stroke(colour="#f0ad2e", dash="--", width=1.7),
    closing=Stroke(colour="#2cc295", dash=":", width=2.2),
    good="#56b4e9",
    bad="#ff8b4d",
    unsure="#8b95a3",
    heat=("#ff8b4d", "#262d38", "#56b4e9"),
    warmth=("#1c222b", "#56b4e9"),
)


def palette(shade: Shade) -> Palette:
    """Return the colours for a background."""
    return DARK if shade is Shade.DARK else LIGHT
