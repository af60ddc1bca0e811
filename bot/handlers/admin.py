"""For those who look after the house: its health, and invitations."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.access import code_hash, new_code
from bot.desk import under_health
from bot.render.backups import render_last
from bot.render.health import render_health
from bot.render.html import Html, code
from bot.render.numbers import day_and_clock
from bot.render.switches import render_banner
from engine.domain.alert import Role

if TYPE_CHECKING:
    from bot.context import Visit

INVITE_LIFE: Final = timedelta(hours=48)
_OFFERED: Final = (Role.VIEWER, Role.MEMBER, Role.ANALYST, Role.ADMIN)


async def health(visit: Visit) -> None:
    """Show how the service fares."""
    async with visit.door.store.reading() as tx:
        found = await tx.reports.health(visit.now, visit.door.provenance)
        board = await tx.switches.standing(visit.now)
    vault, voice = visit.door.vault, visit.voice
    kept = None if vault is None else await asyncio.to_thread(vault.backups)
    text = render_health(
        found,
        voice=voice,
        money=visit.money,
        halted=visit.door.halt.reason is not None,
        banner=render_banner(board, voice),
        backup=Html() if kept is None else render_last(kept, visit.now, voice),
    )
    await visit.show(text, under_health(visit.buttons))


async def invite(visit: Visit) -> None:
    """Make a one-time code for one role and show it once; only its hash is kept."""
    role = _role(visit)
    if role is None:
        await visit.show(visit.voice.html("invite.usage"), visit.buttons.back())
        return
    made, until = new_code(), visit.now + INVITE_LIFE
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, "invite", {"role": role.value}, visit.now)
        await tx.people.invite(
            code_hash(made), role, created_by=visit.user_id, now=visit.now, expires_at=until
        )
    text = visit.voice.html(
        "invite.made",
        role=visit.voice.plain(f"role.{role}"),
        until=day_and_clock(until, visit.money.time_zone, visit.language),
        code=code(made),
        link=f"https://t.me/{visit.bot.username}?start={made}",
        command=code(f"/start {made}"),
    )
    await visit.show(text)


def _role(visit: Visit) -> Role | None:
    """Return the role asked for, in either language's word."""
    asked = visit.words[0].lower() if visit.words else ""
    return next(
        (role for role in _OFFERED if asked in {role.value, visit.voice.plain(f"role.{role}")}),
        None,
    )
