"""What was sworn, as Telegram HTML: a day's message, and one pick on its way to the root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, code, lines, paragraphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.render.voice import Voice
    from jobs.proof_check import PickProof

_SHORT: Final = 12
"""Digits of a hash that a person compares at a glance."""
_STEPS: Final = 16
"""More picks in a day than a message has room for would need 65,536 of them."""


def render_published(body: Mapping[str, str], *, voice: Voice) -> Html:
    """Return the message that swears a closed day."""
    chain = body["chain"]
    return paragraphs(
        voice.html(
            "proof.published",
            day=body["day"],
            provenance=voice.plain(f"stats.{body['provenance']}"),
            n=body["n"],
            short=chain[:_SHORT],
        ),
        lines(
            voice.html("proof.chain", hash=code(chain)),
            voice.html("proof.root", hash=code(body["root"])),
        ),
        voice.html("proof.keep"),
    )


def render_proof(proof: PickProof, *, voice: Voice) -> Html:
    """Return a pick's leaf, its path, its day's root, and whether they agree."""
    fields = [code(f"{name}={text}") for name, text in proof.leaf.pick.fields]
    head = voice.html("proof.title", id=f"#P{proof.number}")
    leaf = voice.html("proof.leaf", hash=code(proof.leaf.pick.leaf))
    if proof.day is None:
        return paragraphs(head, lines(*fields, leaf), voice.html("proof.open"))
    day = proof.day.proof
    steps = [
        voice.html(f"proof.{'left' if step.left else 'right'}", hash=code(step.hash))
        for step in proof.path[:_STEPS]
    ]
    return paragraphs(
        head,
        lines(*fields, leaf),
        lines(voice.count("proof.path", len(proof.path)), *steps),
        lines(
            voice.html("proof.day", day=day.day.isoformat(), n=day.n),
            voice.html("proof.root", hash=code(day.root)),
            voice.html("proof.previous", hash=code(day.previous)),
            voice.html("proof.chain", hash=code(day.chain)),
        ),
        voice.html("proof.agrees" if proof.agrees else "proof.differs"),
        voice.html("proof.yourself"),
    )
