"""What people may ask of their own data."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import rights
from engine.domain.alert import Role

_VIEWER: Final = Role.VIEWER

RIGHTS: Final = Chapter(
    name="rights",
    shows_picks=False,
    commands=(
        Command(name="export_me", role=_VIEWER, private=True, handler=rights.export_me),
        Command(name="forget_me", role=_VIEWER, private=True, handler=rights.forget_me),
    ),
    screens={
        "forget": Screen(role=_VIEWER, private=True, handler=rights.forget_me),
        "forgetme": Screen(role=_VIEWER, private=True, handler=rights.forgotten),
    },
)
