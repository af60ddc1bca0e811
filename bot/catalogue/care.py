"""How people protect themselves: open to everybody, and to those in a pause first of all."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import care
from engine.domain.alert import Role

_VIEWER: Final = Role.VIEWER

CARE: Final = Chapter(
    name="care",
    shows_picks=False,
    commands=(
        Command(
            name="jeu_responsable",
            alias="responsible",
            role=_VIEWER,
            private=True,
            handler=care.care,
        ),
    ),
    screens={
        "care": Screen(role=_VIEWER, private=True, handler=care.care),
        "carelims": Screen(role=_VIEWER, private=True, handler=care.limits),
        "carelim": Screen(role=_VIEWER, private=True, handler=care.limit),
        "careset": Screen(role=_VIEWER, private=True, handler=care.choose),
        "caretype": Screen(role=_VIEWER, private=True, handler=care.typed),
        "carestop": Screen(role=_VIEWER, private=True, handler=care.pauses),
        "carepick": Screen(role=_VIEWER, private=True, handler=care.pause),
        "carego": Screen(role=_VIEWER, private=True, handler=care.paused),
        "carelift": Screen(role=_VIEWER, private=True, handler=care.lift),
        "carehold": Screen(role=_VIEWER, private=True, handler=care.hold),
        "carehist": Screen(role=_VIEWER, private=True, handler=care.history),
    },
)
