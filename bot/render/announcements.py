"""Announcements: as they will look, how far they are, what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.html import Html, bold, lines, paragraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.voice import Voice
    from storage.broadcasts import Broadcast, Reached

_PARTS = ("sent", "waiting", "uncertain", "blocked", "left_out", "stopped", "failed")


def render_announcement(text: str, voice: Voice) -> Html:
    """Return an announcement as its readers see it: what was typed is shown as it was typed."""
    return paragraphs(bold(voice.html("announce.mark")), text, voice.html("announce.off"))


def render_draft(segment: str, n: int, languages: Sequence[str], voice: Voice) -> Html:
    """Return what an announcement lacks, and how many people it goes to."""
    written = [voice.plain(f"people.speaks_{one}") for one in languages]
    what = voice.html("announce.written", languages=", ".join(written))
    return lines(
        bold(voice.html("announce.title")),
        voice.html("announce.segment", segment=segment_of(segment, voice)),
        voice.count("announce.recipients", n),
        what if written else voice.html("announce.nothing_yet"),
        voice.html("announce.fallback") if len(written) == 1 else "",
    )


def render_progress(made: Broadcast, reached: Reached, voice: Voice) -> Html:
    """Return how far an announcement is; its report once nothing waits any more."""
    key = "under_way" if reached.waiting else "ended"
    if made.stopped_at is not None:
        key = "stopping" if reached.waiting else "was_stopped"
    counts = [(part, getattr(reached, part)) for part in _PARTS]
    return lines(
        bold(voice.html(f"announce.{key}", number=made.number)),
        voice.html("announce.segment", segment=segment_of(made.segment, voice)),
        voice.count("announce.recipients", made.recipients),
        *(voice.html(f"announce.{part}", n=n) for part, n in counts if n or part == "sent"),
    )


def segment_of(segment: str, voice: Voice) -> str:
    """Return what a segment is called: a role, a language, or everybody."""
    found = voice.texts.maybe(voice.language, f"announce.to_{segment}")
    return found or voice.plain(f"role.{segment}")
