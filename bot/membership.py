"""Who blocked the bot and who came back; into which groups and channels it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram.constants import ChatType

from bot.access import covers, strongest
from bot.handlers.places import ask_in_private
from bot.texts.loader import LANGUAGES
from engine.domain.alert import AlertKind, Role
from storage.places import Place

if TYPE_CHECKING:
    from telegram import Bot, ChatMemberUpdated

    from bot.context import Door

_IN: Final = frozenset({"member", "administrator"})


async def follow(door: Door, bot: Bot, change: ChatMemberUpdated) -> None:
    """Remember what became of the bot in a chat.

    Somebody who runs the bot and takes it into a group or channel is asked in private whether
    picks shall be told there. Taken in by anybody else, it says nothing there.
    """
    if change.chat.type == ChatType.PRIVATE:
        await _follow_person(door, change)
        return
    inside = change.new_chat_member.status in _IN
    async with door.store.transaction() as tx:
        await tx.places.set_state(change.chat.id, "active" if inside else "gone")
        person = await tx.people.get(change.from_user.id)
        granted = await tx.access.granted(change.from_user.id, door.clock())
        banned = await tx.bans.of(change.from_user.id, door.clock())
        known = any(one.chat_id == change.chat.id for one in await tx.places.all())
    role = strongest(
        door.allowed.role(change.from_user.id), None if granted is None else granted.role
    )
    able = inside and _may_post(change)
    if banned is not None or role is None or not covers(role, Role.ADMIN) or known or not able:
        return
    language = person.language if person else door.language
    place = Place(
        chat_id=change.chat.id,
        chat_type=change.chat.type,
        title=change.chat.title or str(change.chat.id),
        language=language if language in LANGUAGES else door.language,
        kinds=frozenset({AlertKind.PICK}),
    )
    await ask_in_private(door, bot, change.from_user.id, place, door.voice(place.language))


async def _follow_person(door: Door, change: ChatMemberUpdated) -> None:
    state = "active" if change.new_chat_member.status == "member" else "blocked"
    async with door.store.transaction() as tx:
        person = await tx.people.get(change.from_user.id)
        if person is not None and person.state in {"active", "blocked"}:
            await tx.people.set_state(change.chat.id, state, door.clock())


def _may_post(change: ChatMemberUpdated) -> bool:
    """Say whether the bot can write there: in a channel only administrators can."""
    return change.chat.type != ChatType.CHANNEL or change.new_chat_member.status == "administrator"
