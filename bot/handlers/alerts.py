"""What a person is told, how loudly and when: changed by a tap, kept at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.access import receives_picks
from bot.bells import (
    CAPS,
    back_to_alerts,
    under_caps,
    under_digests,
    under_events,
    under_overview,
    under_quiet,
)
from bot.render.alerts import (
    render_caps,
    render_digests,
    render_events,
    render_overview,
    render_quiet,
)
from bot.render.html import name
from bot.typed import expect_words, expected
from engine.alerting.route import house_caps
from engine.domain.preferences import (
    MINUTES,
    Caps,
    EventClass,
    Inside,
    Preferences,
    QuietHours,
    Volume,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.context import Visit

_NEXT: Final = {
    Volume.ON: Volume.SILENT,
    Volume.SILENT: Volume.OFF,
    Volume.OFF: Volume.ON,
}
_CLOCK: Final = r"([01]?[0-9]|2[0-3])(?:[:hH]([0-5][0-9])?)?"
_SPAN: Final = re.compile(rf"{_CLOCK}\s*(?:-|–|à|to|/)\s*{_CLOCK}")
_TIME: Final = re.compile(_CLOCK)
_NONE: Final = frozenset({"non", "no", "off", "jamais", "never", "0", "aucune", "none"})
_WORD: Final = 24


async def alerts(visit: Visit) -> None:
    """Show all that decides about this person's alerts."""
    async with visit.door.store.reading() as tx:
        wish = (await tx.readers.wishes([visit.user_id], visit.now, _house(visit)))[visit.user_id]
    text = render_overview(
        visit.preferences,
        caps_of(visit),
        presets=len(wish.presets),
        mutes=len(wish.mutes),
        zone=visit.preferences.zone(_house(visit)),
        reads_only=not receives_picks(visit.role),
        voice=visit.voice,
    )
    await visit.show(text, under_overview(visit.buttons))


async def events(visit: Visit) -> None:
    """Show each class of events with its volume; a pressed one has the next."""
    chosen = visit.preferences
    if visit.tap.args in set(EventClass):
        chosen = await _keep(visit, _turned(chosen, EventClass(visit.tap.args)))
    await visit.show(render_events(chosen, voice=visit.voice), under_events(visit.buttons, chosen))


async def caps(visit: Visit) -> None:
    """Show how many new cards there may be; a pressed choice is kept."""
    now = caps_of(visit)
    kind, _, written = visit.tap.args.partition("x")
    if kind in CAPS and written.isdecimal() and int(written) in CAPS[kind]:
        now = replace(now, **{kind: int(written)})
        await _keep(visit, replace(visit.preferences, caps=now))
    await visit.show(render_caps(now, voice=visit.voice), under_caps(visit.buttons))


async def quiet(visit: Visit) -> None:
    """Show the quiet hours, or take those typed or pressed."""
    if visit.words or expected(visit, "quietset") is not None:
        await _typed_quiet(visit)
        return
    chosen, args = visit.preferences, visit.tap.args
    hours = args.split("x")
    if args == "no":
        chosen = await _keep(visit, replace(chosen, quiet=None))
    elif args in set(Inside) and chosen.quiet is not None:
        kept = replace(chosen.quiet, inside=Inside(args))
        chosen = await _keep(visit, replace(chosen, quiet=kept))
    elif len(hours) == 2 and all(one.isdecimal() for one in hours):  # noqa: PLR2004  # a start and an end
        chosen = await _kept_quiet(visit, int(hours[0]), int(hours[1]))
    await _show_quiet(visit, chosen)


async def ask_quiet(visit: Visit) -> None:
    """Ask for quiet hours to be typed."""
    prompt = visit.voice.html("alerts.quiet_ask")
    keyboard = back_to_alerts(visit.buttons)
    await expect_words(visit, prompt, screen="quietset", keyboard=keyboard)


async def digest(visit: Visit) -> None:
    """Show which digests come and when, or take hours typed or pressed."""
    chosen, args = visit.preferences, visit.tap.args
    if visit.words:
        read = [_minute(word) for word in visit.words[:2]]
        wrong = next((w for w, at in zip(visit.words, read, strict=False) if at is None), None)
        if wrong is not None:
            text = visit.voice.html("alerts.digest_wrong", word=name(wrong, _WORD))
            await visit.show(text, back_to_alerts(visit.buttons))
            return
        evening = read[1] if len(read) > 1 and read[1] is not None else chosen.evening
        kept = replace(chosen, morning=read[0] or 0, evening=evening)
        chosen = await _keep(visit, kept)
    elif args in set(EventClass):
        chosen = await _keep(visit, _turned(chosen, EventClass(args)))
    elif args[:1] in {"m", "e"} and args[1:].isdecimal() and int(args[1:]) < MINUTES:
        hour = {"morning" if args[0] == "m" else "evening": int(args[1:])}
        chosen = await _keep(visit, replace(chosen, **hour))  # type: ignore[arg-type]  # one of two minutes
    await visit.show(
        render_digests(chosen, voice=visit.voice), under_digests(visit.buttons, chosen)
    )


def caps_of(visit: Visit) -> Caps:
    """Return the caps that hold for this person."""
    return visit.preferences.caps or house_caps(visit.door.rules.alerts)


async def _typed_quiet(visit: Visit) -> None:
    """Take quiet hours as they were typed, or say how they are written."""
    typed = " ".join(visit.words)
    if typed.strip().casefold() in _NONE:
        await _show_quiet(visit, await _keep(visit, replace(visit.preferences, quiet=None)))
        return
    match = _SPAN.fullmatch(typed.strip())
    if match is not None:
        start, end = _minutes(match[1], match[2]), _minutes(match[3], match[4])
        if start != end:
            await _show_quiet(visit, await _kept_quiet(visit, start, end))
            return
    text = visit.voice.html("alerts.quiet_wrong", word=name(typed, _WORD))
    await visit.show(text, back_to_alerts(visit.buttons))


async def _show_quiet(visit: Visit, chosen: Preferences) -> None:
    zone = chosen.zone(_house(visit))
    text = render_quiet(chosen, zone, voice=visit.voice)
    await visit.show(text, under_quiet(visit.buttons, chosen))


async def _kept_quiet(visit: Visit, start: int, end: int) -> Preferences:
    """Keep quiet hours; what becomes of picks inside stays as it was chosen."""
    chosen = visit.preferences
    if start == end or max(start, end) >= MINUTES:
        return chosen
    inside = chosen.quiet.inside if chosen.quiet else Inside.SILENT
    return await _keep(
        visit, replace(chosen, quiet=QuietHours(start=start, end=end, inside=inside))
    )


async def _keep(visit: Visit, chosen: Preferences) -> Preferences:
    async with visit.door.store.transaction() as tx:
        await tx.preferences.save(visit.user_id, chosen, visit.now)
    return chosen


def _turned(chosen: Preferences, event: EventClass) -> Preferences:
    volume = _NEXT[chosen.volume(event)]
    return replace(chosen, volumes={**chosen.volumes, event: volume})


def _minute(word: str) -> int | None:
    match = _TIME.fullmatch(word)
    return None if match is None else _minutes(match[1], match[2])


def _minutes(hour: str, minute: str | None) -> int:
    return int(hour) * 60 + int(minute or 0)


def _house(visit: Visit) -> ZoneInfo:
    return visit.door.money.time_zone
