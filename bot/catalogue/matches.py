"""Days of matches, one match, and the picks to come that lie in the zone."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import history, match, score_grid, slates, watches
from engine.domain.alert import Role

_VIEWER: Final = Role.VIEWER
_MEMBER: Final = Role.MEMBER

MATCHES: Final = Chapter(
    name="matches",
    commands=(
        Command(name="sweet", role=_VIEWER, private=False, handler=slates.sweet, listed=True),
        Command(
            name="jour",
            alias="today",
            role=_VIEWER,
            private=False,
            handler=slates.today,
            listed=True,
        ),
        Command(
            name="demain", alias="tomorrow", role=_VIEWER, private=False, handler=slates.tomorrow
        ),
        Command(name="match", role=_VIEWER, private=False, handler=match.match),
        Command(name="watch", role=_MEMBER, private=True, handler=watches.watches),
        Command(
            name="seuil", alias="threshold", role=_MEMBER, private=True, handler=watches.threshold
        ),
        Command(
            name="resultats",
            alias="results",
            role=_VIEWER,
            private=False,
            handler=history.results,
            listed=True,
        ),
        Command(
            name="tableau",
            alias="dashboard",
            role=_VIEWER,
            private=False,
            handler=history.dashboard,
            listed=True,
        ),
    ),
    screens={
        "sweet": Screen(role=_VIEWER, private=False, handler=slates.sweet),
        "today": Screen(role=_VIEWER, private=False, handler=slates.today),
        "slate": Screen(role=_VIEWER, private=False, handler=slates.slate),
        "match": Screen(role=_VIEWER, private=False, handler=match.match),
        "grid": Screen(role=_VIEWER, private=False, handler=score_grid.grid),
        "watch": Screen(role=_MEMBER, private=True, handler=watches.ask),
        "watches": Screen(role=_MEMBER, private=True, handler=watches.watches),
        "watchadd": Screen(role=_MEMBER, private=True, handler=watches.add),
        "watchend": Screen(role=_MEMBER, private=True, handler=watches.end),
        "results": Screen(role=_VIEWER, private=False, handler=history.results),
        "board": Screen(role=_VIEWER, private=False, handler=history.dashboard),
    },
)
