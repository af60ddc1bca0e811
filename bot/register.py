"""Keyboards for those who let people in: the list, a sheet, invitations, announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.doors import two_a_row
from bot.render.html import name
from storage.broadcasts import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from engine.domain.alert import Role
    from storage.access import Invitation, Known

LIVES: Final = (24, 7 * 24, 30 * 24)
"""Hours that an invitation may be open, by button."""
USES: Final = (1, 5, 20)
BANS: Final = (24 * 60, 7 * 24 * 60, 30 * 24 * 60, 0)
"""Minutes that a ban may last, by button; 0 has no end."""
_LABEL: Final = 20


def under_people(
    buttons: Buttons, people: Sequence[Known], page: int, last: int
) -> InlineKeyboardMarkup:
    """Return a button a person, the neighbouring pages, invitations, the way back."""
    turns = []
    if page > 0:
        turns.append(buttons.make("previous", "users", args=str(page - 1)))
    if page < last:
        turns.append(buttons.make("next", "users", args=str(page + 1)))
    ways = [buttons.make("invite", "invite"), buttons.make("invitations", "invites")]
    return InlineKeyboardMarkup([*_to(buttons, people), turns, ways, [buttons.home()]])


def under_found(buttons: Buttons, people: Sequence[Known]) -> InlineKeyboardMarkup:
    """Return the people that may be meant, and the way to all of them."""
    return InlineKeyboardMarkup([*_to(buttons, people), _last(buttons)])


def under_person(
    buttons: Buttons, known: Known, *, roles: Sequence[Role], touchable: bool
) -> InlineKeyboardMarkup:
    """Return the roles a person may be given, and their ban."""
    user_id = known.user_id
    given = [
        buttons.labelled(
            f"→ {buttons.voice.plain(f'role.{role}')}", "userrole", number=user_id, args=role.value
        )
        for role in roles
    ]
    shut = []
    if touchable:
        one = ("unban", "unban") if known.ban else ("ban", "userban")
        shut = [buttons.make(one[0], one[1], number=user_id)]
    return InlineKeyboardMarkup([*two_a_row(given), shut, _last(buttons)])


def under_ban(buttons: Buttons, user_id: int) -> InlineKeyboardMarkup:
    """Return how long a person may be shut out."""
    rows = [
        buttons.make(f"ban_{minutes}", "userban", number=user_id, args=str(minutes))
        for minutes in BANS
    ]
    return InlineKeyboardMarkup([*two_a_row(rows), _last(buttons, user_id)])


def under_ban_reason(buttons: Buttons, user_id: int, minutes: str) -> InlineKeyboardMarkup:
    none = buttons.make("no_reason", "banwhy", number=user_id, args=minutes)
    return InlineKeyboardMarkup([[none], _last(buttons, user_id)])


def under_invite(buttons: Buttons, roles: Sequence[Role]) -> InlineKeyboardMarkup:
    """Return the roles somebody may be invited to."""
    offered = [
        buttons.labelled(f"🎟 {buttons.voice.plain(f'role.{role}')}", "invite", args=role.value)
        for role in roles
    ]
    return InlineKeyboardMarkup([*two_a_row(offered), *_ways_on(buttons)])


def under_lengths(buttons: Buttons, role: Role, uses: int) -> InlineKeyboardMarkup:
    """Return how many may use an invitation, and how long it is open: that makes it."""
    many = [
        buttons.labelled(f"{'●' if n == uses else '○'} ×{n}", "invite", args=f"{role}x{n}")
        for n in USES
    ]
    lives = [
        buttons.make(f"life_{hours}", "invite", args=f"{role}x{uses}x{hours}") for hours in LIVES
    ]
    return InlineKeyboardMarkup([many, lives, *_ways_on(buttons)])


def under_made(buttons: Buttons, number: int) -> InlineKeyboardMarkup:
    back = buttons.make("revoke", "invend", number=number)
    return InlineKeyboardMarkup([[back], *_ways_on(buttons)])


def under_invitations(buttons: Buttons, found: Sequence[Invitation]) -> InlineKeyboardMarkup:
    """Return what takes each invitation back, then a new one."""
    ends = [
        buttons.labelled(
            buttons.voice.plain("button.revoke_one", number=one.number),
            "invend",
            number=one.number,
        )
        for one in found
    ]
    new = [buttons.make("invite", "invite")]
    return InlineKeyboardMarkup([*two_a_row(ends), new, _last(buttons)])


def under_segments(buttons: Buttons, segments: Sequence[str]) -> InlineKeyboardMarkup:
    """Return to whom an announcement may go."""
    labels = {
        one: buttons.voice.plain(f"announce.to_{one}")
        if one == ALL or len(one) == 2  # noqa: PLR2004  # a language
        else buttons.voice.plain(f"role.{one}")
        for one in segments
    }
    rows = [buttons.labelled(f"📢 {labels[one]}", "cast", args=one) for one in segments]
    return InlineKeyboardMarkup([*two_a_row(rows), [buttons.home()]])


def under_draft(buttons: Buttons, number: int, *, ready: bool) -> InlineKeyboardMarkup:
    """Return what writes an announcement in each language, and what sends it."""
    texts = [
        buttons.make("text_fr", "casttext", number=number, args="fr"),
        buttons.make("text_en", "casttext", number=number, args="en"),
    ]
    send = [buttons.make("announce", "castask", number=number)] if ready else []
    return InlineKeyboardMarkup([texts, send, [buttons.make("cancel", "cast"), buttons.home()]])


def under_progress(buttons: Buttons, number: int, *, ended: bool) -> InlineKeyboardMarkup:
    """Return what stops an announcement while it is under way."""
    acts = [] if ended else [buttons.make("stop_announcing", "caststop", number=number)]
    again = buttons.make("refresh", "castsee", number=number)
    return InlineKeyboardMarkup([acts, [again, buttons.home()]])


def under_announcement(buttons: Buttons) -> InlineKeyboardMarkup:
    """Return, under an announcement, what turns them off."""
    return InlineKeyboardMarkup([[buttons.make("events", "events"), buttons.home()]])


def _to(buttons: Buttons, people: Sequence[Known]) -> list[list[InlineKeyboardButton]]:
    return two_a_row(
        [
            buttons.labelled(f"👤 {name(one.name, _LABEL)}", "person", number=one.user_id)
            for one in people
        ]
    )


def _ways_on(buttons: Buttons) -> list[list[InlineKeyboardButton]]:
    return [[buttons.make("invitations", "invites")], _last(buttons)]


def _last(buttons: Buttons, user_id: int = 0) -> list[InlineKeyboardButton]:
    if user_id:
        return [buttons.make("back_person", "person", number=user_id), buttons.home()]
    return [buttons.make("back_users", "users"), buttons.home()]
