"""What is told, how loudly and when."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import alerts, mutes, presets
from engine.domain.alert import Role

_VIEWER: Final = Role.VIEWER

ALERTS: Final = Chapter(
    name="alerts",
    shows_picks=False,
    commands=(
        Command(
            name="alertes",
            alias="alerts",
            role=_VIEWER,
            private=True,
            handler=alerts.alerts,
            listed=True,
        ),
        Command(name="preset", role=_VIEWER, private=True, handler=presets.presets),
        Command(name="muet", alias="mute", role=_VIEWER, private=True, handler=mutes.mute),
        Command(name="muets", alias="mutes", role=_VIEWER, private=True, handler=mutes.mutes),
        Command(name="calme", alias="quiet", role=_VIEWER, private=True, handler=alerts.quiet),
        Command(name="digest", role=_VIEWER, private=True, handler=alerts.digest),
    ),
    screens={
        "alerts": Screen(role=_VIEWER, private=True, handler=alerts.alerts),
        "events": Screen(role=_VIEWER, private=True, handler=alerts.events),
        "evset": Screen(role=_VIEWER, private=True, handler=alerts.events),
        "caps": Screen(role=_VIEWER, private=True, handler=alerts.caps),
        "capset": Screen(role=_VIEWER, private=True, handler=alerts.caps),
        "quiet": Screen(role=_VIEWER, private=True, handler=alerts.quiet),
        "quietset": Screen(role=_VIEWER, private=True, handler=alerts.quiet),
        "quietask": Screen(role=_VIEWER, private=True, handler=alerts.ask_quiet),
        "digests": Screen(role=_VIEWER, private=True, handler=alerts.digest),
        "digset": Screen(role=_VIEWER, private=True, handler=alerts.digest),
        "presets": Screen(role=_VIEWER, private=True, handler=presets.presets),
        "preset": Screen(role=_VIEWER, private=True, handler=presets.preset),
        "prevol": Screen(role=_VIEWER, private=True, handler=presets.set_volume),
        "preshare": Screen(role=_VIEWER, private=True, handler=presets.share),
        "predrop": Screen(role=_VIEWER, private=True, handler=presets.ask_drop),
        "predone": Screen(role=_VIEWER, private=True, handler=presets.drop),
        "prenew": Screen(role=_VIEWER, private=True, handler=presets.ask_filter),
        "preseen": Screen(role=_VIEWER, private=True, handler=presets.seen),
        "prekeep": Screen(role=_VIEWER, private=True, handler=presets.ask_name),
        "prename": Screen(role=_VIEWER, private=True, handler=presets.named),
        "mutes": Screen(role=_VIEWER, private=True, handler=mutes.mutes),
        "mute": Screen(role=_VIEWER, private=True, handler=mutes.of_card),
        "mutewhat": Screen(role=_VIEWER, private=True, handler=mutes.chosen),
        "mutethat": Screen(role=_VIEWER, private=True, handler=mutes.target),
        "muteit": Screen(role=_VIEWER, private=True, handler=mutes.muted),
        "unmute": Screen(role=_VIEWER, private=True, handler=mutes.unmute),
    },
)
