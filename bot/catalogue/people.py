"""Who may come in, what they may do, and what is said to many."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import bans, broadcasts, invites, people
from engine.domain.alert import Role

_ADMIN: Final = Role.ADMIN

PEOPLE: Final = Chapter(
    name="people",
    shows_picks=False,
    commands=(
        Command(
            name="quisuisje",
            alias="whoami",
            role=Role.VIEWER,
            private=False,
            handler=people.whoami,
        ),
        Command(
            name="utilisateurs", alias="users", role=_ADMIN, private=True, handler=people.users
        ),
        Command(name="role", role=_ADMIN, private=True, handler=people.role),
        Command(name="ban", role=_ADMIN, private=True, handler=bans.ban),
        Command(name="unban", role=_ADMIN, private=True, handler=bans.unban),
        Command(name="invitations", role=_ADMIN, private=True, handler=invites.invitations),
        Command(
            name="annonce",
            alias="broadcast",
            role=_ADMIN,
            private=True,
            handler=broadcasts.broadcast,
        ),
        Command(name="invite", role=_ADMIN, private=True, handler=invites.invite, listed=True),
    ),
    screens={
        "users": Screen(role=_ADMIN, private=True, handler=people.users),
        "person": Screen(role=_ADMIN, private=True, handler=people.person),
        "userrole": Screen(role=_ADMIN, private=True, handler=people.ask_role),
        "userset": Screen(role=_ADMIN, private=True, handler=people.set_role),
        "userban": Screen(role=_ADMIN, private=True, handler=bans.length),
        "banwhy": Screen(role=_ADMIN, private=True, handler=bans.why),
        "banned": Screen(role=_ADMIN, private=True, handler=bans.banned),
        "unban": Screen(role=_ADMIN, private=True, handler=bans.unban),
        "invite": Screen(role=_ADMIN, private=True, handler=invites.invite),
        "invites": Screen(role=_ADMIN, private=True, handler=invites.invitations),
        "invend": Screen(role=_ADMIN, private=True, handler=invites.ask_revoke),
        "invgone": Screen(role=_ADMIN, private=True, handler=invites.revoke),
        "cast": Screen(role=_ADMIN, private=True, handler=broadcasts.broadcast),
        "casttext": Screen(role=_ADMIN, private=True, handler=broadcasts.ask_text),
        "castin": Screen(role=_ADMIN, private=True, handler=broadcasts.take_text),
        "castask": Screen(role=_ADMIN, private=True, handler=broadcasts.ask_send),
        "castgo": Screen(role=_ADMIN, private=True, handler=broadcasts.send),
        "castsee": Screen(role=_ADMIN, private=True, handler=broadcasts.progress),
        "caststop": Screen(role=_ADMIN, private=True, handler=broadcasts.stop),
    },
)
