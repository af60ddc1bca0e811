"""The way in, the panel and help."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import guide, sample, start
from engine.domain.alert import Role

HOME: Final = Chapter(
    name="home",
    shows_picks=False,
    commands=(
        Command(name="start", role=Role.VIEWER, private=True, handler=start.start),
        Command(name="menu", role=Role.VIEWER, private=False, handler=guide.menu, listed=True),
        Command(
            name="aide",
            alias="help",
            role=Role.VIEWER,
            private=False,
            handler=guide.show_help,
            listed=True,
        ),
        Command(
            name="test",
            alias="sample",
            role=Role.VIEWER,
            private=True,
            handler=sample.sample,
            shows_picks=True,
        ),
    ),
    screens={
        "sample": Screen(role=Role.VIEWER, private=True, handler=sample.sample, shows_picks=True),
        "howread": Screen(
            role=Role.VIEWER, private=True, handler=sample.how_to_read, shows_picks=True
        ),
        "hellozon": Screen(role=Role.VIEWER, private=True, handler=start.hello_zone),
        "hellolou": Screen(role=Role.VIEWER, private=True, handler=start.hello_loudness),
        "helloend": Screen(role=Role.VIEWER, private=True, handler=start.hello_end),
        "menu": Screen(role=Role.VIEWER, private=False, handler=guide.menu),
        "help": Screen(role=Role.VIEWER, private=False, handler=guide.show_help),
        "chapter": Screen(role=Role.VIEWER, private=False, handler=guide.chapter),
        "manual": Screen(role=Role.VIEWER, private=False, handler=guide.manual),
        "run": Screen(role=Role.VIEWER, private=False, handler=guide.run),
        "hello": Screen(role=Role.VIEWER, private=True, handler=start.hello),
    },
)
