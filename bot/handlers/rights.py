"""A person's own data: all of it in one file, and all of it gone when they ask twice."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import TYPE_CHECKING

from bot.asked_back import ask_back, confirmed
from bot.render.html import bold, lines, paragraphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.context import Visit

_ASKED = "forgetme"


async def export_me(visit: Visit) -> None:
    """Send everything that is kept about this person, as JSON in a zip."""
    async with visit.door.store.reading() as tx:
        kept = await tx.forgetting.kept(visit.user_id)
    body = await asyncio.to_thread(_zipped, kept)
    counts = ", ".join(f"{name} {len(rows)}" for name, rows in kept.items() if rows)
    await visit.bot.send_document(
        visit.chat_id,
        body,
        filename=f"mon_ps-{visit.user_id}-{visit.now:%Y-%m-%d}.zip",
        caption=visit.voice.plain("rights.file", counts=counts or "0"),
    )


async def forget_me(visit: Visit) -> None:
    """Say what would go and what would stay, and ask back."""
    voice = visit.voice
    by_settings = visit.door.allowed.role(visit.user_id) is not None
    text = paragraphs(
        bold(voice.html("rights.title")),
        lines(voice.html("rights.goes"), voice.html("rights.stays")),
        voice.html("rights.by_settings") if by_settings else "",
        voice.html("rights.sure"),
    )
    await ask_back(visit, text, what=_ASKED, body={"sure": "yes"}, back="menu")


async def forgotten(visit: Visit) -> None:
    """Forget the person, as was asked back; they are a stranger from here on."""
    body = await confirmed(visit, _ASKED)
    if body is None:
        return
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, "forgotten", {}, visit.now)
        await tx.forgetting.forget(visit.user_id, visit.now)
    await visit.show(visit.voice.html("rights.gone"))


def _zipped(kept: Mapping[str, list[dict[str, object]]]) -> bytes:
    told = json.dumps(kept, indent=2, ensure_ascii=False, default=str).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mon_ps.json", told)
    return out.getvalue()
