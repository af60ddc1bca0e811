"""Open picks, one pick, and why others were not sent."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import funnel, life, path, picks, steam, verify, whynot
from engine.domain.alert import Role

PICKS: Final = Chapter(
    name="picks",
    commands=(
        Command(name="picks", role=Role.VIEWER, private=False, handler=picks.picks, listed=True),
        Command(name="pick", role=Role.VIEWER, private=False, handler=picks.pick),
        Command(name="pourquoi", alias="why", role=Role.VIEWER, private=False, handler=life.why),
        Command(
            name="pourquoi_pas",
            alias="whynot",
            role=Role.MEMBER,
            private=False,
            handler=whynot.whynot,
            listed=True,
        ),
        Command(name="funnel", role=Role.MEMBER, private=False, handler=funnel.funnel),
        Command(
            name="steam",
            alias="drops",
            role=Role.MEMBER,
            private=False,
            handler=steam.steam,
            listed=True,
        ),
        Command(
            name="verifier", alias="verify", role=Role.VIEWER, private=False, handler=verify.verify
        ),
    ),
    screens={
        "picks": Screen(role=Role.VIEWER, private=False, handler=picks.picks),
        "card": Screen(role=Role.VIEWER, private=False, handler=picks.card),
        "detail": Screen(role=Role.VIEWER, private=False, handler=picks.detail),
        "path": Screen(role=Role.VIEWER, private=False, handler=path.path),
        "life": Screen(role=Role.VIEWER, private=False, handler=life.life),
        "similar": Screen(role=Role.VIEWER, private=False, handler=life.similar),
        "whynot": Screen(role=Role.MEMBER, private=False, handler=whynot.whynot),
        "funnel": Screen(role=Role.MEMBER, private=False, handler=funnel.funnel),
        "steam": Screen(role=Role.MEMBER, private=False, handler=steam.steam),
    },
)
