"""Invitations: made by tap or typed, shown once, listed, taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.access import CODE_PREFIX, code_hash, may_give, new_code
from bot.asked_back import ask_back, confirmed
from bot.lengths import read_length
from bot.register import under_invitations, under_invite, under_lengths, under_made
from bot.render.people import render_invitations, render_invite_choice, render_made
from engine.domain.alert import Role
from storage.access import Invitation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit

LIFE: Final = timedelta(hours=48)
MOST_USES: Final = 50
_USES: Final = re.compile(r"[x×](\d{1,2})|(\d{1,2})[x×]")
_FOR: Final = frozenset({"pour", "for"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to invite to: a role, until when, how many, and for how long."""

    role: Role
    life: timedelta = LIFE
    uses: int = 1
    role_lasts: timedelta | None = None


async def invite(visit: Visit) -> None:
    """Make an invitation as typed or tapped, else offer roles and then lengths."""
    offered = may_give(visit.role)
    wish = _typed(visit, visit.words, offered) if visit.words else _tapped(visit, offered)
    if wish is not None:
        await _make(visit, wish)
        return
    role, uses = _half(visit, offered)
    if role is None:
        await visit.show(render_invite_choice(visit.voice), under_invite(visit.buttons, offered))
        return
    text = render_invite_choice(visit.voice, role=role, uses=uses)
    await visit.show(text, under_lengths(visit.buttons, role, uses))


async def invitations(visit: Visit) -> None:
    """List the invitations that may still be used, each with a button that takes it back."""
    async with visit.door.store.reading() as tx:
        found = await tx.invitations.open(visit.now)
    text = render_invitations(found, voice=visit.voice, money=visit.money)
    await visit.show(text, under_invitations(visit.buttons, found))


async def ask_revoke(visit: Visit) -> None:
    """Ask back before an invitation lets nobody in any more."""
    text = visit.voice.html("invite.revoke_ask", number=visit.tap.number)
    body = {"number": str(visit.tap.number)}
    await ask_back(visit, text, what="invgone", body=body, back="invites")


async def revoke(visit: Visit) -> None:
    """Let nobody in by an invitation any more, as was asked back."""
    body = await confirmed(visit, "invgone")
    if body is None:
        return
    number = int(body["number"])
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, "invite_revoked", {"number": number}, visit.now)
        await tx.invitations.revoke(number, visit.now)
    await invitations(visit)


async def _make(visit: Visit, wish: Wish) -> None:
    """Keep the hash of a new code, and show the code: this once."""
    made = Invitation(
        role=wish.role,
        created_by=visit.user_id,
        created_at=visit.now,
        expires_at=visit.now + wish.life,
        uses=wish.uses,
        role_lasts=wish.role_lasts,
    )
    detail = {
        "role": wish.role.value,
        "uses": wish.uses,
        "until": made.expires_at.isoformat(),
        "role_lasts": str(wish.role_lasts) if wish.role_lasts else None,
    }
    code = new_code()
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, "invite", detail, visit.now)
        number = await tx.invitations.make(code_hash(code), made)
    text = render_made(
        replace(made, number=number),
        f"{CODE_PREFIX}{code}",
        username=visit.bot.username,
        voice=visit.voice,
        money=visit.money,
    )
    await visit.show(text, under_made(visit.buttons, number))


def read_role(visit: Visit, word: str) -> Role | None:
    """Return the role that a word means, in any language."""
    texts, asked = visit.door.texts, word.casefold()
    names = {
        role: {role.value, *(texts.find(one, f"role.{role}") for one in texts.words)}
        for role in Role
    }
    return next((role for role, known in names.items() if asked in known), None)


def _typed(visit: Visit, words: Sequence[str], offered: Sequence[Role]) -> Wish | None:
    """Return what was typed: role [how long] [x uses] [for how long the role lasts]."""
    role = read_role(visit, words[0])
    if role is None or role not in offered:
        return None
    wish, lasting = Wish(role=role), False
    for word in words[1:]:
        length, uses = read_length(word), _USES.fullmatch(word.lower())
        if word.lower() in _FOR:
            lasting = True
        elif uses is not None and 1 <= int(uses[1] or uses[2]) <= MOST_USES:
            wish = replace(wish, uses=int(uses[1] or uses[2]))
        elif length is not None and lasting:
            wish = replace(wish, role_lasts=length)
        elif length is not None:
            wish = replace(wish, life=length)
        else:
            return None
    return wish


def _tapped(visit: Visit, offered: Sequence[Role]) -> Wish | None:
    """Return what a button asks for: memberx5x168 is five members, for a week."""
    parts = visit.tap.args.split("x")
    role, uses = _half(visit, offered)
    if role is None or len(parts) != 3 or not parts[2].isdecimal():  # noqa: PLR2004  # role, uses, hours
        return None
    hours = int(parts[2])
    return Wish(role=role, uses=uses, life=timedelta(hours=hours)) if hours else None


def _half(visit: Visit, offered: Sequence[Role]) -> tuple[Role | None, int]:
    """Return the role that was tapped already, and how many may use the invitation."""
    role, *rest = visit.tap.args.split("x")
    uses = int(rest[0]) if rest and rest[0].isdecimal() else 1
    found = next((one for one in offered if one.value == role), None)
    return found, min(max(uses, 1), MOST_USES)
