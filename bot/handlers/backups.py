"""Backups made and tried from the chat; taking one up is a walk at the machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.progressing import with_progress
from bot.render.backups import (
    render_backups,
    render_checked,
    render_made,
    render_progress,
    render_refused,
)
from bot.render.html import Html
from bot.upkeep import under_backups
from engine.domain.errors import MonPsError
from jobs.backup import let_go, make_backup
from jobs.restore_check import check_restore

if TYPE_CHECKING:
    from bot.context import Visit
    from jobs.vault import Vault

_NOTHING: Final = Html()
_NOW: Final = frozenset({"now", "maintenant"})


async def backups(visit: Visit) -> None:
    """Show the last backups; `now` makes one."""
    if visit.words and visit.words[0].lower() in _NOW:
        await backup(visit)
        return
    vault = await _vault(visit)
    if vault is not None:
        await _show(visit, vault)


async def backup(visit: Visit) -> None:
    """Back the house up now, and say how far it is."""
    vault = await _vault(visit)
    if vault is None:
        return
    await _audit(visit, "backup")
    began = visit.door.clock()
    voice = visit.voice
    shown, end = await with_progress(
        visit,
        "dump",
        lambda step, done, of: render_progress(step, done, of, voice),
        lambda says: make_backup(vault, began, says=says),
    )
    if isinstance(end, MonPsError):
        await _show(shown, vault, render_refused(end, voice))
        return
    now = visit.door.clock()
    await let_go(vault, now)
    await _show(shown, vault, render_made(end, now - began, voice))


async def check(visit: Visit) -> None:
    """Take the newest backup up on trial beside the house, compare it, and drop it."""
    vault = await _vault(visit)
    if vault is None:
        return
    if not await asyncio.to_thread(vault.backups):
        await _show(visit, vault)
        return
    await _audit(visit, "restore_check")
    began = visit.door.clock()
    voice = visit.voice
    shown, end = await with_progress(
        visit,
        "read",
        lambda step, done, of: render_progress(step, done, of, voice),
        lambda says: check_restore(vault, began, says=says),
    )
    if isinstance(end, MonPsError):
        await _show(shown, vault, render_refused(end, voice))
        return
    took = visit.door.clock() - began
    await _show(shown, vault, render_checked(end, took, voice=voice, money=visit.money))


async def _vault(visit: Visit) -> Vault | None:
    """Return where backups are kept, or say that there is no such place here."""
    if visit.door.vault is None:
        await visit.show(visit.voice.html("backup.no_vault"), visit.buttons.back())
    return visit.door.vault


async def _show(visit: Visit, vault: Vault, done: Html = _NOTHING) -> None:
    found = await asyncio.to_thread(vault.backups)
    now = visit.door.clock()
    text = render_backups(found, now, vault.rules, voice=visit.voice, money=visit.money, done=done)
    await visit.show(text, under_backups(visit.buttons, found))


async def _audit(visit: Visit, action: str) -> None:
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, action, {}, visit.now)
