"""Keyboards of alerts: volumes, caps, quiet hours, digests, presets, mutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.keyboards import in_rows
from bot.render.alerts import DIGESTS, minute
from bot.render.html import name
from engine.domain.preferences import EventClass, Inside, Volume
from engine.domain.wish import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from engine.domain.preferences import Preferences
    from storage.readers import MuteView, PresetView

CAPS: Final = {"match": (1, 2, 4), "hour": (3, 6, 12), "day": (6, 12, 30)}
"""The choices by button, around the house's own."""
NIGHTS: Final = ((22, 7), (23, 8), (0, 9))
MORNINGS: Final = (8 * 60, 9 * 60, 11 * 60)
EVENINGS: Final = (21 * 60, 22 * 60 + 30, 23 * 60 + 30)
_LABEL: Final = 24
_DOORS: Final = ("events", "presets", "caps", "quiet", "digests", "mutes")


def under_overview(buttons: Buttons) -> InlineKeyboardMarkup:
    """Return a door to each part of the alerts."""
    doors = [buttons.make(one, one) for one in _DOORS]
    return InlineKeyboardMarkup([*(doors[at : at + 2] for at in range(0, 6, 2)), [buttons.home()]])


def under_events(buttons: Buttons, chosen: Preferences) -> InlineKeyboardMarkup:
    """Return a button a class of events; a tap changes its volume."""
    rows = []
    for event in EventClass:
        label = buttons.voice.plain(f"alerts.event_{event}")
        volume = buttons.voice.plain(f"alerts.volume_{chosen.volume(event)}")
        mark = volume.split(" ", 1)[0]
        rows.append([buttons.labelled(f"{mark} {label}", "evset", args=event.value)])
    return InlineKeyboardMarkup([*rows, [_back(buttons), buttons.home()]])


def under_caps(buttons: Buttons) -> InlineKeyboardMarkup:
    """Return the choices of each cap, a cap a row."""
    rows = []
    for kind, choices in CAPS.items():
        row = []
        for n in choices:
            label = buttons.voice.plain(f"alerts.caps_{kind}", n=n)
            row.append(buttons.labelled(label, "capset", args=f"{kind}x{n}"))
        rows.append(row)
    return InlineKeyboardMarkup([*rows, [_back(buttons), buttons.home()]])


def under_quiet(buttons: Buttons, chosen: Preferences) -> InlineKeyboardMarkup:
    """Return nights to choose, what becomes of picks inside, and none."""
    nights = [
        buttons.labelled(
            f"🌙 {minute(start * 60, buttons.voice)}–{minute(end * 60, buttons.voice)}",
            "quietset",
            args=f"{start * 60}x{end * 60}",
        )
        for start, end in NIGHTS
    ]
    rest = [buttons.make("type_it", "quietask"), buttons.make("quiet_none", "quietset", args="no")]
    inside = []
    if chosen.quiet is not None:
        other = Inside.DROP if chosen.quiet.inside is Inside.SILENT else Inside.SILENT
        inside = [buttons.make(f"inside_{other}", "quietset", args=other.value)]
    return InlineKeyboardMarkup([nights, rest, inside, [_back(buttons), buttons.home()]])


def under_digests(buttons: Buttons, chosen: Preferences) -> InlineKeyboardMarkup:
    """Return the volume of each digest, and hours to choose."""
    volumes = []
    for event in DIGESTS:
        mark = buttons.voice.plain(f"alerts.volume_{chosen.volume(event)}").split(" ", 1)[0]
        label = buttons.voice.plain(f"alerts.event_{event}")
        volumes.append([buttons.labelled(f"{mark} {label}", "digset", args=event.value)])
    mornings = [
        buttons.labelled(f"🌅 {minute(at, buttons.voice)}", "digset", args=f"m{at}")
        for at in MORNINGS
    ]
    evenings = [
        buttons.labelled(f"🌆 {minute(at, buttons.voice)}", "digset", args=f"e{at}")
        for at in EVENINGS
    ]
    last = [_back(buttons), buttons.home()]
    return InlineKeyboardMarkup([*volumes, mornings, evenings, last])


def under_presets(buttons: Buttons, presets: Sequence[PresetView]) -> InlineKeyboardMarkup:
    """Return a button a preset, then a new one."""
    opened = [
        buttons.labelled(f"🎚 {name(one.preset.name, _LABEL)}", "preset", number=one.number)
        for one in presets
    ]
    new = [buttons.make("new_preset", "prenew")]
    return InlineKeyboardMarkup([*in_rows(opened), new, [_back(buttons), buttons.home()]])


def under_preset(buttons: Buttons, number: int) -> InlineKeyboardMarkup:
    """Return volumes, sharing and deleting of one preset."""
    volumes = [
        buttons.make(f"volume_{one}", "prevol", number=number, args=one.value) for one in Volume
    ]
    acts = [
        buttons.make("share_preset", "preshare", number=number),
        buttons.make("drop_preset", "predrop", number=number),
    ]
    back = buttons.make("back_presets", "presets")
    return InlineKeyboardMarkup([volumes, acts, [back, buttons.home()]])


def under_preview(buttons: Buttons, filter_number: int) -> InlineKeyboardMarkup:
    """Return what keeps the filter, and what writes another."""
    keep = buttons.make("keep_preset", "prekeep", number=filter_number)
    again = buttons.make("type_it", "prenew")
    back = buttons.make("back_presets", "presets")
    return InlineKeyboardMarkup([[keep, again], [back, buttons.home()]])


def under_mute(buttons: Buttons, number: int, *, match: bool) -> InlineKeyboardMarkup:
    """Return how long something may be muted."""
    spans = ["for_day", "for_week", "for_good"]
    if match:
        spans = ["until_start"]
    row = [buttons.make(one, "muteit", number=number, args=_SPANS[one]) for one in spans]
    return InlineKeyboardMarkup([row, [buttons.make("cancel", "mutes")]])


def under_mutes(buttons: Buttons, mutes: Sequence[MuteView]) -> InlineKeyboardMarkup:
    """Return a button a mute that reopens it."""
    rows = [
        [
            buttons.labelled(
                buttons.voice.plain("button.unmute", name=name(one.label, LONGEST_NAME)),
                "unmute",
                number=one.number,
            )
        ]
        for one in mutes
    ]
    return InlineKeyboardMarkup([*rows, [_back(buttons), buttons.home()]])


def back_to_alerts(buttons: Buttons) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_back(buttons), buttons.home()]])


def _back(buttons: Buttons) -> InlineKeyboardButton:
    return buttons.make("back_alerts", "alerts")


_SPANS: Final = {"for_day": "d", "for_week": "w", "for_good": "e", "until_start": "s"}
