"""Pauses, maintenance, backups: what keeps the house safe."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import backups, switches
from engine.domain.alert import Role

UPKEEP: Final = Chapter(
    name="upkeep",
    shows_picks=False,
    commands=(
        Command(name="pause", role=Role.ADMIN, private=True, handler=switches.pause),
        Command(
            name="reprendre",
            alias="resume",
            role=Role.ADMIN,
            private=True,
            handler=switches.resume,
        ),
        Command(name="maintenance", role=Role.ADMIN, private=True, handler=switches.maintenance),
        Command(
            name="sauvegarde",
            alias="backup",
            role=Role.ADMIN,
            private=True,
            handler=backups.backups,
        ),
        Command(
            name="essai_sauvegarde",
            alias="restore_check",
            role=Role.ADMIN,
            private=True,
            handler=backups.check,
        ),
    ),
    screens={
        "pause": Screen(role=Role.ADMIN, private=True, handler=switches.pause),
        "paused": Screen(role=Role.ADMIN, private=True, handler=switches.paused),
        "resume": Screen(role=Role.ADMIN, private=True, handler=switches.resume),
        "upkeep": Screen(role=Role.ADMIN, private=True, handler=switches.maintenance),
        "upkept": Screen(role=Role.ADMIN, private=True, handler=switches.maintained),
        "backups": Screen(role=Role.ADMIN, private=True, handler=backups.backups),
        "backup": Screen(role=Role.ADMIN, private=True, handler=backups.backup),
        "drill": Screen(role=Role.ADMIN, private=True, handler=backups.check),
    },
)
