"""Shutting people out, and letting them in again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.asked_back import ask_back, confirmed
from bot.lengths import LONGEST, read_length
from bot.register import under_ban, under_ban_reason, under_found
from bot.render.html import name
from bot.render.numbers import span
from bot.roster import ask_of, find, offer, reach, sheet, touchable
from bot.typed import expect_words, expected
from storage.access import Ban

if TYPE_CHECKING:
    from bot.context import Visit
    from storage.access import Known

_REASON: Final = 200


async def ban(visit: Visit) -> None:
    """Shut a person out, as typed: /ban who [how long] [why]."""
    found, rest = await find(visit, visit.words)
    if not visit.words:
        await visit.show(visit.voice.html("people.ban_usage"), under_found(visit.buttons, ()))
        return
    if len(found) != 1:
        await offer(visit, found)
        return
    length = read_length(rest[0]) if rest else None
    minutes = int(length.total_seconds() // 60) if length else 0
    reason = " ".join(rest[1:] if length else rest)
    await _ask(visit, found[0], minutes, reason)


async def unban(visit: Visit) -> None:
    """Let a person in again, as typed or tapped."""
    found, _ = await find(visit, visit.words)
    known = found[0] if len(found) == 1 else None
    if not visit.words and visit.tap.number:
        known = await reach(visit, visit.tap.number)
    elif not visit.words:
        await visit.show(visit.voice.html("people.ban_usage"), under_found(visit.buttons, ()))
    elif known is None:
        await offer(visit, found)
    if known is None or not await touchable(visit, known):
        return
    async with visit.door.store.transaction() as tx:
        before = "banned" if known.ban else "free"
        detail = {"person": known.user_id, "before": before, "after": "free"}
        await tx.audit.add(visit.user_id, "unban", detail, visit.now)
        await tx.bans.lift(known.user_id, visit.now)
    fresh = await reach(visit, known.user_id)
    if fresh is not None:
        await sheet(visit, fresh)


async def length(visit: Visit) -> None:
    """Offer how long a person may be shut out, then ask why."""
    known = await reach(visit, visit.tap.number)
    if known is None or not await touchable(visit, known):
        return
    if not visit.tap.args.isdecimal():
        text = ask_of(visit, "people.ban_length", known)
        await visit.show(text, under_ban(visit.buttons, known.user_id))
        return
    minutes = visit.tap.args
    body = {"person": str(known.user_id), "minutes": minutes}
    keyboard = under_ban_reason(visit.buttons, known.user_id, minutes)
    prompt = visit.voice.html("people.ban_why")
    await expect_words(visit, prompt, screen="banwhy", body=body, keyboard=keyboard)


async def why(visit: Visit) -> None:
    """Take the reason that was typed, or none, and ask back."""
    kept = expected(visit, "banwhy")
    user_id, minutes = visit.tap.number, visit.tap.args
    if kept is not None:
        user_id, minutes = int(kept["person"]), kept["minutes"]
    known = await reach(visit, user_id)
    if known is not None:
        length = int(minutes) if minutes.isdecimal() else 0
        await _ask(visit, known, length, visit.text if kept is not None else "")


async def banned(visit: Visit) -> None:
    """Shut a person out, as was asked back: what waits for them is not said either."""
    body = await confirmed(visit, "banned")
    known = await reach(visit, int(body["person"])) if body else None
    if body is None or known is None or not await touchable(visit, known):
        return
    minutes, now = int(body["minutes"]), visit.now
    until = now + timedelta(minutes=minutes) if minutes else None
    detail = {
        "person": known.user_id,
        "before": "banned" if known.ban else "free",
        "after": "banned",
        "until": until.isoformat() if until else None,
    }
    ban = Ban(by=visit.user_id, at=now, until=until, reason=body["reason"])
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, "ban", detail, now)
        await tx.bans.put(known.user_id, ban)
        await tx.invitations.revoke_of(known.user_id, now)
        await tx.outbox.cancel_chat(known.user_id, "banned", now)
    fresh = await reach(visit, known.user_id)
    if fresh is not None:
        await sheet(visit, fresh)


async def _ask(visit: Visit, known: Known, minutes: int, reason: str) -> None:
    if not await touchable(visit, known):
        return
    minutes = min(minutes, int(LONGEST.total_seconds() // 60))
    voice, why = visit.voice, name(reason, _REASON) if reason.strip() else ""
    text = ask_of(
        visit,
        "people.ban_ask",
        known,
        length=span(timedelta(minutes=minutes), visit.language)
        if minutes
        else voice.plain("people.no_end"),
        reason=why or voice.plain("people.no_reason"),
    )
    body = {"person": str(known.user_id), "minutes": str(minutes), "reason": why}
    await ask_back(visit, text, what="banned", body=body, back="users")
