"""What admins and the owner look after."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import admin, alias, disputes, learning, quota, rulings, versions
from engine.domain.alert import Role

KEEPING: Final = Chapter(
    name="keeping",
    shows_picks=False,
    commands=(
        Command(
            name="sante",
            alias="health",
            role=Role.ADMIN,
            private=True,
            handler=admin.health,
            listed=True,
        ),
        Command(name="quota", role=Role.ADMIN, private=True, handler=quota.quota, listed=True),
        Command(name="noter", alias="grade", role=Role.ADMIN, private=True, handler=rulings.grade),
        Command(
            name="versions", role=Role.ADMIN, private=True, handler=versions.versions, listed=True
        ),
        Command(
            name="apprentissage",
            alias="learning",
            role=Role.ADMIN,
            private=True,
            handler=learning.learning,
            listed=True,
        ),
        Command(name="rollback", role=Role.ADMIN, private=True, handler=versions.rollback),
        Command(
            name="litiges",
            alias="disputes",
            role=Role.ADMIN,
            private=True,
            handler=disputes.disputes,
            listed=True,
        ),
        Command(name="alias", role=Role.ADMIN, private=True, handler=alias.alias),
    ),
    screens={
        "health": Screen(role=Role.ADMIN, private=True, handler=admin.health),
        "names": Screen(role=Role.ADMIN, private=True, handler=disputes.disputes),
        "alias": Screen(role=Role.ADMIN, private=True, handler=disputes.accept),
        "newteam": Screen(role=Role.ADMIN, private=True, handler=disputes.new_team),
        "ignore": Screen(role=Role.ADMIN, private=True, handler=disputes.ignore),
        "undo": Screen(role=Role.ADMIN, private=True, handler=disputes.undo),
        "unignore": Screen(role=Role.ADMIN, private=True, handler=disputes.undo_ignore),
        "contest": Screen(role=Role.ADMIN, private=True, handler=rulings.results),
        "rule": Screen(role=Role.ADMIN, private=True, handler=rulings.rule),
        "ruled": Screen(role=Role.ADMIN, private=True, handler=rulings.ruled),
        "graded": Screen(role=Role.ADMIN, private=True, handler=rulings.graded),
        "versions": Screen(role=Role.ADMIN, private=True, handler=versions.versions),
        "version": Screen(role=Role.ADMIN, private=True, handler=versions.version),
        "vask": Screen(role=Role.ADMIN, private=True, handler=versions.asked),
        "learning": Screen(role=Role.ADMIN, private=True, handler=learning.learning),
        "lpart": Screen(role=Role.ADMIN, private=True, handler=learning.part),
        "vdone": Screen(role=Role.ADMIN, private=True, handler=versions.done),
        "quota": Screen(role=Role.ADMIN, private=True, handler=quota.quota),
    },
)
