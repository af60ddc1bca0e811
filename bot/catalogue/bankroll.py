"""A person's own money, and how much of it is risked."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import bankroll, exposure, limits, staking
from engine.domain.alert import Role

_MEMBER: Final = Role.MEMBER

BANKROLL: Final = Chapter(
    name="bankroll",
    shows_picks=False,
    commands=(
        Command(
            name="bankroll", role=_MEMBER, private=True, handler=bankroll.bankroll, listed=True
        ),
        Command(name="mise", alias="staking", role=_MEMBER, private=True, handler=staking.staking),
        Command(
            name="exposition",
            alias="exposure",
            role=_MEMBER,
            private=True,
            handler=exposure.exposure,
        ),
        Command(name="limites", alias="limits", role=_MEMBER, private=True, handler=limits.limits),
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
        "stake": Screen(role=_MEMBER, private=True, handler=staking.staking),
        "stakeask": Screen(role=_MEMBER, private=True, handler=staking.ask),
        "stakeset": Screen(role=_MEMBER, private=True, handler=staking.choose),
        "staketyp": Screen(role=_MEMBER, private=True, handler=staking.typed),
        "risk": Screen(role=_MEMBER, private=True, handler=exposure.exposure),
        "riskask": Screen(role=_MEMBER, private=True, handler=exposure.ask),
        "riskset": Screen(role=_MEMBER, private=True, handler=exposure.choose),
        "risktyp": Screen(role=_MEMBER, private=True, handler=exposure.typed),
        "limits": Screen(role=_MEMBER, private=True, handler=limits.limits),
        "limbooks": Screen(role=_MEMBER, private=True, handler=limits.choose_books),
        "limtick": Screen(role=_MEMBER, private=True, handler=limits.tick),
        "limask": Screen(role=_MEMBER, private=True, handler=limits.ask),
        "limset": Screen(role=_MEMBER, private=True, handler=limits.choose),
        "limtyped": Screen(role=_MEMBER, private=True, handler=limits.typed),
    },
)
