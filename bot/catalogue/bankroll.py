"""A person's own money, and how much of it is risked."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import bankroll
from engine.domain.alert import Role

_MEMBER: Final = Role.MEMBER

BANKROLL: Final = Chapter(
    name="bankroll",
    shows_picks=False,
    commands=(
        Command(
            name="bankroll", role=_MEMBER, private=True, handler=bankroll.bankroll, listed=True
        ),
    ),
    screens={
        "bankroll": Screen(role=_MEMBER, private=True, handler=bankroll.bankroll),
        "bankmove": Screen(role=_MEMBER, private=True, handler=bankroll.move),
        "banktype": Screen(role=_MEMBER, private=True, handler=bankroll.typed),
        "bankgo": Screen(role=_MEMBER, private=True, handler=bankroll.go),
        "banklist": Screen(role=_MEMBER, private=True, handler=bankroll.payments),
        "bankback": Screen(role=_MEMBER, private=True, handler=bankroll.ask_reverse),
        "bankrev": Screen(role=_MEMBER, private=True, handler=bankroll.reverse),
        "bankpic": Screen(role=_MEMBER, private=True, handler=bankroll.picture),
    },
)
