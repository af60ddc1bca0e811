"""What a person chooses about how they are spoken to."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import settings, start
from engine.domain.alert import Role

SETTINGS: Final = Chapter(
    name="settings",
    shows_picks=False,
    commands=(
        Command(
            name="reglages",
            alias="settings",
            role=Role.VIEWER,
            private=True,
            handler=settings.settings,
            listed=True,
        ),
        Command(
            name="langue",
            alias="language",
            role=Role.VIEWER,
            private=True,
            handler=start.language,
            listed=True,
        ),
        Command(
            name="fuseau",
            alias="timezone",
            role=Role.VIEWER,
            private=True,
            handler=settings.time_zone,
        ),
        Command(
            name="cotes_format",
            alias="odds_format",
            role=Role.VIEWER,
            private=True,
            handler=settings.odds_format,
        ),
        Command(name="theme", role=Role.VIEWER, private=True, handler=settings.theme),
    ),
    screens={
        "settings": Screen(role=Role.VIEWER, private=True, handler=settings.settings),
        "lang": Screen(role=Role.VIEWER, private=True, handler=start.language),
        "zone": Screen(role=Role.VIEWER, private=True, handler=settings.time_zone),
        "oddsfmt": Screen(role=Role.VIEWER, private=True, handler=settings.odds_format),
        "theme": Screen(role=Role.VIEWER, private=True, handler=settings.theme),
    },
)
