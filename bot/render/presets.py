"""Presets, and what one would have sent, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.alerts import per_day
from bot.render.html import Html, bold, code, lines, name, paragraphs
from bot.render.stats import ALL_LOST, estimate
from engine.domain.wish import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.voice import Voice
    from engine.domain.wish import Preset
    from engine.learning.recorded.preview import Preview

EVERY: Final = "*"
"""How a filter without a clause is written."""


def render_presets(presets: Sequence[Preset], *, voice: Voice) -> Html:
    """Return a person's presets, each with its filter and volume."""
    told = voice.html("preset.some" if presets else "preset.none")
    return paragraphs(
        bold(voice.html("preset.title")), *(preset_lines(one, voice) for one in presets), told
    )


def preset_lines(preset: Preset, voice: Voice) -> Html:
    """Return one preset: its name, volume and filter."""
    return voice.html(
        "preset.line",
        name=bold(name(preset.name, LONGEST_NAME)),
        volume=voice.plain(f"alerts.volume_{preset.volume}"),
        filter=code(str(preset.picks) or EVERY),
    )


def render_preview(written: str, previews: Sequence[Preview], *, voice: Voice) -> Html:
    """Return what a filter would have sent, a window a paragraph, and what that was worth."""
    return paragraphs(
        bold(voice.html("preset.preview_title")),
        code(written or EVERY),
        *(_window(one, voice) for one in previews),
        voice.html("preset.preview_note"),
    )


def _window(seen: Preview, voice: Voice) -> Html:
    provenance = voice.plain(f"stats.{seen.provenance}")
    if not seen.sent:
        return voice.html("preset.preview_none", days=seen.days, provenance=provenance, n=seen.n)
    return lines(
        voice.count(
            "preset.preview_volume",
            seen.sent,
            days=seen.days,
            provenance=provenance,
            per_day=per_day(seen.per_day, voice),
            kept=seen.kept,
            all=seen.n,
        ),
        voice.html("preset.preview_clv", clv=estimate(seen.clv, voice)),
        voice.html("preset.preview_yield", rate=estimate(seen.yield_, voice, floor=ALL_LOST)),
        voice.html("preset.preview_all", clv=estimate(seen.all_clv, voice)),
    )
