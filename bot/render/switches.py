"""What somebody switched on for everybody, as Telegram HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import day_and_clock, span
from engine.domain.pick import Provenance
from engine.domain.switch import SwitchName

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.switch import Switch, Switchboard

_REASON: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The switches that are on, who turned them, and what waits meanwhile."""

    board: Switchboard
    names: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    pending: int = 0
    uncertain: int = 0


def render_banner(switches: Switchboard, voice: Voice) -> Html:
    """Return a line for each switch that is on, for the top of any screen; nothing without any."""
    return lines(*(_banner(one, switches, voice) for one in switches.switches))


def render_state(switches: Switchboard, provenance: Provenance, voice: Voice) -> Html:
    """Return what stands on top of every message: paper trading, maintenance; mostly nothing."""
    on = switches.get(SwitchName.MAINTENANCE)
    return lines(
        "" if provenance is Provenance.LIVE else voice.html(f"switch.banner_{provenance}"),
        _banner(on, switches, voice) if on is not None else "",
    )


def render_pause(upkeep: Upkeep, *, voice: Voice, money: Money) -> Html:
    """Return what holds alerts back, since when and by whom, and what waits."""
    found = [_told(one, upkeep, voice, money) for one in upkeep.board.switches]
    return paragraphs(
        bold(voice.html("pause.title")),
        lines(*found) if found else voice.html("pause.none"),
        _waiting(upkeep, voice),
        voice.html("pause.note"),
    )


def render_resumed(upkeep: Upkeep, was_on: tuple[Switch, ...], *, voice: Voice) -> Html:
    """Return that alerts go out again, and what becomes of those that waited."""
    held = upkeep.board.get(SwitchName.MAINTENANCE) is not None
    said = voice.html("pause.resumed" if was_on else "pause.was_not")
    return paragraphs(
        bold(said),
        voice.html("pause.held_by_maintenance") if held else "",
        _waiting(upkeep, voice),
        voice.html("pause.expired_note"),
    )


def render_maintenance(upkeep: Upkeep, *, voice: Voice, money: Money) -> Html:
    """Return whether maintenance is on, and what it does."""
    switch = upkeep.board.get(SwitchName.MAINTENANCE)
    told = _told(switch, upkeep, voice, money) if switch else voice.html("maintenance.off")
    return paragraphs(
        bold(voice.html("maintenance.title")),
        told,
        _waiting(upkeep, voice),
        voice.html("maintenance.note"),
    )


def render_sure(name_: SwitchName, length: timedelta | None, reason: str, *, voice: Voice) -> Html:
    """Return the question before everybody's alerts are held back."""
    until = voice.plain("pause.endless")
    if length is not None:
        until = voice.plain("pause.for", span=span(length, voice.language))
    return lines(
        bold(voice.html(f"switch.sure_{name_}", until=until)),
        voice.html("switch.reason", reason=name(reason, _REASON)) if reason else "",
    )


def _banner(one: Switch, board: Switchboard, voice: Voice) -> Html:
    left = (
        ""
        if one.until is None
        else voice.plain("switch.left", span=span(one.until - board.at, voice.language))
    )
    reason = f" · {name(one.reason, _REASON)}" if one.reason and one.turned_by else ""
    return voice.html(f"switch.banner_{one.name}", left=left, reason=reason)


def _told(one: Switch, upkeep: Upkeep, voice: Voice, money: Money) -> Html:
    def at(moment: datetime) -> str:
        return day_and_clock(moment, money.time_zone, voice.language)

    by = upkeep.names.get(one.turned_by, "")
    return lines(
        voice.html(f"switch.is_{one.name}"),
        voice.html(
            "switch.since",
            at=at(one.turned_at),
            by=name(by) if by else voice.plain("switch.the_house"),
        ),
        voice.html(
            "switch.until",
            at=at(one.until),
            span=span(one.until - upkeep.board.at, voice.language),
        )
        if one.until
        else voice.html("switch.endless"),
        _why(one, voice, money),
    )


def _why(one: Switch, voice: Voice, money: Money) -> Html:
    if not one.reason:
        return Html()
    if one.turned_by:
        return voice.html("switch.reason", reason=name(one.reason, _REASON))
    at = datetime.fromisoformat(one.reason)
    return voice.html("switch.restored", at=day_and_clock(at, money.time_zone, voice.language))


def _waiting(upkeep: Upkeep, voice: Voice) -> Html:
    return lines(
        voice.count("pause.pending", upkeep.pending),
        voice.count("pause.uncertain", upkeep.uncertain) if upkeep.uncertain else "",
    )
