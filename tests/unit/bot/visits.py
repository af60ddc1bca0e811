"""A visit by somebody of any role, for screens that read nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from telegram import Bot

from bot.access import AllowList
from bot.callbacks import Signer, Tap
from bot.commands import commands_for
from bot.context import Door, Visit
from bot.records import Records
from config.catalogue import load_catalogue
from config.settings import load
from engine.domain.alert import Role
from engine.domain.pick import Provenance
from engine.domain.preferences import DEFAULT
from jobs.rules import rules_from
from tests.unit.bot.views import MONEY, NOW, TEXTS

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup

    from storage.store import Store

USER = 1002
SIGNER = Signer(b"secret of the tests")

_BOT = Bot("1:x")


@cache
def a_door() -> Door:
    return Door(
        store=cast("Store", None),
        clock=lambda: NOW,
        ticks=lambda: 0.0,
        texts=TEXTS,
        allowed=AllowList(),
        signer=SIGNER,
        money=MONEY,
        provenance=Provenance.LIVE,
        language="fr",
        rules=rules_from(load({}, None)),
        names=load_catalogue().names,
        key_states=lambda: (),
        records=Records(cast("Store", None)),
    )


def a_visit(role: Role = Role.MEMBER, language: str = "fr", **changes: Any) -> Visit:
    fields: dict[str, Any] = {
        "door": a_door(),
        "bot": _BOT,
        "now": NOW,
        "user_id": USER,
        "name": "Mathis",
        "chat_id": USER,
        "thread_id": None,
        "private": True,
        "role": role,
        "person": None,
        "language": language,
        "commands": commands_for(role),
        "preferences": DEFAULT,
    }
    return Visit(**(fields | changes))


def taps(keyboard: InlineKeyboardMarkup) -> list[Tap]:
    rows = keyboard.inline_keyboard
    return [SIGNER.decode(USER, str(button.callback_data)) for row in rows for button in row]
