"""The proof of one pick: that it is now what it was when it was sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.callbacks import MAX_NUMBER
from bot.render.proof import render_proof
from engine.domain.proof import CHAINED
from jobs.proof_check import prove

if TYPE_CHECKING:
    from bot.context import Visit
    from jobs.proof_check import PickProof

_NUMBER: Final = re.compile(r"#?[pP]?([0-9]{1,18})")


async def verify(visit: Visit) -> None:
    """Show a pick's leaf, its way to the root of its day, and whether they agree."""
    word = visit.words[0] if visit.words else ""
    found = _NUMBER.fullmatch(word)
    if found is None:
        await visit.show(visit.voice.html("proof.usage"), visit.buttons.back())
        return
    number = int(found[1])
    proof = await _proof(visit, number) if 0 < number <= MAX_NUMBER else None
    if proof is None:
        text = visit.voice.html("proof.none", id=f"#P{number}")
        await visit.show(text, visit.buttons.back())
        return
    await visit.show(render_proof(proof, voice=visit.voice), visit.buttons.back_to_card(number))


async def _proof(visit: Visit, number: int) -> PickProof | None:
    async with visit.door.store.reading() as tx:
        known = await tx.proofs.pick(number=number)
        return await prove(tx, known[0], number) if known and known[0] in CHAINED else None
