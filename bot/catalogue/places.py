"""Where picks are told beside private chats."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import places
from engine.domain.alert import Role

PLACES: Final = Chapter(
    name="places",
    shows_picks=False,
    commands=(
        Command(
            name="canaux",
            alias="channels",
            role=Role.ADMIN,
            private=False,
            handler=places.places,
            listed=True,
        ),
    ),
    screens={
        "places": Screen(role=Role.ADMIN, private=False, handler=places.places),
        "place": Screen(role=Role.ADMIN, private=True, handler=places.place),
        "plcadd": Screen(role=Role.ADMIN, private=True, handler=places.added),
        "plcend": Screen(role=Role.ADMIN, private=True, handler=places.ask_close),
        "plcdone": Screen(role=Role.ADMIN, private=True, handler=places.close),
        "plcask": Screen(role=Role.ADMIN, private=True, handler=places.ask_filter),
        "plcfit": Screen(role=Role.ADMIN, private=True, handler=places.set_filter),
    },
)
