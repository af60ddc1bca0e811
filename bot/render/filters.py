"""Filters in words: the one in force, and why another was refused, with one to tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, code, lines, name, paragraphs
from engine.domain.filter_reading import EXAMPLES, FilterRefused
from engine.domain.pick_filter import LONGEST

if TYPE_CHECKING:
    from bot.render.voice import Voice
    from engine.domain.pick_filter import PickFilter

_PIECE: Final = 48


def in_force(picks: PickFilter, voice: Voice) -> Html | str:
    """Return the line that says which picks are kept; nothing where all are."""
    return voice.html("filter.in_force", picks=code(str(picks))) if picks else ""


def render_refusal(refused: FilterRefused, *, voice: Voice) -> Html:
    """Return which piece says nothing, what it may have meant, and how filters are written."""
    fault = voice.html(
        f"filter.{refused.fault}",
        piece=code(name(refused.piece, _PIECE)),
        word=code(name(refused.word, _PIECE)),
        field=refused.field,
        example=code(EXAMPLES.get(refused.field, EXAMPLES["market"])),
        most=LONGEST,
    )
    meant: Html | str = ""
    if refused.nearest:
        told = Html(" · ".join(code(name(one, _PIECE)) for one in refused.nearest))
        meant = voice.html("filter.meant", clauses=told)
    return paragraphs(
        bold(voice.html("filter.refused")),
        lines(fault, meant),
        voice.html("filter.offered", example=code(f"/stats {refused.fixed}")),
        voice.html("filter.grammar", examples=Html(" ".join(map(code, EXAMPLES.values())))),
    )
