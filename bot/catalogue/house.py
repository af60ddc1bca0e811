"""The house itself: its panel, jobs, outbox, log, settings and audit."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import house
from engine.domain.alert import Role
from jobs.slots import SETTLE, SNAPSHOT

_ADMIN: Final = Role.ADMIN

HOUSE: Final = Chapter(
    name="house",
    shows_picks=False,
    commands=(
        Command(name="admin", role=_ADMIN, private=True, handler=house.admin, listed=True),
        Command(name="jobs", role=_ADMIN, private=True, handler=house.jobs, listed=True),
        Command(
            name="collecte",
            alias="collect",
            role=_ADMIN,
            private=True,
            handler=house.run_of(SNAPSHOT),
        ),
        Command(
            name="resoudre",
            alias="settle",
            role=_ADMIN,
            private=True,
            handler=house.run_of(SETTLE),
        ),
        Command(
            name="apprendre",
            alias="learn",
            role=_ADMIN,
            private=True,
            handler=house.run_of("learn"),
        ),
        Command(name="outbox", role=_ADMIN, private=True, handler=house.outbox),
        Command(name="logs", role=_ADMIN, private=True, handler=house.logs),
        Command(name="audit", role=_ADMIN, private=True, handler=house.audit),
        Command(name="config", role=Role.OWNER, private=True, handler=house.config),
    ),
    screens={
        "admin": Screen(role=_ADMIN, private=True, handler=house.admin),
        "jobs": Screen(role=_ADMIN, private=True, handler=house.jobs),
        "job": Screen(role=_ADMIN, private=True, handler=house.job),
        "jobask": Screen(role=_ADMIN, private=True, handler=house.act),
        "jobdone": Screen(role=_ADMIN, private=True, handler=house.acted),
        "outbox": Screen(role=_ADMIN, private=True, handler=house.outbox),
        "obask": Screen(role=_ADMIN, private=True, handler=house.settle_alert),
        "obdone": Screen(role=_ADMIN, private=True, handler=house.settled_alert),
        "logs": Screen(role=_ADMIN, private=True, handler=house.logs),
        "audit": Screen(role=_ADMIN, private=True, handler=house.audit),
        "config": Screen(role=Role.OWNER, private=True, handler=house.config),
    },
)
