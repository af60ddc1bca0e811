"""Keyboards of learned versions; what changes something is asked back, and soon too old."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from engine.domain.policy_version import BASE, OPEN, VersionState, name_of

if TYPE_CHECKING:
    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from engine.domain.version_card import VersionCard
    from jobs.policy_acts import Shelf

CONFIRM_WITHIN: Final = timedelta(seconds=30)
"""How long a question may be answered with its button (RELIABILITY 6)."""
_SHOWN: Final = 8
_A_ROW: Final = 3
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_ANSWER: Final = re.compile(r"([crb])([0-9]{1,7})x([0-9a-z]{1,7})")


class Act(StrEnum):
    """What a person does about a version: as one letter on a button."""

    CONFIRM = "c"
    REFUSE = "r"
    BACK = "b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a confirming button says: what to do, as things stood when it was asked, and when."""

    act: Act
    seen: int
    asked_at: datetime

    def late(self, now: datetime) -> bool:
        return not timedelta() <= now - self.asked_at <= CONFIRM_WITHIN + timedelta(seconds=1)


def answer_of(args: str) -> Answer | None:
    """Return what a confirming button says; None where it is none."""
    parts = _ANSWER.fullmatch(args)
    if parts is None:
        return None
    return Answer(
        act=Act(parts[1]),
        seen=int(parts[2]),
        asked_at=datetime.fromtimestamp(int(parts[3], 36), UTC),
    )


def under_versions(buttons: Buttons, shelf: Shelf) -> InlineKeyboardMarkup:
    """Return a button a version, the declared one last, then refresh and the way back."""
    names = [(one.number, one.name) for one in shelf.versions[:_SHOWN]]
    names.append((BASE, shelf.base))
    ways = [buttons.labelled(name, "version", number=number) for number, name in names]
    rows = [ways[at : at + _A_ROW] for at in range(0, len(ways), _A_ROW)]
    return InlineKeyboardMarkup([*rows, [buttons.make("refresh", "versions"), buttons.home()]])


def under_version(buttons: Buttons, number: int, shelf: Shelf) -> InlineKeyboardMarkup:
    """Return what may be done about a version now, then the way back."""
    found = shelf.version(number)
    acts = []
    if found is not None and found.state is VersionState.READY:
        acts.append(_act(buttons, "version_confirm", number, Act.CONFIRM))
    if found is not None and found.state in OPEN:
        acts.append(_act(buttons, "version_refuse", number, Act.REFUSE))
    rows = [acts]
    if shelf.named != BASE and number in shelf.back:
        label = buttons.voice.plain("button.version_back", version=name_of(shelf.base, number))
        rows.append([buttons.labelled(label, "vask", number=number, args=Act.BACK.value)])
    return InlineKeyboardMarkup([*rows, [buttons.make("versions", "versions"), buttons.home()]])


def under_alert(buttons: Buttons, card: VersionCard) -> InlineKeyboardMarkup:
    """Return the buttons of a message about a version: what may be done, and a way to it."""
    detail = buttons.make("detail", "version", number=card.number)
    if card.state is not VersionState.READY:
        return InlineKeyboardMarkup([[detail, buttons.make("versions", "versions")]])
    acts = [
        _act(buttons, "version_confirm", card.number, Act.CONFIRM),
        _act(buttons, "version_refuse", card.number, Act.REFUSE),
    ]
    return InlineKeyboardMarkup([acts, [detail, buttons.make("versions", "versions")]])


def sure(
    buttons: Buttons, number: int, act: Act, shelf: Shelf, now: datetime
) -> InlineKeyboardMarkup:
    """Return the button that does it, good for half a minute, and the way back."""
    args = f"{act}{shelf.seen}x{_to_36(int(now.timestamp()))}"
    done = buttons.make("confirm", "vdone", number=number, args=args)
    return InlineKeyboardMarkup([[done], [buttons.make("versions", "versions")]])


def _act(buttons: Buttons, label: str, number: int, act: Act) -> InlineKeyboardButton:
    return buttons.make(label, "vask", number=number, args=act.value)


def _to_36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text or "0"
