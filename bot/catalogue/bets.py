"""What people do about picks, and their own bets."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import bets
from engine.domain.alert import Role

_MEMBER: Final = Role.MEMBER

BETS: Final = Chapter(
    name="bets",
    commands=(
        Command(name="pris", alias="bet", role=_MEMBER, private=True, handler=bets.take),
        Command(name="passe", alias="skip", role=_MEMBER, private=True, handler=bets.skip),
        Command(
            name="annuler",
            alias="undo",
            role=_MEMBER,
            private=True,
            handler=bets.undo,
            shows_picks=False,
        ),
        Command(
            name="mesparis",
            alias="mybets",
            role=_MEMBER,
            private=True,
            handler=bets.mine,
            listed=True,
            shows_picks=False,
        ),
    ),
    screens={
        "take": Screen(role=_MEMBER, private=True, handler=bets.take),
        "skip": Screen(role=_MEMBER, private=True, handler=bets.skip),
        "later": Screen(role=_MEMBER, private=True, handler=bets.later),
        "betset": Screen(role=_MEMBER, private=True, handler=bets.change),
        "bettyped": Screen(role=_MEMBER, private=True, handler=bets.typed),
        "betundo": Screen(role=_MEMBER, private=True, handler=bets.undo, shows_picks=False),
        "mybets": Screen(role=_MEMBER, private=True, handler=bets.mine, shows_picks=False),
        "takeany": Screen(role=_MEMBER, private=True, handler=bets.take_anyway),
    },
)
