"""Who is in the house: the list, a person's sheet, their role, bans; and who am I."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.access import covers, may_give, receives_picks
from bot.admission import role_now, role_of
from bot.asked_back import ask_back, confirmed
from bot.handlers.invites import read_role
from bot.register import under_found, under_people
from bot.render.html import Html, bold, code, lines, name
from bot.render.numbers import day_and_clock, place
from bot.render.people import render_people
from bot.roster import ask_of, find, offer, reach, sheet, touchable
from engine.alerting.announcements import ROLE_CHANGED, compose_access
from engine.domain.alert import Role
from storage.access import Grant

if TYPE_CHECKING:
    from bot.context import Visit
    from storage.access import Known

PAGE: Final = 8


async def users(visit: Visit) -> None:
    """List the people, a page at a time; with a name or an id, find them."""
    if visit.words:
        found, _ = await find(visit, visit.words)
        await offer(visit, found)
        return
    page = int(visit.tap.args) if visit.tap.args.isdecimal() else 0
    async with visit.door.store.reading() as tx:
        people, total = await tx.access.people(visit.now, offset=page * PAGE, limit=PAGE)
    roles = [role_now(visit.door, one) for one in people]
    text = render_people(
        list(zip(people, roles, strict=True)),
        total,
        now=visit.now,
        voice=visit.voice,
        money=visit.money,
    )
    await visit.show(text, under_people(visit.buttons, people, page, (total - 1) // PAGE))


async def person(visit: Visit) -> None:
    """Show one person, with what may be done about them."""
    known = await reach(visit, visit.tap.number)
    if known is not None:
        await sheet(visit, known)


async def role(visit: Visit) -> None:
    """Change what a person may do, as typed: /role who role."""
    given = read_role(visit, visit.words[-1]) if visit.words else None
    found, rest = await find(visit, visit.words[:-1])
    if given is None or rest or not visit.words[:-1]:
        roles = ", ".join(visit.voice.plain(f"role.{one}") for one in may_give(visit.role))
        text = visit.voice.html("people.role_usage", roles=roles)
        await visit.show(text, under_found(visit.buttons, ()))
    elif len(found) == 1:
        await _ask_role(visit, found[0], given)
    else:
        await offer(visit, found)


async def ask_role(visit: Visit) -> None:
    """Ask back before a person may do something else than before."""
    known = await reach(visit, visit.tap.number)
    given = next((one for one in Role if one.value == visit.tap.args), None)
    if known is not None and given is not None:
        await _ask_role(visit, known, given)
    elif known is not None:
        await sheet(visit, known)


async def set_role(visit: Visit) -> None:
    """Give a person a role, as was asked back; they are told."""
    body = await confirmed(visit, "userset")
    known = await reach(visit, int(body["person"])) if body else None
    if body is None or known is None or not await _may_have(visit, known, Role(body["role"])):
        return
    given, now = Role(body["role"]), visit.now
    async with visit.door.store.transaction() as tx:
        before = await role_of(visit.door, tx, known.user_id)
        detail = {"person": known.user_id, "before": before, "after": given.value}
        await tx.audit.add(visit.user_id, "role", detail, now)
        by_settings = visit.door.allowed.role(known.user_id) is not None
        await tx.access.give(
            known.user_id, Grant(role=given), by=visit.user_id, now=now, by_settings=by_settings
        )
        wants = None if before and receives_picks(before) else receives_picks(given)
        await tx.people.set_role(known.user_id, given, now, wants_picks=wants)
        if not covers(given, Role.ADMIN):
            await tx.invitations.revoke_of(known.user_id, now)
        told = compose_access(known.user_id, ROLE_CHANGED, given, at=now, now=now)
        await tx.outbox.add([told])
    fresh = await reach(visit, known.user_id)
    if fresh is not None:
        await sheet(visit, fresh)


async def whoami(visit: Visit) -> None:
    """Say which ids, role, chat, topic, language and clock the bot knows a person by."""
    async with visit.door.store.reading() as tx:
        granted = await tx.access.granted(visit.user_id, visit.now)
    await visit.show(_who(visit, granted), visit.buttons.back())


async def _ask_role(visit: Visit, known: Known, given: Role) -> None:
    if await _may_have(visit, known, given):
        body = {"person": str(known.user_id), "role": given.value}
        text = ask_of(visit, "people.role_ask", known, role=visit.voice.plain(f"role.{given}"))
        await ask_back(visit, text, what="userset", body=body, back="users")


async def _may_have(visit: Visit, known: Known, given: Role) -> bool:
    """Say whether this visitor may give that person this role; if not, say why.

    What the settings give is not taken by a button: it would come back with the next start.
    """
    if not await touchable(visit, known):
        return False
    settled = visit.door.allowed.role(known.user_id)
    if given not in may_give(visit.role):
        await visit.show(visit.voice.html("people.above_you"), under_found(visit.buttons, ()))
        return False
    if settled is not None and not covers(given, settled):
        role = visit.voice.plain(f"role.{settled}")
        text = ask_of(visit, "people.by_settings", known, role=role)
        await visit.show(text, under_found(visit.buttons, ()))
        return False
    return True


def _who(visit: Visit, grant: Grant | None) -> Html:
    """Return what the bot knows of a person and of the chat they ask in."""
    voice = visit.voice
    until = grant.until if grant is not None and grant.role is visit.role else None
    zone = visit.money.time_zone
    return lines(
        bold(voice.html("people.you", name=name(visit.name))),
        voice.html("people.id", id=code(visit.user_id)),
        voice.html("people.role", role=voice.plain(f"role.{visit.role}")),
        voice.html("people.until", at=day_and_clock(until, zone, visit.language)) if until else "",
        voice.html(
            "people.chat",
            id=code(visit.chat_id),
            kind=voice.plain(f"people.chat_{visit.chat_type}"),
        ),
        voice.html("people.topic", id=code(visit.thread_id)) if visit.thread_id else "",
        voice.html("people.language", language=voice.plain(f"people.speaks_{visit.language}")),
        voice.html("people.zone", zone=place(zone, visit.language), key=zone.key),
    )
